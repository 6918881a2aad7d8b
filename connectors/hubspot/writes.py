"""Writing to HubSpot: batches of 100 in which every record gets its own answer.

Creates are upserts by our key, so that one sent twice makes one record. Every input carries a trace id, by which
HubSpot answers each alone; where it refuses a batch whole all the same, the refusal is searched for who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
from connectors.batches import Attempt, identity, settle, without_values
from connectors.hubspot.activities import ACTIVITIES, create_input, is_joined, joined, timed
from connectors.hubspot.associations import associate, bare
from connectors.hubspot.changes import read_many
from connectors.hubspot.client import HubSpotClient, Refusal
from connectors.hubspot.wire import SYSTEM, Hit, Problem, Reading, decode, decode_listing, to_properties
from crm.record import Record, Ref

BATCH = 100
_EXISTING = re.compile(r"Existing ID: (\d+)|(\d+) already has that value")
_HALF_MADE = re.compile(r" on (\d+)\. \d+ already has that value")
_PROPERTY = re.compile(r"propertyName=(\w+)")
_FOR_EVERYBODY = {"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"}
"""What is wrong with the property itself, and so with every input that carries it."""
_BUSY = {"RATE_LIMITS", "RATE_LIMIT", "INTERNAL_ERROR", "LOCKED"}


class Invalid(msgspec.Struct):
    """One entry of the list inside "Property values were not valid: [...]"."""

    name: str = ""
    error: str = ""
    message: str = ""


def write_all(
    client: HubSpotClient, object_name: str, key_field: str, writes: Sequence[Write], fields: Sequence[str]
) -> list[Answer]:
    """One answer per write, in order; associations are written after the records that they join, those of new
    activities with them."""
    plain = [write if is_joined(write) else bare(write) for write in writes]
    sent = [position for position, write in enumerate(plain) if not isinstance(write, Update) or write.fields]
    batch = [plain[position] for position in sent]
    settled = settle(batch, BATCH, lambda part: _send(client, object_name, key_field, part, fields))
    answers = dict(zip(sent, settled, strict=True))
    if len(sent) < len(plain):
        answers |= _unsent(client, object_name, plain, fields)
    later = [bare(write) if is_joined(write) else write for write in writes]
    final = associate(client, object_name, later, [answers[position] for position in range(len(plain))])
    return joined(writes, final)


def _unsent(
    client: HubSpotClient, object_name: str, writes: Sequence[Write], fields: Sequence[str]
) -> dict[int, Answer]:
    """What is shown by the records of updates without properties, by position."""
    empty = {
        position: write.ref.id
        for position, write in enumerate(writes)
        if isinstance(write, Update) and not write.fields
    }
    found = {record.ref.id: record for record in read_many(client, Reading(object_name, fields), list(empty.values()))}
    return {p: Shown(found[each]) if each in found else _not_shown(writes[p]) for p, each in empty.items()}


def _send(
    client: HubSpotClient, object_name: str, key_field: str, batch: list[Write], fields: Sequence[str]
) -> Attempt:
    """Sends one batch of one kind; of merges, which have no batch, one."""
    if isinstance(batch[0], Merge):
        return [_merge(client, object_name, batch[0], fields)]
    if isinstance(batch[0], Archive):
        send, inputs = client.api.batch.archive, [{"id": write.ref.id} for write in batch if isinstance(write, Archive)]
    elif isinstance(batch[0], Create) and object_name in ACTIVITIES:
        send, inputs = client.api.batch.create, _creates(batch)
    elif isinstance(batch[0], Create):
        send, inputs = client.api.batch.upsert, _upserts(batch, key_field)
    else:
        send, inputs = client.api.batch.update, _updates(batch)
    batch = [bare(write) for write in batch]
    try:
        data = client.call(send, object_name, {"inputs": inputs}, repeatable=send != client.api.batch.create)
    except Refusal as refusal:
        return _blame(refusal, batch, object_name)
    if isinstance(batch[0], Archive):
        return _archived(client, object_name, batch, fields)
    return _Answers(client, object_name, key_field, batch, fields).read(data)


def _updates(batch: Sequence[Write]) -> list[dict[str, Any]]:
    return [
        {
            "id": write.ref.id,
            "properties": to_properties(timed(write.ref.object, write.fields)),
            "objectWriteTraceId": str(position),
        }
        for position, write in enumerate(batch)
        if isinstance(write, Update)
    ]


def _upserts(batch: Sequence[Write], key_field: str) -> list[dict[str, Any]]:
    return [
        {
            "id": write.key,
            "idProperty": key_field,
            "properties": to_properties({**write.fields, key_field: write.key}),
            "objectWriteTraceId": str(position),
        }
        for position, write in enumerate(batch)
        if isinstance(write, Create)
    ]


def _creates(batch: Sequence[Write]) -> list[dict[str, Any]]:
    """Creates without a key: sent once, since one that is sent again makes another record."""
    return [
        {**create_input(write), "objectWriteTraceId": str(position)}
        for position, write in enumerate(batch)
        if isinstance(write, Create)
    ]


class _Answers:
    """What one answered batch came to."""

    def __init__(
        self, client: HubSpotClient, object_name: str, key_field: str, batch: Sequence[Write], fields: Sequence[str]
    ) -> None:
        self.client = client
        self.object_name = object_name
        self.key_field = key_field
        self.batch = batch
        self.reading = Reading(object_name, [*fields, *(name for write in batch for name in _written(write))])
        self.answers: Attempt = [None] * len(batch)
        self.by_name = {identity(write): position for position, write in enumerate(batch)}

    def read(self, data: bytes) -> Attempt:
        listing = decode_listing(data)
        for raw in listing.results:
            self._shown(raw)
        for problem in listing.errors:
            for position in _meant(problem, self.batch):
                self.answers[position] = refused(problem, self.batch[position], self.object_name)
        for position, answer in enumerate(self.answers):
            if answer is None:
                self.answers[position] = _not_shown(self.batch[position])
        self._read_what_is_missing()
        return self.answers

    def _shown(self, raw: msgspec.Raw) -> None:
        hit = self.reading.hit(raw)
        trace = hit.object_write_trace_id
        position = int(trace) if trace and trace.isdigit() else self.by_name.get(hit.id)
        if position is None:
            position = self.by_name.get(hit.properties.get(self.key_field) or "")
        if position is not None and position < len(self.batch):
            is_new = hit.new or (self.object_name in ACTIVITIES and isinstance(self.batch[position], Create))
            self.answers[position] = Shown(self.reading.record_of(hit, raw), is_new)

    def _read_what_is_missing(self) -> None:
        """Reads the records again whose answers leave out a field that was written."""
        partial: dict[str, int] = {}
        for position, (write, answer) in enumerate(zip(self.batch, self.answers, strict=True)):
            if isinstance(answer, Shown) and not set(_written(write)) <= answer.record.fields.keys():
                partial[answer.record.ref.id] = position
        if not partial:
            return
        try:
            records = {record.ref.id: record for record in read_many(self.client, self.reading, list(partial))}
        except ConnectorError as error:
            self._put(partial, {}, f"Written, but not read back: {error}")
        else:
            self._put(partial, records, "Written, but gone when it was read back")

    def _put(self, partial: Mapping[str, int], records: Mapping[str, Record], otherwise: str) -> None:
        for record_id, position in partial.items():
            answer = self.answers[position]
            created = isinstance(answer, Shown) and answer.created
            record = records.get(record_id)
            self.answers[position] = Shown(record, created) if record else Unknown(otherwise)


def _written(write: Write) -> Iterator[str]:
    yield from write.fields if isinstance(write, Create | Update) else ()


def _merge(client: HubSpotClient, object_name: str, merge: Merge, fields: Sequence[str]) -> Answer:
    """https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/basic/post-crm-v3-objects-contacts-merge

    What comes of it may have a new id. Whoever was merged before is found by the old one: HubSpot takes it here, while
    a merge of what is one record already is refused, and needs no repeating.
    """
    body = {"primaryObjectId": merge.ref.id, "objectIdToMerge": merge.loser.id}
    path = f"/crm/v3/objects/{object_name}/merge"
    try:
        hit = decode(Hit, client.post(path, body))
    except Refusal as refusal:
        return refused(refusal.problem, merge, object_name)
    found = read_many(client, Reading(object_name, fields), [hit.id])
    return Shown(found[0]) if found else Unknown("Merged, but gone when it was read back")


def _archived(client: HubSpotClient, object_name: str, batch: Sequence[Write], fields: Sequence[str]) -> Attempt:
    """HubSpot answers archives with nothing: look into the recycle bin."""
    ids = [write.ref.id for write in batch if isinstance(write, Archive)]
    try:
        found = read_many(client, Reading(object_name, fields), ids, archived=True)
    except ConnectorError as error:
        return [Unknown(f"Archived, but not read back: {error}")] * len(batch)
    records = {record.ref.id: record for record in found}
    return [Shown(records[i]) if i in records else _not_shown(write) for i, write in zip(ids, batch, strict=True)]


def _not_shown(write: Write) -> Refused | Unknown:
    if isinstance(write, Create) and write.object in ACTIVITIES:
        return Unknown("HubSpot left this activity out of its answer: it may have been made")
    # A merged-away id vanishes from the answer to a batch without an error.
    message = "HubSpot left this record out of its answer: merged or purged? Read it again"
    return Refused(Policy.LATER, "NOT_SHOWN", message)


def _blame(refusal: Refusal, batch: Sequence[Write], object_name: str) -> Attempt:
    """Answers those whom the refusal of a whole batch means; if it names nobody, `None` for all."""
    positions = [0] if len(batch) == 1 else _meant(refusal.problem, batch)
    answers: Attempt = [None] * len(batch)
    for position in positions:
        answers[position] = refused(refusal.problem, batch[position], object_name)
    return answers


def _meant(problem: Problem, batch: Sequence[Write]) -> list[int]:
    """Positions of the writes that an error speaks of: by trace id, by record id, by a property only they carry."""
    problems = [problem, *problem.errors]
    traces = {trace for each in problems for trace in each.named("objectWriteTraceId")}
    ids = {name for each in problems for key in ("ids", "id") for name in each.named(key)}
    ids |= set(_HALF_MADE.findall(problem.message))
    meant = [position for position, write in enumerate(batch) if str(position) in traces or identity(write) in ids]
    return meant or _carriers(problem, batch)


def _carriers(problem: Problem, batch: Sequence[Write]) -> list[int]:
    for invalid in _invalid(problem):
        carriers = [p for p, write in enumerate(batch) if invalid.name in set(_written(write))]
        if len(carriers) == 1 or (carriers and invalid.error in _FOR_EVERYBODY):
            return carriers
    return []


def refused(problem: Problem, write: Write, object_name: str) -> Refused:
    """What an error means for one write."""
    fields = write.fields if isinstance(write, Create | Update) else {}
    message = without_values(problem.message, fields)
    if found := _EXISTING.search(problem.message):
        property_name = _PROPERTY.search(problem.message)
        existing = Ref(SYSTEM, object_name, found.group(1) or found.group(2))
        return Refused(Policy.LATER, "CONFLICT", message, property_name and property_name.group(1), existing)
    for invalid in _invalid(problem):
        if invalid.name in fields:
            words = without_values(invalid.message, fields) or message
            return Refused(Policy.HELD, invalid.error or "INVALID_VALUE", words, invalid.name)
    code = problem.category or "REFUSED"
    if code == "OBJECT_NOT_FOUND":
        return Refused(Policy.LATER, code, "HubSpot has no such record: archived or merged? Read it again")
    for each in (problem, *problem.errors):
        for name in each.named("propertyName"):
            if name in fields:
                return Refused(Policy.HELD, code, message, name)
    return Refused(Policy.LATER if code in _BUSY else Policy.DEAD, code, message)


def _invalid(problem: Problem) -> list[Invalid]:
    """The entries of "Property values were not valid: [...]"; none where the message is another."""
    start = problem.message.find("[{")
    if start < 0:
        return []
    try:
        return msgspec.json.decode(problem.message[start:], type=list[Invalid])
    except msgspec.DecodeError:
        return []
