"""Who takes part: how many records of each side are in scope, of those that were read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import Error, connection, transaction

from crm.record import Side
from store.sql import rows
from wiring.configuration import Configuration

_LIVE = "SELECT ref FROM store_record WHERE NOT deleted AND merged_into IS NULL AND object = %s AND side = %s"


@dataclass(frozen=True, slots=True)
class InScope:
    """Of one object on one side: how many records take part, of how many."""

    object: str
    side: Side
    records: int
    all: int

    def __str__(self) -> str:
        return f"{self.records} of {self.all} {self.object} records of {self.side}"


def in_scope(configuration: Configuration) -> list[InScope]:
    """For all that is synced; empty where nothing was read yet, or the mapping has changed since."""
    mapping = configuration.mapping
    try:
        with transaction.atomic():
            tables = connection.introspection.table_names()
            names = [name for name in mapping.objects if mapping.is_written(name) and f"facts_{name}" in tables]
            return [_counted(configuration, name, side) for name in names for side in Side]
    except Error:
        return []


def _counted(configuration: Configuration, name: str, side: Side) -> InScope:
    [(all_records,)] = rows(f"SELECT COUNT(*) FROM ({_LIVE}) live", [name, side.value])
    scope = configuration.scopes.get((name, side))
    if scope is None:
        return InScope(name, side, 0, int(all_records))
    sql = f'SELECT COUNT(*) FROM "facts_{name}" WHERE {scope.text} AND "ref" IN ({_LIVE})'
    [(records,)] = rows(sql, [*scope.parameters, name, side.value])
    return InScope(name, side, int(records), int(all_records))


def sentence(found: list[InScope]) -> str:
    """As a person reads it; empty where nothing is known.

    >>> sentence([InScope("contact", Side.MARKETING, 12, 300)])
    'In scope: 12 of 300 contact records of marketing. Widen `scope` in mapping.yaml step by step.'
    """
    if not found:
        return ""
    widen = "" if all(each.records == each.all for each in found) else " Widen `scope` in mapping.yaml step by step."
    return f"In scope: {', '.join(map(str, found))}.{widen}"
