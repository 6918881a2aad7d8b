"""The criteria of a rule, a flow or a trigger: fields that hold a value, all of them."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.table import Row, Table


def known_fields(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """The same by the fields' own names. Raises ValueError for a field that is not there."""
    return {known_field(table, name): value for name, value in values.items()}


def known_field(table: Table, name: str) -> str:
    if (field := table.field(name)) is None:
        raise ValueError(f"{table.kind.name} has no field {name}")
    return field.name


def meets(row: Row, criteria: dict[str, Any]) -> bool:
    """Does the record hold all these values? Text is compared without regard to case, as in a flow's criteria."""
    return all(_folded(row.get(name)) == _folded(value) for name, value in criteria.items())


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
