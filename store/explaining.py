"""What is known about some records that would explain why the two sides differ: what waits, and for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from crm.record import Ref
from store.sql import rows, rows_in

_WAITING = """SELECT source, target FROM store_intent
              WHERE state IN ('planned', 'sent', 'unknown', 'waiting') AND {column} IN ({{keys}})"""


@dataclass(frozen=True, slots=True)
class Explained:
    """About a batch of records, by reference as text: the fields that wait, and what waits as a whole."""

    conflicts: frozenset[tuple[str, str]]
    """(record, field); the field is empty where the whole record is in question."""
    held: frozenset[tuple[str, str]]
    dead: frozenset[str]
    waiting: frozenset[str]
    apart: frozenset[str]
    last: Mapping[tuple[str, str], tuple[str, str | None]]
    """By record and field, the rule and the value of the last write to it."""


def explain(refs: Collection[Ref]) -> Explained:
    """What is open about these records."""
    names = [str(ref) for ref in refs]

    def pairs(sql: str) -> frozenset[tuple[str, str]]:
        return frozenset((ref, field) for ref, field in rows_in(sql, names))

    def one(sql: str) -> frozenset[str]:
        return frozenset(ref for (ref,) in rows_in(sql, names))

    return Explained(
        pairs("SELECT ref, field FROM store_conflict WHERE closed_at IS NULL AND ref IN ({keys})"),
        pairs("SELECT ref, field FROM store_held WHERE ref IN ({keys})"),
        one("SELECT ref FROM store_deadletter WHERE closed_at IS NULL AND ref IN ({keys})"),
        one("SELECT ref FROM store_touch WHERE ref IN ({keys})") | frozenset(_unsent(names)),
        one("SELECT ref FROM store_tombstone WHERE ref IN ({keys})"),
        {
            (ref, field): (rule, new)
            for ref, field, rule, new in rows_in(
                "SELECT ref, field, rule, new FROM store_change WHERE ref IN ({keys}) ORDER BY id", names
            )
        },
    )


def _unsent(names: Collection[str]) -> Iterator[str]:
    """Records about which a write was decided and has had no answer for good."""
    for column in ("source", "target"):
        for source, target in rows_in(_WAITING.format(column=column), names):
            yield from (ref for ref in (source, target) if ref)


def link_ids(object_name: str, size: int) -> Iterator[list[int]]:
    """The numbers of all links of an object, in lists of at most `size`."""
    after = 0
    while found := rows(
        f"SELECT id FROM store_link WHERE object = %s AND id > %s ORDER BY id LIMIT {int(size)}", [object_name, after]
    ):
        after = found[-1][0]
        yield [link for (link,) in found]
