"""A query made ready over its table: which rows it finds, in which order, and how each is shown.

Conditions on ids and indexed fields start from the index, all others from one scan; a page is shaped when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.conditions import predicate, value_of
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.syntax import And, Compare, Condition, Order, Within
from sandbox.salesforce.soql.trouble import malformed, trouble_at
from sandbox.salesforce.table import Row, Table, folded

Shape = Callable[[Row], dict[str, Any]]


def select(names: Names, with_deleted: bool = False) -> list[Row]:
    """The rows of the query in its order, cut to its LIMIT and OFFSET. Stored rows themselves: do not change them."""
    query = names.query
    conditions = query.where.parts if isinstance(query.where, And) else [query.where] if query.where else []
    rows = _candidates(conditions, names, with_deleted)
    if names.table.sees is not None:
        rows = filter(names.table.sees, rows)
    for condition in conditions:
        rows = filter(predicate(condition, names), rows)
    found = list(rows)
    for key in reversed(query.order):
        _sort(found, key, names)
    end = None if query.limit is None else query.offset + query.limit
    return found[query.offset : end]


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
    if isinstance(condition, Within) and not condition.negated:
        literals = condition.literals
    elif isinstance(condition, Compare) and condition.operator == "=":
        literals = (condition.literal,)
    else:
        return None
    found = names.find(condition.path)
    field, table = found.field, names.table
    if found.steps or not (field.type == "id" or table.has_index(field)):
        return None
    values = [value_of(literal, field, names) for literal in literals]
    if None in values:
        return None
    if field.type == "id":
        return set(values)
    return {record_id for value in values for record_id in table.ids_with(field, value)}


def _sort(rows: list[Row], order: Order, names: Names) -> None:
    found = names.find(order.path)
    field = found.field
    if field.is_long_text or field.type in ("address", "multipicklist", "complexvalue"):
        message = f"field '{field.name}' can not be sorted in a query call"
        raise trouble_at(names.query.text, order.path.at, "MALFORMED_QUERY", message)
    read = found.getter()
    nulls_low = order.nulls_first is not order.descending

    def place(row: Row) -> tuple[bool, Any]:
        value = read(row)
        return ((value is not None) is nulls_low, folded(value, field))

    rows.sort(key=place, reverse=order.descending)


def shape_of(names: Names, url_base: str) -> Shape:
    """How a row is shown: `attributes`, then the selected fields in order, those of parents inside their parent."""
    tree: dict[str, Any] = {}
    for path in names.query.fields:
        found = names.find(path)
        branch = tree
        for step in found.steps:
            branch = branch.setdefault(step.relationship, {"": step})
        if found.field.name in branch:
            message = f"duplicate field selected: {found.field.name}"
            raise malformed(names.query.text, path.at, message)
        branch[found.field.name] = found.field
    return _shape(names.table, tree, url_base)


def _shape(table: Table, tree: dict[str, Any], url_base: str) -> Shape:
    kind = table.kind.name
    url = f"{url_base}/sobjects/{kind}/"
    makers = [(name, _maker(table, part, url_base)) for name, part in tree.items() if name]

    def shape(row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {"attributes": {"type": kind, "url": url + row["Id"]}}
        for name, make in makers:
            shown[name] = row.get(name) if make is None else make(row)
        return shown

    return shape


def _maker(table: Table, part: Any, url_base: str) -> Callable[[Row], Any] | None:
    """None for a value that is stored as it is shown."""
    if isinstance(part, Field):
        return address_of(table, part) if part.type == "address" else None
    step = part[""]
    inner = _shape(step.table, part, url_base)
    reference, parents = step.field.name, step.table.live

    def parent(row: Row) -> Any:
        found = parents.get(row.get(reference, ""))
        return None if found is None or not step.table.shows(found) else inner(found)

    return parent


def address_of(table: Table, field: Field) -> Callable[[Row], dict[str, Any] | None]:
    """A compound address: its parts by name, or null where all are."""
    parts = table.kind.address_parts[field.name]

    def address(row: Row) -> dict[str, Any] | None:
        shown = {key: row.get(name) for key, name in parts.items()}
        return shown if any(value is not None for value in shown.values()) else None

    return address
