"""The kinds of components, in the order in which a deployment makes them: a rule may speak of a new field."""

from __future__ import annotations

from sandbox.salesforce.metadata.component import Component
from sandbox.salesforce.metadata.custom_fields import CustomFields
from sandbox.salesforce.metadata.layouts import Layouts
from sandbox.salesforce.metadata.list_views import ListViews
from sandbox.salesforce.metadata.rights import CustomPermissions, PermissionSets
from sandbox.salesforce.metadata.validation_rules import ValidationRules

KINDS: tuple[Component, ...] = (
    CustomFields(), CustomPermissions(), ValidationRules(), ListViews(), Layouts(), PermissionSets(),
)  # fmt: skip
BY_TYPE = {kind.type: kind for kind in KINDS}
FILES = {
    "CustomField": ("objects", "object"), "ValidationRule": ("objects", "object"), "ListView": ("objects", "object"),
    "CustomPermission": ("customPermissions", "customPermission"), "Layout": ("layouts", "layout"),
    "PermissionSet": ("permissionsets", "permissionset"),
}  # fmt: skip
"""Where the components of a type are in a zip: the folder, and the ending of their files."""
TAGS = {"CustomField": "fields", "ValidationRule": "validationRules", "ListView": "listViews"}
"""The elements of components that stand within an object's file."""
