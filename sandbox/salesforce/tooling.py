"""The Tooling API's CustomField: a setup makes a field here, and a permission set then lets the API user see it."""

from __future__ import annotations

import re

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble, no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.schema.custom import from_metadata
from sandbox.salesforce.table import Row

FULL_NAME = re.compile(r"(\w+)\.([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__c)")


def create_field(call: Call) -> Answer:
    """The field is there, and nobody sees it until a FieldPermissions row says so."""
    sent = call.record()
    full_name = str(sent.get("FullName", ""))
    found = FULL_NAME.fullmatch(full_name)
    if found and found[1].lower() in ("task", "event"):
        message = f"Entity Enumeration Or ID: bad value for restricted picklist field: {found[1]}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("TableEnumOrId",))
    table = call.state.host(found[1]) if found else None
    if found is None or table is None or not isinstance(sent.get("Metadata"), dict):
        message = (
            f"FullName and Metadata of a field of a known object are needed, such as Lead.My_Field__c: {full_name}"
        )
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("FullName",))
    if table.field(found[2]):
        message = f"There is already a field named {found[2].removesuffix('__c')} on {table.kind.name}."
        raise Trouble("DUPLICATE_DEVELOPER_NAME", message, ("DeveloperName",))
    field = from_metadata(found[2], sent["Metadata"])
    field_id = call.state.install(table, field, sent["Metadata"])
    call.state.log.write("create", "CustomField", field_id, sent)
    return Answer(201, {"id": field_id, "success": True, "errors": [], "warnings": [], "infos": []})


def read_field(call: Call) -> Answer:
    row = _row(call)
    attributes = {"type": "CustomField", "url": f"{call.base}/tooling/sobjects/CustomField/{row['Id']}"}
    fields = call.state.tooling["customfield"].kind.fields.values()
    return Answer(200, {"attributes": attributes, **{field.name: row.get(field.name) for field in fields}})


def remove_field(call: Call) -> Answer:
    field_id = _row(call)["Id"]
    call.state.uninstall(field_id)
    call.state.log.write("archive", "CustomField", field_id, {})
    return Answer(204)


def _row(call: Call) -> Row:
    row = call.state.tooling["customfield"].live.get(full_id(call.parts[0]) or "")
    if row is None:
        raise no_such_resource()
    return row
