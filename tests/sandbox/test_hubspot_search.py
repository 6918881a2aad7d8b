"""Search: operators, order, pages and limits."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

SEARCH = "/crm/v3/objects/contacts/search"
ANNA = {"email": "anna@velmora.example", "firstname": "Anna", "lastname": "Voß"}
BERT = {"email": "bert@brevik.example", "firstname": "Bert", "lastname": "voss-lang"}
CARL = {"email": "carl@velmora.example", "firstname": "Carl"}
PEOPLE = [
    ANNA | {"lifecyclestage": "lead", "annualrevenue": "9"},
    BERT | {"lifecyclestage": "lead", "annualrevenue": "10"},
    CARL | {"lifecyclestage": "customer", "closedate": "2026-03-01T12:00:00Z"},
]


@pytest.fixture
def people(sandbox: SandboxClient) -> SandboxClient:
    """Anna, Bert and Carl, made a minute after one another."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    for each in PEOPLE:
        sandbox.hubspot("POST", "/crm/v3/objects/contacts", {"properties": each})
        sandbox.admin("hubspot", "clock", advance=60)
    return sandbox


def found(sandbox: SandboxClient, *filters: dict[str, Any], **more: Any) -> str:
    """The first letters of the first names, in the order of the answer."""
    groups = [{"filters": list(filters)}] if filters else []
    answer = sandbox.hubspot("POST", SEARCH, {"filterGroups": groups, "properties": ["firstname"]} | more)
    assert answer.status == 200, answer.data
    return "".join(each["properties"]["firstname"][0] for each in answer.json()["results"])


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator} | ({} if value is None else {"value": value}) | more


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (where("email", "EQ", "ANNA@velmora.example"), "A"),
        (where("firstname", "NEQ", "anna"), "BC"),
        (where("lifecyclestage", "EQ", "lead"), "AB"),
        (where("lifecyclestage", "EQ", "LEAD"), ""),
        (where("annualrevenue", "GT", "9"), "B"),
        (where("annualrevenue", "GTE", "9"), "AB"),
        (where("annualrevenue", "LT", "10"), "A"),
        (where("annualrevenue", "LTE", "9.5"), "A"),
        (where("annualrevenue", "BETWEEN", "9", highValue="10"), "AB"),
        (where("firstname", "IN", values=["anna", "carl"]), "AC"),
        (where("firstname", "IN", values=["Anna"]), ""),
        (where("firstname", "NOT_IN", values=["anna"]), "BC"),
        (where("lastname", "HAS_PROPERTY"), "AB"),
        (where("lastname", "NOT_HAS_PROPERTY"), "C"),
        (where("email", "CONTAINS_TOKEN", "velmora"), "AC"),
        (where("email", "CONTAINS_TOKEN", "*@velmora.example"), "AC"),
        (where("lastname", "CONTAINS_TOKEN", "Lang"), "B"),
        (where("email", "NOT_CONTAINS_TOKEN", "velmora"), "B"),
        (where("createdate", "GT", "1793610000001"), "BC"),
        (where("createdate", "GTE", "2026-11-02T09:01:00Z"), "BC"),
        (where("closedate", "BETWEEN", "2026-03-01", highValue="1772366400000"), "C"),
    ],
)
def test_each_operator_finds_whom_it_should(people: SandboxClient, filter_: dict[str, Any], expected: str) -> None:
    assert found(people, filter_) == expected


def test_filters_in_a_group_must_all_match_and_groups_are_alternatives(people: SandboxClient) -> None:
    lead, velmora = where("lifecyclestage", "EQ", "lead"), where("email", "CONTAINS_TOKEN", "velmora")

    both = found(people, lead, velmora)
    either = people.hubspot("POST", SEARCH, {"filterGroups": [{"filters": [lead]}, {"filters": [velmora]}]}).json()

    assert both == "A"
    assert either["total"] == 3


def test_the_order_is_oldest_first_or_by_one_property_with_blanks_last(people: SandboxClient) -> None:
    ascending = [{"propertyName": "annualrevenue", "direction": "ASCENDING"}]
    descending = [{"propertyName": "annualrevenue", "direction": "DESCENDING"}]

    assert found(people) == "ABC"
    assert found(people, sorts=ascending) == "ABC"
    assert found(people, sorts=descending) == "BAC"
    assert found(people, sorts=["-createdate"]) == "CBA"
    assert people.hubspot("POST", SEARCH, {"sorts": ascending + descending}).status == 400


def test_words_find_whoever_has_them_in_a_name_an_address_or_a_company(people: SandboxClient) -> None:
    assert found(people, query="velm") == "AC"
    assert found(people, query="bert brevik") == "B"


def test_pages_follow_one_another_by_a_number_and_total_counts_all(people: SandboxClient) -> None:
    first = people.hubspot("POST", SEARCH, {"limit": 2}).json()
    last = people.hubspot("POST", SEARCH, {"limit": 2, "after": first["paging"]["next"]["after"]}).json()

    assert first["total"] == last["total"] == 3
    assert first["paging"] == {"next": {"after": "2"}}
    assert len(last["results"]) == 1
    assert "paging" not in last


def test_what_changes_between_two_pages_is_seen(people: SandboxClient) -> None:
    first = people.hubspot("POST", SEARCH, {"limit": 2}).json()

    people.hubspot("DELETE", f"/crm/v3/objects/contacts/{first['results'][0]['id']}")
    second = people.hubspot("POST", SEARCH, {"limit": 2}).json()

    assert second["total"] == 2


def test_an_archived_contact_is_never_found(people: SandboxClient) -> None:
    anna = people.hubspot("GET", "/crm/v3/objects/contacts/anna@velmora.example?idProperty=email").json()["id"]

    people.hubspot("DELETE", f"/crm/v3/objects/contacts/{anna}")

    assert found(people) == "BC"


def test_whoever_changed_since_a_moment_is_found_in_the_order_of_change(people: SandboxClient) -> None:
    anna = people.hubspot("GET", "/crm/v3/objects/contacts/anna@velmora.example?idProperty=email").json()["id"]
    people.hubspot("PATCH", f"/crm/v3/objects/contacts/{anna}", {"properties": {"city": "Linz"}})

    since = where("lastmodifieddate", "GTE", "1793610060000")

    assert found(people, since, sorts=[{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]) == "BCA"


@pytest.mark.parametrize(
    "body",
    [
        {"after": "9900", "limit": 101},
        {"after": "10000", "limit": 1},
        {"limit": 201},
        {"limit": 0},
        {"after": "soon"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [where("email", "HAS_PROPERTY")] * 7}]},
        {"filterGroups": [{"filters": [where("nosuch", "HAS_PROPERTY")]}]},
        {"filterGroups": [{"filters": [where("email", "LIKE", "a")]}]},
        {"filterGroups": [{"filters": [where("annualrevenue", "GT", "much")]}]},
        {"filterGroups": [{"filters": [where("email", "IN", values=[])]}]},
        {"sorts": [{"propertyName": "nosuch"}]},
        {"query": "x" * 3000},
    ],
)
def test_a_search_beyond_the_limits_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    answer = sandbox.hubspot("POST", SEARCH, body)

    assert answer.status == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_the_last_of_ten_thousand_results_can_still_be_reached(sandbox: SandboxClient) -> None:
    assert sandbox.hubspot("POST", SEARCH, {"after": "9800", "limit": 200}).status == 200


def test_the_official_client_searches(people: SandboxClient) -> None:
    api = HubSpot(access_token="pat", host=people.hubspot_url).crm.contacts.search_api

    answer = api.do_search({"filterGroups": [{"filters": [where("lifecyclestage", "EQ", "lead")]}], "limit": 1})

    assert answer.total == 2
    assert answer.paging.next.after == "1"
    assert set(answer.results[0].properties) == {
        "createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname",
    }  # fmt: skip
