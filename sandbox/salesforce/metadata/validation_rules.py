"""ValidationRule: its condition is checked when it is saved, and its rows stand in the Tooling API's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.formulas.compiler import compile_condition
from sandbox.salesforce.formulas.names import Scope
from sandbox.salesforce.formulas.trouble import FormulaError
from sandbox.salesforce.metadata.component import (
    Done,
    Metadata,
    check_keys,
    check_length,
    check_name,
    not_there,
    object_and_name,
)  # fmt: skip
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.validation import Rule
from sandbox.salesforce.writes import stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

KNOWN = ("active", "description", "errorConditionFormula", "errorDisplayField", "errorMessage", "urls", "fullName")
NEEDED = ("active", "errorConditionFormula", "errorMessage")


class ValidationRules:
    type = "ValidationRule"

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        row = _row(state, full_name)
        return row["Id"] if row else None

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        table, name = object_and_name(state, full_name)
        rule = checked(state, table, name, metadata)
        rows = state.tooling["validationrule"]
        before = _row(state, full_name)
        row = dict(before) if before else {"Id": rows.next_id(), "ValidationName": name}
        row |= {
            "EntityDefinitionId": table.kind.name, "Active": metadata["active"],
            "Description": metadata.get("description"), "ErrorMessage": rule.message,
            "ErrorDisplayField": rule.field or None,
            "FullName": f"{table.kind.name}.{row['ValidationName']}",
            "Metadata": {key: metadata.get(key) for key in KNOWN if key not in ("urls", "fullName")} | {"urls": None},
        }  # fmt: skip
        stamp(rows, row, state.user_id, state.clock.tick(), creating=before is None)
        rows.put(row)
        _apply(state, rule, metadata["active"])
        return Done(row["Id"], before is None, lambda: _put_back(state, row, before))

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        row = _row(state, full_name)
        if row is None:
            raise not_there(self.type, full_name)
        state.tooling["validationrule"].drop(row["Id"])
        state.rules.drop(row["EntityDefinitionId"], row["ValidationName"])
        return Done(row["Id"], False, lambda: _put_back(state, row, row))

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        row = _row(state, full_name)
        return dict(row["Metadata"]) if row else None


def checked(state: SalesforceState, table: Table, name: str, metadata: Metadata) -> Rule:
    """The rule that the metadata describe. Raises `Trouble` for what the service does not save."""
    check_name("Rule Name", name, 40)
    check_keys("ValidationRule", metadata, KNOWN, NEEDED)
    message = str(metadata["errorMessage"])
    check_length("Error Message", message, 255, "ErrorMessage")
    check_length("Description", str(metadata.get("description") or ""), 255, "Description")
    if not isinstance(metadata["active"], bool):
        raise Trouble("INVALID_TYPE_ON_FIELD_IN_RECORD", "Active: value not of required type: ", ("Active",))
    place = metadata.get("errorDisplayField") or ""
    field = table.field(place) if isinstance(place, str) and place else None
    if place and field is None:
        message = f"In field: errorDisplayField - no CustomField named {table.kind.name}.{place} found"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("ErrorDisplayField",))
    try:
        condition = compile_condition(str(metadata["errorConditionFormula"]), Scope(state, table))
    except FormulaError as error:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", error.message, ("ErrorConditionFormula",)) from None
    return Rule(name, table.kind.name, field.name if field else "", message, condition)


def rules_that_use(state: SalesforceState, object_name: str, field_name: str) -> list[str]:
    """The names of rules, active or not, that read this field or show their message at it."""
    users = []
    for row in state.tooling["validationrule"].live.values():
        scope = Scope(state, state.tables[row["EntityDefinitionId"].lower()])
        compile_condition(row["Metadata"]["errorConditionFormula"], scope)
        scope.used.add((row["EntityDefinitionId"], row.get("ErrorDisplayField") or ""))
        if (object_name, field_name) in scope.used:
            users.append(row["ValidationName"])
    return users


def _row(state: SalesforceState, full_name: str) -> Row | None:
    wanted = full_name.lower()
    rows = state.tooling["validationrule"].live.values()
    return next((row for row in rows if row["FullName"].lower() == wanted), None)


def _apply(state: SalesforceState, rule: Rule, is_active: bool) -> None:
    if is_active:
        state.rules.put(rule)
    else:
        state.rules.drop(rule.object, rule.name)


def _put_back(state: SalesforceState, row: Row, before: Row | None) -> None:
    """The row as it was before a change, and its rule with it."""
    rows = state.tooling["validationrule"]
    if before is None:
        rows.drop(row["Id"])
        state.rules.drop(row["EntityDefinitionId"], row["ValidationName"])
        return
    rows.put(before)
    table = state.tables[before["EntityDefinitionId"].lower()]
    metadata = {key: value for key, value in before["Metadata"].items() if value is not None}
    _apply(state, checked(state, table, before["ValidationName"], metadata), before["Active"])
