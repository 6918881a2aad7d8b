"""ORDER BY: several keys, each with its direction and the place of its nulls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.syntax import Order
from sandbox.salesforce.soql.trouble import trouble_at
from sandbox.salesforce.table import Row, folded


def sort(rows: list[Row], order: Iterable[Order], names: Names) -> None:
    """Nulls come first unless the key says otherwise; rows of equal keys keep their order."""
    for key in reversed(list(order)):
        _sort(rows, key, names)


def _sort(rows: list[Row], order: Order, names: Names) -> None:
    field, read = names.operand(order.path)
    if not field.may("sort"):
        message = f"field '{field.name}' can not be sorted in a query call"
        raise trouble_at(names.query.text, order.path.at, "MALFORMED_QUERY", message)
    nulls_low = order.nulls_first is not order.descending

    def place(row: Row) -> tuple[bool, Any]:
        value = read(row)
        return ((value is not None) is nulls_low, 0 if value is None else folded(value, field))

    rows.sort(key=place, reverse=order.descending)
