"""Calls, e-mails, meetings, notes and tasks: what is different about them in HubSpot.

Nothing says that activities take a unique property, so they carry no key of ours. They are made with their associations
in the same call, and one of which no answer came is looked for among the activities of the same people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.base import Answer, Create, Shown, Write
from connectors.hubspot.associations import neighbours, with_associations, with_ids
from connectors.hubspot.changes import read_many
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.wire import ASSOCIATIONS, Reading, to_text
from crm.record import Record, Value, Wire
from crm.values import FieldType, parse

ACTIVITIES = frozenset({"calls", "emails", "meetings", "notes", "tasks"})
TYPE_IDS = {
    ("calls", "contacts"): 194, ("calls", "companies"): 182, ("calls", "deals"): 206,
    ("emails", "contacts"): 198, ("emails", "companies"): 186, ("emails", "deals"): 210,
    ("meetings", "contacts"): 200, ("meetings", "companies"): 188, ("meetings", "deals"): 212,
    ("notes", "contacts"): 202, ("notes", "companies"): 190, ("notes", "deals"): 214,
    ("tasks", "contacts"): 204, ("tasks", "companies"): 192, ("tasks", "deals"): 216,
}  # fmt: skip
"""https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide#association-type-id-values"""


def timed(object_name: str, fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of a write. A meeting's date is when it starts, and HubSpot wants it said twice.

    https://developers.hubspot.com/docs/api-reference/crm-meetings-v3/guide
    """
    starts = fields.get("hs_meeting_start_time") if object_name == "meetings" else None
    return {"hs_timestamp": starts, **fields} if starts is not None else dict(fields)


def create_input(create: Create) -> dict[str, Any]:
    """One input of batch/create: the properties, and whom the new activity is associated with."""
    properties = {name: to_text(value) for name, value in _own(create).items()}
    associations = [
        {
            "to": {"id": record_id},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TYPE_IDS[create.object, other]}],
        }
        for other, record_id in _associated(create)
    ]
    return {"properties": properties, "associations": associations}


def _own(create: Create) -> dict[str, Value]:
    fields = {name: value for name, value in create.fields.items() if not name.startswith(ASSOCIATIONS)}
    return timed(create.object, fields)


def _associated(create: Create) -> Iterator[tuple[str, str]]:
    for name, value in create.fields.items():
        if name.startswith(ASSOCIATIONS):
            ids = value if isinstance(value, frozenset) else str(value or "").split(";")
            yield from ((name.removeprefix(ASSOCIATIONS), each.strip()) for each in sorted(ids) if each.strip())


def is_joined(write: Write) -> bool:
    """Whether a write makes a record together with its associations."""
    return isinstance(write, Create) and write.object in ACTIVITIES


def joined(writes: Sequence[Write], answers: Sequence[Answer]) -> list[Answer]:
    """The answers, those of new activities with the associations that they were made with: HubSpot makes both or
    nothing. What was made is never called refused, since it would be made again."""
    return [
        replace(answer, record=_as_made(write, answer.record))
        if isinstance(write, Create) and is_joined(write) and isinstance(answer, Shown)
        else answer
        for write, answer in zip(writes, answers, strict=True)
    ]


def _as_made(create: Create, record: Record) -> Record:
    ids: dict[str, list[str]] = {n.removeprefix(ASSOCIATIONS): [] for n in create.fields if n.startswith(ASSOCIATIONS)}
    for other, record_id in _associated(create):
        ids[other].append(record_id)
    for other, each in ids.items():
        record = with_ids(record, other, each)
    return record


def find_made(
    client: HubSpotClient, object_name: str, creates: Sequence[Create], fields: Sequence[str]
) -> dict[int, list[Record]]:
    """By position, the activities that show all that a create would have written, among those of the same records."""
    beside = _beside(client, object_name, creates)
    written = {name for create in creates for name in _own(create)}
    reading = Reading(object_name, [*fields, *written])
    found = with_associations(client, reading, read_many(client, reading, sorted(set().union(*beside.values()))))
    records = {record.ref.id: record for record in found}
    return {
        position: [
            records[each]
            for each in sorted(beside[position])
            if each in records and _shows(records[each], _own(create))
        ]
        for position, create in enumerate(creates)
    }


def _beside(client: HubSpotClient, object_name: str, creates: Sequence[Create]) -> dict[int, set[str]]:
    """By position, the ids of the activities that belong to one of the records with which a create was to be
    associated."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for create in creates:
        for other, record_id in _associated(create):
            wanted[other].add(record_id)
    found = {other: neighbours(client, other, object_name, sorted(ids)) for other, ids in wanted.items()}
    return {
        position: {each for other, record_id in _associated(create) for each in found[other][record_id]}
        for position, create in enumerate(creates)
    }


def _shows(record: Record, written: Mapping[str, Value]) -> bool:
    """Whether a record shows what was written; a moment comes back in other words."""
    return all(_is_shown(record.fields.get(name), value) for name, value in written.items())


def _is_shown(shown: Wire, value: Value) -> bool:
    if isinstance(value, datetime):
        return parse(FieldType.DATETIME, shown) == value.replace(microsecond=value.microsecond // 1000 * 1000)
    return (shown or "") == to_text(value)
