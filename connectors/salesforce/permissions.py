"""What Salesforce lets the integration user do, and what is wrong with a field.

A describe leaves out what the user may not see, so a hidden field and a missing one look alike. Of custom fields the
Tooling API tells which are there, to a user who may view the setup; standard fields are in every organisation, but some
only where a feature is on. What cannot be told apart is said as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from connectors.base import FieldInfo, Inspection, RequestRefused, Unauthorized
from connectors.salesforce import schema
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal

_SET = f"permission set {schema.PERMISSION_SET}"


class _CustomField(msgspec.Struct, rename="pascal"):
    developer_name: str
    namespace_prefix: str | None = None

    @property
    def name(self) -> str:
        prefix = f"{self.namespace_prefix}__" if self.namespace_prefix else ""
        return f"{prefix}{self.developer_name}__c".lower()


class _Found(msgspec.Struct):
    records: list[_CustomField]


def inspect(client: SalesforceClient, objects: Sequence[str]) -> Inspection:
    info = client.user_info()
    described: dict[str, Mapping[str, FieldInfo]] = {}
    missing = []
    for name in objects:
        try:
            described[name] = schema.describe(client, name)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            missing.append(f"Read access to the object {name} in the {_SET}")
    return Inspection(info.organization_id, info.preferred_username or info.user_id, described, tuple(missing))


def advise(
    client: SalesforceClient, object_name: str, absent: Sequence[str], locked: Sequence[str]
) -> Mapping[str, str]:
    there = _custom_fields(client, object_name, [name for name in absent if name.lower().endswith("__c")])
    return {
        **{name: _absent(object_name, name, there) for name in absent},
        **{
            name: f"salesforce {object_name}: the integration user may not write {name}: tick Edit Access for it in "
            f"the {_SET} (Object Settings > {object_name}), or let it travel to marketing only (`rule: always_sales`)"
            for name in locked
        },
    }


def _absent(object_name: str, name: str, there: set[str] | None) -> str:
    grant = f"tick Read and Edit Access for it in the {_SET} (Object Settings > {object_name})"
    place = f"salesforce {object_name}"
    if not name.lower().endswith("__c"):
        return f"{place} shows no field {name}: if the name is right, the integration user cannot see it: {grant}"
    if there is None:
        return (
            f"{place} shows no field {name}: it is not there, or hidden from the integration user: make it, or {grant}"
        )
    if name.lower() in there:
        return f"{place} has {name}, but the integration user cannot see it: {grant}"
    return f"{place} has no field {name}: correct the name, or make it (Object Manager > {object_name})"


def _custom_fields(client: SalesforceClient, object_name: str, names: Sequence[str]) -> set[str] | None:
    """Those of these fields that are there, whoever may see them; `None` where the user may not ask."""
    if not names:
        return set()
    wanted = ", ".join(literal(name[:-3].rsplit("__", 1)[-1]) for name in names)
    soql = (
        "SELECT DeveloperName, NamespacePrefix FROM CustomField "
        f"WHERE TableEnumOrId = {literal(object_name)} AND DeveloperName IN ({wanted})"
    )
    try:
        return {
            each.name for each in decode(_Found, client.request("GET", "tooling/query", params={"q": soql})).records
        }
    except (RequestRefused, Unauthorized):
        return None
