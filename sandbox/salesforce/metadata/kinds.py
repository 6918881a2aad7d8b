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
