"""Whatever is sent to the calls on associations, pipelines, schemas and groups is answered in HubSpot's way."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.sandbox.hubspot_helper import make
from tests.sandbox_client import SandboxClient

V4, V3, OBJECTS = (
    "/crm/v4/associations/contacts/companies",
    "/crm/v3/associations/contacts/companies",
    "/crm/v4/objects",
)
CALLS = (
    *(("POST", f"{V4}/batch/{name}") for name in ("read", "create", "associate/default", "archive", "labels/archive")),
    *(("POST", f"{V3}/batch/{name}") for name in ("read", "create", "archive")),
    ("PUT", f"{OBJECTS}/contacts/51/associations/companies/7086461639"),
    ("PUT", f"{OBJECTS}/contacts/{'9' * 5000}/associations/default/companies/²"),
    ("GET", f"{OBJECTS}/contacts/51/associations/companies?after=²"),
    ("GET", f"{OBJECTS}/contacts/51/associations/companies?limit={'9' * 30}"),
    ("POST", f"{V4}/labels"),
    ("PUT", f"{V4}/labels"),
    ("DELETE", f"{V4}/labels/²"),
    ("POST", "/crm/v3/pipelines/deals"),
    ("PATCH", "/crm/v3/pipelines/deals/default"),
    ("PUT", "/crm/v3/pipelines/deals/default"),
    ("POST", "/crm/v3/pipelines/deals/default/stages"),
    ("PATCH", "/crm/v3/pipelines/deals/default/stages/closedwon"),
    ("POST", "/crm/v3/schemas"),
    ("PATCH", "/crm/v3/schemas/contacts"),
    ("POST", "/crm/v3/schemas/contacts/associations"),
    ("POST", "/crm/v3/properties/contacts"),
    ("PATCH", "/crm/v3/properties/contacts/lifecyclestage"),
    ("POST", "/crm/v3/properties/contacts/batch/create"),
    ("POST", "/crm/v3/properties/contacts/batch/archive"),
    ("POST", "/crm/v3/properties/contacts/groups"),
    ("PATCH", "/crm/v3/properties/contacts/groups/contactinformation"),
    ("POST", "/crm/v3/objects/deals"),
)
ODD: tuple[Any, ...] = (None, [], {}, "x", -1, 10**30, ["x"], [{}], {"id": {}}, True)
KEYS = (
    "inputs", "from", "to", "types", "type", "id", "label", "name", "labels", "properties", "options", "groupName",
    "displayOrder", "stages", "metadata", "associationTypeId", "associationCategory", "associatedObjects",
    "requiredProperties", "fieldType", "associations", "fromObjectTypeId", "toObjectTypeId",
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_nonsense_is_never_an_error_of_the_sandbox(sandbox: SandboxClient, method: str, path: str) -> None:
    make(sandbox, "contacts", {})
    make(sandbox, "companies", {"name": "Velmora"})
    full = dict.fromkeys(KEYS, "x")
    bodies = [*ODD, *({key: odd} for key, odd in product(KEYS, ODD)), *(full | {key: []} for key in KEYS)]
    bodies += [{"inputs": [full | {key: odd}]} for key, odd in product(KEYS[1:8], ODD)]
    bodies += [[full | {key: odd}] for key, odd in product(KEYS[-8:-6], ODD)]

    statuses = {sandbox.hubspot(method, path, body).status for body in bodies}

    assert max(statuses) < 500
