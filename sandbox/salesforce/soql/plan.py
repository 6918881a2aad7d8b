"""A query made ready over its table: which rows it finds, and in which order.

Conditions on ids, indexed fields and semi-joins start from the index, all others from one scan.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sandbox.salesforce.soql.conditions import ids_within, predicate, value_of
from sandbox.salesforce.soql.groups import groups
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.shapes import Shape, shape_of
from sandbox.salesforce.soql.sorting import sort
from sandbox.salesforce.soql.syntax import And, Compare, Condition, Kind, Literal, Path, Semi, Within
from sandbox.salesforce.table import Row

__all__ = ["Shape", "rows_and_shape", "select", "shape_of"]


def rows_and_shape(names: Names, url_base: str, with_deleted: bool = False) -> tuple[list[Row], Shape]:
    """What a query answers: its rows, or the groups of them, and how one is shown."""
    if not names.query.is_aggregate:
        return select(names, with_deleted), shape_of(names, url_base, with_deleted)
    return groups(names, _matching(names, with_deleted)), dict


def select(names: Names, with_deleted: bool = False) -> list[Row]:
    """The rows of the query in its order, cut to its LIMIT and OFFSET. Stored rows themselves: do not change them."""
    query = names.query
    end = None if query.limit is None else query.offset + query.limit
    rows = _matching(names, with_deleted)
    if not query.order:
        return list(islice(rows, query.offset, end))
    found = list(rows)
    sort(found, query.order, names)
    return found[query.offset : end]


def _matching(names: Names, with_deleted: bool) -> Iterable[Row]:
    conditions = conditions_of(names, with_deleted)
    rows = _candidates(conditions, names, with_deleted)
    if names.table.sees is not None:
        rows = filter(names.table.sees, rows)
    for condition in conditions:
        rows = filter(predicate(condition, names), rows)
    return rows


def conditions_of(names: Names, with_deleted: bool) -> list[Condition]:
    """What must hold for a row: the WHERE, the scope, and that an activity is not archived unless all are asked for."""
    where = names.query.where
    conditions: list[Condition] = list(where.parts if isinstance(where, And) else [where] if where else [])
    fields = names.table.kind.fields
    if names.query.scope in ("MINE", "TEAM") and names.setting and "ownerid" in fields:
        owner = Literal(Kind.TEXT, names.setting.user_id, "", 0)
        conditions.append(Compare(Path((fields["ownerid"].name,), 0), "=", owner))
    if "isarchived" in fields and not with_deleted:
        conditions.append(Compare(Path(("IsArchived",), 0), "=", Literal(Kind.BOOLEAN, value=False, raw="", at=0)))
    return conditions


def _candidates(conditions: Iterable[Condition], names: Names, with_deleted: bool) -> Iterable[Row]:
    if with_deleted:
        return names.table.all_rows()
    for condition in conditions:
        if (ids := _by_index(condition, names)) is not None:
            live = names.table.live
            return [live[record_id] for record_id in sorted(ids) if record_id in live]
    return names.table.live.values()


def _by_index(condition: Condition, names: Names) -> set[str] | None:
    """The ids that the condition can hold for, where an index tells; None where only a scan does."""
    match condition:
        case Within(path=Path() as path, literals=literals, negated=False):
            pass
        case Compare(path=Path() as path, operator="=", literal=literal):
            literals = (literal,)
        case Semi(path=path, negated=False):
            literals = ()
        case _:
            return None
    found = names.find(path)
    field, table = found.field, names.table
    if found.steps or not (field.type == "id" or table.has_index(field)):
        return None
    values: Iterable[Any]
    if isinstance(condition, Semi):
        values = ids_within(condition, names)
    else:
        values = [value_of(literal, field, names) for literal in literals]
        if None in values:
            return None
    if field.type == "id":
        return set(values)
    return {record_id for value in values for record_id in table.ids_with(field, value)}
