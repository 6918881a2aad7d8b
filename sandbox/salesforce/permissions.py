"""Which custom fields the API user may see and edit: those that a permission set assigned to them names."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    def may_read(self, kind: SObject, field: Field) -> bool:
        return not field.hidden or (kind.name, field.name) in self._current()

    def may_edit(self, kind: SObject, field: Field) -> bool:
        return not field.hidden or self._current().get((kind.name, field.name), False)

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
                    self._access[key] = self._access.get(key, False) or bool(row.get("PermissionsEdit"))
            self._of = versions
        return self._access


def check_permission_row(state: SalesforceState, row: Row) -> None:
    """Refuse a FieldPermissions row for a field that is not there, or one that lets edit what it hides."""
    table = state.tables.get(row["SobjectType"].lower())
    object_name, _, field_name = row["Field"].partition(".")
    field = table.field(field_name) if table else None
    if table is None or field is None or object_name.lower() != row["SobjectType"].lower() or not field.permissionable:
        message = f"Field Name: bad value for restricted picklist field: {row['Field']}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("Field",))
    row["SobjectType"], row["Field"] = table.kind.name, f"{table.kind.name}.{field.name}"
    if row.get("PermissionsEdit") and not row.get("PermissionsRead"):
        message = "Permission to edit a field requires permission to read it"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("PermissionsEdit",))
    _check_single(state, row, "fieldpermissions", ("ParentId", "Field"))


def check_assignment_row(state: SalesforceState, row: Row) -> None:
    """Refuse a second assignment of one permission set to one user."""
    _check_single(state, row, "permissionsetassignment", ("PermissionSetId", "AssigneeId"))


def _check_single(state: SalesforceState, row: Row, table_name: str, key: tuple[str, str]) -> None:
    table = state.tables[table_name]
    for other in table.live.values():
        if other["Id"] != row["Id"] and all(other[name] == row[name] for name in key):
            message = f"duplicate value found: {table.kind.name} duplicates value on record with id: {other['Id']}"
            raise Trouble("DUPLICATE_VALUE", message, ())
