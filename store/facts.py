"""The facts: per object one typed table of the mapped fields, computed once when a record is stored.

The tables are made and altered from the mapping, outside Django's migrations, and can be rebuilt from the stored
records at any time. Each field has a value and a state (blank, placeholder, invalid, ok); a field that an object of a
system lacks has the state absent. Of a pair only one row is `counted`: the sales record, since that is what reps keep.

What the rules ask for beside that (`Reads`) is kept too: when a field, the stage or the owner changed as we saw it,
and which records lead where. Whoever reads a row that changes is marked as changed as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from crm.funnel import Funnel
from crm.phones import is_valid_phone
from crm.record import Fields, Record, Ref, Side, Wire
from crm.states import FieldState
from crm.values import FieldType, dump, is_valid_email
from rules.reading import Reads
from store import known
from store.fact_tables import COLUMN_TYPES, ensure, remember_leads, upsert
from store.sql import execute, execute_in, execute_many, milliseconds, rows, rows_in
from sync.kinds import kind_of
from sync.mapping import FieldMap, ObjectMap
from sync.mapping import Mapping as FieldMapping

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
        if field.type is FieldType.REFERENCE:
            text = text.partition(";")[0].strip()  # HubSpot lists the primary one first
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

    def __init__(self, mapping: FieldMapping, object_map: ObjectMap, judge: Judge, reads: Reads | None = None) -> None:
        """`reads` says what the rules need of this object beside its fields."""
        self.name, reads = object_map.name, reads or Reads()
        self.table = f'"facts_{self.name}"'
        self._object_map = object_map
        self._funnel = mapping.funnel_of(self.name)
        fields, names = object_map.fields, list(object_map.fact_types)
        self._stamped = sorted(name for owner, name in reads.stamps if owner == self.name)
        self._keys = sorted(key for owner, key in reads.keys if owner == self.name)
        self._leads = sorted(name for owner, name in reads.leads if owner == self.name)
        self._read_by = sorted(reads.readers.get(self.name, ()), key=str)
        self._is_live = False
        self._columns = [column for name in names for column in (f"f_{name}", f"f_{name}__state")]
        self._types = {f"f_{name}": COLUMN_TYPES.get(each, "TEXT") for name, each in object_map.fact_types.items()}
        self._types |= dict.fromkeys((f"f_{name}__state" for name in names), "SMALLINT NOT NULL DEFAULT -1")
        self._types |= {f"f_{name}__{end}": "BIGINT" for name in self._stamped for end in ("at", "sure_at")}
        self._readers: dict[str, list[tuple[str | None, Reader]]] = {
            object_name: [
                (field.native_name(side, object_name), judge.reader(field, side)) for field in fields.values()
            ]
            for side in Side
            for object_name in object_map.object_names(side)
        }
        self._pairs = f"""SELECT l.marketing, l.sales, m.id, s.id, m.own_stage, s.own_stage, s.stage, m.own_stage_at,
                   s.own_stage_at, s.stage_at, m.counted = 0 AND s.counted = 1 AND m.twin = s.id AND s.twin = m.id
            FROM store_link l JOIN {self.table} m ON m.ref = l.marketing JOIN {self.table} s ON s.ref = l.sales
            WHERE l.{{side}} IN ({{keys}})"""
        self._stages = {name: _stage_reader(self._funnel, name) for name in self._readers}
        self._seen, self._again = (upsert(self.table, self._columns, self._stamped, was) for was in (True, False))

    @property
    def shape(self) -> str:
        """What the rules ask for: where it is another than before, the facts must be computed again."""
        return f"{self._stamped} {self._leads}"

    def ensure(self) -> bool:
        """Make or mend the table; returns whether anything was, so that the facts must be computed again."""
        return ensure(self.table.strip('"'), self._types, self._keys)

    def save(self, side: Side, records: Sequence[Record], reps: Mapping[str, str], *, as_stored: bool = False) -> None:
        """Compute and store the facts of records; `reps` gives the rep of an owner of this side.

        `as_stored`: nothing was read anew, so that no other value is a change.
        """
        refs = [str(record.ref) for record in records]
        self._mark_readers(refs)
        stamps = 3 + len(self._stamped)
        is_new = not as_stored and self.is_live
        lines = [self._row(side, record, reps) for record in records]
        for line, record in zip(lines, records, strict=True):
            at = milliseconds(record.modified_at)
            line += [at, *[at if is_new else None] * stamps]  # who is new to us since we watch, was made then
        execute_many(self._again if as_stored else self._seen, lines)
        if self._leads:
            fields = [self._object_map.fields[name] for name in self._leads]
            remember_leads(self.name, side, fields, records)
        self._mark_readers(refs)

    @property
    def is_live(self) -> bool:
        """Whether all records were read once: whatever comes later is new."""
        self._is_live = self._is_live or known.recall(f"live.{self.name}") is not None
        return self._is_live

    def go_live(self) -> None:
        """All records were read."""
        if not self.is_live:
            known.learn(f"live.{self.name}", True)

    def confirm(self, ref: str, field: str, at: int) -> None:
        """Somebody said that a value is still right; it matters to fields whose age a rule asks about."""
        if field in self._stamped:
            sql = f'UPDATE {self.table} SET "f_{field}__sure_at" = %s, "changed" = 1 WHERE "ref" = %s'
            execute(sql, [at, ref])

    def _mark_readers(self, refs: Iterable[str]) -> None:
        """Who reads these rows is to be seen by the rules again: asked before they change, and after."""
        refs = list(refs)
        for reader, sql in self._read_by:
            update = f'UPDATE "facts_{reader}" SET "changed" = 1 WHERE "changed" = 0 AND "ref" IN ({sql.text})'
            execute_in(update, refs, before=sql.parameters)

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
        row += (1, reps.get(owner) if owner else None, record.ref.id)
        return row

    def retire(self, refs: Iterable[Ref]) -> None:
        """These records are gone: they count no more, and their gaps close."""
        names = [str(ref) for ref in refs]
        execute_in(f'UPDATE {self.table} SET "counted" = 0, "changed" = 1 WHERE "ref" IN ({{keys}})', names)
        self._mark_readers(names)

    def settle(self, refs: Iterable[Ref]) -> None:
        """After links or linked records changed: one row of each pair counts, with the later stage of the two."""
        names = [str(ref) for ref in refs]
        pairs = dict.fromkeys(row for side in Side for row in rows_in(self._pairs.replace("{side}", side), names))
        uncounted, staged = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for marketing, sales, its_id, own_id, its_stage, own_stage, stage, its_at, own_at, at, is_settled in pairs:
            later = self._funnel.later(its_stage, own_stage)
            said_at = own_at if later == own_stage else its_at
            if not is_settled:
                uncounted.append((own_id, marketing))
            if later != stage or not is_settled:
                staged.append((its_id, later, at if later == stage else said_at, sales))
        pair = f'UPDATE {self.table} SET "changed" = 1, "counted" = %d, "twin" = %%s'
        execute_many(f'{pair % 0} WHERE "ref" = %s', uncounted)
        execute_many(f'{pair % 1}, "stage" = %s, "stage_at" = %s WHERE "ref" = %s', staged)
        self._mark_readers(ref for *_, ref in (*uncounted, *staged))

    def count_alone(self, ref: Ref) -> None:
        """A record whose pair was parted stands for itself again."""
        execute(
            f"""UPDATE {self.table} SET "counted" = 1, "changed" = 1, "twin" = NULL, "stage" = "own_stage",
                "stage_at" = CASE WHEN "stage" = "own_stage" THEN "stage_at" ELSE "own_stage_at" END
                WHERE "ref" = %s""",
            [str(ref)],
        )
        self._mark_readers([str(ref)])

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


def _stage_reader(funnel: Funnel, object_name: str) -> Callable[[Fields], str | None]:
    """Tells a record's stage by the fields that say it; the same few words come back on all records."""
    names = sorted(funnel.fields_read(object_name))

    @lru_cache(maxsize=1_000)
    def stage_of(*shown: Wire) -> str | None:
        return funnel.stage_of(object_name, dict(zip(names, shown, strict=True)))

    return lambda fields: stage_of(*[fields.get(name) for name in names])
