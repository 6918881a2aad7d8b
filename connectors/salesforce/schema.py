"""Salesforce's fields: described, and the external id that carries our key made and made visible.

A field made through the Tooling API is invisible, even to who made it, until a permission set that is assigned to the
user grants it. Each step looks before it acts, so that a setup that broke off anywhere is mended by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectors.base import FieldInfo, RequestRefused, SetupStep
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal, query

KEY_FIELD = "Entente_Key__c"
PERMISSION_SET = "Entente"
_TEXTS = {"string", "textarea", "email", "phone", "url", "encryptedstring"}
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
    return {each.name: _info(each) for each in _fields(client, object_name)}


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


def missing_keys(client: SalesforceClient, objects: Sequence[str]) -> list[SetupStep]:
    """The objects whose key cannot be used yet. Raises RequestRefused where a field of that name cannot serve."""
    text = (
        "Add the field {} to Salesforce's {}: a unique external id (text, 255) by which Entente knows what it made, "
        "and let the integration user read and edit it through the permission set {}"
    )
    steps = []
    for name in objects:
        found = [each for each in _fields(client, name) if each.name == KEY_FIELD]
        if not found or not found[0].updateable:
            steps.append(SetupStep(name, KEY_FIELD, text.format(KEY_FIELD, name, PERMISSION_SET)))
        else:
            _check(found[0], name)
    return steps


def make_keys(client: SalesforceClient, objects: Sequence[str]) -> None:
    """The objects carry our key afterwards, and the integration user may read and edit it."""
    for name in objects:
        _make_field(client, name)
    permission_set = _found_or_made(
        client, "PermissionSet", {"Name": PERMISSION_SET}, {"Label": "Entente: read and edit its own key"}
    )
    user = client.beneficiary or client.user_and_organization()[0]
    _found_or_made(client, "PermissionSetAssignment", {"AssigneeId": user, "PermissionSetId": permission_set}, {})
    for name in objects:
        _permit(client, permission_set, name)
        if not client.beneficiary:
            _verify(client, name)


def _make_field(client: SalesforceClient, object_name: str) -> None:
    if any(each.name == KEY_FIELD for each in _fields(client, object_name)):
        return
    metadata = {
        "type": "Text",
        "label": "Entente Key",
        "description": "Set by Entente on the records that it creates. Leave it as it is.",
        "length": 255,
        "externalId": True,
        "unique": True,
        "caseSensitive": True,
    }
    body = {"FullName": f"{object_name}.{KEY_FIELD}", "Metadata": metadata}
    try:
        client.request("POST", "tooling/sobjects/CustomField", body=body, repeatable=False)
    except Refusal as refusal:
        # It is there already, but nobody may see it: an earlier setup broke off after this step.
        if refusal.fault.code not in {"DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"}:
            raise


def _permit(client: SalesforceClient, permission_set: str, object_name: str) -> None:
    named = {"ParentId": permission_set, "SobjectType": object_name, "Field": f"{object_name}.{KEY_FIELD}"}
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


def _verify(client: SalesforceClient, object_name: str) -> None:
    found = [each for each in _fields(client, object_name) if each.name == KEY_FIELD]
    if not found:
        raise RequestRefused(
            f"Salesforce's {object_name} has {KEY_FIELD}, but the integration user cannot see it: grant it read and "
            f"edit access in the permission set {PERMISSION_SET}"
        )
    _check(found[0], object_name)


def _check(found: Described, object_name: str) -> None:
    if not (found.unique and found.external_id):
        raise RequestRefused(
            f"Salesforce's {object_name} has a field {found.name} that is not a unique external id: delete or rename "
            "it, then run the setup again"
        )
