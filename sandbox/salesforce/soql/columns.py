"""What `columns=true` answers in place of records: the columns of a query, as Salesforce's command line asks for them.

Undocumented; the keys are those that `sf data query` reads and public recordings of it show.
"""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.syntax import Aggregate, Children, Path

NUMBERS = frozenset({"int", "double", "currency", "percent"})


def columns_of(names: Names) -> dict[str, Any]:
    kind = names.table.kind
    columns = _columns(names)
    return {
        "columnMetadata": columns,
        "entityName": kind.name,
        "groupBy": False,
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": kind.prefix,
    }


def _columns(names: Names) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = []
    for at, item in enumerate(names.query.items):
        match item:
            case Path():
                found = names.find(item)
                branch = columns
                for step in found.steps:
                    branch = _parent(branch, step.relationship)["joinColumns"]
                branch.append(_column(found.field.name, found.field))
            case Aggregate():
                columns.append(_column(item.alias or f"expr{at}", None, aggregate=True, number=True))
            case Children():
                inner, _ = names.child(item)
                columns.append(_column(item.query.object_name, None, aggregate=True, join=_columns(inner)))
    return columns


def _parent(columns: list[dict[str, Any]], relationship: str) -> dict[str, Any]:
    for column in columns:
        if column["columnName"] == relationship:
            return column
    columns.append(_column(relationship, None))
    return columns[-1]


def _column(
    name: str,
    field: Field | None,
    aggregate: bool = False,
    number: bool = False,
    join: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "aggregate": aggregate,
        "apexType": None,
        "booleanType": field is not None and field.type == "boolean",
        "columnName": name,
        "custom": field is not None and field.custom,
        "displayName": name,
        "foreignKeyName": field.relationship if field else None,
        "insertable": field is not None and field.createable,
        "joinColumns": join or [],
        "numberType": number or (field is not None and field.type in NUMBERS),
        "textType": field is not None and field.is_text,
        "updatable": field is not None and field.updateable,
    }
