"""CustomField: made hidden, as through the Tooling API; a permission set shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import Done, Metadata, check_numbers, items_of, not_there, part_of
from sandbox.salesforce.metadata.validation_rules import rules_that_use
from sandbox.salesforce.schema.custom import from_metadata
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.writes import stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

FULL_NAME = re.compile(r"(\w+)\.([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__c)")


class CustomFields:
    type = "CustomField"

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        row = _row(state, full_name)
        return row["Id"] if row else None

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        found = FULL_NAME.fullmatch(full_name)
        if found and found[1].lower() in ("task", "event"):
            message = f"Entity Enumeration Or ID: bad value for restricted picklist field: {found[1]}"
            raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("TableEnumOrId",))
        table = state.host(found[1]) if found else None
        if found is None or table is None:
            message = (
                f"FullName and Metadata of a field of a known object are needed, such as Lead.My_Field__c: {full_name}"
            )
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("FullName",))
        check_shape(metadata)
        field = from_metadata(found[2], metadata)
        row = _row(state, full_name)
        if row is not None:
            return self._change(state, table, field, row, metadata)
        if table.field(found[2]):
            message = f"There is already a field named {found[2].removesuffix('__c')} on {table.kind.name}."
            raise Trouble("DUPLICATE_DEVELOPER_NAME", message, ("DeveloperName",))
        field_id = state.install(table, field, metadata)

        def undo() -> None:
            state.uninstall(field_id)

        return Done(field_id, True, undo)

    def _change(self, state: SalesforceState, table: Table, field: Field, row: Row, metadata: Metadata) -> Done:
        """The type of a field stays; its label, length, values and the like change."""
        before = table.kind.fields[field.name.lower()]
        if field.type != before.type:
            message = f"Cannot change the type of {table.kind.name}.{before.name} from {before.type} to {field.type}"
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("Metadata",))
        rows = state.tooling["customfield"]
        changed = {**row, "Metadata": metadata}
        at = state.clock.tick()
        stamp(rows, changed, state.user_id, at, creating=False)
        table.change_field(field)
        rows.put(changed)
        state.schema_changed_at = at

        def undo() -> None:
            table.change_field(before)
            rows.put(row)

        return Done(row["Id"], False, undo)

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        """Refused while a validation rule speaks of the field."""
        row = _row(state, full_name)
        if row is None:
            raise not_there(self.type, full_name)
        object_name, _, field_name = str(row["FullName"]).partition(".")
        hosts = ("Task", "Event") if object_name == "Activity" else (object_name,)
        if users := [user for host in hosts for user in rules_that_use(state, host, field_name)]:
            message = (
                f"This custom field is referenced elsewhere in salesforce.com: Validation Rule - {', '.join(users)}"
            )
            raise Trouble("DELETE_FAILED", message, ())
        return Done(row["Id"], False, state.uninstall(row["Id"]))

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        row = _row(state, full_name)
        return dict(row["Metadata"]) if row else None


def check_shape(metadata: Metadata) -> None:
    """Numbers are numbers, and the values of a picklist have names."""
    check_numbers(metadata, "length", "precision", "scale", "visibleLines")
    for value in items_of(part_of(part_of(metadata, "valueSet"), "valueSetDefinition"), "value"):
        if not isinstance(value.get("fullName"), str):
            raise Trouble("REQUIRED_FIELD_MISSING", "Required fields are missing: [fullName]", ("fullName",))


def _row(state: SalesforceState, full_name: str) -> Row | None:
    wanted = full_name.lower()
    rows = state.tooling["customfield"].live.values()
    return next((row for row in rows if row["FullName"].lower() == wanted), None)
