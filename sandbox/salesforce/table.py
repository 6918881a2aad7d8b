"""The records of one object, by id, with an index for each field that may be looked up.

A row is a plain dict of the values that are not null, as they go over the wire. A stored row is never changed: a write
puts a new row in its place, so that a page of a running query, and a batch that is taken back, keep what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sandbox.salesforce.ids import full_id, make_id
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.watch import Key, Watch

Row = dict[str, Any]


class Table:
    """`live` and `deleted` rows by id; `version` grows with each change.

    `gone` is the delete log, by id when; `binned_with` tells of what went into the bin with which other record;
    `sees` tells which rows the API user may see, where not all.
    """

    def __init__(self, kind: SObject) -> None:
        self.kind = kind
        self.live: dict[str, Row] = {}
        self.deleted: dict[str, Row] = {}
        self.gone: dict[str, str] = {}
        self.binned_with: dict[str, str] = {}
        self.sees: Callable[[Row], bool] | None = None
        self.watches: dict[str, Watch] = {}
        self.version = 0
        self._made = 0
        self._indexes: dict[str, dict[object, dict[str, None]]] = {}
        for field in kind.fields.values():
            self._index(field)
        self.defaults = kind.defaults()

    def next_id(self) -> str:
        self._made += 1
        return make_id(self.kind.prefix or "000", self._made)

    def start_at(self, number: int) -> None:
        """The next record is the one after the `number`th."""
        self._made = number

    def find_id(self, text: object) -> str | None:
        """The 18-character id of a record that is or was here, from 15 or 18 characters."""
        if isinstance(text, str) and text in self.live:
            return text
        whole = full_id(text)
        return whole if whole in self.live or whole in self.deleted else None

    def get(self, record_id: str, /) -> Row | None:
        """The live row that the API user may see."""
        row = self.live.get(record_id)
        return row if row is not None and (self.sees is None or self.sees(row)) else None

    def field(self, name: str) -> Field | None:
        return self.kind.fields.get(name.lower())

    def _index(self, field: Field) -> None:
        """From now on records are found by this field's value; the Id has no need of it."""
        if not (field.is_indexed or field.children) or field.type == "id":
            return
        entries: dict[object, dict[str, None]] = {}
        for record_id, row in self.live.items():
            if (value := row.get(field.name)) is not None:
                entries.setdefault(folded(value, field), {})[record_id] = None
        self._indexes[field.name] = entries

    def shows(self, row: Row) -> bool:
        """May the API user see this row?"""
        return self.sees is None or self.sees(row)

    def watch(self, name: str, key: Key) -> Watch:
        """The index of live rows by `key`, made when it is first asked for and kept from then on."""
        if name not in self.watches:
            self.watches[name] = Watch(key, self.live.values())
        return self.watches[name]

    def ids_referring(self, field_name: str, record_id: str) -> list[str]:
        """The ids of live records whose reference field holds this id."""
        if field_name in self._indexes:
            return list(self._indexes[field_name].get(record_id, ()))
        return self.watch(field_name, lambda row: row.get(field_name)).ids(record_id)

    def has_index(self, field: Field) -> bool:
        return field.name in self._indexes

    def ids_with(self, field: Field, value: object) -> list[str]:
        """The ids of live records whose indexed field holds this value."""
        return list(self._indexes[field.name].get(folded(value, field), ()))

    def put(self, row: Row) -> Row | None:
        """Store a row, live or deleted as its IsDeleted says; returns the one that stood there."""
        record_id = row["Id"]
        before = self._take(record_id)
        if row.get("IsDeleted"):
            self.live.pop(record_id, None)
            self.deleted[record_id] = row
            self.gone.pop(record_id, None)
            self.gone[record_id] = row["SystemModstamp"]
        else:
            self.live[record_id] = row
            self._enter(row)
            if self.gone:
                self.gone.pop(record_id, None)
        self.version += 1
        return before

    def drop(self, record_id: str) -> Row | None:
        """Remove a row for good; returns it."""
        self.version += 1
        before = self._take(record_id)
        self.live.pop(record_id, None)
        return before

    def restore(self, record_id: str, before: Row | None) -> None:
        """Undo a `put` or a `drop`."""
        if before is None:
            self.drop(record_id)
        else:
            self.put(before)

    def add_field(self, field: Field) -> None:
        """The object has one more field; a checkbox gets its default in all records."""
        self.kind.fields[field.name.lower()] = field
        self.defaults = self.kind.defaults()
        self._index(field)
        if field.type == "boolean":
            for rows in (self.live, self.deleted):
                for record_id, row in rows.items():
                    rows[record_id] = {**row, field.name: field.default}

    def change_field(self, field: Field) -> None:
        """The field of this name is defined anew; its values stay, and so does who sees it."""
        self._indexes.pop(field.name, None)
        self.kind.fields[field.name.lower()] = replace(field, hidden=self.kind.fields[field.name.lower()].hidden)
        self.defaults = self.kind.defaults()
        self._index(field)

    def drop_field(self, field: Field) -> Callable[[], None]:
        """Forget a field and its values in all rows; what is returned brings them back, where the rows still are."""
        live, deleted = dict(self.live), dict(self.deleted)
        self._indexes.pop(field.name, None)
        del self.kind.fields[field.name.lower()]
        self.defaults = self.kind.defaults()
        for rows in (self.live, self.deleted):
            for record_id, row in rows.items():
                if field.name in row:
                    rows[record_id] = {name: value for name, value in row.items() if name != field.name}
        self.version += 1

        def bring_back() -> None:
            self.add_field(field)
            for rows, before in ((self.live, live), (self.deleted, deleted)):
                for record_id in rows.keys() & before.keys():
                    rows[record_id] = before[record_id]
            self._index(field)
            self.version += 1

        return bring_back

    def all_rows(self) -> Iterable[Row]:
        """Live and deleted rows, in the order of their ids."""
        return sorted([*self.live.values(), *self.deleted.values()], key=lambda row: row["Id"])

    def _take(self, record_id: str) -> Row | None:
        before = self.live.get(record_id)
        if before is None:
            return self.deleted.pop(record_id, None)
        for name, entries in self._indexes.items():
            if (value := before.get(name)) is not None:
                self._leave(entries, folded(value, self.kind.fields[name.lower()]), record_id)
        for watch in self.watches.values():
            watch.leave(record_id)
        return before

    def _enter(self, row: Row) -> None:
        for name, entries in self._indexes.items():
            if (value := row.get(name)) is not None:
                entries.setdefault(folded(value, self.kind.fields[name.lower()]), {})[row["Id"]] = None
        for watch in self.watches.values():
            watch.enter(row)

    @staticmethod
    def _leave(entries: dict[object, dict[str, None]], key: object, record_id: str) -> None:
        holders = entries[key]
        del holders[record_id]
        if not holders:
            del entries[key]


def folded(value: object, field: Field) -> object:
    """How a value is compared: text without regard to case, unless its field is case-sensitive."""
    if isinstance(value, str) and field.is_text and not field.case_sensitive:
        return value.lower()
    return value
