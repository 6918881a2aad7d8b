"""Records one by one, through HubSpot's official client and over plain HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ApiException

from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
EXPORT = {
    "email": "Rita.Prospect@Velmora.example ",
    "firstname": "Léa",
    "lastname": "Morin",
    "phone": "+33 1 40 00 00 00",
}


@pytest.fixture
def client(sandbox: SandboxClient) -> Any:
    return HubSpot(access_token="pat-otto", host=sandbox.hubspot_url).crm.contacts


def test_the_official_client_creates_reads_updates_and_archives(client: Any) -> None:
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    client.basic_api.update(made.id, simple_public_object_input={"properties": {"phone": "+33 6 10 00 00 00"}})
    read = client.basic_api.get_by_id(made.id, properties=["phone", "email", "jobtitle", "nosuch"])
    client.basic_api.archive(made.id)

    assert read.properties["phone"] == "+33 6 10 00 00 00"
    assert read.properties["email"] == "rita.prospect@velmora.example"
    assert read.properties["jobtitle"] is None
    assert "nosuch" not in read.properties
    with pytest.raises(ApiException) as refused:
        client.basic_api.get_by_id(made.id)
    assert refused.value.status == 404


def test_ids_are_numbers_written_as_text_and_grow(client: Any) -> None:
    made = [client.basic_api.create(simple_public_object_input_for_create={"properties": {}}) for _ in range(3)]

    ids = [each.id for each in made]

    assert all(each.isdecimal() for each in ids)
    assert [int(each) for each in ids] == sorted({int(each) for each in ids})


def test_an_update_changes_only_what_it_names_and_moves_the_date_of_last_change(
    sandbox: SandboxClient, client: Any
) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    sandbox.admin("hubspot", "clock", advance=60)
    updated = client.basic_api.update(made.id, simple_public_object_input={"properties": {"lastname": "Moreau"}})

    assert made.created_at == datetime(2026, 11, 2, 9, 0, 0, 1000, tzinfo=UTC)
    assert updated.created_at == made.created_at
    assert updated.updated_at == datetime(2026, 11, 2, 9, 1, 0, 2000, tzinfo=UTC)
    assert updated.properties["firstname"] == "Léa"
    assert updated.properties["lastname"] == "Moreau"


def test_a_write_that_changes_nothing_moves_the_date_of_last_change_as_well(client: Any) -> None:
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    again = client.basic_api.update(made.id, simple_public_object_input={"properties": {"lastname": "Morin"}})

    assert again.updated_at >= made.updated_at
    assert again.properties["lastmodifieddate"] >= made.properties["lastmodifieddate"]


def test_a_stamp_without_a_fraction_is_shown_without_one(sandbox: SandboxClient, client: Any) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T08:59:59.999Z")

    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    assert made.properties["createdate"] == "2026-11-02T09:00:00Z"


def test_an_empty_text_clears_a_property(client: Any) -> None:
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    client.basic_api.update(made.id, simple_public_object_input={"properties": {"phone": ""}})

    assert client.basic_api.get_by_id(made.id, properties=["phone"]).properties["phone"] is None


def test_a_contact_is_found_by_any_of_its_addresses(client: Any) -> None:
    both = EXPORT | {"hs_additional_emails": "Lea@Old.example;lea@older.example"}
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": both})

    found = client.basic_api.get_by_id("LEA@old.example", id_property="email")

    assert found.id == made.id
    client.basic_api.update(
        "lea@older.example", id_property="email", simple_public_object_input={"properties": {"city": "Lyon"}}
    )
    assert client.basic_api.get_by_id(made.id, properties=["city"]).properties["city"] == "Lyon"


def test_an_archived_contact_frees_its_address_and_is_listed_among_the_archived(client: Any) -> None:
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    client.basic_api.archive(made.id)
    again = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    assert [each.id for each in client.basic_api.get_page(archived=True).results] == [made.id]
    assert [each.id for each in client.basic_api.get_page().results] == [again.id]
    assert client.basic_api.get_by_id(made.id, archived=True).archived_at is not None


def test_a_list_is_paged_by_the_id_of_the_next_record(sandbox: SandboxClient, client: Any) -> None:
    ids = [client.basic_api.create(simple_public_object_input_for_create={"properties": {}}).id for _ in range(5)]

    first = sandbox.hubspot("GET", f"{CONTACTS}?limit=2&properties=email").json()
    second = sandbox.pool.request("GET", first["paging"]["next"]["link"], headers={"Authorization": "Bearer x"}).json()
    everything = client.get_all()

    assert [each["id"] for each in first["results"]] == ids[:2]
    assert first["paging"]["next"]["after"] == ids[2]
    assert first["paging"]["next"]["link"] == f"{sandbox.hubspot_url}{CONTACTS}?limit=2&properties=email&after={ids[2]}"
    assert [each["id"] for each in second["results"]] == ids[2:4]
    assert [each.id for each in everything] == ids


def test_a_record_archived_between_two_pages_leaves_no_gap(client: Any) -> None:
    ids = [client.basic_api.create(simple_public_object_input_for_create={"properties": {}}).id for _ in range(4)]

    after = client.basic_api.get_page(limit=2).paging.next.after
    client.basic_api.archive(after)

    assert [each.id for each in client.basic_api.get_page(limit=2, after=after).results] == [ids[3]]


def test_the_history_of_a_property_is_newest_first_and_says_who_wrote(sandbox: SandboxClient, client: Any) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})
    client.basic_api.update(made.id, simple_public_object_input={"properties": {"phone": ""}})
    client.basic_api.update(made.id, simple_public_object_input={"properties": {"phone": "+33 2"}})

    page = sandbox.hubspot("GET", f"{CONTACTS}?propertiesWithHistory=phone,email").json()

    history = page["results"][0]["propertiesWithHistory"]
    assert [entry["value"] for entry in history["phone"]] == ["+33 2", "", "+33 1 40 00 00 00"]
    assert [entry["timestamp"][-5:] for entry in history["phone"]] == [".003Z", ".002Z", ".001Z"]
    assert {entry["sourceType"] for entry in history["phone"]} == {"INTEGRATION"}
    assert len(history["email"]) == 1


def test_with_history_a_page_holds_fifty_at_most(sandbox: SandboxClient) -> None:
    allowed = sandbox.hubspot("GET", f"{CONTACTS}?propertiesWithHistory=phone&limit=50")
    refused = sandbox.hubspot("GET", f"{CONTACTS}?propertiesWithHistory=phone&limit=51")

    assert (allowed.status, refused.status) == (200, 400)
    assert sandbox.hubspot("GET", f"{CONTACTS}?limit=101").status == 400


@pytest.mark.parametrize("path", ["/crm/v3/objects/contact", "/crm/v3/objects/0-1/", "/crm/objects/2026-03/contacts"])
def test_an_object_answers_to_all_its_names_and_versions(sandbox: SandboxClient, client: Any, path: str) -> None:
    made = client.basic_api.create(simple_public_object_input_for_create={"properties": EXPORT})

    listed = sandbox.hubspot("GET", path).json()

    assert [each["id"] for each in listed["results"]] == [made.id]


def test_companies_have_their_own_properties_and_their_own_date_of_last_change(sandbox: SandboxClient) -> None:
    companies = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.companies
    sent = {"name": "Velmora SAS", "domain": "velmora.example", "industry": "BANKING", "numberofemployees": 40}

    made = companies.basic_api.create(simple_public_object_input_for_create={"properties": sent})
    read = companies.basic_api.get_by_id(made.id)

    assert set(read.properties) == {"createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"}
    assert made.properties["numberofemployees"] == "40"
    assert sandbox.hubspot("POST", "/crm/v3/objects/companies", {"properties": {"city": "Lyon"}}).status == 400


def test_what_is_not_json_text_becomes_text(client: Any) -> None:
    sent = EXPORT | {"annualrevenue": 12.5, "closedate": "1767225600000"}

    made = client.basic_api.create(simple_public_object_input_for_create={"properties": sent})

    assert made.properties["annualrevenue"] == "12.5"
    assert made.properties["closedate"] == "2026-01-01T00:00:00Z"


def test_the_account_and_its_owners_are_shown(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=0)
    owners = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.owners.owners_api

    rita = owners.get_page(email="rita.lang@vendor.example").results[0]
    details = sandbox.hubspot("GET", "/account-info/v3/details").json()

    assert rita.first_name == "Rita"
    assert rita.id != str(rita.user_id)
    assert owners.get_by_id(rita.user_id, id_property="userId").id == rita.id
    assert [each.email for each in owners.get_page(archived=True).results] == ["piero.zanetti@vendor.example"]
    assert isinstance(details["portalId"], int)
    assert details["timeZone"] == "UTC"


def test_the_same_requests_give_the_same_bytes_under_a_frozen_clock(sandbox: SandboxClient) -> None:
    def story() -> list[bytes]:
        sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
        sandbox.admin("hubspot", "seed", people=30, seed=7)
        return [
            sandbox.hubspot("GET", f"{CONTACTS}?limit=100").data,
            sandbox.hubspot("POST", CONTACTS, {"properties": EXPORT}).data,
            sandbox.hubspot("POST", CONTACTS, {"properties": EXPORT}).data,
            sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": "51"}, {"id": "7"}]}).data,
        ]

    assert story() == story()
