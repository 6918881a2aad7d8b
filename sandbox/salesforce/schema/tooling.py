"""The objects of the Tooling API that a setup asks: fields, validation rules, and the entities they belong to."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, identity, stamps
from sandbox.salesforce.schema.fields import Field, SObject, flag, sobject, text
from sandbox.salesforce.schema.pages import layout


def tooling_objects() -> list[SObject]:
    fixed: dict[str, Any] = FIXED
    custom_field = [
        *identity("CustomField", deletable=False),
        text("TableEnumOrId", 255, "Table Enum Or ID", **fixed),
        text("DeveloperName", 80, **fixed),
        text("NamespacePrefix", 15, **fixed),
        text("EntityDefinitionId", 255, "Entity Definition ID", refers_to=("EntityDefinition",),
             relationship="EntityDefinition", **fixed),
        text("InlineHelpText", 510, **fixed),
        *stamps(),
        text("FullName", 255),
        Field("Metadata", "Metadata", "complexvalue"),
    ]  # fmt: skip
    entity = [
        *identity("EntityDefinition", deletable=False),
        text("DurableId", 255, "Durable ID", **fixed),
        text("DeveloperName", 255, **fixed),
        text("QualifiedApiName", 255, "Qualified API Name", **fixed),
        text("Label", 255, **fixed),
        text("KeyPrefix", 5, **fixed),
    ]
    return [
        layout(),
        sobject("ValidationRule", "03d", _validation_rule(), keeps_deleted=False, layoutable=False),
        sobject("CustomField", "00N", custom_field, keeps_deleted=False, layoutable=False),
        sobject("EntityDefinition", None, entity, createable=False, updateable=False, deletable=False,
                keeps_deleted=False, layoutable=False),
    ]  # fmt: skip


def _validation_rule() -> list[Field]:
    return [
        *identity("ValidationRule", deletable=False),
        text("ValidationName", 40, "Validation Name", **FIXED),
        text("NamespacePrefix", 15, **FIXED),
        text("EntityDefinitionId", 255, "Entity Definition ID", refers_to=("EntityDefinition",),
             relationship="EntityDefinition", **FIXED),
        flag("Active", **FIXED),
        text("Description", 255, **FIXED),
        text("ErrorDisplayField", 255, **FIXED),
        text("ErrorMessage", 255, **FIXED),
        *stamps(),
        text("FullName", 255),
        Field("Metadata", "Metadata", "complexvalue"),
    ]  # fmt: skip
