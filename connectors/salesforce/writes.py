"""Writing to Salesforce: every record gets its own answer, with what the organisation made of its values.

Creates are upserts by our external id, so that one sent twice makes one record. Thousands go as a bulk job (bulk.py),
all others in collections (calls.py), whose size is halved where the organisation's Apex cannot bear it. What a call
does not show is read afterwards, 2,000 records a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from connectors.base import (
    Answer,
    Archive,
    ConnectorError,
    Create,
    Memory,
    Merge,
    Policy,
    Refused,
    Shown,
    Unknown,
    Update,
    Write,
)
from connectors.batches import Attempt, fields_of, identity, settle, without_values
from connectors.salesforce import bulk
from connectors.salesforce.activities import ACTIVITIES, PEOPLE, WHO, named, people, written
from connectors.salesforce.calls import COLLECTION, MOST_TOGETHER, Part, Result, fields_written, send
from connectors.salesforce.client import Fault, Refusal, SalesforceClient, words_of
from connectors.salesforce.reading import SYSTEM, Reading, read_deleted, read_many
from connectors.salesforce.relations import relate_all
from crm.record import Record, Ref, Value, Wire

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
_IN_APEX = {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "UNKNOWN_EXCEPTION", "CANNOT_EXECUTE_FLOW_TRIGGER"}
_LIMIT = re.compile(r"LimitException|Too many |[Ll]imit exceeded|time limit")
_SIZES = "salesforce.sizes"
_NO_MERGE = "Salesforce merges records by hand, Apex or SOAP only: merge these two there"
_HOLDER = re.compile(r"record with id: (\w{15,18})")
_COLUMN = re.compile(r"[Nn]o such column '(\w+)'")


_ACCEPTED = Unknown("Written, but gone when it was read back")
"""What an accepted write comes to until its record is read."""


class _Accepted:
    """The records behind the accepted writes, by the write's own identity."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.created: set[str] = set()
        self.archived: set[str] = set()
        self.fields: dict[str, None] = {}
        self.shown: dict[str, Record] = {}
        self.people: dict[str, list[str]] = {}
        """By activity, everybody whom it is to be with."""

    def take(self, write: Write, result: Result) -> Answer:
        name = identity(write)
        self.ids[name] = record_id = result.id or name
        self.fields |= dict.fromkeys(fields_of(write))
        if PEOPLE in fields_of(write):
            self.people[record_id] = people(fields_of(write)[PEOPLE])
        if result.created:
            self.created.add(name)
        if isinstance(write, Archive):
            self.archived.add(record_id)
        return _ACCEPTED


@dataclass(frozen=True, slots=True)
class Way:
    """How writes of one object go out. `key_field` is empty where no record can carry our key; `together`: several
    collections may share one call."""

    client: SalesforceClient
    memory: Memory
    object_name: str
    key_field: str
    together: bool = False

    @property
    def most(self) -> int:
        """Writes in one call: what has passed the organisation's Apex so far, or as many as a call takes."""
        most = MOST_TOGETHER if self.together else COLLECTION
        passed: int = (self.memory.recall(_SIZES) or {}).get(self.object_name, most)
        return min(most, passed)

    def learn_most(self, most: int) -> None:
        self.memory.learn(_SIZES, {**(self.memory.recall(_SIZES) or {}), self.object_name: max(most, 1)})


def write_all(way: Way, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
    """One answer per write, in order."""
    accepted = _Accepted()
    answers = _in_bulk(way, writes, accepted)
    rest = _by_parent([position for position in range(len(writes)) if position not in answers], writes)

    def send_batch(batch: list[Write]) -> Attempt:
        if isinstance(batch[0], Merge):
            return [Refused(Policy.DEAD, "NO_MERGE", _NO_MERGE)] * len(batch)
        try:
            reading = Reading(way.object_name, [*fields, *fields_written(batch)])
            sent = _as_sent(way.client, way.object_name, batch)
            parts, records = send(way.client, way.key_field, sent, reading)
        except Refusal as refusal:
            return _blame(refusal.fault, batch, way.object_name)
        accepted.shown |= {record.ref.id: record for record in records}
        meant = iter(batch)
        parts = [part._replace(writes=list(islice(meant, len(part.writes)))) for part in parts]
        return _over_limit(way, batch, [answer for part in parts for answer in _answers(way, part, accepted)])

    if rest:
        settled = settle([writes[position] for position in rest], lambda: way.most, send_batch)
        answers |= dict(zip(rest, settled, strict=True))
    doubtful = relate_all(way.client, way.object_name, accepted.people)
    trouble = _read_back(way.client, Reading(way.object_name, [*fields, *accepted.fields]), accepted)
    return [
        doubtful.get(accepted.ids[identity(write)]) or _final(accepted, write, trouble)
        if answers[position] is _ACCEPTED
        else answers[position]
        for position, write in enumerate(writes)
    ]


def _in_bulk(way: Way, writes: Sequence[Write], accepted: _Accepted) -> dict[int, Answer]:
    """By position the answers of writes that are many enough for a bulk job; what a job cannot settle is left out."""
    answers: dict[int, Answer] = {}
    for kind in (Create, Update) if way.key_field and way.object_name not in ACTIVITIES else ():
        chosen: dict[str, int] = {}
        for position, write in enumerate(writes):
            if isinstance(write, kind) and bulk.fits(write):
                chosen.setdefault(identity(write), position)
        bulky = [write for position in chosen.values() if isinstance(write := writes[position], kind)]
        if len(bulky) < bulk.FROM:
            continue
        try:
            results = bulk.write_in_bulk(way.client, way.memory, way.object_name, way.key_field, bulky)
        except Refusal:
            continue  # this organisation or its daily limit allows no job: collections do as well
        if results is None:
            answers |= dict.fromkeys(chosen.values(), Unknown("Its bulk job is still at work"))
            continue
        for name, result in results.items():
            answer = _answer(way, writes[chosen[name]], result, accepted)
            if answer is not None and not _is_limit(answer):
                answers[chosen[name]] = answer
    return answers


def _by_parent(positions: list[int], writes: Sequence[Write]) -> list[int]:
    """In the order in which they go out: those of one account together, so that no two calls want its lock.

    https://developer.salesforce.com/docs/atlas.en-us.salesforce_record_access_under_the_hood.meta/salesforce_record_access_under_the_hood/uah_granular_locking.htm
    """

    def parent(position: int) -> str:
        fields = fields_of(writes[position])
        return str(fields.get("AccountId") or fields.get("WhatId") or "")

    return sorted(positions, key=parent)


def _answers(way: Way, part: Part, accepted: _Accepted) -> Attempt:
    if part.fault is not None:
        return _blame(part.fault, part.writes, way.object_name)
    return [_answer(way, *each, accepted) for each in zip(part.writes, part.results, strict=True)]


def _answer(way: Way, write: Write, result: Result, accepted: _Accepted) -> Answer:
    if _is_done(write, result):
        return accepted.take(write, result)
    return refused(result.errors, write, way.object_name)


def _over_limit(way: Way, batch: Sequence[Write], answers: Attempt) -> Attempt:
    """Writes that failed on a governor limit, which counts over a call, go again in calls of half the size."""
    if len(batch) == 1 or not any(_is_limit(answer) for answer in answers):
        return answers
    way.learn_most(len(batch) // 2)
    return [None if _is_limit(answer) else answer for answer in answers]


def _is_limit(answer: Answer | None) -> bool:
    """Whether a governor limit refused it, or a flow's.

    https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_gov_limits.htm
    """
    return isinstance(answer, Refused) and answer.code in _IN_APEX and bool(_LIMIT.search(answer.message))


def _is_done(write: Write, result: Result) -> bool:
    """Whether it is as the write wants it: what is deleted already need not be deleted."""
    is_gone = isinstance(write, Archive) and any(fault.code == "ENTITY_IS_DELETED" for fault in result.errors)
    return result.success or is_gone


def _read_back(client: SalesforceClient, reading: Reading, accepted: _Accepted) -> Answer:
    """Read the written records that no call has shown; returns what a write came to whose record is not among them."""
    live = [each for each in accepted.ids.values() if each not in accepted.archived and each not in accepted.shown]
    try:
        records = read_many(client, reading, live) + read_deleted(client, reading, sorted(accepted.archived))
    except ConnectorError as error:
        return Unknown(f"Written, but not read back: {error}")
    accepted.shown |= {record.ref.id: record for record in records}
    return _ACCEPTED


def _final(accepted: _Accepted, write: Write, otherwise: Answer) -> Answer:
    name = identity(write)
    record = accepted.shown.get(accepted.ids[name])
    return Shown(record, name in accepted.created and isinstance(write, Create)) if record else otherwise


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


def _blame(fault: Fault, batch: Sequence[Write], object_name: str) -> Attempt:
    """Answers those whom the refusal of a whole call means: who carries the field it names; `None` for the others."""
    columns = {*_COLUMN.findall(fault.message), *(fault.fields or [])}
    return [
        refused([fault], write, object_name) if len(batch) == 1 or columns & fields_of(write).keys() else None
        for write in batch
    ]


def refused(faults: Sequence[Fault], write: Write, object_name: str) -> Refused:
    """What the errors of one record mean: the first one that is not a field's decides, else the first."""
    fault = next((each for each in faults if each.code not in HELD), faults[0] if faults else Fault())
    fields = fields_of(write)
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
