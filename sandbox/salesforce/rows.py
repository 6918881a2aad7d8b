"""One record: create, read, update, delete, and the same by external id."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import conditions
from sandbox.salesforce.asking import worked_out
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.describe import global_entry
from sandbox.salesforce.errors import Choices, no_such_column, no_such_external_id, no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.shapes import Shape, address_of
from sandbox.salesforce.table import Table
from sandbox.salesforce.values import clean
from sandbox.salesforce.writes import Writer


def basics(call: Call) -> Answer:
    """GET of an object's own address."""
    table = call.state.table(call.parts[0])
    return Answer(200, {"objectDescribe": global_entry(table.kind, call), "recentItems": []})


def create(call: Call) -> Answer:
    table = call.state.table(call.parts[0])
    writer = Writer(call.state, call.options)
    record_id = writer.create(table, call.record())
    writer.log()
    location = {"Location": f"{call.base}/sobjects/{table.kind.name}/{record_id}"}
    return Answer(201, {"id": record_id, "success": True, "errors": []}, location)


def read(call: Call) -> Answer:
    table = call.state.table(call.parts[0])
    record_id = table.find_id(call.parts[1])
    if record_id not in table.live or not table.shows(table.live[record_id]):
        raise no_such_resource() if full_id(call.parts[1]) else no_such_external_id(call.parts[1])
    return _read(call, table, record_id)


def update(call: Call) -> Answer:
    table = call.state.table(call.parts[0])
    record_id = _addressed(table, call.parts[1])
    conditions.check_write(call, table, table.live.get(record_id))
    writer = Writer(call.state, call.options)
    writer.update(table, record_id, call.record())
    writer.log()
    return Answer(204)


def remove(call: Call) -> Answer:
    table = call.state.table(call.parts[0])
    writer = Writer(call.state, call.options)
    writer.remove(table, _addressed(table, call.parts[1]))
    writer.log()
    return Answer(204)


def read_by_key(call: Call) -> Answer:
    table, field = keyed(call, call.parts[0], call.parts[1])
    found = _found(table, field, call.parts[2])
    if len(found) > 1:
        return several(call, table, found)
    if not found:
        raise no_such_resource()
    return _read(call, table, found[0])


def _read(call: Call, table: Table, record_id: str) -> Answer:
    """A record, if the request's conditions hold."""
    row = table.live[record_id]
    unread = conditions.unread(call, table, row)
    return unread or Answer(200, shown(call, table, record_id), conditions.validators(table, row))


def upsert(call: Call) -> Answer:
    table, field = keyed(call, call.parts[0], call.parts[1])
    found = table.ids_with(field, clean(field, call.parts[2]))
    conditions.check_write(call, table, table.live[found[0]] if len(found) == 1 else None)
    writer = Writer(call.state, call.options)
    try:
        record_id, created = writer.upsert(table, field, call.parts[2], call.record())
    except Choices as choices:
        return several(call, table, choices.ids)
    writer.log()
    body = {"id": record_id, "success": True, "errors": [], "created": created}
    return Answer(201 if created else 200, body)


def remove_by_key(call: Call) -> Answer:
    table, field = keyed(call, call.parts[0], call.parts[1])
    found = _found(table, field, call.parts[2])
    if len(found) > 1:
        return several(call, table, found)
    if not found:
        raise no_such_resource()
    writer = Writer(call.state, call.options)
    writer.remove(table, found[0])
    writer.log()
    return Answer(204)


def _found(table: Table, field: Field, text: str) -> list[str]:
    """The ids of the records with this external id that the API user may see."""
    ids = table.ids_with(field, clean(field, text))
    return [record_id for record_id in ids if table.shows(table.live[record_id])]


def keyed(call: Call, object_name: str, field_name: str) -> tuple[Table, Field]:
    """The object and its external id field; raises `Trouble` NOT_FOUND where the API user has no such field."""
    table = call.state.table(object_name)
    field = table.field(field_name)
    if field is None or not field.is_indexed or not call.state.permissions.may_read(table.kind, field):
        raise no_such_external_id(field_name)
    return table, field


def several(call: Call, table: Table, ids: list[str]) -> Answer:
    return Answer(300, [f"{call.base}/sobjects/{table.kind.name}/{record_id}" for record_id in ids])


def shown(call: Call, table: Table, record_id: str) -> dict[str, Any]:
    """A record with the fields that `?fields=` names, or all that the API user may read."""
    named = call.parameters.get("fields")
    names = [name.strip() for name in named.split(",")] if named else None
    return shape_of_fields(call, table, names)(table.live[record_id])


def shape_of_fields(call: Call, table: Table, names: list[str] | None) -> Shape:
    """How a record is shown with the named fields and its Id; with all readable fields where none are named."""
    may_read = call.state.permissions.may_read
    if names is None:
        fields = [field for field in table.kind.fields.values() if may_read(table.kind, field)]
    else:
        fields = [_readable(call, table, name) for name in names]
        if not any(field.type == "id" for field in fields):
            fields.append(table.kind.fields["id"])
    makers = {field.name: address_of(table.kind, field) for field in fields if field.type == "address"}
    makers |= worked_out(call.state, table.kind, fields)
    url = f"{call.base}/sobjects/{table.kind.name}/"

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"attributes": {"type": table.kind.name, "url": url + row["Id"]}}
        for field in fields:
            make = makers.get(field.name)
            body[field.name] = make(row) if make else row.get(field.name)
        return body

    return shape


def _readable(call: Call, table: Table, name: str) -> Field:
    field = table.field(name)
    if field is None or not call.state.permissions.may_read(table.kind, field):
        raise no_such_column(name, table.kind.name)
    return field


def _addressed(table: Table, text: str) -> str:
    """The id in a path; unknown records are refused by the write itself."""
    record_id = full_id(text)
    if record_id is None:
        raise no_such_external_id(text)
    return record_id
