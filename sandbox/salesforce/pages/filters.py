"""A list view's filters as the WHERE of its query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import Metadata, items_of
from sandbox.salesforce.pages.columns import NUMBERS, field_at, path_of
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

COMPARISONS = {"equals": "=", "notEqual": "!=", "lessThan": "<", "greaterThan": ">", "lessOrEqual": "<=",
               "greaterOrEqual": ">="}  # fmt: skip
PATTERNS = {"contains": "%{}%", "notContain": "%{}%", "startsWith": "{}%"}
SCOPES = ("Everything", "Mine")


def where_of(state: SalesforceState, table: Table, metadata: Metadata) -> str:
    """The condition of the view, "" for none. Raises `Trouble` for filters that mean nothing."""
    scope = metadata.get("filterScope")
    if scope not in SCOPES:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Filter scope: bad value for {table.kind.name}: {scope}", ())
    conditions = [_condition(state, table, item) for item in items_of(metadata, "filters")]
    joined = _joined(conditions, str(metadata.get("booleanFilter") or ""))
    mine = f"OwnerId = '{state.user_id}'" if scope == "Mine" else ""
    return " AND ".join(f"({part})" if mine and joined else part for part in (mine, joined) if part)


def _joined(conditions: list[str], logic: str) -> str:
    """By AND, or as `1 AND (2 OR 3)` says."""
    if not logic:
        return " AND ".join(conditions)
    if not re.fullmatch(r"(?:\d+|AND|OR|NOT|[()]|\s)+", logic, re.IGNORECASE):
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Invalid filter logic: {logic}", ("BooleanFilter",))

    def one(found: re.Match[str]) -> str:
        number = int(found[0])
        if not 1 <= number <= len(conditions):
            message = f"Some filter conditions are referenced but not defined: {number}"
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("BooleanFilter",))
        return conditions[number - 1]

    return re.sub(r"\d+", one, logic)


def _condition(state: SalesforceState, table: Table, item: dict[str, Any]) -> str:
    path = path_of(table, str(item.get("field", "")))
    field = field_at(state, table, path)[1]
    if field is None:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Could not resolve list view column: {item.get('field')}", ())
    operation = str(item.get("operation", ""))
    values = [part.strip() for part in str(item.get("value") or "").split(",")]
    if operation in ("includes", "excludes"):
        chosen = ", ".join(_literal(field, value) for value in values)
        return f"{path} {operation.upper()} ({chosen})"
    if operation in PATTERNS:
        parts = [f"{path} LIKE '{PATTERNS[operation].format(_escaped(value, wild=True))}'" for value in values]
        either = parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
        return f"(NOT {either})" if operation == "notContain" else either
    if operation not in COMPARISONS:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Invalid filter operation: {operation}", ("Filters",))
    sign = COMPARISONS[operation]
    if len(values) > 1 and sign in ("=", "!="):
        listed = ", ".join(_literal(field, value) for value in values)
        return f"{path} {'IN' if sign == '=' else 'NOT IN'} ({listed})"
    return f"{path} {sign} {_literal(field, values[0])}"


def _literal(field: Field, value: str) -> str:
    if value == "":
        return "null"
    if field.type == "boolean":
        return "true" if value.lower() in ("1", "true") else "false"
    if field.type in NUMBERS or (field.type in ("date", "datetime") and re.fullmatch(r"[\w:.+-]+", value)):
        return value
    return f"'{_escaped(value)}'"


def _escaped(value: str, wild: bool = False) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return escaped.replace("%", "\\%").replace("_", "\\_") if wild else escaped
