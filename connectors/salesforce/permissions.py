"""What Salesforce lets the integration user do, and what is wrong with a field.

A describe leaves out what the user may not see, so a hidden field and a missing one look alike. Of custom fields the
Tooling API tells which are there, to a user who may view the setup; standard fields are in every organisation, but some
only where a feature is on. What cannot be told apart is said as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from connectors.base import Advice, FieldInfo, Inspection, RequestRefused, Seen, Unauthorized
from connectors.salesforce import schema
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal, query

_PERSON = {"Email", "FirstName", "LastName", "LeadSource", "MobilePhone", "Phone", "Title"}
STANDARD = {
    "Lead": _PERSON | {"City", "Company", "Country", "Industry", "NumberOfEmployees", "Status", "Street", "Website"},
    "Contact": _PERSON | {"AccountId", "Department", "MailingCity", "MailingCountry", "MailingStreet"},
}
"""Fields that every organisation has: where a describe lacks one of these, it is hidden.
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm"""


class _CustomField(msgspec.Struct, rename="pascal"):
    developer_name: str
    namespace_prefix: str | None = None

    @property
    def name(self) -> str:
        prefix = f"{self.namespace_prefix}__" if self.namespace_prefix else ""
        return f"{prefix}{self.developer_name}__c".lower()


class _Organization(msgspec.Struct, rename="pascal"):
    is_sandbox: bool = False


class _User(msgspec.Struct, rename="pascal"):
    username: str


class _Found(msgspec.Struct):
    records: list[_CustomField]


def inspect(client: SalesforceClient, objects: Sequence[str]) -> Inspection:
    user, organization = client.user_and_organization()
    described: dict[str, Mapping[str, FieldInfo]] = {}
    missing = []
    for name in objects:
        try:
            described[name] = schema.describe(client, name)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            missing.append(f"Read access to the object {name} in the permission set {schema.PERMISSION_SET}")
    notes = _notes(client, described)
    return Inspection(organization, _username(client, user) or user, described, tuple(missing), notes=notes)


def _notes(client: SalesforceClient, described: Mapping[str, Mapping[str, FieldInfo]]) -> tuple[str, ...]:
    """A sandbox, whose id is another one after each refresh; and Person Accounts, where the organisation has them."""
    notes = []
    for answer in query(client, "SELECT IsSandbox FROM Organization"):
        if any(decode(_Organization, bytes(raw)).is_sandbox for raw in answer.records):
            notes.append("a Salesforce sandbox: refreshed, it is another organisation, and needs another database")
    if any("IsPersonAccount" in fields for fields in described.values()):
        for answer in query(client, "SELECT COUNT() FROM Account WHERE IsPersonAccount = true"):
            notes.append(
                f"{answer.total_size} Person Accounts: a person of such an account is read as a Contact, and what "
                "Salesforce lets nobody write on it is held"
            )
            break
    return tuple(notes)


def _username(client: SalesforceClient, user: str) -> str | None:
    for answer in query(client, f"SELECT Username FROM User WHERE Id = {literal(user)}"):
        for raw in answer.records:
            return decode(_User, bytes(raw)).username
    return None


def advise(
    client: SalesforceClient, object_name: str, absent: Sequence[str], locked: Sequence[str]
) -> Mapping[str, Advice]:
    there = _custom_fields(client, object_name, [name for name in absent if name.lower().endswith("__c")])
    may_not_write = (
        "salesforce {0}: the integration user may not write {1}: tick Edit Access for it in the permission set "
        f"{schema.PERMISSION_SET} (Object Settings > {{0}}), or let it travel to marketing only (`rule: always_sales`)"
    )
    found = {name: _absent(object_name, name, there) for name in absent}
    return found | {name: Advice(Seen.LOCKED, may_not_write.format(object_name, name)) for name in locked}


def _absent(object_name: str, name: str, there: set[str] | None) -> Advice:
    place = f"salesforce {object_name}"
    grant = (
        f"tick Read and Edit Access for it in the permission set {schema.PERMISSION_SET} "
        f"(Object Settings > {object_name})"
    )
    is_custom = name.lower().endswith("__c")
    if name in STANDARD.get(object_name, ()) or (is_custom and there is not None and name.lower() in there):
        return Advice(Seen.HIDDEN, f"{place} has {name}, but the integration user cannot see it: {grant}")
    if is_custom and there is not None:
        text = f"{place} has no field {name} in its setup: correct the name, or make it (Object Manager)"
        return Advice(Seen.ABSENT, text)
    text = f"{place} shows no field {name}: correct the name; or it is hidden from the integration user: {grant}"
    return Advice(Seen.UNCLEAR, text)


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
        answer = client.request("GET", "tooling/query", params={"q": soql})
    except (RequestRefused, Unauthorized):
        return None
    return {each.name for each in decode(_Found, answer).records}
