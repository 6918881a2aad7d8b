"""HubSpot's properties: described, and the one that carries our key made."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.base import FieldInfo, RequestRefused, SetupStep
from connectors.hubspot.associations import described
from connectors.hubspot.client import HubSpotClient, Refusal
from connectors.hubspot.wire import decode

KEY_FIELD = "entente_key"
TEXT_LENGTH = 65_536
"""https://knowledge.hubspot.com/properties/property-field-types-in-hubspot"""
_REQUIRED = {
    "deals": {"dealname", "dealstage", "pipeline"},
    "calls": {"hs_timestamp"},
    "notes": {"hs_timestamp"},
    "tasks": {"hs_timestamp"},
    "meetings": {"hs_meeting_start_time"},  # and with it hs_timestamp: see `activities.timed`
    "emails": {"hs_timestamp", "hs_email_direction"},
}
"""What HubSpot demands of a create, and does not say in the properties."""


class Option(msgspec.Struct):
    value: str


class Modification(msgspec.Struct, rename="camel"):
    read_only_value: bool = False


class Property(msgspec.Struct, rename="camel"):
    name: str
    label: str = ""
    type: str = "string"
    group_name: str = ""
    options: list[Option] = []
    has_unique_value: bool = False
    calculated: bool = False
    external_options: bool = False
    modification_metadata: Modification | None = None


class Properties(msgspec.Struct):
    results: list[Property]


def describe(client: HubSpotClient, object_name: str) -> dict[str, FieldInfo]:
    required = _REQUIRED.get(object_name, set())
    found = {each.name: _info(each, each.name in required) for each in _properties(client, object_name)}
    return found | {each.name: each for each in described(object_name)}


def _properties(client: HubSpotClient, object_name: str) -> list[Property]:
    data = client.call(client.properties.get_all, object_name, archived="false")
    return decode(Properties, data).results


def _info(each: Property, required: bool) -> FieldInfo:
    read_only = each.calculated or (
        each.modification_metadata is not None and each.modification_metadata.read_only_value
    )
    listed = each.type == "enumeration" and not each.external_options
    return FieldInfo(
        each.name,
        each.label or each.name,
        each.type,
        required,
        not read_only,
        TEXT_LENGTH if each.type == "string" else None,
        frozenset(option.value for option in each.options) if listed else None,
        not read_only,
        tuple(option.value for option in each.options) if listed else (),
    )


def missing_keys(client: HubSpotClient, objects: Sequence[str]) -> list[SetupStep]:
    """The objects without our key. Raises RequestRefused where a property of that name cannot serve."""
    text = "Add the property {} to HubSpot's {}: a unique text, hidden from forms, by which Entente knows what it made"
    steps = []
    for name in objects:
        found = [each for each in _properties(client, name) if each.name == KEY_FIELD]
        if found:
            _check(found[0], name)
        else:
            steps.append(SetupStep(name, KEY_FIELD, text.format(KEY_FIELD, name)))
    return steps


def make_key(client: HubSpotClient, object_name: str) -> None:
    """The object carries our key afterwards, whoever made it."""
    properties = {each.name: each for each in _properties(client, object_name)}
    if KEY_FIELD in properties:
        return _check(properties[KEY_FIELD], object_name)
    body = {
        "name": KEY_FIELD,
        "label": "Entente key",
        "description": "Set by Entente on the records that it creates. Leave it as it is.",
        "type": "string",
        "fieldType": "text",
        "groupName": properties["hs_object_id"].group_name,
        "hasUniqueValue": True,
        "hidden": True,
        "formField": False,
    }
    try:
        client.call(client.properties.create, object_name, body, repeatable=False)
    except Refusal as refusal:
        if refusal.status != 409:  # somebody else made it between our two calls
            raise
    return None


def own_parts(client: HubSpotClient, objects: Sequence[str]) -> list[SetupStep]:
    """The objects that carry our key, whoever made it."""
    text = "Archive the property {} of {}: HubSpot keeps it for 90 days"
    return [
        SetupStep(name, KEY_FIELD, text.format(KEY_FIELD, name))
        for name in objects
        if any(each.name == KEY_FIELD for each in _properties(client, name))
    ]


def take_down(client: HubSpotClient, parts: Sequence[SetupStep]) -> None:
    """These properties are archived afterwards."""
    for part in parts:
        try:
            client.call(client.properties.archive, part.object, part.field)
        except Refusal as refusal:
            if refusal.status != 404:
                raise


def _check(found: Property, object_name: str) -> None:
    if not found.has_unique_value:
        raise RequestRefused(
            f"HubSpot's {object_name} have a property {found.name} that is not unique: archive or rename it, "
            "then run the setup again"
        )
