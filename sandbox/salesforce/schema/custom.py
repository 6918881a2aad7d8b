"""Custom fields: from the admin API's short definition, and from the Metadata of a Tooling call."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.fields import Field, spaced

LENGTHS = {
    "string": 255,
    "textarea": 32768,
    "phone": 40,
    "email": 80,
    "url": 255,
    "picklist": 255,
    "multipicklist": 4099,
}
LONGEST = 131_072
TYPES = frozenset({*LENGTHS, "double", "date", "datetime", "boolean"})
METADATA_TYPES = {
    "Text": "string", "TextArea": "textarea", "LongTextArea": "textarea", "Number": "double", "Currency": "currency",
    "Percent": "percent", "Date": "date", "DateTime": "datetime", "Checkbox": "boolean", "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist", "Phone": "phone", "Email": "email", "Url": "url",
}  # fmt: skip
NEEDED = {
    "Text": ("length",), "LongTextArea": ("length", "visibleLines"), "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"), "Percent": ("precision", "scale"), "Checkbox": ("defaultValue",),
    "Picklist": ("valueSet",), "MultiselectPicklist": ("valueSet", "visibleLines"),
}  # fmt: skip
KNOWN = frozenset({"name", "label", "type", "length", "picklistValues", "restricted", "externalId", "unique"})


def from_definition(definition: dict[str, Any]) -> Field:
    """A field that everybody sees. Raises ValueError, naming the key that does not fit."""
    name, type_name = str(definition.get("name", "")), definition.get("type", "string")
    if unknown := sorted(definition.keys() - KNOWN):
        raise ValueError(
            f"unknown key {unknown[0]!r} in the definition of {name}; known are {', '.join(sorted(KNOWN))}"
        )
    if not name.endswith("__c") or not name[0].isalpha():
        raise ValueError(f"a custom field's name begins with a letter and ends in __c; got {name!r}")
    if type_name not in TYPES:
        raise ValueError(f"unknown type {type_name!r} for {name}; known are {', '.join(sorted(TYPES))}")
    values = tuple(item["value"] if isinstance(item, dict) else item for item in definition.get("picklistValues", ()))
    if type_name in ("picklist", "multipicklist") and not values:
        raise ValueError(f"{name} is a {type_name} and needs picklistValues")
    return _field(
        name,
        type_name,
        definition.get("label") or spaced(name),
        length=definition.get("length"),
        values=values,
        restricted=definition.get("restricted", False),
        external_id=definition.get("externalId", False),
        unique=definition.get("unique", False),
    )


def from_metadata(name: str, metadata: dict[str, Any]) -> Field:
    """A field that nobody sees until a permission set says so. Raises `Trouble` as the Tooling API does."""
    type_name = metadata.get("type")
    if not isinstance(type_name, str) or type_name not in METADATA_TYPES:
        raise _unfit(f"Must specify a valid 'type' for a CustomField; got {type_name}")
    if not metadata.get("label") or not isinstance(metadata["label"], str):
        raise _unfit("Must specify 'label' for a CustomField")
    for key in NEEDED.get(type_name, ()):
        if metadata.get(key) is None:
            raise _unfit(f"Must specify '{key}' for a CustomField of type {type_name}")
    for key in ("length", "precision", "scale", "visibleLines"):
        if not isinstance(number := metadata.get(key, 0), int | None) or not 0 <= (number or 0) <= LONGEST:
            raise _unfit(f"'{key}' must be a number from 0 to {LONGEST}")
    value_set, choices = _choices(metadata)
    default = next((item["fullName"] for item in choices if item.get("default")), None)
    return _field(
        name,
        METADATA_TYPES[type_name],
        metadata["label"],
        length=metadata.get("length") or (255 if type_name == "TextArea" else None),
        values=tuple(item["fullName"] for item in choices),
        restricted=value_set.get("restricted", False),
        external_id=metadata.get("externalId", False),
        unique=metadata.get("unique", False),
        case_sensitive=metadata.get("caseSensitive", False),
        precision=metadata.get("precision") or 0,
        scale=metadata.get("scale") or 0,
        default=str(metadata["defaultValue"]).lower() == "true" if type_name == "Checkbox" else default,
        hidden=True,
    )


def _choices(metadata: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The value set of a picklist, and its values; nothing for other types."""
    match metadata.get("valueSet"):
        case None:
            return {}, []
        case {"valueSetDefinition": {"value": [*choices]}} as value_set:
            if all(isinstance(each, dict) and isinstance(each.get("fullName"), str) for each in choices):
                return value_set, choices
    raise _unfit("Picklist values are missing: 'valueSet' needs a 'valueSetDefinition' whose 'value' lists full names")


def _field(name: str, type_name: str, label: str, *, length: int | None, **more: Any) -> Field:
    numeric = type_name in ("double", "currency", "percent")
    if numeric:
        more = {**more, "precision": more.get("precision") or 18, "scale": more.get("scale") or 0}
    if type_name == "boolean":
        more = {**more, "nillable": False, "defaulted": True, "default": bool(more.get("default"))}
    elif more.get("default"):
        more["defaulted"] = True
    return Field(
        name, label, type_name, length or LENGTHS.get(type_name, 0), custom=True,
        id_lookup=bool(more.get("external_id")),
        extra="plaintextarea" if type_name == "textarea" else None, **more,
    )  # fmt: skip


def _unfit(message: str) -> Trouble:
    return Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("Metadata",))
