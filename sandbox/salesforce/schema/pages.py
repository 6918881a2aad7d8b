"""ListView, which the REST API shows, and Layout, which the Tooling API shows."""

from __future__ import annotations

from sandbox.salesforce.schema.common import FIXED, identity, stamps
from sandbox.salesforce.schema.fields import Field, SObject, choice, flag, sobject, text


def list_view() -> SObject:
    fields = [
        *identity("ListView", deletable=False),
        text("Name", 80, name_field=True, **FIXED),
        text("DeveloperName", 80, **FIXED),
        text("NamespacePrefix", 15, **FIXED),
        choice("SobjectType", (), 40, "Sobject Type Name", **FIXED),
        flag("IsSoqlCompatible", **FIXED),
        *stamps(),
    ]
    return sobject("ListView", "00B", fields, createable=False, updateable=False, deletable=False, layoutable=False,
                   keeps_deleted=False, triggerable=False)  # fmt: skip


def layout() -> SObject:
    fields = [
        *identity("Layout", deletable=False),
        text("Name", 80, name_field=True, **FIXED),
        text("LayoutType", 40, **FIXED),
        text("NamespacePrefix", 15, **FIXED),
        text("TableEnumOrId", 255, "Table Enum Or ID", **FIXED),
        text("EntityDefinitionId", 255, "Entity Definition ID", refers_to=("EntityDefinition",),
             relationship="EntityDefinition", **FIXED),
        *stamps(),
        text("FullName", 255),
        Field("Metadata", "Metadata", "complexvalue"),
    ]  # fmt: skip
    return sobject("Layout", "00h", fields, keeps_deleted=False, layoutable=False)
