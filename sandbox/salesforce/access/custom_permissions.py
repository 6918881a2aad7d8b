"""Custom permissions: named rights that a permission set gives to its users, and that a formula asks for.

The grant is a SetupEntityAccess row that joins a permission set and a CustomPermission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def has_custom_permission(state: SalesforceState, name: str) -> bool:
    return find_custom_permission(state, name) is not None


def find_custom_permission(state: SalesforceState, name: str) -> Row | None:
    rows = state.tables["custompermission"].live.values()
    return next((row for row in rows if row["DeveloperName"].lower() == name.lower()), None)


def holds(state: SalesforceState, name: str, user_id: str) -> bool:
    """Does a permission set of the user grant the custom permission?"""
    if (permission := find_custom_permission(state, name)) is None:
        return False
    assigned = {
        row["PermissionSetId"]
        for row in state.tables["permissionsetassignment"].live.values()
        if row["AssigneeId"] == user_id
    }
    return any(
        row["SetupEntityId"] == permission["Id"] and row["ParentId"] in assigned
        for row in state.tables["setupentityaccess"].live.values()
    )


def check_access_row(state: SalesforceState, row: Row) -> None:
    """A grant names a custom permission that is there, once for each permission set."""
    if row["SetupEntityId"] not in state.tables["custompermission"].live:
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ("SetupEntityId",))
    row["SetupEntityType"] = "CustomPermission"
    check_single(state, row, "setupentityaccess", ("ParentId", "SetupEntityId"))


NEEDS = {"PermissionsCreate": ("Read",), "PermissionsEdit": ("Read",), "PermissionsDelete": ("Read", "Edit"),
         "PermissionsViewAllRecords": ("Read",),
         "PermissionsModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords")}  # fmt: skip


def check_object_row(state: SalesforceState, row: Row) -> None:
    """An ObjectPermissions row is about an object that is there, gives what its rights need, and stands once."""
    table = state.tables.get(str(row["SobjectType"]).lower())
    if table is None:
        message = f"Sobject Type Name: bad value for restricted picklist field: {row['SobjectType']}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("SobjectType",))
    row["SobjectType"] = table.kind.name
    for right, needed in NEEDS.items():
        missing = [each for each in needed if row.get(right) and not row.get(f"Permissions{each}")]
        if missing:
            kind = table.kind.name
            message = f"Permission {right.removeprefix('Permissions')} {kind} depends on permission(s): "
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", message + ", ".join(f"{each} {kind}" for each in missing), ())
    check_single(state, row, "objectpermissions", ("ParentId", "SobjectType"))


def check_single(state: SalesforceState, row: Row, table_name: str, key: tuple[str, str]) -> None:
    """Refuse a second row with the same key."""
    table = state.tables[table_name]
    for other in table.live.values():
        if other["Id"] != row["Id"] and all(other[name] == row[name] for name in key):
            message = f"duplicate value found: {table.kind.name} duplicates value on record with id: {other['Id']}"
            raise Trouble("DUPLICATE_VALUE", message, ())
