"""What a property is: its definition, the shape in which the API shows it, and the rules for making a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.hubspot.stamps import stamp

FIELD_TYPES = {
    "string": ("text", "textarea", "phonenumber", "file", "html"),
    "number": ("number",),
    "date": ("date",),
    "datetime": ("date",),
    "enumeration": ("select", "radio", "checkbox", "booleancheckbox"),
    "bool": ("booleancheckbox",),
    "phone_number": ("phonenumber",),
}
"""Which field types go with a type; the first one is what the admin API takes when none is named."""

UNIQUE_PER_OBJECT = 10
BOOL_OPTIONS = (("Yes", "true"), ("No", "false"))
NAME = re.compile(r"[a-z][a-z0-9_]*")
DEFINITION_KEYS = frozenset((
    "name", "label", "type", "fieldType", "options", "hasUniqueValue", "groupName", "description", "displayOrder",
    "hidden", "formField",
))  # fmt: skip


@dataclass(slots=True)
class Property:
    """One property of an object. `options` are pairs of label and value; `is_read_only` speaks of its values."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = "contactinformation"
    options: tuple[tuple[str, str], ...] = ()
    description: str = ""
    is_read_only: bool = False
    is_unique: bool = False
    is_standard: bool = True
    refers_to_owner: bool = False
    created: int = 0
    archived: int | None = None
    updated: int | None = None
    display_order: int = -1
    is_hidden: bool = False
    values: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.set_options(self.options)

    def set_options(self, options: tuple[tuple[str, str], ...]) -> None:
        self.options = options
        self.values = frozenset(value for _, value in options)

    @property
    def is_multiple(self) -> bool:
        return self.field_type == "checkbox"

    def shape(self) -> dict[str, Any]:
        """The definition as the properties API shows it."""
        shape: dict[str, Any] = {
            "updatedAt": stamp(self.archived or self.updated or self.created),
            "createdAt": stamp(self.created),
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [option_shape(at, *option) for at, option in enumerate(self.options)],
            "displayOrder": self.display_order,
            "calculated": False,
            "externalOptions": self.refers_to_owner,
            "archived": self.archived is not None,
            "hasUniqueValue": self.is_unique,
            "hidden": self.is_hidden,
            "hubspotDefined": self.is_standard,
            "modificationMetadata": {
                "archivable": not self.is_standard,
                "readOnlyDefinition": self.is_standard,
                "readOnlyValue": self.is_read_only,
            },
            "formField": not self.is_read_only,
        }
        if self.refers_to_owner:
            shape["referencedObjectType"] = "OWNER"
        if self.archived is not None:
            shape["archivedAt"] = stamp(self.archived)
        return shape


def option_shape(at: int, label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value, "description": "", "displayOrder": at, "hidden": False}


def make_property(definition: Mapping[str, Any], group: str, created: int) -> Property:
    """A custom property from `{name, label?, type?, fieldType?, options?, hasUniqueValue?}`; or ValueError."""
    name = definition.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"name {name!r}: a letter, then lower-case letters, digits and underscores")
    kind = str(definition.get("type", "string"))
    if kind not in FIELD_TYPES:
        raise ValueError(f"type {kind!r} of {name!r} is not one of {', '.join(FIELD_TYPES)}")
    field_type = str(definition.get("fieldType", FIELD_TYPES[kind][0]))
    if field_type not in FIELD_TYPES[kind]:
        raise ValueError(
            f"fieldType {field_type!r} of {name!r} does not go with type {kind!r}: use {FIELD_TYPES[kind]}"
        )
    is_unique = bool(definition.get("hasUniqueValue", False))
    if is_unique and kind not in ("string", "number"):
        raise ValueError(f"hasUniqueValue of {name!r} needs type string or number, not {kind!r}")
    return Property(
        name=name,
        label=str(definition.get("label") or name),
        type=kind,
        field_type=field_type,
        group=str(definition.get("groupName") or group),
        options=BOOL_OPTIONS if kind == "bool" else read_options(name, kind, definition.get("options") or []),
        description=str(definition.get("description") or ""),
        is_unique=is_unique,
        is_standard=False,
        created=created,
        display_order=whole_order(definition.get("displayOrder")),
        is_hidden=bool(definition.get("hidden", False)),
    )


def whole_order(sent: Any) -> int:
    """Where a property stands in its group; -1 puts it after those that have a place."""
    return sent if isinstance(sent, int) and not isinstance(sent, bool) else -1


def read_options(name: str, kind: str, options: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(options, list) or not all(isinstance(each, dict) and "value" in each for each in options):
        raise ValueError(f"options of {name!r} must be a list of objects with label and value")
    if options and kind != "enumeration":
        raise ValueError(f"options of {name!r} need type enumeration, not {kind!r}")
    return tuple((str(each.get("label", each["value"])), str(each["value"])) for each in options)


def changed_property(before: Property, changes: Mapping[str, Any], now: int) -> Property:
    """The property with another label, description, group, order, options or field type; or ValueError."""
    kind = str(changes.get("type", before.type))
    field_type = str(changes.get("fieldType", before.field_type))
    if kind != before.type or field_type not in FIELD_TYPES[kind]:
        raise ValueError(f"type {kind!r} and fieldType {field_type!r} do not go with type {before.type!r}")
    options = read_options(before.name, kind, changes["options"]) if "options" in changes else before.options
    return replace(
        before,
        label=str(changes.get("label") or before.label),
        field_type=field_type,
        group=str(changes.get("groupName", before.group)),
        options=options,
        description=str(changes.get("description", before.description)),
        display_order=whole_order(changes.get("displayOrder", before.display_order)),
        is_hidden=bool(changes.get("hidden", before.is_hidden)),
        updated=now,
    )
