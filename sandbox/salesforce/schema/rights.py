"""Custom permissions, what grants them, and the permissions for whole objects."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, STAMP, identity, stamps
from sandbox.salesforce.schema.fields import Field, SObject, choice, flag, link, moment, sobject, text

PLAIN: dict[str, Any] = {"permissionable": False}
FOREVER: dict[str, Any] = {"nillable": False, "updateable": False, **PLAIN}


def rights_objects() -> list[SObject]:
    """CustomPermission, SetupEntityAccess and ObjectPermissions: deleted for good, without a recycle bin."""
    kept: dict[str, Any] = {"keeps_deleted": False, "layoutable": False, "triggerable": False}
    return [
        sobject("CustomPermission", "0CP", _custom_permission(), **kept),
        sobject("SetupEntityAccess", "0J0", _access(), plural="Setup Entity Access", updateable=False, **kept),
        sobject("ObjectPermissions", "110", _object_permissions(), plural="Object Permissions", **kept),
    ]


def _custom_permission() -> list[Field]:
    return [
        *identity("CustomPermission", deletable=False),
        text("DeveloperName", 80, name_field=True, nillable=False, unique=True, **PLAIN),
        text("MasterLabel", 80, nillable=False, **PLAIN),
        text("Description", 255, **PLAIN),
        text("NamespacePrefix", 15, **FIXED),
        flag("IsProtected", **PLAIN),
        *stamps(),
    ]


def _access() -> list[Field]:
    return [
        *identity("SetupEntityAccess", deletable=False),
        link("ParentId", "PermissionSet", **FOREVER),
        link("SetupEntityId", "CustomPermission", **FOREVER),
        text("SetupEntityType", 255, **FIXED),
        moment("SystemModstamp", "System Modstamp", **STAMP),
    ]


def _object_permissions() -> list[Field]:
    rights = ("Create", "Read", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")
    return [
        *identity("ObjectPermissions", deletable=False),
        link("ParentId", "PermissionSet", **FOREVER),
        choice("SobjectType", (), 40, "Sobject Type Name", **FOREVER),
        *(flag(f"Permissions{right}", **PLAIN) for right in rights),
        *stamps(),
    ]
