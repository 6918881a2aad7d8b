"""The records of a system in memory, and what humans do to them.

Every change gets the next number of one counter, by which the connector on top reads what changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.base import FieldInfo, RequestRefused
from crm.record import Record, Ref, Wire

FIRST_CHANGE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """One stored record; `change` is the number of its latest change."""

    values: dict[str, Wire]
    owner: str | None
    change: int
    at: datetime
    deleted: bool = False
    merged_into: Ref | None = None
    merged_from: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    twin: Ref | None = None
    changed: dict[str, datetime] = field(default_factory=dict)
    """When each field changed last."""


@dataclass
class MemoryRecords:
    """A system in memory. `objects` maps each object to its fields, by name or fully described.

    `unique` names the fields whose values no two live records of an object share, whatever their case.
    `now` tells the time of a change; without it each change is one second after the one before.
    """

    system: str
    objects: Mapping[str, Sequence[str | FieldInfo]]
    key_field: str = "entente_key"
    keyless: frozenset[str] = frozenset()
    """Objects that cannot carry our key."""
    unique: frozenset[str] = frozenset()
    now: Callable[[], datetime] | None = None

    _rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    _keyed: set[str] = field(default_factory=set)
    _counter: int = 0

    def add(self, object_name: str, values: Mapping[str, Wire], owner: str | None = None) -> Ref:
        """Somebody makes a record by hand."""
        ref = Ref(self.system, object_name, str(self._counter + 1))
        row = Row({}, owner, 0, FIRST_CHANGE_AT)
        self._table(object_name)[ref.id] = row
        self._set(row, values)
        return ref

    def edit(self, ref: Ref, **values: Wire) -> None:
        """Somebody changes fields by hand; `None` clears one."""
        self._set(self._row(ref), values)

    def end_of(self, object_name: str, record_id: str) -> str:
        """The id of the record that this one is part of now."""
        row = self._table(object_name).get(record_id)
        while row is not None and row.merged_into is not None and row.merged_into.object == object_name:
            record_id = row.merged_into.id
            row = self._row(row.merged_into)
        return record_id

    def know_as(self, ref: Ref, emails: Sequence[str] = (), twin: Ref | None = None) -> None:
        """Somebody gives a record further addresses, or another integration notes whom it belongs to."""
        row = self._row(ref)
        row.emails, row.twin = tuple(emails), twin
        self._touch(row)

    def assign(self, ref: Ref, owner: str | None) -> None:
        """Somebody gives the record to another owner."""
        row = self._row(ref)
        row.owner = owner
        self._touch(row)

    def delete(self, ref: Ref, deleted: bool = True) -> None:
        """Somebody deletes the record, or brings it back."""
        row = self._row(ref)
        row.deleted = deleted
        self._touch(row)

    def merge(self, loser: Ref, winner: Ref) -> None:
        """Somebody merges two records: the loser is gone, the winner remembers its id."""
        lost, kept = self._row(loser), self._row(winner)
        lost.deleted, lost.merged_into = True, winner
        kept.merged_from = (*kept.merged_from, loser.id, *lost.merged_from)
        self._touch(lost)
        self._touch(kept)

    def merge_anew(self, loser: Ref, winner: Ref) -> Ref:
        """Somebody merges two records into one with a new id: the winner's values, else the loser's."""
        lost, kept = self._row(loser), self._row(winner)
        values = {**lost.values, **{name: value for name, value in kept.values.items() if value is not None}}
        for row in (lost, kept):
            row.deleted = True
            self._touch(row)
        merged = self.add(winner.object, values, kept.owner)
        lost.merged_into = kept.merged_into = merged
        self._row(merged).merged_from = (*kept.merged_from, winner.id, *lost.merged_from, loser.id)
        return merged

    def convert(self, lead: Ref, object_name: str, values: Mapping[str, Wire]) -> Ref:
        """Somebody converts a lead: it stays readable, takes no writes, and points to the new record."""
        row = self._row(lead)
        row.merged_into = self.add(object_name, values, row.owner)
        self._touch(row)
        return row.merged_into

    def look(self, ref: Ref) -> Record:
        """The record with all its fields, deleted or not, without a call."""
        return self._record(ref, self._row(ref), None)

    def everything(self, object_name: str) -> list[Record]:
        """All live records of an object with all their fields, without a call."""
        return [
            self._record(Ref(self.system, object_name, record_id), row, None)
            for record_id, row in self._table(object_name).items()
            if not row.deleted
        ]

    def _table(self, object_name: str) -> dict[str, Row]:
        if object_name not in self.objects:
            raise RequestRefused(f"{self.system} has no object {object_name}: check the mapping")
        return self._rows.setdefault(object_name, {})

    def _row(self, ref: Ref) -> Row:
        return self._table(ref.object)[ref.id]

    def _fields(self, object_name: str) -> dict[str, FieldInfo]:
        self._table(object_name)
        infos = [f if isinstance(f, FieldInfo) else FieldInfo(f, f, "string") for f in self.objects[object_name]]
        if object_name in self._keyed:
            infos.append(FieldInfo(self.key_field, "Entente key", "string", max_length=255))
        return {info.name: info for info in infos}

    def _set(self, row: Row, values: Mapping[str, Wire]) -> None:
        self._touch(row)
        row.changed |= {name: row.at for name, value in values.items() if row.values.get(name) != value}
        row.values.update(values)

    def _touch(self, row: Row) -> None:
        self._counter += 1
        row.change = self._counter
        row.at = self.now() if self.now else FIRST_CHANGE_AT + timedelta(seconds=self._counter)

    def _record(self, ref: Ref, row: Row, fields: Sequence[str] | None) -> Record:
        names = row.values if fields is None else fields
        shown = {name: row.values.get(name) for name in names}
        known_as = row.merged_from, row.emails
        record = Record(ref, shown, row.owner, row.at, row.deleted, row.merged_into, *known_as, twin=row.twin)
        return replace(record, payload=to_payload(record))


def to_payload(record: Record) -> bytes:
    """The record as JSON, as another system would send it."""
    body = {
        "id": record.ref.id,
        "fields": dict(record.fields),
        "owner": record.owner,
        "modified_at": record.modified_at.isoformat(),
        "deleted": record.deleted,
        "merged_into": str(record.merged_into) if record.merged_into else None,
        "merged_from": record.merged_from,
        "emails": record.emails,
        "twin": str(record.twin) if record.twin else None,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def from_payload(system: str, object_name: str, payload: bytes) -> Record:
    """The reverse of `to_payload`."""
    body = json.loads(payload)
    return Record(
        Ref(system, object_name, body["id"]),
        body["fields"],
        body["owner"],
        datetime.fromisoformat(body["modified_at"]),
        body["deleted"],
        Ref.parse(body["merged_into"]) if body["merged_into"] else None,
        tuple(body["merged_from"]),
        tuple(body["emails"]),
        payload=payload,
        twin=Ref.parse(body["twin"]) if body["twin"] else None,
    )
