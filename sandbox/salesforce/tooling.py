"""The Tooling API's records of the setup: custom fields and validation rules by their Metadata, and their query."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.describe import describe_field, global_entry
from sandbox.salesforce.errors import Trouble, no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.metadata.component import Metadata
from sandbox.salesforce.metadata.kinds import BY_TYPE
from sandbox.salesforce.table import Row, Table

DUPLICATES = {"CustomField": "There is already a field named {1} on {0}.",
              "Layout": "There is already a Layout named {0}.",
              "ValidationRule": "There is already a Validation Rule named {1} on {0}."}  # fmt: skip


def create(call: Call) -> Answer:
    """Made from `{"FullName", "Metadata"}`. A field is there, and nobody sees it until a permission says so."""
    type_name = call.parts[0]
    sent = call.record()
    full_name, metadata = _sent(type_name, sent)
    kind = BY_TYPE[type_name]
    if kind.find(call.state, full_name):
        object_name, _, name = full_name.partition(".")
        message = DUPLICATES[type_name].format(object_name, name.removesuffix("__c"))
        raise Trouble("DUPLICATE_DEVELOPER_NAME", message, ("DeveloperName",))
    done = kind.save(call.state, full_name, metadata)
    call.state.log.write("create", type_name, done.id, sent)
    return Answer(201, {"id": done.id, "success": True, "errors": [], "warnings": [], "infos": []})


def update(call: Call) -> Answer:
    """`{"Metadata"}` takes the place of what was there; it cannot be sent in parts."""
    type_name = call.parts[0]
    row = _row(call)
    sent = call.record()
    full_name, metadata = _sent(type_name, {**sent, "FullName": row["FullName"]})
    done = BY_TYPE[type_name].save(call.state, full_name, metadata)
    call.state.log.write("update", type_name, done.id, sent)
    return Answer(204)


def read(call: Call) -> Answer:
    table = _table(call)
    row = _row(call)
    attributes = {"type": table.kind.name, "url": f"{call.base}/tooling/sobjects/{table.kind.name}/{row['Id']}"}
    shown = {field.name: row.get(field.name) for field in table.kind.fields.values()}
    return Answer(200, {"attributes": attributes, **shown})


def remove(call: Call) -> Answer:
    row = _row(call)
    done = BY_TYPE[call.parts[0]].remove(call.state, row["FullName"])
    call.state.log.write("archive", call.parts[0], done.id, {})
    return Answer(204)


def describe(call: Call) -> Answer:
    """The object's own facts and its fields."""
    table = _table(call)
    own = f"{call.base}/tooling/sobjects/{table.kind.name}"
    urls = {"describe": f"{own}/describe", "rowTemplate": f"{own}/{{ID}}", "sobject": own}
    fields = [describe_field(field) for field in table.kind.fields.values()]
    return Answer(200, {**global_entry(table.kind, call), "fields": fields, "urls": urls})


def describe_global(call: Call) -> Answer:
    entries = [global_entry(table.kind, call) for table in call.state.tooling.values()]
    return Answer(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries})


def _sent(type_name: str, sent: dict[str, Any]) -> tuple[str, Metadata]:
    full_name, metadata = sent.get("FullName"), sent.get("Metadata")
    if unknown := [name for name in sent if name not in ("FullName", "Metadata", "attributes", "Id")]:
        raise Trouble("INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {type_name}")
    if not isinstance(full_name, str) or not isinstance(metadata, dict):
        missing = "FullName" if not isinstance(full_name, str) else "Metadata"
        raise Trouble("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{missing}]", (missing,))
    return full_name, {key: value for key, value in metadata.items() if value is not None}


def _table(call: Call) -> Table:
    if (table := call.state.tooling.get(call.parts[0].lower())) is None:
        raise no_such_resource()
    return table


def _row(call: Call) -> Row:
    row = _table(call).live.get(full_id(call.parts[1]) or "")
    if row is None:
        raise no_such_resource()
    return row
