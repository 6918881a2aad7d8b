"""Which field of which object a path in a query means, and how to read it from a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.salesforce.objects.worked_out import WORKED_OUT
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.schema.names import NAME, NAMED
from sandbox.salesforce.soql.periods import Today
from sandbox.salesforce.soql.syntax import Aggregate, Children, Path, Query
from sandbox.salesforce.soql.trouble import trouble_at
from sandbox.salesforce.table import Row, Table

Getter = Callable[[Row], Any]
HOW_TO_FIND = "Please reference your WSDL or the describe call for the appropriate names."
CUSTOM_RELATIONSHIP = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    f"name. {HOW_TO_FIND}"
)
MOST_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom a query runs and when; `open_page` keeps the rows of a subquery that do not fit on a page."""

    today: Today
    user_id: str
    open_page: Callable[[list[Row], Callable[[Row], Any]], str] | None = None


class Parents(Protocol):
    def get(self, record_id: str, /) -> Row | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """From a row to its parent: the reference field, the relationship's name, and where the parents are."""

    field: Field
    relationship: str
    kind: SObject
    parents: Parents


class NamedRows:
    """Records of several objects, seen as `Name` records: with their object's name as the Type."""

    def __init__(self, tables: list[Table]) -> None:
        self.tables = {table.kind.prefix: table for table in tables}

    def get(self, record_id: str, /) -> Row | None:
        table = self.tables.get(record_id[:3])
        row = table.get(record_id) if table else None
        if table is None or row is None:
            return None
        named = {name: row[name] for name in NAMED if name in row}
        return {**named, "Type": table.kind.name, "NameOrAlias": row.get("Alias") or row.get("Name")}


@dataclass(frozen=True, slots=True)
class Found:
    """A path's parents, and the field of the last one with the way to read it there."""

    steps: tuple[Step, ...]
    field: Field
    read: Getter

    def getter(self) -> Getter:
        if not self.steps:
            return self.read
        steps = [(step.field.name, step.parents.get) for step in self.steps]
        read_last = self.read

        def read(row: Row) -> Any:
            for reference, parent_of in steps:
                parent = parent_of(row.get(reference, ""))
                if parent is None:
                    return None
                row = parent
            return read_last(row)

        return read


class Names:
    """The names that one query may use: the objects, what the API user may read, and the query's own object."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        may_read: Callable[[SObject, Field], bool],
        query: Query,
        setting: Setting | None = None,
        table: Table | None = None,
    ) -> None:
        self.tables = tables
        self.may_read = may_read
        self.query = query
        self.setting = setting
        self.table = table or self._own_table()
        self._aliases = dict(query.aliases)
        self.found_by: dict[int, set[str]] = {}
        """What the semi-joins of this query found, by the place where they stand."""

    def within(self, query: Query, table: Table | None = None) -> Names:
        """The names of a query inside this one."""
        return Names(self.tables, self.may_read, query, self.setting, table)

    def _own_table(self) -> Table:
        table = self.tables.get(self.query.object_name.lower())
        if table is None:
            message = (
                f"sObject type '{self.query.object_name}' is not supported. If you are attempting to use a custom "
                f"object, be sure to append the '__c' after the entity name. {HOW_TO_FIND}"
            )
            raise trouble_at(self.query.text, self.query.object_at, "INVALID_TYPE", message)
        if not table.kind.queryable:
            message = f"entity type {table.kind.name} does not support query"
            raise trouble_at(self.query.text, self.query.object_at, "INVALID_TYPE_FOR_OPERATION", message)
        return table

    def child(self, children: Children) -> tuple[Names, Field]:
        """The names of a subquery, and the reference field through which its records belong to ours."""
        query = children.query
        for table in self.tables.values():
            for field in table.kind.fields.values():
                if (field.children or "").lower() == query.object_name.lower() and (
                    self.table.kind.name in field.refers_to and self.may_read(table.kind, field)
                ):
                    return self.within(query, table), field
        message = (
            f"Didn't understand relationship '{query.object_name}' in FROM part of query call. {CUSTOM_RELATIONSHIP}"
        )
        raise trouble_at(query.text, query.object_at, "INVALID_TYPE", message)

    def operand(self, operand: Path | Aggregate) -> tuple[Field, Getter]:
        """What a condition or an order compares: the field, and how to read it."""
        if isinstance(operand, Aggregate):
            message = f"aggregate function {operand.function} is not allowed here"
            raise trouble_at(self.query.text, operand.at, "MALFORMED_QUERY", message)
        found = self.find(operand)
        return found.field, found.getter()

    def find(self, path: Path) -> Found:
        """Raises `Trouble` INVALID_FIELD where a name of the path is unknown or may not be read."""
        kind: SObject = self.table.kind
        steps: list[Step] = []
        names = self._whole(path)
        if len(names) - 1 > MOST_LEVELS:
            message = f"a relationship may be followed over at most {MOST_LEVELS} levels"
            raise trouble_at(self.query.text, path.at, "MALFORMED_QUERY", message)
        for name in names[:-1]:
            steps.append(self.step(kind, name, path.at))
            kind = steps[-1].kind
        return Found(tuple(steps), *self.field(kind, names[-1], path.at))

    def field(self, kind: SObject, name: str, at: int) -> tuple[Field, Getter]:
        """A field of an object by its name, and how to read it from a row of that object."""
        field = kind.fields.get(name.lower())
        if field is None or not self.may_read(kind, field):
            message = (
                f"No such column '{name}' on entity '{kind.name}'. If you are attempting to use a custom "
                f"field, be sure to append the '__c' after the custom field name. {HOW_TO_FIND}"
            )
            raise trouble_at(self.query.text, at, "INVALID_FIELD", message)
        return field, self.reader(kind, field)

    def reader(self, kind: SObject, field: Field) -> Getter:
        name = field.name
        work_out = WORKED_OUT.get((kind.name, name))
        if work_out is not None and self.setting is not None:
            tables, today = self.tables, self.setting.today.date
            return lambda row: work_out(tables, row, today)
        return lambda row: row.get(name)

    def is_worked_out(self, kind: SObject, field: Field) -> bool:
        return (kind.name, field.name) in WORKED_OUT

    def _whole(self, path: Path) -> tuple[str, ...]:
        """The path without the object's own name, its aliases spelt out."""
        first, rest = path.names[0].lower(), path.names[1:]
        if not rest:
            return path.names
        if first in self._aliases:
            return self._aliases[first] + rest
        return rest if first == self.query.object_name.lower() else path.names

    def step(self, kind: SObject, name: str, at: int) -> Step:
        for field in kind.fields.values():
            if (field.relationship or "").lower() != name.lower() or not self.may_read(kind, field):
                continue
            targets = [self.tables[target.lower()] for target in field.refers_to if target.lower() in self.tables]
            if field.polymorphic:
                return Step(field, field.relationship or name, NAME, NamedRows(targets))
            if targets:
                return Step(field, field.relationship or name, targets[0].kind, targets[0])
        message = f"Didn't understand relationship '{name}' in field path. {CUSTOM_RELATIONSHIP}"
        raise trouble_at(self.query.text, at, "INVALID_FIELD", message)
