"""The facts: per object one typed table of the mapped fields, computed once when a record is stored.

The tables are made and altered from the mapping, outside Django's migrations, and can be rebuilt from the stored
records at any time. Each field has a value and a state (blank, placeholder, invalid, ok); a field that an object of a
system lacks has the state absent. Of a pair only one row is `counted`: the sales record, since that is what reps keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.db import connection

from crm.funnel import Funnel
from crm.phones import is_valid_phone
from crm.record import Fields, Record, Ref, Side, Wire
from crm.states import FieldState
from crm.values import FieldType, dump, is_valid_email
from store.sql import column_types, execute, execute_in, execute_many, milliseconds, rows, rows_in, upsert
from sync.kinds import kind_of
from sync.mapping import FieldMap, ObjectMap
from sync.mapping import Mapping as FieldMapping

COLUMN_TYPES = {FieldType.NUMBER: "DOUBLE PRECISION", FieldType.BOOL: "SMALLINT", FieldType.DATETIME: "BIGINT"}
OWN_COLUMNS = {
    "side": "TEXT NOT NULL",
    "object_name": "TEXT NOT NULL",
    "counted": "SMALLINT NOT NULL",
    "changed": "SMALLINT NOT NULL",
    "owner": "TEXT",
    "rep": "TEXT",
    "own_stage": "TEXT",
    "stage": "TEXT",
    "modified_at": "BIGINT NOT NULL",
}
Fact = tuple[Any, int]
Reader = Callable[[Wire], Fact]
# Plain integers: SQLite's driver takes three times as long over a member of an enumeration.
PLACEHOLDER, INVALID, OK = int(FieldState.PLACEHOLDER), int(FieldState.INVALID), int(FieldState.OK)
ABSENT: Fact = (None, int(FieldState.ABSENT))
BLANK: Fact = (None, int(FieldState.BLANK))


@dataclass(frozen=True, slots=True)
class Judge:
    """What counts as filled and valid: the placeholders (trimmed, folded), the country of short numbers."""

    placeholders: frozenset[str] = frozenset()
    phone_region: str | None = None

    def reader(self, field: FieldMap, side: Side) -> Reader:
        """Reads one field of one side from the wire: its value for the column, and its state."""
        typed = partial(self._typed, field, side)
        return self._text(field.type, typed) if field.is_plain else typed

    def _text(self, field_type: FieldType, typed: Reader) -> Reader:
        """The same as `typed` would say of a text, in a quarter of the time: most values of most records are texts."""
        placeholders, is_valid = self.placeholders, self._check(field_type)

        def read(wire: Wire) -> Fact:
            if wire is None:
                return BLANK
            if not isinstance(wire, str):
                return typed(wire)
            trimmed = wire.strip()
            if not trimmed:
                return BLANK
            if trimmed.casefold() in placeholders:
                return wire, PLACEHOLDER
            return wire, OK if is_valid is None or is_valid(wire) else INVALID

        return read

    def _check(self, field_type: FieldType) -> Callable[[str], bool] | None:
        """What makes a text of this type valid; `None` where any is."""
        match field_type:
            case FieldType.EMAIL:
                return is_valid_email
            case FieldType.PHONE:
                return partial(is_valid_phone, region=self.phone_region)
        return None

    def _typed(self, field: FieldMap, side: Side, wire: Wire) -> Fact:
        try:
            value = field.read(side, wire)
        except ValueError:
            return None, INVALID
        if value is None:
            return BLANK
        text = dump(value) or ""
        if text.strip().casefold() in self.placeholders:
            return (text if field.type not in COLUMN_TYPES else None), PLACEHOLDER
        match field.type:
            case FieldType.NUMBER:
                return float(text), OK
            case FieldType.BOOL:
                return int(text == "true"), OK
            case FieldType.DATETIME:
                return milliseconds(value), OK  # type: ignore[arg-type]
        is_valid = self._check(field.type)
        return text, OK if is_valid is None or is_valid(text) else INVALID


class Facts:
    """The facts of one object."""

    def __init__(self, mapping: FieldMapping, object_map: ObjectMap, judge: Judge) -> None:
        self.table = f'"facts_{object_map.name}"'
        self._object_map = object_map
        self._funnel = mapping.funnel_of(object_map.name)
        fields, names = object_map.fields, list(object_map.fact_types)
        self._columns = [column for name in names for column in (f"f_{name}", f"f_{name}__state")]
        self._types = {f"f_{name}": COLUMN_TYPES.get(each, "TEXT") for name, each in object_map.fact_types.items()}
        self._types |= dict.fromkeys((f"f_{name}__state" for name in names), "SMALLINT NOT NULL DEFAULT -1")
        self._readers: dict[str, list[tuple[str | None, Reader]]] = {
            object_name: [
                (field.native_name(side, object_name), judge.reader(field, side)) for field in fields.values()
            ]
            for side in Side
            for object_name in object_map.object_names(side)
        }
        self._stages = {name: _stage_reader(self._funnel, name) for name in self._readers}
        changing = ["side", "object_name", "changed", "owner", "own_stage", "stage", "modified_at", *self._columns]
        self._upsert = upsert(self.table, "ref", [*changing, "counted", "rep"]).replace(
            '"counted" = excluded."counted"', f'"counted" = {self.table}."counted"'
        )

    def ensure(self) -> bool:
        """Make or mend the table: what is missing is added, and a column whose field changed its type is made anew.

        Returns whether anything was, so that the facts must be computed again.
        """
        wanted = {**OWN_COLUMNS, **self._types}  # the mapping's own columns can be added later: they have defaults
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            name = self.table.strip('"')
            if name not in tables:
                columns = ", ".join(f'"{column}" {kind}' for column, kind in wanted.items())
                cursor.execute(f'CREATE TABLE {self.table} ("ref" TEXT PRIMARY KEY, {columns})')
                cursor.execute(f'CREATE INDEX "{name}_changed" ON {self.table} ("ref") WHERE "changed" = 1')
                return True
            existing = column_types(name)
            for column in self._types:
                if existing.get(column, "") not in ("", self._types[column].partition(" NOT NULL")[0]):
                    cursor.execute(f'ALTER TABLE {self.table} DROP COLUMN "{column}"')
                    del existing[column]
            missing = {column: kind for column, kind in wanted.items() if column not in existing}
            for column, kind in missing.items():
                cursor.execute(f'ALTER TABLE {self.table} ADD COLUMN "{column}" {kind}')
        return bool(missing)

    def save(self, side: Side, records: Sequence[Record], reps: Mapping[str, str]) -> None:
        """Compute and store the facts of records; `reps` gives the rep of an owner of this side."""
        execute_many(self._upsert, [self._row(side, record, reps) for record in records])

    def _row(self, side: Side, record: Record, reps: Mapping[str, str]) -> list[Any]:
        object_name, fields, owner = record.ref.object, record.fields, record.owner
        stage = self._stages[object_name](fields)
        row: list[Any] = [
            str(record.ref), side.value, object_name, 1, owner, stage, stage, milliseconds(record.modified_at)
        ]  # fmt: skip
        for native_name, read in self._readers[object_name]:
            row += read(fields[native_name]) if native_name is not None and native_name in fields else ABSENT
        if self._object_map.kinds:
            kind = kind_of(self._object_map.kinds, side, record)
            row += (kind.name, OK) if kind else BLANK
        row += (1, reps.get(owner) if owner else None)
        return row

    def retire(self, refs: Iterable[Ref]) -> None:
        """These records are gone: they count no more, and their gaps close."""
        execute_in(f'UPDATE {self.table} SET "counted" = 0, "changed" = 1 WHERE "ref" IN ({{keys}})', map(str, refs))

    def settle(self, refs: Iterable[Ref]) -> None:
        """After links or linked records changed: one row of each pair counts, with the later stage of the two."""
        pairs = rows_in(
            f"""SELECT l.marketing, l.sales, m.own_stage, s.own_stage, s.stage, m.counted, s.counted
                FROM store_link l JOIN {self.table} m ON m.ref = l.marketing JOIN {self.table} s ON s.ref = l.sales
                WHERE l.marketing IN ({{keys}})""",
            self._marketing_refs(refs),
        )
        uncounted, staged = [], []
        for marketing, sales, marketing_stage, sales_stage, stage, marketing_counted, sales_counted in pairs:
            later = self._funnel.later(marketing_stage, sales_stage)
            if marketing_counted:
                uncounted.append((marketing,))
            if later != stage or not sales_counted:
                staged.append((later, sales))
        execute_many(f'UPDATE {self.table} SET "counted" = 0, "changed" = 1 WHERE "ref" = %s', uncounted)
        execute_many(f'UPDATE {self.table} SET "counted" = 1, "changed" = 1, "stage" = %s WHERE "ref" = %s', staged)

    def count_alone(self, ref: Ref) -> None:
        """A record whose pair was parted stands for itself again."""
        execute(
            f'UPDATE {self.table} SET "counted" = 1, "changed" = 1, "stage" = "own_stage" WHERE "ref" = %s', [str(ref)]
        )

    def assign_reps(self) -> None:
        """After the reps were read again: every row gets the rep of its owner."""
        for side in Side:
            execute(
                f"""UPDATE {self.table} SET "changed" = 1,
                    "rep" = (SELECT r.id FROM store_rep r WHERE r.{side} = {self.table}."owner")
                    WHERE "side" = %s AND "owner" IS NOT NULL AND COALESCE("rep", '') <>
                    COALESCE((SELECT r.id FROM store_rep r WHERE r.{side} = {self.table}."owner"), '')""",
                [side.value],
            )

    def changed(self, limit: int) -> list[str]:
        """References of rows that the rules have not seen since they changed."""
        return [ref for (ref,) in rows(f'SELECT "ref" FROM {self.table} WHERE "changed" = 1 LIMIT {int(limit)}')]

    def has_any(self) -> bool:
        """Whether a record of it is stored, live or gone."""
        return bool(rows(f'SELECT 1 FROM {self.table} f JOIN store_record r ON r.ref = f."ref" LIMIT 1'))

    def unchanged(self, refs: Iterable[str]) -> None:
        """The rules have seen these."""
        execute_in(f'UPDATE {self.table} SET "changed" = 0 WHERE "ref" IN ({{keys}})', refs)

    def recheck(self) -> None:
        """The rules changed: every row is to be seen again."""
        execute(f'UPDATE {self.table} SET "changed" = 1')

    def _marketing_refs(self, refs: Iterable[Ref]) -> list[str]:
        names = [str(ref) for ref in refs]
        found = {row[0] for row in rows_in("SELECT marketing FROM store_link WHERE marketing IN ({keys})", names)}
        found |= {row[0] for row in rows_in("SELECT marketing FROM store_link WHERE sales IN ({keys})", names)}
        return sorted(found)


def _stage_reader(funnel: Funnel, object_name: str) -> Callable[[Fields], str | None]:
    """Tells a record's stage by the fields that say it; the same few words come back on all records."""
    names = sorted(funnel.fields_read(object_name))

    @lru_cache(maxsize=1_000)
    def stage_of(*shown: Wire) -> str | None:
        return funnel.stage_of(object_name, dict(zip(names, shown, strict=True)))

    return lambda fields: stage_of(*[fields.get(name) for name in names])
