"""The reference connector: the protocol's methods over records in memory, and what goes wrong with them on request.

The cursor is the number of the last change that was read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.base import (
    Advice,
    Answer,
    Archive,
    Create,
    FieldInfo,
    Inspection,
    Merge,
    NoAnswer,
    Page,
    Policy,
    QuotaSpent,
    Refused,
    RequestRefused,
    Rival,
    Seen,
    SetupStep,
    Shown,
    Unavailable,
    Update,
    Wanted,
    Write,
)
from connectors.batches import Attempt, settle, to_wire
from connectors.memory.preferences import MemoryPreferences
from connectors.memory.records import Row, from_payload
from crm.record import Record, Ref, Rep, Wire


@dataclass
class MemoryConnector(MemoryPreferences):
    """A dict that misbehaves on request."""

    people: Sequence[Rep] = ()
    account_id: str = "memory"
    page_size: int = 100
    batch_size: int = 100
    tells_deleted: bool = True
    """Whether `changes` shows deleted records (Salesforce does, HubSpot's search does not)."""

    follows_merges: bool = False
    """Whether an id that was merged away still leads to the record that it is part of now (HubSpot), instead of being
    shown as deleted (Salesforce); a merge then makes a record with a new id."""

    keeps_times: bool = True
    """Whether it knows when each field changed (HubSpot does, Salesforce mostly does not)."""

    calls: int = 0
    usage: tuple[int, int] | None = None
    writes: int = 0
    """How many records were written through the connector."""
    unavailable: bool = False
    """While set, every call raises `Unavailable`."""
    quota_refusals: int = 0
    """How many of the next calls are refused because the quota is used up."""
    rewrites: dict[str, Callable[[str], str]] = field(default_factory=dict)
    """By field, what the system makes of a text that it is sent (`str.upper`, `str.strip`, a cut)."""

    other_sync: Rival | None = None
    """Another integration that is at work here."""

    _refusals: deque[Refused] = field(default_factory=deque)
    _lost: int = 0
    _cut: int = 0

    def refuse(self, count: int, policy: Policy, code: str = "REFUSED", field_name: str | None = None) -> None:
        """The next `count` writes are refused."""
        refused = Refused(policy, code, f"{self.system} was told to refuse this write", field_name)
        self._refusals.extend([refused] * count)

    def lose_answers(self, calls: int = 1) -> None:
        """The next write calls are done, but their answers are lost."""
        self._lost += calls

    def cut(self, calls: int = 1) -> None:
        """The next write calls are cut before they are done."""
        self._cut += calls

    @property
    def deleted_window(self) -> timedelta | None:
        return timedelta(days=15) if self.tells_deleted else None

    def account(self) -> str:
        self._call()
        return self.account_id

    def describe(self, object_name: str) -> dict[str, FieldInfo]:
        self._call()
        return dict(self._fields(object_name))

    def inspect(self, objects: Sequence[str], read_only: Collection[str] = ()) -> Inspection:
        self._call()
        return Inspection(self.account_id, "memory", {name: self._fields(name) for name in objects})

    def rival(self, described: Mapping[str, Mapping[str, FieldInfo]]) -> Rival | None:
        return self.other_sync

    def advise(self, object_name: str, absent: Sequence[str], locked: Sequence[str]) -> Mapping[str, Advice]:
        place = f"{self.system} {object_name}"
        found = {name: Advice(Seen.ABSENT, f"{place} has no field {name}") for name in absent}
        return found | {name: Advice(Seen.LOCKED, f"{place}: {name} cannot be written") for name in locked}

    def changes(self, object_name: str, fields: Sequence[str], cursor: str | None) -> Iterator[Page]:
        if cursor and not cursor.isdigit():
            raise RequestRefused(f"{cursor!r} is no cursor of {self.system}: read from the start")
        since = int(cursor or 0)
        table = self._table(object_name)
        changed = sorted((row.change, record_id) for record_id, row in table.items() if row.change > since)
        shown = [pair for pair in changed if self.tells_deleted or not table[pair[1]].deleted]
        for start in range(0, max(len(shown), 1), self.page_size):
            self._call()
            part = shown[start : start + self.page_size]
            is_last = start + self.page_size >= len(shown)
            end = changed[-1][0] if changed and is_last else part[-1][0] if part else since
            yield Page(self._shown(object_name, [pair[1] for pair in part], fields), str(end), len(shown))

    def get_many(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        table = self._table(object_name)
        if not ids:
            return []
        self._call()
        ends = [self.end_of(object_name, i) if self.follows_merges else i for i in ids]
        live = [i for i in dict.fromkeys(ends) if i in table and not table[i].deleted]
        return self._shown(object_name, live, fields)

    def erased(self, object_name: str, ids: Sequence[str]) -> set[str]:
        """Nobody."""
        return set()

    def get_each(self, wanted: Sequence[Wanted]) -> list[Record]:
        return [record for each in wanted for record in self.get_many(*each)]

    def find_many(self, object_name: str, criteria: Mapping[str, Sequence[str]], fields: Sequence[str]) -> list[Record]:
        wanted = {name: {value.casefold() for value in values} for name, values in criteria.items() if values}
        if not wanted:
            return []
        self._call()
        found = [
            record_id
            for record_id, row in self._table(object_name).items()
            if not row.deleted
            and any(str(row.values.get(name) or "").casefold() in values for name, values in wanted.items())
        ]
        return self._shown(object_name, found, fields)

    def carries_key(self, object_name: str) -> bool:
        return object_name not in self.keyless

    def find_made(
        self, object_name: str, creates: Sequence[Create], fields: Sequence[str]
    ) -> Mapping[int, list[Record]]:
        self._call()
        live = [(record_id, row) for record_id, row in self._table(object_name).items() if not row.deleted]
        found = {}
        for position, create in enumerate(creates):
            wanted = {name: self._stored(name, to_wire(value)) for name, value in create.fields.items()}
            ids = [i for i, row in live if all(row.values.get(name) == value for name, value in wanted.items())]
            found[position] = self._shown(object_name, ids, fields)
        return found

    def change_times(
        self, object_name: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Mapping[str, Mapping[str, datetime]]:
        if not self.keeps_times or not ids:
            return {}
        self._call()
        rows = {record_id: self._table(object_name).get(record_id) for record_id in ids}
        return {
            i: {name: row.changed[name] for name in fields if name in row.changed} for i, row in rows.items() if row
        }

    def decode(self, object_name: str, payload: bytes) -> Record:
        return from_payload(self.system, object_name, payload)

    def write_many(self, object_name: str, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
        self._table(object_name)
        return settle(writes, self.batch_size, lambda batch: self._send(object_name, batch, fields))

    def at_work(self) -> str:
        return ""

    def reps(self) -> list[Rep]:
        self._call()
        return list(self.people)

    def setup_steps(self, objects: Sequence[str]) -> list[SetupStep]:
        self._call()
        text = f"Add the unique text field {self.key_field}"
        return [SetupStep(name, self.key_field, text) for name in objects if self._lacks_key(name)]

    def _lacks_key(self, object_name: str) -> bool:
        return self.carries_key(object_name) and self.key_field not in self._fields(object_name)

    def set_up(self, steps: Sequence[SetupStep]) -> None:
        self._call()
        self._keyed.update(step.object for step in steps)

    def own_parts(self, objects: Sequence[str]) -> list[SetupStep]:
        self._call()
        return [SetupStep(name, self.key_field, f"Delete {self.key_field}") for name in objects if name in self._keyed]

    def take_down(self, parts: Sequence[SetupStep]) -> None:
        self._call()
        self._keyed.difference_update(part.object for part in parts)

    def _call(self) -> None:
        self.calls += 1
        if self.unavailable:
            raise Unavailable(f"{self.system} was told to be unavailable", retry_after=1.0)
        if self.quota_refusals:
            self.quota_refusals -= 1
            raise QuotaSpent(f"{self.system} was told that its quota is used up")

    def _shown(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        known = self._fields(object_name)
        if unknown := [name for name in fields if name not in known]:
            raise RequestRefused(f"{self.system} has no field {unknown[0]} on {object_name}: check the mapping")
        table = self._table(object_name)
        return [self._record(Ref(self.system, object_name, i), table[i], fields) for i in ids]

    def _send(self, object_name: str, batch: list[Write], fields: Sequence[str]) -> Attempt:
        self._call()
        if self._cut:
            self._cut -= 1
            raise NoAnswer(f"{self.system} cut the connection")
        answers: Attempt = [self._write(object_name, write, fields) for write in batch]
        if self._lost:
            self._lost -= 1
            raise NoAnswer(f"{self.system} lost its answer")
        return answers

    def _merged(self, write: Merge, fields: Sequence[str]) -> Answer:
        """Two live records become one."""
        rows = [self._table(ref.object).get(ref.id) for ref in (write.ref, write.loser)]
        if not self.follows_merges:
            return Refused(Policy.DEAD, "NO_MERGE", f"{self.system} merges by hand only")
        if any(row is None or row.deleted for row in rows):
            return Refused(Policy.LATER, "GONE", f"{self.system} has one of the two no more: read them again")
        merged = self.merge_anew(write.loser, write.ref)
        self.writes += 1
        return Shown(self._record(merged, self._row(merged), fields))

    def _write(self, object_name: str, write: Write, fields: Sequence[str]) -> Answer:
        if self._refusals:
            return self._refusals.popleft()
        if isinstance(write, Merge):
            return self._merged(write, fields)
        if isinstance(write, Create):
            ref, row = self._keyed_row(object_name, write.key) if self.carries_key(object_name) else (None, None)
        else:
            ref, row = write.ref, self._table(object_name).get(write.ref.id)
            if row is None or (row.deleted and not isinstance(write, Archive)):
                return Refused(Policy.LATER, "GONE", f"{self.system} has no {ref} any more: read it again")
        return self._change(ref, row, write, fields)

    def _keyed_row(self, object_name: str, key: str) -> tuple[Ref | None, Row | None]:
        for record_id, row in self._table(object_name).items():
            if row.values.get(self.key_field) == key and not row.deleted:
                return Ref(self.system, object_name, record_id), row
        return None, None

    def _change(self, ref: Ref | None, row: Row | None, write: Write, fields: Sequence[str]) -> Answer:
        if isinstance(write, Archive) and ref and row:
            if not row.deleted:
                self.delete(ref)
                self.writes += 1
            return Shown(self._record(ref, row, fields))
        assert isinstance(write, Create | Update)
        object_name = write.object if isinstance(write, Create) else write.ref.object
        values = {name: self._stored(name, to_wire(value)) for name, value in write.fields.items()}
        if refused := self._refusal(object_name, ref, row, values):
            return refused
        created = ref is None
        if isinstance(write, Create) and self.carries_key(object_name):
            values[self.key_field] = write.key
        if ref is None:
            ref = self.add(object_name, values)
        else:
            self.edit(ref, **values)
        self.writes += 1
        names = list(dict.fromkeys([*fields, *write.fields]))
        return Shown(self._record(ref, self._row(ref), names), created)

    def _stored(self, name: str, value: Wire) -> Wire:
        if isinstance(value, str) and name in self.rewrites:
            return self.rewrites[name](value) or None
        return value

    def _refusal(
        self, object_name: str, ref: Ref | None, row: Row | None, values: Mapping[str, Wire]
    ) -> Refused | None:
        if row is not None and row.merged_into:
            return Refused(Policy.LATER, "CONVERTED", f"{ref} became {row.merged_into}: read it again")
        known = self._fields(object_name)
        for name, value in values.items():
            if refused := _bad_value(known.get(name), name, value):
                return refused
            if name in self.unique and value and (other := self._holder(object_name, ref, name, str(value))):
                return Refused(Policy.LATER, "CONFLICT", f"{other} already has this {name}", name, other)
        for info in known.values():
            empty = values.get(info.name) is None
            if info.required and empty and (row is None or info.name in values):
                return Refused(Policy.DEAD, "REQUIRED_FIELD_MISSING", f"{info.name} is required", info.name)
        return None

    def _holder(self, object_name: str, ref: Ref | None, name: str, value: str) -> Ref | None:
        for record_id, row in self._table(object_name).items():
            is_same = ref is not None and ref.id == record_id
            if not is_same and not row.deleted and str(row.values.get(name) or "").casefold() == value.casefold():
                return Ref(self.system, object_name, record_id)
        return None


def _bad_value(info: FieldInfo | None, name: str, value: Wire) -> Refused | None:
    if info is None:
        return Refused(Policy.HELD, "UNKNOWN_FIELD", f"there is no field {name}", name)
    if not info.writable:
        return Refused(Policy.HELD, "READ_ONLY", f"{name} is read-only", name)
    if isinstance(value, str) and info.max_length is not None and len(value) > info.max_length:
        return Refused(Policy.HELD, "STRING_TOO_LONG", f"{name} takes {info.max_length} characters", name)
    if value is not None and info.options is not None and not set(str(value).split(";")) <= info.options:
        return Refused(Policy.HELD, "INVALID_OPTION", f"{name} does not take this value", name)
    return None
