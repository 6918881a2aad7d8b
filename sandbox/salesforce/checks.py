"""What a create or update may carry: names, values, required and unique fields, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.salesforce.access.custom_permissions import check_access_row, check_object_row
from sandbox.salesforce.access.permissions import check_assignment_row, check_permission_row
from sandbox.salesforce.errors import Trouble, no_such_column
from sandbox.salesforce.parents import parent_id, reference_by_relationship
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import clean

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def accepted(state: SalesforceState, table: Table, sent: dict[str, Any], creating: bool) -> Row:
    """The sent values by their field's own name, cleaned, None for null. Raises `Trouble` for names and values."""
    fields: list[tuple[Field, Any]] = []
    locked: list[str] = []
    for name, value in sent.items():
        if name == "attributes":
            continue
        field = table.field(name)
        if field is None and isinstance(value, dict) and (field := reference_by_relationship(table, name)):
            value = parent_id(state, field, value)  # noqa: PLW2901
        if field is None or not state.permissions.may_read(table.kind, field):
            raise no_such_column(name, table.kind.name)
        if field.type == "id":
            raise should_not_be_specified("Id")
        open_to_us = field.createable if creating else field.updateable
        if not open_to_us or not state.permissions.may_edit(table.kind, field):
            locked.append(field.name)
        fields.append((field, value))
    if locked:
        message = (
            f"Unable to create/update fields: {', '.join(locked)}. Please check the security settings of this field "
            "and verify that it is read/write for your profile or permission set."
        )
        raise Trouble("INVALID_FIELD_FOR_INSERT_UPDATE", message, locked)
    return {field.name: clean(field, value) for field, value in fields}


def should_not_be_specified(name: str) -> Trouble:
    return Trouble("INVALID_FIELD", f"The {name} field should not be specified in the sobject data.")


def check_required(table: Table, values: Row, creating: bool) -> None:
    """A create brings all required fields; an update clears none."""
    if creating:
        missing = [
            item.name for item in table.kind.fields.values() if item.is_required and values.get(item.name) is None
        ]
    else:
        missing = [
            name for name, value in values.items() if value is None and not table.kind.fields[name.lower()].nillable
        ]
    if missing:
        raise Trouble("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)


def check_unique(table: Table, values: Row, record_id: str | None) -> None:
    for name, value in values.items():
        field = table.kind.fields[name.lower()]
        if not field.unique or value is None:
            continue
        others = [other for other in table.ids_with(field, value) if other != record_id]
        if others:
            shown = others[0] if table.shows(table.live[others[0]]) else "<unknown>"
            message = f"duplicate value found: {name} duplicates value on record with id: {shown}"
            raise Trouble("DUPLICATE_VALUE", message, ())


def check_references(state: SalesforceState, table: Table, values: Row) -> None:
    """A reference leads to a live record of an object that the field may name; ids of objects not kept here pass."""
    for name, value in values.items():
        field = table.kind.fields[name.lower()]
        if field.type != "reference" or value is None:
            continue
        targets = [state.tables.get(target.lower()) for target in field.refers_to]
        target = next((item for item in targets if item and item.kind.prefix == value[:3]), None)
        if target is None:
            if None not in targets or any(each.kind.prefix == value[:3] for each in state.tables.values()):
                message = f"{field.label}: id value of incorrect type: {value}"
                raise Trouble("MALFORMED_ID", message, (name,))
            continue
        _check_target(target, field, value, table)


def _check_target(target: Table, field: Field, value: str, table: Table) -> None:
    found = target.live.get(value)
    if found is not None and not target.shows(found):
        message = "insufficient access rights on cross-reference id"
        raise Trouble("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, (), status=403)
    if found is None:
        if value in target.deleted:
            raise Trouble("ENTITY_IS_DELETED", "entity is deleted", ())
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (field.name,))
    if field.name == "OwnerId" and target.kind.name == "User" and not found.get("IsActive"):
        message = f"operation performed with inactive user [{value}] as owner of {table.kind.name.lower()}"
        raise Trouble("INACTIVE_OWNER_OR_USER", message, ())


def check_row(state: SalesforceState, table: Table, row: Row) -> None:
    """The rules of single objects."""
    match table.kind.name:
        case "FieldPermissions":
            check_permission_row(state, row)
        case "PermissionSetAssignment":
            check_assignment_row(state, row)
        case "SetupEntityAccess":
            check_access_row(state, row)
        case "ObjectPermissions":
            check_object_row(state, row)
