"""Lists through the official client: by hand, by filters that follow the records, and as a snapshot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.lists.exceptions import ApiException

from tests.sandbox_client import SandboxClient

CONTACTS, LISTS = "/crm/v3/objects/contacts", "/crm/v3/lists"


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    return sandbox


@pytest.fixture
def client(portal: SandboxClient) -> Any:
    return HubSpot(access_token="pat-otto", host=portal.hubspot_url).crm.lists


def make(portal: SandboxClient, **properties: str) -> str:
    return str(portal.hubspot("POST", CONTACTS, {"properties": properties}).json()["id"])


def has(name: str, operation_type: str, operator: str, **operation: Any) -> dict[str, Any]:
    how = {"operationType": operation_type, "operator": operator, "includeObjectsWithNoValueSet": False}
    return {"filterType": "PROPERTY", "property": name, "operation": how | operation}


def either(*groups: list[dict[str, Any]]) -> dict[str, Any]:
    branches = [
        {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": each}
        for each in groups
    ]
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filterBranches": branches, "filters": []}


LEADS = either([has("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead"])])


def create(client: Any, name: str, type_: str = "MANUAL", branch: Any = None) -> str:
    body = {"name": name, "objectTypeId": "0-1", "processingType": type_}
    return str(client.lists_api.create(body | ({"filterBranch": branch} if branch else {})).list.list_id)


def members(client: Any, number: str) -> list[str]:
    return [each.record_id for each in client.memberships_api.get_page(number).results]


def test_a_manual_list_holds_what_was_put_in(portal: SandboxClient, client: Any) -> None:
    rita, mark, mona = (make(portal, firstname=each) for each in ("Rita", "Mark", "Mona"))
    fair = create(client, "Fair 2026")

    added = client.memberships_api.add(fair, [rita, mark, "999"])
    again = client.memberships_api.add(fair, [rita])
    both = client.memberships_api.add_and_remove(fair, {"recordIdsToAdd": [mona], "recordIdsToRemove": [mark, "999"]})
    removed = client.memberships_api.remove(fair, [rita])

    assert (added.records_ids_added, added.record_ids_missing) == ([rita, mark], ["999"])
    assert again.records_ids_added == []
    assert (both.records_ids_added, both.record_ids_removed) == ([mona], [mark])
    assert removed.record_ids_removed == [rita]
    assert members(client, fair) == [mona]


def test_the_members_of_a_dynamic_list_follow_the_records(portal: SandboxClient, client: Any) -> None:
    rita, mark = make(portal, lifecyclestage="lead"), make(portal, lifecyclestage="subscriber")
    leads = create(client, "Leads", "DYNAMIC", LEADS)
    at_first = members(client, leads)

    portal.hubspot("PATCH", f"{CONTACTS}/{mark}", {"properties": {"lifecyclestage": "lead"}})
    portal.hubspot("DELETE", f"{CONTACTS}/{rita}")

    assert (at_first, members(client, leads)) == ([rita], [mark])
    assert client.lists_api.get_by_id(leads).list.size == 1


def test_a_snapshot_keeps_who_fitted_when_it_was_made(portal: SandboxClient, client: Any) -> None:
    rita, mark = make(portal, lifecyclestage="lead"), make(portal, lifecyclestage="subscriber")
    leads = create(client, "Leads in November", "SNAPSHOT", LEADS)

    portal.hubspot("PATCH", f"{CONTACTS}/{rita}", {"properties": {"lifecyclestage": "customer"}})
    client.memberships_api.add(leads, [mark])

    assert members(client, leads) == [rita, mark]


def test_a_dynamic_list_takes_nobody_by_hand(portal: SandboxClient, client: Any) -> None:
    leads = create(client, "Leads", "DYNAMIC", LEADS)

    with pytest.raises(ApiException) as raised:
        client.memberships_api.add(leads, [make(portal)])

    assert raised.value.status == 400
    assert "follow from its filters" in json.loads(raised.value.body)["message"]


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (has("city", "MULTISTRING", "IS_EQUAL_TO", values=["wien", "Graz"]), "a"),
        (has("city", "STRING", "IS_EQUAL_TO", value="Wien"), "a"),
        (has("city", "MULTISTRING", "IS_NOT_EQUAL_TO", values=["Wien"]), "b"),
        (has("city", "MULTISTRING", "IS_NOT_EQUAL_TO", values=["Wien"], includeObjectsWithNoValueSet=True), "bc"),
        (has("city", "MULTISTRING", "CONTAINS", values=["ins"]), "b"),
        (has("city", "MULTISTRING", "STARTS_WITH", values=["w"]), "a"),
        (has("city", "ALL_PROPERTY", "IS_KNOWN"), "ab"),
        (has("city", "ALL_PROPERTY", "IS_UNKNOWN"), "c"),
        (has("city", "MULTISTRING", "HAS_EVER_BEEN_EQUAL_TO", values=["Linz"]), "b"),
        (has("annualrevenue", "NUMBER", "IS_GREATER_THAN", value=900), "b"),
        (has("annualrevenue", "NUMBER", "IS_LESS_THAN_OR_EQUAL_TO", value=500), "a"),
        (has("annualrevenue", "NUMBER_RANGED", "IS_BETWEEN", lowerBound=400, upperBound=600), "a"),
        (has("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead", "customer"]), "ab"),
        (has("lifecyclestage", "ENUMERATION", "IS_NONE_OF", values=["lead"]), "bc"),
        (has("hs_email_optout", "BOOL", "IS_EQUAL_TO", value=True), "c"),
        (
            has("closedate", "TIME_POINT", "IS_AFTER", timePoint={
                "timeType": "DATE", "year": 2026, "month": 11, "day": 1, "zoneId": "Europe/Berlin",
            }),
            "b",
        ),
        ({"filterType": "CONSTANT", "shouldAccept": True}, "abc"),
        ({"filterType": "IN_LIST", "listId": "1", "operator": "IN_LIST"}, "a"),
        ({"filterType": "IN_LIST", "listId": "1", "operator": "NOT_IN_LIST"}, "bc"),
    ],
)  # fmt: skip
def test_each_filter_finds_whom_it_says(
    portal: SandboxClient, client: Any, filter_: dict[str, Any], found: str
) -> None:
    people = {
        make(portal, city="Wien", annualrevenue="500", lifecyclestage="lead", closedate="2026-10-01"): "a",
        make(portal, city="Linz", annualrevenue="1000", lifecyclestage="customer", closedate="2026-11-01"): "b",
        make(portal, lifecyclestage="subscriber", email="mona@velmora.example"): "c",
    }
    portal.hubspot("PATCH", f"{CONTACTS}/{list(people)[1]}", {"properties": {"city": "Innsbruck am Inn, Ins"}})
    portal.admin("hubspot", "unsubscribe", email="mona@velmora.example")
    client.memberships_api.add(create(client, "First"), [next(iter(people))])

    number = create(client, "Found", "DYNAMIC", either([filter_]))

    assert "".join(people[each] for each in members(client, number)) == found


def test_branches_join_by_or_filters_by_and(portal: SandboxClient, client: Any) -> None:
    rita = make(portal, city="Wien", lifecyclestage="lead")
    make(portal, city="Wien", lifecyclestage="customer")
    mona = make(portal, city="Graz")
    vienna, graz = (has("city", "STRING", "IS_EQUAL_TO", value=each) for each in ("Wien", "Graz"))
    lead = has("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead"])

    number = create(client, "Some", "DYNAMIC", either([vienna, lead], [graz]))

    assert members(client, number) == [rita, mona]


def test_a_list_of_a_list_follows_it_and_one_that_asks_for_itself_holds_nobody(
    portal: SandboxClient, client: Any
) -> None:
    rita = make(portal)
    fair = create(client, "Fair 2026")
    guests = create(
        client, "Guests", "DYNAMIC", either([{"filterType": "IN_LIST", "listId": fair, "operator": "IN_LIST"}])
    )
    at_first = members(client, guests)

    client.memberships_api.add(fair, [rita])
    then = members(client, guests)
    itself = either([{"filterType": "IN_LIST", "listId": guests, "operator": "IN_LIST"}])
    portal.hubspot("PUT", f"{LISTS}/{guests}/update-list-filters", {"filterBranch": itself})

    assert (at_first, then, members(client, guests)) == ([], [rita], [])


def test_new_filters_are_a_new_version(portal: SandboxClient, client: Any) -> None:
    mark = make(portal, lifecyclestage="customer")
    number = create(client, "Some", "DYNAMIC", LEADS)
    customers = either([has("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["customer"])])

    updated = client.lists_api.update_list_filters(number, {"filterBranch": customers}).updated_list

    assert (updated.list_version, members(client, number)) == (2, [mark])
    read = portal.hubspot("GET", f"{LISTS}/{number}?includeFilters=true").json()["list"]
    assert read["filterBranch"] == customers
    assert "filterBranch" not in portal.hubspot("GET", f"{LISTS}/{number}").json()["list"]


def test_lists_are_found_renamed_deleted_and_restored(portal: SandboxClient, client: Any) -> None:
    fair, web = create(client, "Fair 2026"), create(client, "Webinar")

    assert client.lists_api.get_by_name("fair 2026", "0-1").list.list_id == fair
    assert [each.list_id for each in client.lists_api.get_all(list_ids=[web, fair]).lists] == [fair, web]
    assert client.lists_api.update_name(web, list_name="Webinar in May").updated_list.name == "Webinar in May"
    client.lists_api.remove(fair)
    with pytest.raises(ApiException) as raised:
        client.lists_api.get_by_id(fair)
    assert raised.value.status == 404
    client.lists_api.restore(fair)
    assert client.lists_api.get_by_id(fair).list.name == "Fair 2026"


def test_a_list_cannot_be_restored_after_90_days(portal: SandboxClient, client: Any) -> None:
    fair = create(client, "Fair 2026")
    client.lists_api.remove(fair)
    portal.admin("hubspot", "clock", advance=90 * 86_400 + 1)

    with pytest.raises(ApiException) as raised:
        client.lists_api.restore(fair)

    assert raised.value.status == 400


def test_a_search_pages_by_offset(portal: SandboxClient, client: Any) -> None:
    for name in ("Fair 2025", "Fair 2026", "Webinar", "Fair 2027"):
        create(client, name)

    first = client.lists_api.do_search({"query": "fair", "count": 2, "offset": 0, "additionalProperties": []})
    rest = client.lists_api.do_search({"query": "fair", "count": 2, "offset": first.offset})

    assert (first.total, first.has_more, [each.name for each in first.lists]) == (3, True, ["Fair 2025", "Fair 2026"])
    assert (rest.has_more, [each.name for each in rest.lists]) == (False, ["Fair 2027"])
    assert first.lists[0].additional_properties == {"hs_list_size": "0"}


def test_members_come_in_pages_by_record_or_by_the_date_they_joined(portal: SandboxClient, client: Any) -> None:
    people = [make(portal) for _ in range(5)]
    fair = create(client, "Fair 2026")
    for each in reversed(people):
        client.memberships_api.add(fair, [each])

    pages, after = [], None
    for _ in range(3):
        page = client.memberships_api.get_page(fair, limit=2, **({"after": after} if after else {}))
        pages.append([each.record_id for each in page.results])
        after = page.paging.next.after if page.paging else None
    joined = client.memberships_api.get_page_ordered_by_added_to_list_date(fair, limit=3)
    link = portal.hubspot("GET", f"{LISTS}/{fair}/memberships?limit=2").json()["paging"]["next"]["link"]

    assert (pages, after) == ([people[:2], people[2:4], people[4:]], None)
    assert [each.record_id for each in joined.results] == people[:1:-1]
    assert joined.total == 5
    followed = portal.pool.request("GET", link, headers={"Authorization": "Bearer x"}).json()
    assert [each["recordId"] for each in followed["results"]] == people[2:4]


def test_a_record_says_in_which_lists_it_is(portal: SandboxClient, client: Any) -> None:
    rita = make(portal, lifecyclestage="lead")
    fair, leads = create(client, "Fair 2026"), create(client, "Leads", "DYNAMIC", LEADS)
    create(client, "Empty")
    client.memberships_api.add(fair, [rita])

    found = client.memberships_api.get_lists("0-1", rita).results

    assert [each.list_id for each in found] == [fair, leads]


def test_several_records_say_in_which_lists_they_are(portal: SandboxClient, client: Any) -> None:
    rita = make(portal)
    fair = create(client, "Fair 2026")
    client.memberships_api.add(fair, [rita])
    inputs = [{"objectTypeId": "0-1", "recordId": each} for each in (rita, "999")]

    answer = portal.hubspot("POST", f"{LISTS}/records/memberships/batch/read", {"inputs": inputs}).json()

    assert answer["status"] == "COMPLETE"
    assert [[each["listId"] for each in one["recordListMemberships"]] for one in answer["results"]] == [[fair], []]
    assert [one["recordId"] for one in answer["results"]] == [rita, "999"]


def test_merged_records_are_in_the_lists_of_both_and_an_erased_one_in_none(portal: SandboxClient, client: Any) -> None:
    office, home, mark = (make(portal, email=f"{each}@velmora.example") for each in ("office", "home", "mark"))
    fair, webinar = create(client, "Fair 2026"), create(client, "Webinar")
    client.memberships_api.add(fair, [office, mark])
    client.memberships_api.add(webinar, [home])

    both = {"primaryObjectId": office, "objectIdToMerge": home}
    merged = portal.hubspot("POST", f"{CONTACTS}/merge", both).json()["id"]
    portal.hubspot("POST", f"{CONTACTS}/gdpr-delete", {"objectId": mark})

    assert (members(client, fair), members(client, webinar)) == ([merged], [merged])


def test_an_archived_record_leaves_its_lists_until_it_is_restored_or_gone_for_good(
    portal: SandboxClient, client: Any
) -> None:
    rita, fair = make(portal), create(client, "Fair 2026")
    client.memberships_api.add(fair, [rita])

    portal.hubspot("DELETE", f"{CONTACTS}/{rita}")
    without = members(client, fair)
    portal.admin("hubspot", "restore", object="contacts", id=rita)
    again = members(client, fair)
    portal.hubspot("DELETE", f"{CONTACTS}/{rita}")
    portal.admin("hubspot", "clock", advance=91 * 86_400)

    assert (without, again, members(client, fair)) == ([], [rita], [])


def test_one_list_is_filled_from_another_and_emptied(portal: SandboxClient, client: Any) -> None:
    rita = make(portal, lifecyclestage="lead")
    leads, fair = create(client, "Leads", "DYNAMIC", LEADS), create(client, "Fair 2026")

    client.memberships_api.add_all_from_list(fair, leads)
    filled = members(client, fair)
    client.memberships_api.remove_all(fair)

    assert (filled, members(client, fair)) == ([rita], [])


@pytest.mark.parametrize("version", ["2025-09", "2026-03", "2026-09"])
def test_the_dated_paths_are_the_same_lists(portal: SandboxClient, client: Any, version: str) -> None:
    fair, rita = create(client, "Fair 2026"), make(portal)

    added = portal.hubspot("PUT", f"/crm/lists/{version}/{fair}/memberships/add", [rita])

    assert added.json()["recordsIdsAdded"] == [rita]
    assert members(client, fair) == [rita]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "some of required attributes are not set"),
        ({"name": "x", "objectTypeId": "0-1", "processingType": "MAGIC"}, "processingType must be one of"),
        ({"name": "x", "objectTypeId": "unicorns", "processingType": "MANUAL"}, "unicorns"),
        ({"name": "x", "objectTypeId": "0-1", "processingType": "DYNAMIC"}, "needs a filterBranch"),
        ({"name": "FAIR 2026", "objectTypeId": "0-1", "processingType": "MANUAL"}, "already exists"),
        (
            {
                "name": "x", "objectTypeId": "0-1", "processingType": "DYNAMIC",
                "filterBranch": either([has("nosuch", "ALL_PROPERTY", "IS_KNOWN")]),
            },
            "Property nosuch does not exist",
        ),
        (
            {
                "name": "x", "objectTypeId": "0-1", "processingType": "DYNAMIC",
                "filterBranch": either([has("city", "NUMBER", "SMELLS_LIKE", value=3)]),
            },
            "operator 'SMELLS_LIKE'",
        ),
        (
            {
                "name": "x", "objectTypeId": "0-1", "processingType": "DYNAMIC",
                "filterBranch": either([{"filterType": "PAGE_VIEW"}]),
            },
            "a filter must be of filterType",
        ),
    ],
)  # fmt: skip
def test_a_list_that_makes_no_sense_is_refused(
    portal: SandboxClient, client: Any, body: dict[str, Any], said: str
) -> None:
    create(client, "Fair 2026")

    answer = portal.hubspot("POST", f"{LISTS}/", body)

    assert (answer.status, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert said in answer.json()["message"]
    assert portal.hubspot("POST", f"{LISTS}/search", {}).json()["total"] == 1


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", f"{LISTS}/1", "crm.lists.read"),
        ("POST", f"{LISTS}/search", "crm.lists.read"),
        ("PUT", "/crm/lists/2026-03/1/memberships/add", "crm.lists.write"),
    ],
)
def test_a_missing_scope_is_named(portal: SandboxClient, method: str, path: str, scope: str) -> None:
    portal.admin("hubspot", "auth", scopes=["oauth"])

    answer = portal.hubspot(method, path, [] if method == "PUT" else None)

    assert answer.status == 403
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == [scope]
