"""Where the two systems disagree: field by field, over everybody whom both know by the same address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from crm.record import Record, Ref, Side, Value
from crm.values import REFERRING, dump, same
from reports.look.found import FieldDiffers
from reports.names import called
from store.sql import execute, rows
from sync.mapping import FieldMap, ObjectMap, SyncRule, canonical
from sync.mapping import Mapping as FieldMapping

BATCH = 1_000


def find_pairs(mapping: FieldMapping) -> None:
    """Make the table of pairs: one record on each side with the same address or domain, and no other with it."""
    execute("DROP TABLE IF EXISTS look_pair")
    execute("CREATE TABLE look_pair (object TEXT, marketing TEXT PRIMARY KEY, sales TEXT)")
    for name, object_map in mapping.objects.items():
        if object_map.match_by is not None and not object_map.is_read_only:
            execute(
                """INSERT INTO look_pair
                   SELECT object, MAX(CASE side WHEN 'marketing' THEN ref END), MAX(CASE side WHEN 'sales' THEN ref END)
                   FROM store_record WHERE object = %s AND email IS NOT NULL AND NOT deleted AND merged_into IS NULL
                   GROUP BY object, email HAVING COUNT(*) = 2 AND COUNT(DISTINCT side) = 2""",
                [name],
            )


@dataclass(slots=True)
class _Tally:
    """One field so far."""

    field: FieldMap
    differ: int = 0
    only_marketing: int = 0
    only_sales: int = 0
    example: tuple[str, str, str] | None = None

    def add(self, one: Value, other: Value, name: str) -> None:
        """What marketing has, and what sales has."""
        if one is None or other is None:
            self.only_marketing += one is not None
            self.only_sales += other is not None
        elif not same(self.field.type, one, other):
            self.differ += 1
            self.example = self.example or (name, dump(one) or "", dump(other) or "")


def fields_that_differ(
    mapping: FieldMapping, load: Callable[[Iterable[Ref]], Mapping[Ref, Record]]
) -> tuple[FieldDiffers, ...]:
    """Every field on which somebody's two records disagree, or that one of them lacks; the most disputed first."""
    found = [each for object_map in mapping.objects.values() for each in _of_object(object_map, load)]
    return tuple(sorted(found, key=lambda each: (-each.differ, -(each.only_marketing + each.only_sales), each.field)))


def _of_object(object_map: ObjectMap, load: Callable[[Iterable[Ref]], Mapping[Ref, Record]]) -> Iterator[FieldDiffers]:
    tallies = [_Tally(field) for field in object_map.fields.values() if _is_compared(field)]
    for pairs in _pairs(object_map.name):
        records = load([ref for pair in pairs for ref in pair])
        for marketing, sales in pairs:
            _compare(object_map, tallies, records[marketing], records[sales])
    for each in tallies:
        if each.differ or each.only_marketing or each.only_sales:
            yield FieldDiffers(
                object_map.name, each.field.name, each.differ, each.only_marketing, each.only_sales, each.example
            )


def _is_compared(field: FieldMap) -> bool:
    """Whether both sides have it and are to agree; references and opt-outs are looked at elsewhere."""
    is_apart = field.type in REFERRING or field.rule in (SyncRule.OFF, SyncRule.CONSENT)
    return not is_apart and bool(field.marketing and field.sales)


def _pairs(object_name: str) -> Iterator[list[tuple[Ref, Ref]]]:
    after = ""
    while found := rows(
        f"""SELECT marketing, sales FROM look_pair WHERE object = %s AND marketing > %s
            ORDER BY marketing LIMIT {BATCH}""",
        [object_name, after],
    ):
        after = found[-1][0]
        yield [(Ref.parse(marketing), Ref.parse(sales)) for marketing, sales in found]


def _compare(object_map: ObjectMap, tallies: Iterable[_Tally], marketing: Record, sales: Record) -> None:
    """Add one pair; a field that one of its records does not have is left out."""
    shown = {side: canonical(object_map, side, each)[0] for side, each in zip(Side, (marketing, sales), strict=True)}
    one, other = shown.values()
    parts = (dump(other.get(name)) or dump(one.get(name)) for name in ("first_name", "last_name", "company", "email"))
    name = called(str(dump(other.get("name")) or sales.ref), *parts)
    for each in tallies:
        if each.field.name in one and each.field.name in other:
            each.add(one[each.field.name], other[each.field.name], name)
