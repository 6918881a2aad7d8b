"""Salesforce's fields: described, and the external id that carries our key made and made visible.

A field made through the Tooling API is invisible, even to who made it, until a permission set that is assigned to the
user grants it. Each step looks before it acts, so that a setup that broke off anywhere is mended by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.base import FieldInfo, RequestRefused, SetupStep
from connectors.salesforce.activities import ACTIVITIES, OCCURRED_FIELD, described
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal, query

KEY_FIELD = "Entente_Key__c"
PERMISSION_SET = "Entente"
_TEXTS = {"combobox", "string", "textarea", "email", "phone", "url", "encryptedstring"}
_PICKLISTS = {"picklist", "multipicklist"}


class Option(msgspec.Struct):
    value: str
    active: bool = True


class Described(msgspec.Struct, rename="camel"):
    """One field of a describe, as far as we read it."""

    name: str
    label: str = ""
    type: str = "string"
    length: int = 0
    nillable: bool = True
    createable: bool = False
    updateable: bool = False
    defaulted_on_create: bool = False
    restricted_picklist: bool = False
    external_id: bool = False
    unique: bool = False
    picklist_values: list[Option] = []


class Description(msgspec.Struct):
    fields: list[Described]


class _Found(msgspec.Struct, rename="pascal"):
    id: str


class Saved(msgspec.Struct):
    id: str


def describe(client: SalesforceClient, object_name: str) -> dict[str, FieldInfo]:
    fields = {each.name: _info(each) for each in _fields(client, object_name)}
    return described(fields, _is_shared(client, object_name)) if object_name in ACTIVITIES else fields


def _is_shared(client: SalesforceClient, object_name: str) -> bool:
    """Whether the organisation has Shared Activities: only then there are relations."""
    try:
        client.request("GET", f"sobjects/{object_name}Relation/describe")
    except Refusal:
        return False
    return True


def _fields(client: SalesforceClient, object_name: str) -> list[Described]:
    return decode(Description, client.request("GET", f"sobjects/{object_name}/describe")).fields


def _info(each: Described) -> FieldInfo:
    is_listed = each.restricted_picklist and each.type in _PICKLISTS
    required = each.createable and not each.nillable and not each.defaulted_on_create and each.type != "boolean"
    return FieldInfo(
        each.name,
        each.label or each.name,
        each.type,
        required,
        each.updateable,
        each.length if each.type in _TEXTS and each.length else None,
        frozenset(option.value for option in each.picklist_values if option.active) if is_listed else None,
        each.createable,
        tuple(option.value for option in each.picklist_values if option.active),
    )


@dataclass(frozen=True, slots=True)
class Own:
    """A field of ours: what for, in words, and what it is made of."""

    purpose: str
    metadata: Mapping[str, Any]


OWN = {
    KEY_FIELD: Own(
        "a unique external id (text, 255) by which Entente knows what it made",
        {
            "type": "Text",
            "label": "Entente Key",
            "description": "Set by Entente on the records that it creates. Leave it as it is.",
            "length": 255,
            "externalId": True,
            "unique": True,
            "caseSensitive": True,
        },
    ),
    OCCURRED_FIELD: Own(
        "a date and time for when an activity happened, since a due date has no time of day",
        {
            "type": "DateTime",
            "label": "Occurred At",
            "description": "When it happened, with the time of day. Kept equal to HubSpot's by Entente.",
        },
    ),
    "Entente_Asked__c": Own(
        "a text for the facts that were asked for and nobody knows",
        {
            "type": "Text",
            "label": "Entente Asked",
            "description": "Facts that were asked for and are not known, by their names, joined by ;",
            "length": 255,
        },
    ),
    "Entente_Override__c": Own(
        "a text for the reason why a gate is passed without its facts",
        {
            "type": "Text",
            "label": "Entente Override",
            "description": "Why this record passes a gate without the facts that it asks for. Each reason is counted.",
            "length": 255,
        },
    ),
}
WAYS_OUT = ("Entente_Asked__c", "Entente_Override__c")
"""The fields by which a person passes a gate without the fact."""


def own_fields(object_name: str) -> tuple[str, ...]:
    return (KEY_FIELD, OCCURRED_FIELD) if object_name in ACTIVITIES else (KEY_FIELD,)


def home_of(object_name: str) -> str:
    """Where a custom field of an object is made: those of Task and Event are Activity's, once for both."""
    return "Activity" if object_name in ACTIVITIES else object_name


def own_parts_of(keyed: Sequence[str], with_ways_out: Sequence[str]) -> list[tuple[str, str]]:
    """Object and field of all that these objects need of ours."""
    keys = [(name, field) for name in keyed for field in own_fields(name)]
    return [*keys, *((name, field) for name in with_ways_out for field in WAYS_OUT)]


def missing_fields(client: SalesforceClient, wanted: Sequence[tuple[str, str]]) -> list[SetupStep]:
    """Those of our fields that cannot be used yet. Raises RequestRefused where a field of such a name cannot serve."""
    text = (
        "Add the field {} to Salesforce's {}: {}, and let the integration user read and edit it through the "
        "permission set {}"
    )
    steps = []
    described = {name: {each.name: each for each in _fields(client, name)} for name in dict(wanted)}
    for name, own in wanted:
        found = described[name].get(own)
        if found is None or not found.updateable:
            words = text.format(own, name, OWN[own].purpose, PERMISSION_SET)
            steps.append(SetupStep(name, own, words))
        else:
            _check(found, name)
    return steps


def make_fields(client: SalesforceClient, own: Sequence[tuple[str, str]]) -> None:
    """The objects carry these fields of ours afterwards, and the integration user may read and edit them."""
    for name, field in own:
        _make_field(client, name, field)
    permission_set = _found_or_made(
        client, "PermissionSet", {"Name": PERMISSION_SET}, {"Label": "Entente: read and edit its own key"}
    )
    user = client.beneficiary or client.user_and_organization()[0]
    _found_or_made(client, "PermissionSetAssignment", {"AssigneeId": user, "PermissionSetId": permission_set}, {})
    for name, field in own:
        _permit(client, permission_set, name, field)
        if not client.beneficiary:
            _verify(client, name, field)


def _make_field(client: SalesforceClient, object_name: str, field: str) -> None:
    """The object has this field afterwards, whether or not anybody may see it."""
    if any(each.name == field for each in _fields(client, object_name)):
        return
    body = {"FullName": f"{home_of(object_name)}.{field}", "Metadata": dict(OWN[field].metadata)}
    try:
        client.request("POST", "tooling/sobjects/CustomField", body=body, repeatable=False)
    except Refusal as refusal:
        # It is there already, but nobody may see it: an earlier setup broke off after this step.
        if refusal.fault.code not in {"DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"}:
            raise


def _permit(client: SalesforceClient, permission_set: str, object_name: str, field: str) -> None:
    named = {"ParentId": permission_set, "SobjectType": object_name, "Field": f"{object_name}.{field}"}
    granted = {"PermissionsRead": True, "PermissionsEdit": True}
    _found_or_made(client, "FieldPermissions", named, granted)


def _found_or_made(
    client: SalesforceClient, object_name: str, named: Mapping[str, str], values: Mapping[str, Any]
) -> str:
    """The id of the record that these fields name, made with the other values where there is none."""
    where = " AND ".join(f"{field} = {literal(value)}" for field, value in named.items())
    for answer in query(client, f"SELECT Id FROM {object_name} WHERE {where}"):
        for raw in answer.records:
            found = decode(_Found, bytes(raw)).id
            if object_name == "FieldPermissions":
                client.request("PATCH", f"sobjects/{object_name}/{found}", body=dict(values))
            return found
    data = client.request("POST", f"sobjects/{object_name}", body={**named, **values}, repeatable=False)
    return decode(Saved, data).id


def _verify(client: SalesforceClient, object_name: str, field: str) -> None:
    found = [each for each in _fields(client, object_name) if each.name == field]
    if not found:
        raise RequestRefused(
            f"Salesforce's {object_name} has {field}, but the integration user cannot see it: grant it read and "
            f"edit access in the permission set {PERMISSION_SET}"
        )
    _check(found[0], object_name)


def _check(found: Described, object_name: str) -> None:
    if found.name == KEY_FIELD and not (found.unique and found.external_id):
        raise RequestRefused(
            f"Salesforce's {object_name} has a field {found.name} that is not a unique external id: delete or rename "
            "it, then run the setup again"
        )
