"""A kind of component, and what is known once one was saved or removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.table import Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

Metadata = dict[str, Any]
DEVELOPER_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


@dataclass(frozen=True, slots=True)
class Done:
    """`undo` puts everything back as it was; it is for a deployment that is taken back, right after."""

    id: str
    created: bool
    undo: Callable[[], None]


class Component(Protocol):
    """Names are full names, such as `Lead.Needs_phone`. What cannot be done is a `Trouble`, and changes nothing."""

    type: str

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        """The id of a component that is there."""

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        """The component is there as its metadata says, made or changed."""

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        """The component is gone."""

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        """Its metadata, None where it is not there."""


def object_and_name(state: SalesforceState, full_name: str, separator: str = ".") -> tuple[Table, str]:
    """The object of `Lead.Needs_phone`, and the rest of the name."""
    object_name, _, name = full_name.partition(separator)
    table = state.tables.get(object_name.lower())
    if table is None or not name:
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", f"Entity Enumeration Or ID: bad value for {object_name}", ())
    return table, name


def check_name(label: str, name: str, longest: int) -> None:
    if len(name) > longest:
        raise Trouble("STRING_TOO_LONG", f"{label}: data value too large: {name} (max length={longest})", ("FullName",))
    if not DEVELOPER_NAME.fullmatch(name):
        message = (
            f"{label}: can only contain underscores and alphanumeric characters. It must be unique, begin with a "
            "letter, not include spaces, not end with an underscore, and not contain two consecutive underscores."
        )
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("FullName",))


def check_keys(component: str, metadata: Metadata, known: Collection[str], needed: Collection[str]) -> None:
    """No unknown key, no missing one."""
    for key in metadata:
        if key not in known:
            raise Trouble("INVALID_FIELD", f"No such column '{key}' on sobject of type {component}Metadata")
    missing = [key for key in needed if metadata.get(key) in (None, "")]
    if missing:
        raise Trouble("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)


def check_length(label: str, text: str, longest: int, field: str) -> None:
    if len(text) > longest:
        raise Trouble("STRING_TOO_LONG", f"{label}: data value too large: {text} (max length={longest})", (field,))


def not_there(component: str, full_name: str) -> Trouble:
    return Trouble("INVALID_CROSS_REFERENCE_KEY", f"no {component} named {full_name} found", ())


def items_of(metadata: Metadata, key: str) -> list[Metadata]:
    """The entries of a list in the metadata, each of which has parts."""
    items = metadata.get(key) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Trouble("JSON_PARSER_ERROR", f"{key}: a list of objects is expected")
    return items


def part_of(metadata: Metadata, key: str) -> Metadata:
    """A part of the metadata that has parts itself; empty where it is left out."""
    part = metadata.get(key) or {}
    if not isinstance(part, dict):
        raise Trouble("JSON_PARSER_ERROR", f"{key}: an object is expected")
    return part


def check_numbers(metadata: Metadata, *keys: str) -> None:
    for key in keys:
        value = metadata.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise Trouble("JSON_PARSER_ERROR", f"{key}: a whole number is expected, not {value}")
