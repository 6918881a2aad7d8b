"""FieldDefinition: every field of every object as the setup sees it, made from the fields when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.common import FIXED, identity
from sandbox.salesforce.schema.fields import Field, SObject, flag, sobject, text, whole
from sandbox.salesforce.soql.syntax import Query
from sandbox.salesforce.table import Row, Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

NAME = "fielddefinition"
PLAIN_TYPES = {
    "email": "Email", "phone": "Phone", "boolean": "Checkbox", "date": "Date", "datetime": "Date/Time",
    "picklist": "Picklist", "multipicklist": "Picklist (Multi-Select)", "address": "Address", "id": "Lookup()",
}  # fmt: skip
TEXTS = ("DurableId", "QualifiedApiName", "DeveloperName", "Label", "MasterLabel", "DataType", "RelationshipName")
NUMBER_TYPES = {"double": "Number", "currency": "Currency", "percent": "Percent", "int": "Number"}


def tables_of(state: SalesforceState, query: Query) -> Mapping[str, Table]:
    """The tables that a query of the Tooling API finds; FieldDefinition must be asked for one object's fields."""
    if query.object_name.lower() != NAME:
        return state.tooling
    asked = query.text.upper().partition("WHERE")[2]
    if "ENTITYDEFINITION" not in asked and "DURABLEID" not in asked:
        message = "A filter on a reified column is required [EntityDefinitionId,DurableId]"
        raise Trouble("MALFORMED_QUERY", message)
    return {**state.tooling, NAME: _table(state)}


def _table(state: SalesforceState) -> Table:
    table = Table(_kind())
    ids = {row["FullName"]: row["Id"] for row in state.tooling["customfield"].live.values()}
    for owner in state.tables.values():
        for field in owner.kind.fields.values():
            table.put(_row(owner.kind, field, ids))
    return table


def _row(kind: SObject, field: Field, ids: dict[str, str]) -> Row:
    full_name = f"{kind.name}.{field.name}"
    durable = f"{kind.name}.{ids[full_name][:15]}" if full_name in ids else full_name
    row = {
        "Id": durable, "DurableId": durable, "QualifiedApiName": field.name,
        "DeveloperName": field.name.removesuffix("__c"), "EntityDefinitionId": kind.name, "Label": field.label,
        "MasterLabel": field.label, "DataType": data_type(field), "Length": field.length, "Precision": field.precision,
        "Scale": field.scale, "IsNillable": field.nillable, "IsIndexed": field.is_indexed, "IsCalculated": False,
        "RelationshipName": field.relationship,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value is not None}


def data_type(field: Field) -> str:
    """The type as the setup's pages call it: `Text(80)`, `Lookup(Account)`.

    >>> data_type(text("Title", 128))
    'Text(128)'
    """
    if field.type in PLAIN_TYPES:
        return PLAIN_TYPES[field.type]
    if field.type in NUMBER_TYPES:
        digits = field.digits or field.precision - field.scale
        return f"{NUMBER_TYPES[field.type]}({digits}, {field.scale})"
    if field.type == "reference":
        return f"Lookup({','.join(field.refers_to)})"
    if field.type == "textarea":
        return f"Long Text Area({field.length})" if field.is_long_text else "Text Area(255)"
    return f"{'URL' if field.type == 'url' else 'Text'}({field.length})"


def _kind() -> SObject:
    fixed: dict[str, Any] = FIXED
    fields = [
        *identity("FieldDefinition", deletable=False),
        *(text(name, 255, **fixed) for name in TEXTS),
        text("NamespacePrefix", 15, **fixed),
        text("EntityDefinitionId", 255, refers_to=("EntityDefinition",), relationship="EntityDefinition", **fixed),
        *(whole(name, **fixed) for name in ("Length", "Precision", "Scale")),
        *(flag(name, **fixed) for name in ("IsNillable", "IsIndexed", "IsCalculated")),
    ]  # fmt: skip
    return sobject("FieldDefinition", None, fields, createable=False, updateable=False, deletable=False,
                   keeps_deleted=False, layoutable=False)  # fmt: skip
