"""What a field of an object is, and one short builder per type, so that the standard objects read as tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

TEXT_TYPES = frozenset({"string", "textarea", "phone", "email", "url", "picklist", "multipicklist", "combobox"})
ID_TYPES = frozenset({"id", "reference"})
LONG_TEXT_FROM = 256
UNGROUPED = frozenset({"datetime", "double", "currency", "percent", "multipicklist", "combobox"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field as describe shows it; `hidden` fields need a FieldPermissions row before the API user sees them."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted: bool = False
    default: Any = None
    values: tuple[str, ...] = ()
    restricted: bool = False
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    id_lookup: bool = False
    refers_to: tuple[str, ...] = ()
    relationship: str | None = None
    part_of: str | None = None
    extra: str | None = None
    name_field: bool = False
    polymorphic: bool = False
    lookup: bool = False
    custom: bool = False
    permissionable: bool = True
    hidden: bool = False
    children: str | None = None
    """Under which name the objects referred to list the records of this one."""
    cascade: bool = False
    """Is the record deleted with the one it refers to?"""
    abilities: str | None = None
    """Where they do not follow from the type: letters of aggregate, filter, group, sort."""

    def may(self, verb: str) -> bool:
        """May a query `aggregate`, `filter`, `group` or `sort` by this field?

        >>> [text("Title", 128).may(verb) for verb in ("group", "sort")], moment("CreatedDate").may("group")
        ([True, True], False)
        """
        if self.abilities is not None:
            return verb[0] in self.abilities
        if self.is_long_text or self.type in ("complexvalue", "anyType"):
            return False
        if self.type == "address":
            return verb == "filter"
        match verb:
            case "aggregate":
                return self.type not in ("boolean", "multipicklist")
            case "group":
                return self.type not in UNGROUPED
            case "sort":
                return self.type != "multipicklist"
        return True

    @property
    def is_text(self) -> bool:
        return self.type in TEXT_TYPES

    @property
    def is_long_text(self) -> bool:
        return self.type == "textarea" and self.length >= LONG_TEXT_FROM

    @property
    def is_required(self) -> bool:
        """Must a create bring it?"""
        return not self.nillable and self.createable and not self.defaulted

    @property
    def is_indexed(self) -> bool:
        return self.external_id or self.unique or self.id_lookup


@dataclass(slots=True)
class SObject:
    """An object type: its names, its key prefix, what may be done with it, and its fields by lower-cased name."""

    name: str
    prefix: str | None
    fields: dict[str, Field]
    label: str = ""
    plural: str = ""
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    mergeable: bool = False
    layoutable: bool = True
    keeps_deleted: bool = True
    triggerable: bool = True
    queryable: bool = True
    traits: dict[str, bool] = field(default_factory=dict)
    """What describe says of the object where it does not follow from the rest."""
    address_parts: dict[str, dict[str, str]] = field(default_factory=dict)

    def defaults(self) -> dict[str, Any]:
        """What a new record holds before anything is said about it."""
        return {item.name: item.default for item in self.fields.values() if item.default is not None}


def spaced(name: str) -> str:
    """`MobilePhone` -> `Mobile Phone`; the label of a field that has no other."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))


def text(name: str, length: int, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "string", length, **more)


def phone(name: str, label: str = "") -> Field:
    return Field(name, label or spaced(name), "phone", 40)


def email(name: str = "Email", length: int = 80, **more: Any) -> Field:
    return Field(name, spaced(name), "email", length, **{"id_lookup": True, **more})


def url(name: str, **more: Any) -> Field:
    return Field(name, more.pop("label", spaced(name)), "url", 255, **more)


def area(name: str, length: int = 255, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "textarea", length, extra="plaintextarea", **more)


def choice(name: str, values: tuple[str, ...], length: int = 255, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "picklist", length, values=values, **more)


def flag(name: str, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "boolean", nillable=False, defaulted=True, default=False, **more)


def whole(name: str, label: str = "", digits: int = 8, **more: Any) -> Field:
    return Field(name, label or spaced(name), "int", digits=digits, **more)


def money(name: str, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "currency", precision=18, **more)


def decimal(name: str, label: str = "", precision: int = 18, scale: int = 0, **more: Any) -> Field:
    return Field(name, label or spaced(name), "double", precision=precision, scale=scale, **more)


def day(name: str, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "date", **more)


def moment(name: str, label: str = "", **more: Any) -> Field:
    return Field(name, label or spaced(name), "datetime", **more)


def link(name: str, to: str | tuple[str, ...], label: str = "", **more: Any) -> Field:
    """A reference; its relationship is called as the field, without `Id`."""
    refers_to = (to,) if isinstance(to, str) else to
    relationship = more.pop("relationship", name.removesuffix("Id") or None)
    return Field(
        name, label or spaced(name).removesuffix(" Id") + " ID", "reference", 18,
        refers_to=refers_to, relationship=relationship, **more,
    )  # fmt: skip


def seen(of: Field) -> Field:
    """The same field, read-only."""
    return Field(**{**as_dict(of), "createable": False, "updateable": False, "permissionable": False})


def as_dict(of: Field) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Field.__slots__}


def sobject(name: str, prefix: str | None, fields: list[Field], **more: Any) -> SObject:
    """An object type from its fields, with the parts of its addresses found by their names."""
    parts: dict[str, dict[str, str]] = {}
    for item in fields:
        if item.type == "address":
            stem = item.name.removesuffix("Address")
            inner = [piece for piece in fields if piece.part_of == item.name]
            keys = {piece.name.removeprefix(stem): piece.name for piece in inner}
            parts[item.name] = {key[0].lower() + key[1:]: keys[key] for key in sorted(keys)}
    label = more.pop("label", spaced(name))
    return SObject(
        name, prefix, {item.name.lower(): item for item in fields}, label, more.pop("plural", label + "s"),
        address_parts=parts, **more,
    )  # fmt: skip
