"""Definitions of properties, standard and custom."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

PROPERTIES = "/crm/v3/properties/contacts"
CONTACTS = "/crm/v3/objects/contacts"
KEY = {
    "name": "entente_key", "label": "Entente key", "type": "string", "fieldType": "text",
    "groupName": "contactinformation", "hasUniqueValue": True,
}  # fmt: skip


def test_the_official_client_makes_reads_and_archives_a_property(sandbox: SandboxClient) -> None:
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.properties

    made = api.core_api.create("contacts", property_create=KEY)
    names = {each.name for each in api.core_api.get_all("contacts").results}
    read = api.batch_api.read("contacts", {"inputs": [{"name": "entente_key"}], "archived": False})
    api.core_api.archive("contacts", "entente_key")

    assert made.has_unique_value
    assert not made.hubspot_defined
    assert names >= {"email", "firstname", "lifecyclestage", "hubspot_owner_id", "lastmodifieddate", "entente_key"}
    assert [each.label for each in read.results] == ["Entente key"]
    assert sandbox.hubspot("GET", f"{PROPERTIES}/entente_key").status == 404
    assert [each["name"] for each in sandbox.hubspot("GET", f"{PROPERTIES}?archived=true").json()["results"]] == [
        "entente_key"
    ]


def test_a_definition_says_whether_its_value_may_be_written(sandbox: SandboxClient) -> None:
    stage = sandbox.hubspot("GET", f"{PROPERTIES}/lifecyclestage").json()
    changed = sandbox.hubspot("GET", f"{PROPERTIES}/lastmodifieddate").json()
    owner = sandbox.hubspot("GET", f"{PROPERTIES}/hubspot_owner_id").json()

    assert stage["modificationMetadata"] == {"archivable": False, "readOnlyDefinition": True, "readOnlyValue": False}
    assert changed["modificationMetadata"]["readOnlyValue"] is True
    assert [each["value"] for each in stage["options"]] == [
        "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist",
        "other",
    ]  # fmt: skip
    assert owner["referencedObjectType"] == "OWNER"


def test_salesforce_ids_are_no_properties_until_someone_adds_them(sandbox: SandboxClient) -> None:
    assert sandbox.hubspot("GET", f"{PROPERTIES}/salesforceleadid").status == 404


def test_a_unique_property_refuses_a_value_that_is_taken_and_finds_its_record(sandbox: SandboxClient) -> None:
    sandbox.hubspot("POST", PROPERTIES, KEY)
    rita = sandbox.hubspot("POST", CONTACTS, {"properties": {"entente_key": "k1"}}).json()["id"]

    taken = sandbox.hubspot("POST", CONTACTS, {"properties": {"entente_key": "k1"}})
    found = sandbox.hubspot("GET", f"{CONTACTS}/k1?idProperty=entente_key")

    assert taken.status == 400
    assert taken.json()["message"].endswith(f"{rita} already has that value.")
    assert found.json()["id"] == rita


def test_a_unique_value_is_free_again_once_it_is_cleared(sandbox: SandboxClient) -> None:
    sandbox.hubspot("POST", PROPERTIES, KEY)
    rita = sandbox.hubspot("POST", CONTACTS, {"properties": {"entente_key": "k1"}}).json()["id"]

    sandbox.hubspot("PATCH", f"{CONTACTS}/{rita}", {"properties": {"entente_key": ""}})

    assert sandbox.hubspot("POST", CONTACTS, {"properties": {"entente_key": "k1"}}).status == 201


def test_the_values_of_an_archived_property_are_gone(sandbox: SandboxClient) -> None:
    sandbox.hubspot("POST", PROPERTIES, KEY)
    rita = sandbox.hubspot("POST", CONTACTS, {"properties": {"entente_key": "k1"}}).json()["id"]

    sandbox.hubspot("DELETE", f"{PROPERTIES}/entente_key")
    sandbox.hubspot("POST", PROPERTIES, KEY)

    read = sandbox.hubspot("GET", f"{CONTACTS}/{rita}?properties=entente_key").json()
    assert read["properties"]["entente_key"] is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "email"}, 409),
        ({"name": "Entente Key"}, 400),
        ({"type": "text"}, 400),
        ({"fieldType": "select"}, 400),
        ({"groupName": "nosuch"}, 400),
        ({"label": ""}, 400),
        ({"type": "date", "fieldType": "date"}, 400),
    ],
)
def test_a_definition_that_does_not_fit_is_refused(sandbox: SandboxClient, change: dict[str, Any], status: int) -> None:
    answer = sandbox.hubspot("POST", PROPERTIES, KEY | change)

    assert answer.status == status
    assert answer.json()["status"] == "error"


def test_hubspots_own_properties_cannot_be_archived(sandbox: SandboxClient) -> None:
    assert sandbox.hubspot("DELETE", f"{PROPERTIES}/email").status == 400


def test_several_options_can_be_chosen_where_the_field_is_a_list_of_checkboxes(sandbox: SandboxClient) -> None:
    field = {
        "name": "topics",
        "type": "enumeration",
        "fieldType": "checkbox",
        "options": [{"value": "a"}, {"value": "b"}],
    }
    sandbox.admin("hubspot", "fields", object="contacts", fields=[field])

    both = sandbox.hubspot("POST", CONTACTS, {"properties": {"topics": "a;b"}})
    wrong = sandbox.hubspot("POST", CONTACTS, {"properties": {"topics": "a;c"}})

    assert both.json()["properties"]["topics"] == "a;b"
    assert wrong.status == 400


def test_a_date_is_a_day_and_refuses_an_hour(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": "renewal", "type": "date"}])

    shown = [
        sandbox.hubspot("POST", CONTACTS, {"properties": {"renewal": value}}).json()["properties"]["renewal"]
        for value in ("2026-03-29", "1774742400000")
    ]
    refused = sandbox.hubspot("POST", CONTACTS, {"properties": {"renewal": "1774742400001"}})

    assert shown == ["2026-03-29", "2026-03-29"]
    assert "not midnight!" in refused.json()["message"]
