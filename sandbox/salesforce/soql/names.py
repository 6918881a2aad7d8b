"""Which field of which object a path in a query means, and how to read it from a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.soql.syntax import Path, Query
from sandbox.salesforce.soql.trouble import trouble_at
from sandbox.salesforce.table import Row, Table

Getter = Callable[[Row], Any]
HOW_TO_FIND = "Please reference your WSDL or the describe call for the appropriate names."


@dataclass(frozen=True, slots=True)
class Step:
    """From a row to its parent: the reference field, the relationship's name, and the table of the parents."""

    field: Field
    relationship: str
    table: Table


@dataclass(frozen=True, slots=True)
class Found:
    """A path's parents, and the field of the last one."""

    steps: tuple[Step, ...]
    field: Field

    def getter(self) -> Getter:
        name = self.field.name
        if not self.steps:
            return lambda row: row.get(name)
        steps = [(step.field.name, step.table.live) for step in self.steps]

        def read(row: Row) -> Any:
            for reference, parents in steps:
                parent = parents.get(row.get(reference, ""))
                if parent is None:
                    return None
                row = parent
            return row.get(name)

        return read


class Names:
    """The names that one query may use: the objects, what the API user may read, and the query's own object."""

    def __init__(self, tables: Mapping[str, Table], may_read: Callable[[SObject, Field], bool], query: Query) -> None:
        self.tables = tables
        self.may_read = may_read
        self.query = query
        self.table = self._own_table()

    def _own_table(self) -> Table:
        table = self.tables.get(self.query.object_name.lower())
        if table is None:
            message = (
                f"sObject type '{self.query.object_name}' is not supported. If you are attempting to use a custom "
                f"object, be sure to append the '__c' after the entity name. {HOW_TO_FIND}"
            )
            raise trouble_at(self.query.text, self.query.object_at, "INVALID_TYPE", message)
        return table

    def find(self, path: Path) -> Found:
        """Raises `Trouble` INVALID_FIELD where a name of the path is unknown or may not be read."""
        names = list(path.names)
        own = {self.query.object_name.lower(), (self.query.alias or self.query.object_name).lower()}
        if len(names) > 1 and names[0].lower() in own:
            names = names[1:]
        table, steps = self.table, []
        for name in names[:-1]:
            step = self._step(table, name, path)
            steps.append(step)
            table = step.table
        field = table.field(names[-1])
        if field is None or not self.may_read(table.kind, field):
            message = (
                f"No such column '{names[-1]}' on entity '{table.kind.name}'. If you are attempting to use a custom "
                f"field, be sure to append the '__c' after the custom field name. {HOW_TO_FIND}"
            )
            raise trouble_at(self.query.text, path.at, "INVALID_FIELD", message)
        return Found(tuple(steps), field)

    def _step(self, table: Table, name: str, path: Path) -> Step:
        for field in table.kind.fields.values():
            if (field.relationship or "").lower() != name.lower() or not self.may_read(table.kind, field):
                continue
            for target in field.refers_to:
                if parents := self.tables.get(target.lower()):
                    return Step(field, field.relationship or name, parents)
        message = (
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            f"relationship, be sure to append the '__r' after the custom relationship name. {HOW_TO_FIND}"
        )
        raise trouble_at(self.query.text, path.at, "INVALID_FIELD", message)
