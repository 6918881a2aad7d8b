"""Merging: what becomes of ids, values, addresses and histories."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox.hubspot_records import (
    COMPANIES,
    CONTACTS,
    DATED,
    control,
    found,
    history,
    make,
    merge,
    patch,
    values,
    where,
)
from tests.sandbox_client import SandboxClient


@pytest.fixture
def two(sandbox: SandboxClient) -> tuple[SandboxClient, str, str]:
    """Élise twice: with her office address, and an hour later with her home address."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    office = make(sandbox, email="elise@velmora.example", phone="+33 1", lifecyclestage="lead")
    sandbox.admin("hubspot", "clock", advance=3600)
    home = make(sandbox, email="elise@home.example", phone="+33 6", city="Lyon", lifecyclestage="customer")
    return sandbox, office, home


Two = tuple[SandboxClient, str, str]


def test_the_official_client_merges_into_a_record_with_a_new_id(two: Two) -> None:
    sandbox, office, home = two
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.contacts.basic_api

    merged = api.merge(public_merge_input={"primaryObjectId": office, "objectIdToMerge": home})

    assert merged.id not in (office, home)
    assert merged.archived is False
    assert merged.properties["email"] == "elise@velmora.example"
    assert [each["hs_object_id"] for each in found(sandbox)] == [merged.id]


def test_the_primarys_values_win_and_what_it_never_had_comes_from_the_other(two: Two) -> None:
    sandbox, office, home = two

    merged = merge(sandbox, home, office).json()["id"]
    other_way = values(sandbox, merged, "phone", "city", "email", "hs_additional_emails", "hs_merged_object_ids")

    assert other_way == ["+33 6", "Lyon", "elise@home.example", "elise@velmora.example", f"{home};{office}"]


def test_a_value_that_the_primary_cleared_stays_empty(two: Two) -> None:
    sandbox, office, home = two
    patch(sandbox, office, city="Paris")
    patch(sandbox, office, city="")

    merged = merge(sandbox, office, home).json()["id"]

    assert values(sandbox, merged, "city") == [None]


def test_the_create_date_is_the_oldest_and_the_stage_the_furthest(two: Two) -> None:
    sandbox, office, home = two

    merged = merge(sandbox, home, office).json()

    assert merged["createdAt"] == "2026-11-02T09:00:00.001Z"
    assert merged["updatedAt"] == "2026-11-02T10:00:00.003Z"
    assert values(sandbox, merge(sandbox, merged["id"], make(sandbox)).json()["id"], "lifecyclestage") == ["customer"]


def test_old_ids_lead_to_the_merged_record_in_single_calls_and_batch_reads(two: Two) -> None:
    sandbox, office, home = two
    merged = merge(sandbox, office, home).json()["id"]

    read = sandbox.hubspot("GET", f"{CONTACTS}/{home}").json()
    written = patch(sandbox, office, city="Nice").json()
    batch = sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": office}, {"id": home}]})

    assert (read["id"], written["id"]) == (merged, merged)
    assert batch.status == 200
    assert [each["id"] for each in batch.json()["results"]] == [merged]


def test_a_portal_may_not_find_an_old_id_in_a_batch_read(two: Two) -> None:
    sandbox, office, home = two
    merge(sandbox, office, home)
    sandbox.admin("hubspot", "behaviour", merged_in_read="not_found")

    answer = sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": home}]})

    assert (answer.status, answer.json()["errors"][0]["context"]) == (207, {"ids": [home]})


def test_an_old_id_vanishes_from_a_batch_update_without_an_error(two: Two) -> None:
    sandbox, office, home = two
    merge(sandbox, office, home)
    rita = make(sandbox, email="rita@velmora.example")
    inputs = [{"id": each, "properties": {"city": "Nice"}} for each in (home, rita)]

    answer = sandbox.hubspot("POST", f"{CONTACTS}/batch/update", {"inputs": inputs})
    sandbox.admin("hubspot", "behaviour", merged_in_batch="not_found")
    switched = sandbox.hubspot("POST", f"{CONTACTS}/batch/update", {"inputs": inputs})

    assert (answer.status, [each["id"] for each in answer.json()["results"]]) == (200, [rita])
    assert switched.status == 207
    assert switched.json()["errors"][0]["context"] == {"ids": [home]}


def test_archiving_an_old_id_does_nothing(two: Two) -> None:
    sandbox, office, home = two
    merged = merge(sandbox, office, home).json()["id"]

    answer = sandbox.hubspot("DELETE", f"{CONTACTS}/{home}")

    assert answer.status == 204
    assert sandbox.hubspot("GET", f"{CONTACTS}/{merged}").status == 200


def test_without_a_sort_a_search_shows_the_merged_record_where_the_oldest_of_it_was(two: Two) -> None:
    sandbox, office, home = two
    rita = make(sandbox, email="rita@velmora.example")

    merged = merge(sandbox, home, office).json()["id"]

    assert [each["hs_object_id"] for each in found(sandbox)] == [merged, rita]


def test_among_equals_a_sorted_search_shows_the_merged_record_by_its_age_too(two: Two) -> None:
    sandbox, primary, other = two
    young = make(sandbox, email="young@velmora.example", city="Graz")
    for each in (primary, other):
        patch(sandbox, each, city="Graz")

    merged = merge(sandbox, primary, other).json()["id"]

    same = found(sandbox, where("city", "EQ", "Graz"), sorts=[{"propertyName": "city", "direction": "ASCENDING"}])
    assert [each["hs_object_id"] for each in same] == [merged, young]


def test_chains_of_merges_keep_every_id(two: Two) -> None:
    sandbox, office, home = two
    first = merge(sandbox, office, home).json()["id"]
    rita = make(sandbox, email="rita@velmora.example")

    last = merge(sandbox, rita, home).json()["id"]

    assert values(sandbox, last, "hs_merged_object_ids") == [f"{rita};{office};{home};{first}"]
    assert sandbox.hubspot("GET", f"{CONTACTS}/{office}").json()["id"] == last
    assert values(sandbox, last, "hs_additional_emails") == ["elise@velmora.example;elise@home.example"]


def test_every_address_stays_unique_and_finds_the_merged_record(two: Two) -> None:
    sandbox, office, home = two
    merged = merge(sandbox, office, home).json()["id"]

    taken = sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "Elise@home.example"}})
    by_address = sandbox.hubspot("GET", f"{CONTACTS}/elise@home.example?idProperty=email").json()

    assert taken.status == 409
    assert taken.json()["message"] == f"Contact already exists. Existing ID: {merged}"
    assert by_address["id"] == merged


def test_both_histories_live_on_and_say_what_the_merge_brought(two: Two) -> None:
    sandbox, office, home = two

    merged = merge(sandbox, office, home).json()["id"]

    phones, cities = history(sandbox, merged, "phone"), history(sandbox, merged, "city")
    assert [(each["value"], each["sourceType"]) for each in phones] == [
        ("+33 1", "MERGE_OBJECTS"), ("+33 6", "INTEGRATION"), ("+33 1", "INTEGRATION"),
    ]  # fmt: skip
    assert [each["sourceType"] for each in cities] == ["MERGE_OBJECTS", "INTEGRATION"]


def test_merged_away_records_are_not_among_the_archived(two: Two) -> None:
    sandbox, office, home = two

    merge(sandbox, office, home)

    assert sandbox.hubspot("GET", f"{CONTACTS}?archived=true").json()["results"] == []
    assert sandbox.hubspot("GET", f"{CONTACTS}/{office}?archived=true").status == 404


def test_a_portal_may_keep_the_primarys_id(two: Two) -> None:
    sandbox, office, home = two
    sandbox.admin("hubspot", "behaviour", merge_ids="primary")

    merged = merge(sandbox, office, home).json()

    assert merged["id"] == office
    assert values(sandbox, home, "hs_merged_object_ids", "city", "phone", "email") == [
        home, "Lyon", "+33 1", "elise@velmora.example",
    ]  # fmt: skip
    assert patch(sandbox, office, email="elise@home.example").status == 200


def test_companies_merge_as_well_and_on_dated_paths(sandbox: SandboxClient) -> None:
    one, other = (make(sandbox, COMPANIES, name="Velmora", domain=each) for each in ("velmora.example", "v.example"))

    merged = merge(sandbox, one, other, COMPANIES.replace("v3/objects", "objects/2026-03")).json()["id"]

    assert values(sandbox, merged, "domain", "hs_additional_domains", path=COMPANIES) == [
        "velmora.example",
        "v.example",
    ]


def test_associations_move_and_the_primarys_company_stays_the_primary_one(two: Two) -> None:
    sandbox, office, home = two
    velmora, other = (make(sandbox, COMPANIES, name=each) for each in ("Velmora", "Home"))
    for contact, company in ((office, velmora), (home, other)):
        path = f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}"
        assert sandbox.hubspot("PUT", path).status == 200

    merged = merge(sandbox, office, home).json()["id"]

    joined = sandbox.hubspot("GET", f"/crm/v4/objects/contacts/{merged}/associations/companies").json()["results"]
    assert sorted(str(each["toObjectId"]) for each in joined) == sorted((velmora, other))
    assert values(sandbox, merged, "associatedcompanyid") == [velmora]
    assert values(sandbox, other, "num_associated_contacts", path=COMPANIES) == ["1"]


def test_deals_merge_as_well(sandbox: SandboxClient) -> None:
    deals = "/crm/v3/objects/deals"
    stage = {"dealstage": "appointmentscheduled", "pipeline": "default"}
    one, other = make(sandbox, deals, dealname="A", **stage), make(sandbox, deals, dealname="B", amount="5", **stage)
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.deals.basic_api

    merged = api.merge(public_merge_input={"primaryObjectId": one, "objectIdToMerge": other})

    assert values(sandbox, merged.id, "dealname", "amount", path=deals) == ["A", "5"]
    assert sandbox.hubspot("GET", f"{deals}/{other}").json()["id"] == merged.id


@pytest.mark.parametrize(("primary", "other", "status"), [("51", "51", 400), ("7", "51", 404), ("51", "x", 404)])
def test_a_merge_needs_two_records(sandbox: SandboxClient, primary: str, other: str, status: int) -> None:
    make(sandbox)

    answer = merge(sandbox, primary, other, DATED)

    assert answer.status == status
    assert sandbox.look("hubspot", "writes")["count"] == 1


def test_two_ids_that_are_one_by_now_cannot_be_merged(two: Two) -> None:
    sandbox, office, home = two
    merge(sandbox, office, home)

    assert merge(sandbox, office, home).status == 400


def test_after_250_merges_no_more_fit_into_a_record(sandbox: SandboxClient) -> None:
    kept = make(sandbox)
    ids = []
    for _ in range(3):
        inputs: list[dict[str, Any]] = [{"properties": {}} for _ in range(100)]
        batch = sandbox.hubspot("POST", f"{CONTACTS}/batch/create", {"inputs": inputs})
        ids += [each["id"] for each in batch.json()["results"]]

    answers = [merge(sandbox, kept, each) for each in ids[:251]]

    assert {each.status for each in answers[:250]} == {200}
    assert answers[250].status == 400
    assert answers[250].json()["message"] == "Cannot have more than 250 identities on a profile"


def test_a_merge_is_one_write_in_the_log_and_people_merge_too(two: Two) -> None:
    sandbox, office, home = two
    sandbox.admin("hubspot", "merge", object="contacts", primary=office, merged=home, by="Mona")

    last = sandbox.look("hubspot", "writes")["writes"][-1]

    assert (last["action"], last["who"], last["fields"]) == (
        "merge", "Mona in HubSpot", {"primary": office, "merged": home},
    )  # fmt: skip
    assert sandbox.look("hubspot", "writes")["count"] == 3
    assert control(sandbox, "merge", object="contacts", primary=office, merged="7").status == 400
