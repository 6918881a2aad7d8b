"""Property groups, properties in batches, changes of a definition, and the old calls that clients still make."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_helper import OBJECTS, make, official, properties_of
from tests.sandbox_client import SandboxClient

PROPERTIES = "/crm/v3/properties/contacts"
TIER: dict[str, Any] = {
    "name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select", "groupName": "contactinformation",
    "options": [{"label": "Gold", "value": "gold", "displayOrder": 0, "hidden": False}],
}  # fmt: skip


def test_the_official_client_makes_changes_and_archives_a_group(sandbox: SandboxClient) -> None:
    api = official(sandbox).crm.properties.groups_api

    api.create("contacts", {"name": "entente", "label": "Entente", "displayOrder": 3})
    api.update("contacts", "entente", {"label": "Sales"})
    read = api.get_by_name("contacts", "entente")
    names = [each.name for each in api.get_all("contacts").results]
    made = sandbox.hubspot("POST", PROPERTIES, TIER | {"groupName": "entente"})
    used = sandbox.hubspot("DELETE", f"{PROPERTIES}/groups/entente")
    sandbox.hubspot("DELETE", f"{PROPERTIES}/tier")
    api.archive("contacts", "entente")

    assert (read.label, read.display_order, read.archived) == ("Sales", 3, False)
    assert names == ["contactinformation", "entente"]
    assert made.json()["groupName"] == "entente"
    assert used.status == 400
    assert sandbox.hubspot("GET", f"{PROPERTIES}/groups/entente").status == 404


def test_a_group_that_does_not_fit_is_refused(sandbox: SandboxClient) -> None:
    path = "/crm/properties/2026-03/contacts/groups"
    bodies: list[dict[str, Any]] = [
        {}, {"name": "Bad Name", "label": "x"}, {"name": "good"}, {"name": "x", "label": "x", "displayOrder": "1"},
    ]  # fmt: skip

    assert [sandbox.hubspot("POST", path, body).status for body in bodies] == [400] * 4
    assert sandbox.hubspot("POST", path, {"name": "contactinformation", "label": "x"}).status == 409
    assert sandbox.hubspot("DELETE", f"{path}/contactinformation").status == 400


def test_the_official_client_makes_and_archives_properties_in_batches(sandbox: SandboxClient) -> None:
    api = official(sandbox).crm.properties.batch_api
    inputs = [TIER | {"name": f"tier_{at}"} for at in range(3)]

    made = api.create("contacts", {"inputs": inputs})
    again = sandbox.hubspot("POST", f"{PROPERTIES}/batch/create", {"inputs": [TIER, inputs[0]]})
    api.archive("contacts", {"inputs": [{"name": each["name"]} for each in inputs]})

    assert [each.name for each in made.results] == ["tier_0", "tier_1", "tier_2"]
    assert again.status == 207
    assert again.json()["errors"][0]["context"] == {"name": ["tier_0"]}
    assert sandbox.hubspot("GET", f"{PROPERTIES}/tier_1").status == 404
    mixed = {"inputs": [{"name": "tier"}, {"name": "email"}]}
    assert sandbox.hubspot("POST", f"{PROPERTIES}/batch/archive", mixed).status == 400
    assert sandbox.hubspot("GET", f"{PROPERTIES}/tier").status == 200


def test_the_official_client_changes_label_and_options_and_values_stay(sandbox: SandboxClient) -> None:
    sandbox.hubspot("POST", PROPERTIES, TIER)
    rita = make(sandbox, "contacts", {"tier": "gold"})
    silver = {"label": "Silver", "value": "silver", "displayOrder": 0, "hidden": False}

    changed = official(sandbox).crm.properties.core_api.update(
        "contacts", "tier", property_update={"label": "Level", "options": [silver]}
    )

    assert (changed.label, [each.value for each in changed.options]) == ("Level", ["silver"])
    assert properties_of(sandbox, "contacts", rita, "tier")["tier"] == "gold"
    path = f"{OBJECTS}/contacts/{rita}"
    answers = [sandbox.hubspot("PATCH", path, {"properties": {"tier": each}}).status for each in ("gold", "silver")]
    assert answers == [400, 200]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("tier", {"type": "number"}),
        ("tier", {"fieldType": "date"}),
        ("tier", {"groupName": "nosuch"}),
        ("tier", {"options": "gold"}),
        ("email", {"label": "Mail"}),
    ],
)
def test_a_change_that_does_not_fit_is_refused(sandbox: SandboxClient, name: str, body: dict[str, Any]) -> None:
    sandbox.hubspot("POST", PROPERTIES, TIER)
    before = sandbox.hubspot("GET", f"{PROPERTIES}/{name}").json()

    answer = sandbox.hubspot("PATCH", f"{PROPERTIES}/{name}", body)

    assert answer.status == 400
    assert sandbox.hubspot("GET", f"{PROPERTIES}/{name}").json() == before


@pytest.mark.parametrize("kind", ["contact", "contacts", "company", "companies", "deal", "deals", "ticket", "note"])
def test_the_old_properties_call_is_a_bare_list(sandbox: SandboxClient, kind: str) -> None:
    old = sandbox.hubspot("GET", f"/properties/v2/{kind}/properties").json()
    new = sandbox.hubspot("GET", f"/crm/v3/properties/{kind}").json()["results"]

    assert [each["name"] for each in old] == [each["name"] for each in new]
    assert {each["name"]: each["type"] for each in old} == {each["name"]: each["type"] for each in new}
    assert all(isinstance(each["createdAt"], int) for each in old)
    assert sandbox.hubspot("GET", f"/properties/v1/{kind}/groups").status == 200


def test_an_old_call_reads_one_property(sandbox: SandboxClient) -> None:
    assert sandbox.hubspot("GET", "/properties/v2/contacts/properties/named/email").json()["label"] == "Email"
    assert sandbox.hubspot("GET", "/properties/v2/contacts/properties/named/nosuch").status == 404
