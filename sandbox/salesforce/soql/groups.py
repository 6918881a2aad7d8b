"""GROUP BY, aggregate functions and HAVING: rows -> `AggregateResult` rows, shown as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.conditions import NUMBERS, predicate
from sandbox.salesforce.soql.names import Getter, Names
from sandbox.salesforce.soql.sorting import sort
from sandbox.salesforce.soql.syntax import Aggregate, Fields, Path
from sandbox.salesforce.soql.trouble import malformed
from sandbox.salesforce.table import Row, folded

MOST_GROUPS = 2_000
ROWS = ""
"""Where a group keeps its rows, beside the values it is grouped by."""


class GroupNames(Names):
    """The names of a grouped query: what it groups by, and functions over the rows of a group."""

    def __init__(self, names: Names) -> None:
        super().__init__(names.tables, names.may_read, names.query, names.setting, names.table)
        self.grouped = {}
        for path in names.query.group:
            found = self.find(path)
            if not found.field.may("group"):
                raise malformed(
                    self.query.text, path.at, f"field '{found.field.name}' can not be grouped in a query call"
                )
            self.grouped[_key(self, path)] = found

    def operand(self, operand: Path | Aggregate) -> tuple[Field, Getter]:
        if isinstance(operand, Path) and (named := self._by_alias(operand)):
            operand = named
        if isinstance(operand, Path):
            key = _key(self, operand)
            found = self.find(operand)
            if key not in self.grouped:
                raise Trouble("MALFORMED_QUERY", f"Field must be grouped or aggregated: {operand.names[-1]}")
            return found.field, lambda group: group[key]
        field, read = super().operand(operand.path)
        _check(self, operand, field)
        whole = operand.function in ("COUNT", "COUNT_DISTINCT")
        made = Field(field.name, field.label, "int") if whole else field
        return made, lambda group: _value(operand.function, field, read, group[ROWS])

    def _by_alias(self, path: Path) -> Aggregate | None:
        """An aggregate that ORDER BY names by its alias."""
        named = [item for item in self.query.items if isinstance(item, Aggregate) and item.alias]
        wanted = ".".join(path.names).lower()
        return next((item for item in named if str(item.alias).lower() == wanted), None)


def groups(names: Names, rows: Iterable[Row]) -> list[Row]:
    """The answer's rows, in the query's order and cut to its LIMIT and OFFSET."""
    grouping = GroupNames(names)
    query = names.query
    makers = _makers(grouping)
    found = _gather(grouping, rows)
    if query.having:
        found = list(filter(predicate(query.having, grouping), found))
    sort(found, query.order, grouping)
    found = found[query.offset : None if query.limit is None else query.offset + query.limit]
    if len(found) > MOST_GROUPS:
        message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
        raise Trouble("EXCEEDED_ID_LIMIT", message)
    return [
        {"attributes": {"type": "AggregateResult"}, **{name: make(group) for name, make in makers.items()}}
        for group in found
    ]


def _gather(names: GroupNames, rows: Iterable[Row]) -> list[Row]:
    """Each group as the values it has in common and its rows, in the order of those values."""
    if not names.grouped:
        return [{ROWS: list(rows)}]
    keys = list(names.grouped)
    readers = [(found.getter(), found.field) for found in names.grouped.values()]
    gathered: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        values = [read(row) for read, _ in readers]
        same = tuple(folded(value, field) for value, (_, field) in zip(values, readers, strict=True))
        if same not in gathered:
            gathered[same] = {**dict(zip(keys, values, strict=True)), ROWS: []}
        gathered[same][ROWS].append(row)
    ordered = sorted(gathered, key=lambda same: [(value is not None, value or 0) for value in same])
    return [gathered[same] for same in ordered]


def _makers(names: GroupNames) -> dict[str, Callable[[Row], Any]]:
    makers: dict[str, Callable[[Row], Any]] = {}
    unnamed = 0
    for item in names.query.items:
        if isinstance(item, Fields):
            raise Trouble("MALFORMED_QUERY", "Field must be grouped or aggregated: Id")
        if not isinstance(item, Path | Aggregate):
            raise malformed(names.query.text, names.query.object_at, "a grouped query has fields and aggregates alone")
        _, read = names.operand(item._replace(alias=None) if isinstance(item, Path) else item)
        name = item.alias
        if name is None and isinstance(item, Aggregate):
            name, unnamed = f"expr{unnamed}", unnamed + 1
        name = name or names.find(item).field.name  # type: ignore[arg-type]
        if name in makers:
            raise malformed(names.query.text, item.at, f"duplicate alias: {name}")
        makers[name] = read
    return makers


def _key(names: Names, path: Path) -> str:
    """One spelling for each path."""
    found = names.find(path)
    return ".".join([*(step.relationship for step in found.steps), found.field.name])


def _check(names: Names, item: Aggregate, field: Field) -> None:
    numeric = field.type in NUMBERS
    fits = field.may("aggregate") or (item.function.startswith("COUNT") and field.may("group"))
    if (item.function in ("SUM", "AVG") and not numeric) or not fits:
        message = f"field {field.name} does not support aggregate operator {item.function}"
        raise malformed(names.query.text, item.at, message)


def _value(function: str, field: Field, read: Getter, rows: list[Row]) -> Any:
    values = [value for row in rows if (value := read(row)) is not None]
    match function:
        case "COUNT":
            return len(values)
        case "COUNT_DISTINCT":
            return len({folded(value, field) for value in values})
        case _ if not values:
            return None
        case "SUM":
            return sum(values)
        case "AVG":
            return sum(values) / len(values)
        case "MIN":
            return min(values, key=lambda value: folded(value, field))  # type: ignore[arg-type, return-value]
    return max(values, key=lambda value: folded(value, field))  # type: ignore[arg-type, return-value]
