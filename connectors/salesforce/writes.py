"""Writing to Salesforce: collections of 200 in which every record gets its own answer, read back in one go.

Creates are upserts by our external id, so that one sent twice makes one record. An update answers with nothing but
"success": what the organisation made of the values is read afterwards, 2,000 records a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from connectors.base import (
    Answer,
    Archive,
    ConnectorError,
    Create,
    Merge,
    Policy,
    Refused,
    Shown,
    Unknown,
    Update,
    Write,
)
from connectors.batches import Attempt, identity, settle, to_wire, without_values
from connectors.salesforce.activities import ACTIVITIES, PEOPLE, WHO, named, people, written
from connectors.salesforce.client import Fault, Refusal, SalesforceClient, decode, words_of
from connectors.salesforce.reading import SYSTEM, Reading, read_deleted, read_many
from connectors.salesforce.relations import relate
from crm.record import Record, Ref, Value, Wire

BATCH = 200
HELD = {
    "STRING_TOO_LONG",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_EMAIL_ADDRESS",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "FIELD_INTEGRITY_EXCEPTION",
    "FIELD_FILTER_VALIDATION_EXCEPTION",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
}
LATER = {
    "UNABLE_TO_LOCK_ROW",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
    "DUPLICATE_VALUE",
    "QUERY_TIMEOUT",
    "REQUEST_RUNNING_TOO_LONG",
}
GONE = {"ENTITY_IS_DELETED", "CANNOT_UPDATE_CONVERTED_LEAD"}
"""The record went elsewhere since it was read: reading it again shows where."""
_NO_MERGE = "Salesforce merges records by hand, Apex or SOAP only: merge these two there"
_ASSIGN = {"Sforce-Auto-Assign": "TRUE"}
"""Over REST the active rule runs; a Bulk job names the rule instead.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm"""
_HOLDER = re.compile(r"record with id: (\w{15,18})")
_COLUMN = re.compile(r"[Nn]o such column '(\w+)'")


class Result(msgspec.Struct):
    success: bool
    id: str | None = None
    created: bool = False
    errors: list[Fault] = []


_ACCEPTED = Unknown("Written, but gone when it was read back")
"""What an accepted write comes to until its record is read."""


class _Accepted:
    """The records behind the accepted writes, by the write's own identity."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.created: set[str] = set()
        self.archived: set[str] = set()
        self.fields: dict[str, None] = {}
        self.people: dict[str, list[str]] = {}
        """By activity, everybody whom it is to be with."""

    def take(self, write: Write, result: Result) -> Answer:
        name = identity(write)
        self.ids[name] = record_id = result.id or name
        self.fields |= dict.fromkeys(_written(write))
        if PEOPLE in _written(write):
            self.people[record_id] = people(_written(write)[PEOPLE])
        if result.created:
            self.created.add(name)
        if isinstance(write, Archive):
            self.archived.add(record_id)
        return _ACCEPTED


def write_all(
    client: SalesforceClient, object_name: str, key_field: str, writes: Sequence[Write], fields: Sequence[str]
) -> list[Answer]:
    """One answer per write, in order."""
    accepted = _Accepted()

    def send(batch: list[Write]) -> Attempt:
        if isinstance(batch[0], Merge):
            return [Refused(Policy.DEAD, "NO_MERGE", _NO_MERGE)] * len(batch)
        try:
            results = _call(client, object_name, key_field, _as_sent(client, object_name, batch))
        except Refusal as refusal:
            return _blame(refusal.fault, batch, object_name)
        return [
            accepted.take(write, result) if _is_done(write, result) else refused(result.errors, write, object_name)
            for write, result in zip(batch, results, strict=True)
        ]

    answers = settle(writes, BATCH, send)
    with suppress(ConnectorError):  # reading back shows who is there
        relate(client, object_name, accepted.people)
    shown, trouble = _read_back(client, Reading(object_name, [*fields, *accepted.fields]), accepted)
    return [
        _final(accepted, write, shown, trouble) if answer is _ACCEPTED else answer
        for write, answer in zip(writes, answers, strict=True)
    ]


def _is_done(write: Write, result: Result) -> bool:
    """Whether it is as the write wants it: what is deleted already need not be deleted."""
    is_gone = isinstance(write, Archive) and any(fault.code == "ENTITY_IS_DELETED" for fault in result.errors)
    return result.success or is_gone


def _read_back(client: SalesforceClient, reading: Reading, accepted: _Accepted) -> tuple[dict[str, Record], Answer]:
    """The written records by id, and what a write came to whose record is not among them."""
    live = [record_id for record_id in accepted.ids.values() if record_id not in accepted.archived]
    try:
        records = read_many(client, reading, live) + read_deleted(client, reading, sorted(accepted.archived))
    except ConnectorError as error:
        return {}, Unknown(f"Written, but not read back: {error}")
    return {record.ref.id: record for record in records}, _ACCEPTED


def _final(accepted: _Accepted, write: Write, shown: Mapping[str, Record], otherwise: Answer) -> Answer:
    name = identity(write)
    record = shown.get(accepted.ids[name])
    return Shown(record, name in accepted.created and isinstance(write, Create)) if record else otherwise


def _written(write: Write) -> Mapping[str, Value]:
    return write.fields if isinstance(write, Create | Update) else {}


def _as_sent(client: SalesforceClient, object_name: str, batch: list[Write]) -> list[Write]:
    """The writes as Salesforce takes them; an activity that is with somebody stays with that one where it may."""
    if object_name not in ACTIVITIES:
        return batch
    moved = [write.ref.id for write in batch if isinstance(write, Update) and {WHO, PEOPLE} & write.fields.keys()]
    now = {record.ref.id: record.fields[WHO] for record in read_many(client, Reading(object_name, [WHO]), moved)}
    return [
        write if isinstance(write, Archive | Merge) else replace(write, fields=written(write.fields, _text(now, write)))
        for write in batch
    ]


def _text(now: Mapping[str, Wire], write: Create | Update) -> str | None:
    shown = now.get(identity(write))
    return shown if isinstance(shown, str) else None


def _call(client: SalesforceClient, object_name: str, key_field: str, batch: list[Write]) -> list[Result]:
    """Sends one batch of one kind; the results come in its order. Creates run the assignment rules if they ask."""
    if isinstance(batch[0], Archive):
        ids = ",".join(write.ref.id for write in batch if isinstance(write, Archive))
        data = client.request("DELETE", "composite/sobjects", params={"ids": ids, "allOrNone": "false"})
    elif isinstance(batch[0], Create):
        records = [_row(object_name, w.fields, {key_field: w.key}) for w in batch if isinstance(w, Create)]
        path = f"composite/sobjects/{object_name}/{key_field}"
        headers = _ASSIGN if any(write.assign for write in batch if isinstance(write, Create)) else None
        data = client.request("PATCH", path, body={"allOrNone": False, "records": records}, headers=headers)
    else:
        records = [_row(object_name, w.fields, {"id": w.ref.id}) for w in batch if isinstance(w, Update)]
        data = client.request("PATCH", "composite/sobjects", body={"allOrNone": False, "records": records})
    return decode(list[Result], data)


def _row(object_name: str, fields: Mapping[str, Value], identity: Mapping[str, Wire]) -> dict[str, Any]:
    row: dict[str, Any] = {"attributes": {"type": object_name}, **identity}
    return row | {name: to_wire(value) for name, value in fields.items()}


def _blame(fault: Fault, batch: Sequence[Write], object_name: str) -> Attempt:
    """Answers those whom the refusal of a whole call means: who carries the field it names; `None` for the others."""
    columns = {*_COLUMN.findall(fault.message), *(fault.fields or [])}
    return [
        refused([fault], write, object_name) if len(batch) == 1 or columns & _written(write).keys() else None
        for write in batch
    ]


def refused(faults: Sequence[Fault], write: Write, object_name: str) -> Refused:
    """What the errors of one record mean: the first one that is not a field's decides, else the first."""
    fault = next((each for each in faults if each.code not in HELD), faults[0] if faults else Fault())
    fields = _written(write)
    message = without_values(words_of(fault), fields)
    if fault.code in HELD:
        return Refused(Policy.HELD, fault.code, message, _field(fault, fields))
    policy = Policy.LATER if fault.code in LATER or fault.code in GONE else Policy.DEAD
    return Refused(policy, fault.code, message, _field(fault, fields), _existing(fault, object_name))


def _field(fault: Fault, fields: Mapping[str, Value]) -> str | None:
    for name in (*(fault.fields or []), *_COLUMN.findall(fault.message)):
        return named(str(name), fields)
    return next(iter(fields)) if len(fields) == 1 and fault.code in HELD else None


def _existing(fault: Fault, object_name: str) -> Ref | None:
    """The record that stands in the way, from the words of a unique field or the matches of a duplicate rule."""
    if found := _HOLDER.search(fault.message):
        return Ref(SYSTEM, object_name, found[1])
    result = fault.duplicate_result or fault.duplicate_resut or {}
    ids = [
        Ref(SYSTEM, match["record"]["attributes"]["type"], match["record"]["Id"])
        for group in result.get("matchResults", [])
        for match in group.get("matchRecords", [])
    ]
    return ids[0] if len(ids) == 1 else None
