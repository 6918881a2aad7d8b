"""Which fields the API user may see and edit: all that their profile does not restrict, and what a permission set adds.

A custom field made through the Tooling API is restricted from its birth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.access.custom_permissions import check_single
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

Access = dict[tuple[str, str], bool]


class Permissions:
    """The API user's access to hidden fields, worked out again only when a permission changed."""

    def __init__(self, state: SalesforceState) -> None:
        self._state = state
        self._of = (-1, -1)
        self._access: Access = {}
        self.are_lifted = False
        """While somebody writes who sees all fields."""
        self._restricted: Access = {}
        """By object and field, whether what the profile does not let edit may at least be read."""

    def restrict(self, kind: SObject, field: Field, access: str) -> None:
        """The profile gives `none`, `read` or `edit`; permission sets still add to it."""
        self._restricted.pop((kind.name, field.name), None)
        if access != "edit":
            self._restricted[kind.name, field.name] = access == "read"

    def may_read(self, kind: SObject, field: Field) -> bool:
        key = (kind.name, field.name)
        is_open = not field.hidden and self._restricted.get(key, True)
        return is_open or self.are_lifted or key in self._current()

    def may_edit(self, kind: SObject, field: Field) -> bool:
        key = (kind.name, field.name)
        is_open = not field.hidden and key not in self._restricted
        return is_open or self.are_lifted or self._current().get(key, False)

    def _current(self) -> Access:
        tables = self._state.tables
        assignments, permissions = tables["permissionsetassignment"], tables["fieldpermissions"]
        versions = (assignments.version, permissions.version)
        if versions != self._of:
            mine = {
                row["PermissionSetId"] for row in assignments.live.values() if row["AssigneeId"] == self._state.user_id
            }
            self._access = {}
            for row in permissions.live.values():
                if row["ParentId"] in mine and row.get("PermissionsRead"):
                    key = (row["SobjectType"], row["Field"].split(".", 1)[1])
                    for kind in ("Activity", "Task", "Event") if key[0] == "Activity" else key[:1]:
                        may_edit = self._access.get((kind, key[1]), False) or bool(row.get("PermissionsEdit"))
                        self._access[kind, key[1]] = may_edit
            self._of = versions
        return self._access


def check_permission_row(state: SalesforceState, row: Row) -> None:
    """Refuse a FieldPermissions row for a field that is not there, or one that lets edit what it hides."""
    table = state.host(row["SobjectType"]) or state.tables.get(row["SobjectType"].lower())
    object_name, _, field_name = row["Field"].partition(".")
    field = table.field(field_name) if table else None
    if table is None or field is None or object_name.lower() != row["SobjectType"].lower() or not field.permissionable:
        message = f"Field Name: bad value for restricted picklist field: {row['Field']}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("Field",))
    row["SobjectType"], row["Field"] = table.kind.name, f"{table.kind.name}.{field.name}"
    if row.get("PermissionsEdit") and not row.get("PermissionsRead"):
        message = "Permission to edit a field requires permission to read it"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("PermissionsEdit",))
    check_single(state, row, "fieldpermissions", ("ParentId", "Field"))


def check_assignment_row(state: SalesforceState, row: Row) -> None:
    """Refuse a second assignment of one permission set to one user."""
    check_single(state, row, "permissionsetassignment", ("PermissionSetId", "AssigneeId"))
