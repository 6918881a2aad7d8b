"""CustomPermission and PermissionSet: their parts are ordinary records, written as anybody's records are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.access.custom_permissions import find_custom_permission
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import (
    Done,
    Metadata,
    check_keys,
    check_name,
    check_texts,
    items_of,
    not_there,
)
from sandbox.salesforce.table import Row
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

OBJECT_RIGHTS = {
    "allowCreate": "PermissionsCreate", "allowRead": "PermissionsRead", "allowEdit": "PermissionsEdit",
    "allowDelete": "PermissionsDelete", "viewAllRecords": "PermissionsViewAllRecords",
    "modifyAllRecords": "PermissionsModifyAllRecords",
}  # fmt: skip
SET_KEYS = ("label", "description", "hasActivationRequired", "license", "fieldPermissions", "objectPermissions",
            "customPermissions", "userPermissions", "tabSettings", "fullName")  # fmt: skip


class CustomPermissions:
    type = "CustomPermission"

    def all(self, state: SalesforceState) -> dict[str, Row]:
        return {row["DeveloperName"]: row for row in state.tables["custompermission"].live.values()}

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        row = find_custom_permission(state, full_name)
        return row["Id"] if row else None

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        known = ("label", "description", "isLicensed", "connectedApp", "requiredPermission", "fullName")
        check_keys(self.type, metadata, known, ("label",))
        check_texts(metadata, "label", "description")
        check_name("Custom Permission Name", full_name, 80)
        values = {"MasterLabel": metadata["label"], "Description": metadata.get("description")}
        return _saved(state, "custompermission", self.find(state, full_name), {"DeveloperName": full_name}, values)

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        """With the grants of it."""
        if (record_id := self.find(state, full_name)) is None:
            raise not_there(self.type, full_name)
        return _removed(state, "custompermission", record_id, {"setupentityaccess": "SetupEntityId"})

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        row = find_custom_permission(state, full_name)
        return {"label": row["MasterLabel"], "description": row.get("Description")} if row else None


class PermissionSets:
    type = "PermissionSet"

    def all(self, state: SalesforceState) -> dict[str, Row]:
        return {row["Name"]: row for row in state.tables["permissionset"].live.values()}

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        rows = state.tables["permissionset"].live.values()
        return next((row["Id"] for row in rows if row["Name"].lower() == full_name.lower()), None)

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        """What the set gives is added or changed; what the metadata leave out stays, as in a deployment."""
        check_keys(self.type, metadata, SET_KEYS, ("label",))
        check_texts(metadata, "label", "description")
        check_name("Permission Set Name", full_name, 80)
        values = {"Label": metadata["label"], "Description": metadata.get("description")}
        done = _saved(state, "permissionset", self.find(state, full_name), {"Name": full_name}, values)
        writer = Writer(state)
        try:
            for table_name, key, sent in _parts(state, metadata):
                _write_part(writer, table_name, done.id, key, sent)
        except Trouble:
            writer.take_back()
            done.undo()
            raise

        def undo() -> None:
            writer.take_back()
            done.undo()

        return Done(done.id, done.created, undo)

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        if (record_id := self.find(state, full_name)) is None:
            raise not_there(self.type, full_name)
        parts = {"fieldpermissions": "ParentId", "objectpermissions": "ParentId", "setupentityaccess": "ParentId",
                 "permissionsetassignment": "PermissionSetId"}  # fmt: skip
        return _removed(state, "permissionset", record_id, parts)

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        if (record_id := self.find(state, full_name)) is None:
            return None
        row = state.tables["permissionset"].live[record_id]
        permissions = state.tables["custompermission"].live
        return {
            "label": row["Label"], "description": row.get("Description"), "hasActivationRequired": False,
            "customPermissions": [
                {"enabled": True, "name": permissions[each["SetupEntityId"]]["DeveloperName"]}
                for each in _of(state, "setupentityaccess", record_id)
                if each["SetupEntityId"] in permissions
            ],
            "fieldPermissions": [
                {"editable": bool(each.get("PermissionsEdit")), "field": each["Field"],
                 "readable": bool(each.get("PermissionsRead"))}
                for each in _of(state, "fieldpermissions", record_id)
            ],
            "objectPermissions": [
                {**{key: bool(each.get(name)) for key, name in OBJECT_RIGHTS.items()}, "object": each["SobjectType"]}
                for each in _of(state, "objectpermissions", record_id)
            ],
        }  # fmt: skip


def _parts(state: SalesforceState, metadata: Metadata) -> Iterable[tuple[str, Row, Row | None]]:
    """Table, key and values of each row that the set's metadata ask for; no values: the row is to be gone."""
    for item in items_of(metadata, "fieldPermissions"):
        object_name = str(item.get("field", "")).partition(".")[0]
        rights = {"PermissionsRead": bool(item.get("readable")), "PermissionsEdit": bool(item.get("editable"))}
        key = {"SobjectType": object_name, "Field": item.get("field")}
        yield "fieldpermissions", key, rights if any(rights.values()) else None
    for item in items_of(metadata, "objectPermissions"):
        rights = {name: bool(item.get(key)) for key, name in OBJECT_RIGHTS.items()}
        yield "objectpermissions", {"SobjectType": item.get("object")}, rights if any(rights.values()) else None
    for item in items_of(metadata, "customPermissions"):
        name = str(item.get("name"))
        permission = find_custom_permission(state, name)
        if permission is None:
            message = f"In field: customPermission - no CustomPermission named {name} found"
            raise Trouble("INVALID_CROSS_REFERENCE_KEY", message, ())
        yield "setupentityaccess", {"SetupEntityId": permission["Id"]}, {} if item.get("enabled") else None


def _write_part(writer: Writer, table_name: str, set_id: str, key: Row, sent: Row | None) -> None:
    table = writer.state.tables[table_name]
    wanted = {"ParentId": set_id, **key}
    found = next((row["Id"] for row in table.live.values() if _same(row, wanted)), None)
    if found and sent is None:
        writer.remove(table, found)
    elif found and sent:
        writer.update(table, found, sent)
    elif not found and sent is not None:
        writer.create(table, {**wanted, **sent})


def _same(row: Row, wanted: Row) -> bool:
    return all(str(row.get(name)).lower() == str(value).lower() for name, value in wanted.items())


def _of(state: SalesforceState, table_name: str, set_id: str) -> list[Row]:
    return [row for row in state.tables[table_name].live.values() if row["ParentId"] == set_id]


def _saved(state: SalesforceState, table_name: str, record_id: str | None, key: Row, values: dict[str, Any]) -> Done:
    writer = Writer(state)
    table = state.tables[table_name]
    if record_id is None:
        return Done(writer.create(table, {**key, **values}), True, writer.take_back)
    writer.update(table, record_id, values)
    return Done(record_id, False, writer.take_back)


def _removed(state: SalesforceState, table_name: str, record_id: str, parts: dict[str, str]) -> Done:
    """The record and the rows that refer to it."""
    writer = Writer(state)
    for part_name, reference in parts.items():
        table = state.tables[part_name]
        for row in [row for row in table.live.values() if row[reference] == record_id]:
            writer.remove(table, row["Id"])
    writer.remove(state.tables[table_name], record_id)
    return Done(record_id, False, writer.take_back)
