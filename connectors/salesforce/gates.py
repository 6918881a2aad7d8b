"""Gates in an organisation: validation rules with the permission that passes them, deployed whole or not at all.

One package holds everything. The Metadata API checks it without saving (`checkOnly`), and rolls it back where one part
is refused; a custom permission can be made in no other way.
https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy.htm
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_custompermission.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from connectors.base import ConnectorError, RequestRefused, Unavailable
from connectors.salesforce.client import API_VERSION, SalesforceClient, decode, https
from connectors.salesforce.reading import Answer, literal, query
from connectors.salesforce.source import Component, as_zip, destructive_zip

_BOUNDARY = "entente-package"
_WAITS = (0.5, 0.5, 1.0, *[2.0] * 150)
"""Seconds before each look at what became of a deployment: they wait for each other in an organisation."""
_VALIDATED = re.compile(r"<shouldLeadConvertRequireValidation>(true|false)<")


class Failure(msgspec.Struct, rename="camel"):
    """A part that Salesforce refuses: `full_name` is `Lead.Entente_S06`."""

    full_name: str = ""
    problem: str | None = ""


class _Details(msgspec.Struct, rename="camel"):
    component_failures: list[Failure] = []


class _Result(msgspec.Struct, rename="camel"):
    done: bool
    success: bool = False
    error_message: str | None = None
    details: _Details = msgspec.field(default_factory=_Details)


class _Asked(msgspec.Struct):
    id: str


class _Status(msgspec.Struct, rename="camel"):
    deploy_result: _Result


class _Row(msgspec.Struct, rename="pascal"):
    id: str
    validation_name: str = ""


class _Rows(msgspec.Struct):
    records: list[_Row]


class _Rule(msgspec.Struct, rename="pascal"):
    full_name: str
    metadata: dict[str, Any]


class _Organization(msgspec.Struct, rename="pascal"):
    language_locale_key: str = "en_US"


def deploy(client: SalesforceClient, components: Sequence[Component], *, check_only: bool) -> list[Failure]:
    """All of these components are there afterwards, or none where one is refused; returns those. `check_only`: nothing
    is saved. Raises Unauthorized where the user may not deploy, Unavailable where it takes too long."""
    return _deploy(client, as_zip(components), check_only)


def destroy(client: SalesforceClient, components: Sequence[Component]) -> list[Failure]:
    """These components are gone afterwards; those that were gone before stay so."""
    return _deploy(client, destructive_zip(components), check_only=False)


def _deploy(client: SalesforceClient, package: bytes, check_only: bool) -> list[Failure]:
    options = {"checkOnly": check_only, "rollbackOnError": True, "singlePackage": True, "ignoreWarnings": True}
    asked = msgspec.json.encode({"deployOptions": options})
    body = b"".join(
        [
            *_part('name="json"', "application/json", asked),
            *_part('name="file"; filename="package.zip"', "application/zip", package),
            f"--{_BOUNDARY}--\r\n".encode(),
        ]
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    answer = client.request("POST", "metadata/deployRequest", content=body, headers=headers, repeatable=False)
    path = f"metadata/deployRequest/{decode(_Asked, answer).id}"
    for seconds in _WAITS:
        client.pause(seconds)
        result = decode(_Status, client.request("GET", path, params={"includeDetails": "true"})).deploy_result
        if result.done:
            if not result.success and not result.details.component_failures:
                raise RequestRefused(f"Salesforce refuses the deployment: {result.error_message or 'without a reason'}")
            return result.details.component_failures
    raise Unavailable("Salesforce has not finished the deployment: look at Setup > Deployment Status, then try again")


def _part(about: str, kind: str, content: bytes) -> Iterable[bytes]:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode(), content, b"\r\n"


def deployed(client: SalesforceClient, names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """By full name (`Lead.Entente_S06`), the metadata of the validation rules of these names that are there."""
    if not names:
        return {}
    wanted = ", ".join(literal(name) for name in names)
    soql = f"SELECT Id, ValidationName FROM ValidationRule WHERE ValidationName IN ({wanted})"
    found = decode(_Rows, client.request("GET", "tooling/query", params={"q": soql})).records
    # A query tells the metadata of one rule at a time only.
    rules = [decode(_Rule, client.request("GET", f"tooling/sobjects/ValidationRule/{row.id}")) for row in found]
    return {rule.full_name: rule.metadata for rule in rules}


def permissions(client: SalesforceClient, names: Sequence[str]) -> set[str]:
    """Those of these custom permissions that are there."""
    return set(_column(client, f"SELECT DeveloperName FROM CustomPermission WHERE DeveloperName IN ({_listed(names)})"))


def permission_sets(client: SalesforceClient, names: Sequence[str]) -> set[str]:
    """Those of these permission sets that are there."""
    return set(_column(client, f"SELECT Name FROM PermissionSet WHERE Name IN ({_listed(names)})"))


def count(client: SalesforceClient, object_name: str, where: str) -> int | None:
    """How many records meet a condition; `None` where Salesforce cannot filter by one of its fields."""
    try:
        answer = client.request("GET", "query", params={"q": f"SELECT COUNT() FROM {object_name} WHERE {where}"})
    except RequestRefused:
        return None
    return decode(Answer, answer).total_size


def language(client: SalesforceClient) -> str:
    """The organisation's own, such as `fr` or `en_US`."""
    for answer in query(client, "SELECT LanguageLocaleKey FROM Organization"):
        for raw in answer.records:
            return decode(_Organization, bytes(raw)).language_locale_key
    return "en_US"


def conversion_validates(client: SalesforceClient) -> bool | None:
    """Whether a lead that is converted must pass validation rules; `None` where this user may not ask.

    https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_leadconfigsettings.htm
    """
    grant = client.grant()
    body = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns="http://soap.sforce.com/2006/04/metadata"><soapenv:Header><SessionHeader><sessionId>'
        f"{escape(grant.access_token)}</sessionId></SessionHeader></soapenv:Header><soapenv:Body><readMetadata>"
        "<type>LeadConfigSettings</type><fullNames>LeadConfig</fullNames></readMetadata></soapenv:Body>"
        "</soapenv:Envelope>"
    )
    url = https(f"{grant.address}/services/Soap/m/{API_VERSION}")
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
    try:
        answer = client.request("POST", url, content=body.encode(), headers=headers, repeatable=False)
    except ConnectorError:
        return None  # SOAP says every refusal as an HTTP 500
    found = _VALIDATED.search(answer.decode("utf-8", "replace"))
    return found[1] == "true" if found else None


def assign(client: SalesforceClient, permission_set: str, user: str) -> bool:
    """The user has the permission set afterwards; returns whether that is new."""
    [set_id] = _column(client, f"SELECT Id FROM PermissionSet WHERE Name = {literal(permission_set)}")
    where = f"PermissionSetId = {literal(set_id)} AND AssigneeId = {literal(user)}"
    if _column(client, f"SELECT Id FROM PermissionSetAssignment WHERE {where}"):
        return False
    body = {"PermissionSetId": set_id, "AssigneeId": user}
    client.request("POST", "sobjects/PermissionSetAssignment", body=body, repeatable=False)
    return True


def unassign(client: SalesforceClient, permission_set: str, user: str = "") -> None:
    """Afterwards this user has the permission set no more; without one, nobody has."""
    where = f"PermissionSet.Name = {literal(permission_set)}"
    where += f" AND AssigneeId = {literal(user)}" if user else ""
    for found in _column(client, f"SELECT Id FROM PermissionSetAssignment WHERE {where}"):
        client.request("DELETE", f"sobjects/PermissionSetAssignment/{found}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(literal(name) for name in names)


def _column(client: SalesforceClient, soql: str) -> list[str]:
    """The values of the one field that a query asks for."""
    name = soql.split()[1]
    return [str(msgspec.json.decode(bytes(raw))[name]) for answer in query(client, soql) for raw in answer.records]
