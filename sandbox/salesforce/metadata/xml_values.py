"""The XML of a component <-> its metadata as the Tooling API writes them in JSON: booleans, numbers and lists."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.metadata.component import Metadata
from sandbox.salesforce.metadata.xml_tree import Element

BOOLEANS = frozenset({
    "active", "externalId", "unique", "caseSensitive", "required", "restricted", "default", "sorted", "editable",
    "readable", "enabled", "allowCreate", "allowRead", "allowEdit", "allowDelete", "viewAllRecords",
    "modifyAllRecords", "hasActivationRequired", "isLicensed", "customLabel", "detailHeading", "editHeading",
    "emptySpace", "trackHistory", "trackFeedHistory", "trackTrending", "showEmailCheckbox", "showHighlightsPanel",
    "showInteractionLogPanel", "showRunAssignmentRulesCheckbox", "showSubmitAndAttachButton", "isActive",
})  # fmt: skip
NUMBERS = frozenset({"length", "precision", "scale", "visibleLines", "startingNumber"})
LISTS = frozenset({
    "columns", "filters", "layoutSections", "layoutColumns", "layoutItems", "fieldPermissions", "objectPermissions",
    "customPermissions", "userPermissions", "tabSettings", "value:valueSetDefinition", "sharedTo:none",
})  # fmt: skip


def metadata_of(element: Element) -> Metadata:
    """The children of a component's element by name; its full name is left out."""
    return {name: value for name, value in _children(element).items() if name not in ("fullName", "type:")}


def _children(element: Element) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for child in element.children:
        value = _value(child)
        if child.tag in LISTS or f"{child.tag}:{element.tag}" in LISTS:
            made.setdefault(child.tag, []).append(value)
        elif child.tag in made:
            before = made[child.tag]
            made[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            made[child.tag] = value
    return made


def _value(element: Element) -> Any:
    if element.attributes.get("nil") == "true":
        return None
    if element.children:
        return _children(element)
    text = element.text.strip() if element.tag in BOOLEANS or element.tag in NUMBERS else element.text
    if element.tag in BOOLEANS and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if element.tag in NUMBERS and text.isdecimal():
        return int(text)
    return text
