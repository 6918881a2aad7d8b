"""Subqueries of a SELECT: the records that belong to each row, found by the index of their reference to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.salesforce.soql.conditions import predicate
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.sorting import sort
from sandbox.salesforce.soql.syntax import Children
from sandbox.salesforce.table import Row

PAGE = 2_000
Shape = Callable[[Row], dict[str, Any]]
ShapeOf = Callable[[Names, str, bool], Shape]


def children_of(
    names: Names, item: Children, url_base: str, with_deleted: bool, shape_of: ShapeOf
) -> tuple[str, Callable[[Row], dict[str, Any] | None]]:
    """The relationship's name, and what is shown of it: a result of its own, or null where nothing belongs here."""
    from sandbox.salesforce.soql.plan import conditions_of  # noqa: PLC0415 - a query inside a query

    inner, field = names.child(item)
    query, table = inner.query, inner.table
    tests = [predicate(condition, inner) for condition in conditions_of(inner, with_deleted)]
    sort([], query.order, inner)
    shape = shape_of(inner, url_base, with_deleted)
    deleted = _deleted(inner, field.name) if with_deleted else {}
    end = None if query.limit is None else query.offset + query.limit

    def belonging(row: Row) -> list[Row]:
        live = table.live
        rows = [live[record_id] for record_id in table.ids_with(field, row["Id"])] + deleted.get(row["Id"], [])
        rows = [child for child in rows if table.shows(child) and all(test(child) for test in tests)]
        sort(rows, query.order, inner)
        return rows[query.offset : end]

    def result(row: Row) -> dict[str, Any] | None:
        rows = belonging(row)
        if not rows:
            return None
        open_page = inner.setting.open_page if inner.setting else None
        body: dict[str, Any] = {"totalSize": len(rows), "done": len(rows) <= PAGE or open_page is None}
        if not body["done"] and open_page:
            body["nextRecordsUrl"] = f"{url_base}/query/{open_page(rows, shape)}-{PAGE}"
            rows = rows[:PAGE]
        return {**body, "records": [shape(child) for child in rows]}

    return field.children or "", result


def _deleted(inner: Names, reference: str) -> dict[str, list[Row]]:
    """The deleted records by what they belonged to, gathered once for the whole query."""
    found: dict[str, list[Row]] = {}
    for row in inner.table.deleted.values():
        if parent := row.get(reference):
            found.setdefault(parent, []).append(row)
    return found
