"""HubSpot records as the tests of the sandbox make and ask for them."""

from __future__ import annotations

from typing import Any

import urllib3

from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
COMPANIES = "/crm/v3/objects/companies"
DATED = "/crm/objects/2026-09/contacts"


def make(sandbox: SandboxClient, path: str = CONTACTS, **properties: Any) -> str:
    """The id of a new record."""
    answer = sandbox.hubspot("POST", path, {"properties": properties})
    assert answer.status == 201, answer.data
    return str(answer.json()["id"])


def patch(sandbox: SandboxClient, record_id: str, path: str = CONTACTS, **properties: Any) -> urllib3.BaseHTTPResponse:
    return sandbox.hubspot("PATCH", f"{path}/{record_id}", {"properties": properties})


def values(sandbox: SandboxClient, record_id: str, *names: str, path: str = CONTACTS) -> list[str | None]:
    """What a record holds, read by id."""
    answer = sandbox.hubspot("GET", f"{path}/{record_id}?properties={','.join(names)}")
    assert answer.status == 200, answer.data
    return [answer.json()["properties"][name] for name in names]


def history(sandbox: SandboxClient, record_id: str, name: str, path: str = CONTACTS) -> list[dict[str, Any]]:
    answer = sandbox.hubspot("GET", f"{path}/{record_id}?propertiesWithHistory={name}")
    return list(answer.json()["propertiesWithHistory"][name])


def found(sandbox: SandboxClient, *filters: dict[str, Any], path: str = CONTACTS, **more: Any) -> list[dict[str, Any]]:
    """The properties of what a search finds, in its order."""
    groups = [{"filters": list(filters)}] if filters else []
    answer = sandbox.hubspot("POST", f"{path}/search", {"filterGroups": groups, "limit": 200} | more)
    assert answer.status == 200, answer.data
    return [each["properties"] for each in answer.json()["results"]]


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator} | ({} if value is None else {"value": value}) | more


def merge(sandbox: SandboxClient, primary: str, other: str, path: str = CONTACTS) -> urllib3.BaseHTTPResponse:
    return sandbox.hubspot("POST", f"{path}/merge", {"primaryObjectId": primary, "objectIdToMerge": other})


def control(sandbox: SandboxClient, name: str, **body: Any) -> urllib3.BaseHTTPResponse:
    """A control whose refusal is looked at."""
    return sandbox.pool.request("POST", f"{sandbox.hubspot_url}/_sandbox/{name}", json=body)
