"""What Entente's setup makes in an organisation: found whether or not anybody may see it, and taken away again.

A custom field that is deleted stays in the list of deleted fields for 15 days, and can be brought back from there.
https://help.salesforce.com/s/articleView?id=platform.managing_deleted_custom_fields.htm
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.base import SetupStep
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal, query
from connectors.salesforce.schema import KEY_FIELD, PERMISSION_SET

_SET = "PermissionSet"
_FIELDS = (KEY_FIELD,)


class _Field(msgspec.Struct, rename="pascal"):
    id: str
    developer_name: str
    table_enum_or_id: str


class _Fields(msgspec.Struct):
    records: list[_Field]


class _Row(msgspec.Struct, rename="pascal"):
    id: str


def own_parts(client: SalesforceClient) -> list[SetupStep]:
    """Our fields and our permission set, as far as they are there. Raises Unauthorized without View Setup."""
    steps = [
        SetupStep(each.table_enum_or_id, f"{each.developer_name}__c", f"Delete the field {each.developer_name}__c")
        for each in _fields(client)
    ]
    found = _ids(client, _SET, f"Name = {literal(PERMISSION_SET)}")
    return [*steps, *(SetupStep(_SET, PERMISSION_SET, f"Delete the permission set {PERMISSION_SET}") for _ in found)]


def take_down(client: SalesforceClient, parts: Sequence[SetupStep]) -> None:
    """These parts are gone afterwards; what is gone already stays so. Fields go before the set that shows them."""
    wanted = {(part.object, part.field) for part in parts}
    for each in _fields(client):
        if (each.table_enum_or_id, f"{each.developer_name}__c") in wanted:
            _delete(client, f"tooling/sobjects/CustomField/{each.id}")
    if (_SET, PERMISSION_SET) in wanted:
        for permission_set in _ids(client, _SET, f"Name = {literal(PERMISSION_SET)}"):
            for assignment in _ids(client, "PermissionSetAssignment", f"PermissionSetId = {literal(permission_set)}"):
                _delete(client, f"sobjects/PermissionSetAssignment/{assignment}")
            _delete(client, f"sobjects/{_SET}/{permission_set}")


def _fields(client: SalesforceClient) -> list[_Field]:
    names = ", ".join(literal(name.removesuffix("__c")) for name in _FIELDS)
    soql = f"SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE DeveloperName IN ({names})"
    return decode(_Fields, client.request("GET", "tooling/query", params={"q": soql})).records


def _ids(client: SalesforceClient, object_name: str, where: str) -> list[str]:
    soql = f"SELECT Id FROM {object_name} WHERE {where}"
    return [decode(_Row, bytes(raw)).id for answer in query(client, soql) for raw in answer.records]


def _delete(client: SalesforceClient, path: str) -> None:
    try:
        client.request("DELETE", path)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
