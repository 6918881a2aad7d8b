"""Who may be written to: by the official client (v3), by v4 and the dated versions, and in the contact's properties."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hubspot import HubSpot
from hubspot.communication_preferences import PublicUpdateSubscriptionStatusRequest
from hubspot.communication_preferences.exceptions import ApiException

from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
RITA = "rita@velmora.example"
MARKETING, SERVICE, ONE_TO_ONE = 35_555_791, 35_555_792, 35_555_793
VERSIONS = ["v4", "2025-09", "2026-03", "2026-09"]


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    return sandbox


def make(portal: SandboxClient, **properties: str) -> str:
    answer = portal.hubspot("POST", CONTACTS, {"properties": properties})
    assert answer.status == 201
    return str(answer.json()["id"])


def shown(portal: SandboxClient, contact: str) -> dict[str, str]:
    return dict(portal.look("hubspot", "state", object="contacts")["contacts"][contact])


def choose(portal: SandboxClient, address: str, state: str, subscription: int = MARKETING, version: str = "v4") -> Any:
    body = {"channel": "EMAIL", "statusState": state, "subscriptionId": subscription}
    answer = portal.hubspot("POST", f"/communication-preferences/{version}/statuses/{quote(address)}", body)
    assert answer.status == 200, answer.data
    return answer.json()["results"][0]


def opt_out(portal: SandboxClient, address: str, query: str = "channel=EMAIL") -> Any:
    path = f"/communication-preferences/v4/statuses/{quote(address)}/unsubscribe-all?{query}"
    answer = portal.hubspot("POST", path)
    assert answer.status == 200, answer.data
    return answer.json()


def statuses(portal: SandboxClient, address: str) -> dict[int, str]:
    path = f"/communication-preferences/v4/statuses/{quote(address)}?channel=EMAIL"
    return {each["subscriptionId"]: each["status"] for each in portal.hubspot("GET", path).json()["results"]}


def request(subscription: int = MARKETING, address: str = RITA) -> PublicUpdateSubscriptionStatusRequest:
    return PublicUpdateSubscriptionStatusRequest(
        email_address=address,
        subscription_id=str(subscription),
        legal_basis="CONSENT_WITH_NOTICE",
        legal_basis_explanation="She ticked the box.",
    )


@pytest.fixture
def client(portal: SandboxClient) -> Any:
    return HubSpot(access_token="pat-otto", host=portal.hubspot_url).communication_preferences


def test_the_real_client_reads_the_types_of_mail(client: Any) -> None:
    found = client.definition_api.get_page().subscription_definitions

    assert [(each.id, each.is_default, each.is_internal) for each in found] == [
        (str(MARKETING), True, False),
        (str(SERVICE), False, False),
        (str(ONE_TO_ONE), False, True),
    ]


def test_the_real_client_subscribes_and_unsubscribes(portal: SandboxClient, client: Any) -> None:
    rita = make(portal, email=RITA)

    subscribed = client.status_api.subscribe(request())
    unsubscribed = client.status_api.unsubscribe(request(SERVICE))

    assert (subscribed.status, subscribed.legal_basis, subscribed.source_of_status) == (
        "SUBSCRIBED", "CONSENT_WITH_NOTICE", "SUBSCRIPTION_STATUS",
    )  # fmt: skip
    assert unsubscribed.status == "NOT_SUBSCRIBED"
    read = client.status_api.get_email_status(RITA)
    assert read.recipient == RITA
    assert [each.status for each in read.subscription_statuses] == ["SUBSCRIBED", "NOT_SUBSCRIBED", "NOT_SUBSCRIBED"]
    assert shown(portal, rita)[f"hs_email_optout_{MARKETING}"] == "false"
    assert shown(portal, rita)[f"hs_email_optout_{SERVICE}"] == "true"
    assert "hs_email_optout" not in shown(portal, rita)


@pytest.mark.parametrize(
    "unsubscribe",
    [
        lambda portal: portal.admin("hubspot", "unsubscribe", email=RITA, subscription=MARKETING),
        lambda portal: portal.admin("hubspot", "unsubscribe", email=RITA),
        lambda portal: choose(portal, RITA, "UNSUBSCRIBED"),
        lambda portal: opt_out(portal, RITA),
    ],
    ids=["herself from one type", "herself from all", "by the API from one type", "by the API from all"],
)
def test_version_3_does_not_subscribe_again_whoever_has_unsubscribed(
    portal: SandboxClient, client: Any, unsubscribe: Callable[[SandboxClient], Any]
) -> None:
    make(portal, email=RITA)
    unsubscribe(portal)
    writes = portal.look("hubspot", "writes")["count"]

    with pytest.raises(ApiException) as raised:
        client.status_api.subscribe(request())

    assert raised.value.status == 400
    assert json.loads(raised.value.body)["category"] == "VALIDATION_ERROR"
    assert json.loads(raised.value.body)["message"] == "You cannot subscribe an unsubscribed address."
    assert portal.look("hubspot", "writes")["count"] == writes


@pytest.mark.parametrize("version", VERSIONS)
def test_version_4_does_and_says_so(portal: SandboxClient, version: str) -> None:
    make(portal, email=RITA)

    reasons = [
        choose(portal, RITA, state, version=version)["setStatusSuccessReason"]
        for state in ("SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED", "SUBSCRIBED")
    ]

    assert reasons == [
        "REQUESTED_CHANGE_OCCURRED", "NO_STATUS_CHANGE", "REQUESTED_CHANGE_OCCURRED", "RESUBSCRIBE_OCCURRED",
    ]  # fmt: skip


def test_opting_out_of_everything_shows_in_the_contact_bumps_its_date_and_is_logged_once(portal: SandboxClient) -> None:
    rita = make(portal, email=RITA)
    before = shown(portal, rita)["lastmodifieddate"]
    writes = portal.look("hubspot", "writes")["count"]
    portal.admin("hubspot", "clock", advance=60)

    assert opt_out(portal, RITA)["results"] == []

    after = shown(portal, rita)
    assert after["hs_email_optout"] == "true"
    assert {after[f"hs_email_optout_{each}"] for each in (MARKETING, SERVICE, ONE_TO_ONE)} == {"true"}
    assert after["lastmodifieddate"] > before
    log = portal.look("hubspot", "writes")
    assert log["count"] == writes + 1
    entry = log["writes"][-1]
    assert (entry["action"], entry["object"], entry["id"]) == ("unsubscribe", "contacts", rita)
    assert entry["fields"] == {"emailAddress": RITA}
    assert entry["after"]["hs_email_optout"] == "true"
    history = portal.hubspot("GET", f"{CONTACTS}/{rita}?propertiesWithHistory=hs_email_optout").json()
    assert [each["value"] for each in history["propertiesWithHistory"]["hs_email_optout"]] == ["true"]


def test_a_contact_that_opted_out_is_found_by_search(portal: SandboxClient) -> None:
    make(portal, email="mark@velmora.example")
    rita = make(portal, email=RITA)
    opt_out(portal, RITA)

    query = {"filterGroups": [{"filters": [{"propertyName": "hs_email_optout", "operator": "EQ", "value": "true"}]}]}

    assert [each["id"] for each in portal.hubspot("POST", f"{CONTACTS}/search", query).json()["results"]] == [rita]


def test_who_subscribes_to_one_type_again_is_no_longer_opted_out_of_all_and_of_the_others_still(
    portal: SandboxClient,
) -> None:
    rita = make(portal, email=RITA)
    opt_out(portal, RITA)

    choose(portal, RITA, "SUBSCRIBED")

    assert statuses(portal, RITA) == {MARKETING: "SUBSCRIBED", SERVICE: "UNSUBSCRIBED", ONE_TO_ONE: "UNSUBSCRIBED"}
    assert shown(portal, rita)["hs_email_optout"] == "false"


def test_opting_out_of_all_is_told_per_portal_and_empty_for_the_others(portal: SandboxClient) -> None:
    path = f"/communication-preferences/2026-03/statuses/{quote(RITA)}/unsubscribe-all?channel=EMAIL"
    before = portal.hubspot("GET", path).json()

    verbose = opt_out(portal, RITA, "channel=EMAIL&verbose=true")

    assert (before["status"], before["results"]) == ("COMPLETE", [])
    assert {each["setStatusSuccessReason"] for each in verbose["results"]} == {"UNSUBSCRIBE_FROM_ALL_OCCURRED"}
    assert portal.hubspot("GET", path).json()["results"] == [
        {
            "channel": "EMAIL",
            "subscriberIdString": RITA,
            "wideStatusType": "PORTAL_WIDE",
            "status": "UNSUBSCRIBED",
            "timestamp": "2026-11-02T09:00:00Z",
        }
    ]


def test_a_status_belongs_to_the_address_so_a_later_contact_shows_it(portal: SandboxClient) -> None:
    opt_out(portal, RITA.upper())
    [entry] = portal.look("hubspot", "writes")["writes"]

    rita = make(portal, email=RITA)

    assert (entry["action"], entry["object"], entry["id"]) == ("unsubscribe", "subscriptions", RITA)
    assert shown(portal, rita)["hs_email_optout"] == "true"
    assert portal.look("hubspot", "writes")["writes"][-1]["who"] == "communication preferences"


def test_a_contact_with_another_address_shows_what_that_one_chose(portal: SandboxClient) -> None:
    rita = make(portal, email=RITA)
    opt_out(portal, RITA)

    portal.hubspot("PATCH", f"{CONTACTS}/{rita}", {"properties": {"email": "rita.lang@velmora.example"}})

    assert shown(portal, rita)["hs_email_optout"] == "false"
    assert f"hs_email_optout_{MARKETING}" not in shown(portal, rita)


def test_who_has_opted_out_stays_out_when_merged(portal: SandboxClient) -> None:
    office, home = make(portal, email=RITA), make(portal, email="rita@home.example")
    choose(portal, RITA, "SUBSCRIBED")
    opt_out(portal, "rita@home.example")

    both = {"primaryObjectId": office, "objectIdToMerge": home}
    merged = portal.hubspot("POST", f"{CONTACTS}/merge", both).json()["id"]

    assert shown(portal, merged)["email"] == RITA
    assert shown(portal, merged)["hs_email_optout"] == "true"
    assert set(statuses(portal, RITA).values()) == {"UNSUBSCRIBED"}


def test_who_unsubscribed_from_one_type_stays_so_when_merged_whatever_else_is_chosen_then(
    portal: SandboxClient,
) -> None:
    office, home = make(portal, email=RITA), make(portal, email="rita@home.example")
    choose(portal, "rita@home.example", "UNSUBSCRIBED")

    both = {"primaryObjectId": office, "objectIdToMerge": home}
    merged = portal.hubspot("POST", f"{CONTACTS}/merge", both).json()["id"]
    choose(portal, RITA, "SUBSCRIBED", MARKETING + 1)

    assert shown(portal, merged)[f"hs_email_optout_{MARKETING}"] == "true"
    assert statuses(portal, RITA)[MARKETING] == "UNSUBSCRIBED"
    assert "hs_email_optout" not in shown(portal, merged)


def test_a_restored_contact_shows_what_its_address_chose_meanwhile(portal: SandboxClient) -> None:
    rita = make(portal, email=RITA)
    portal.hubspot("DELETE", f"{CONTACTS}/{rita}")
    opt_out(portal, RITA)

    portal.admin("hubspot", "restore", object="contacts", id=rita)

    assert shown(portal, rita)["hs_email_optout"] == "true"


def test_a_person_seeded_as_opted_out_is_so_in_the_api_as_well(portal: SandboxClient) -> None:
    portal.admin("hubspot", "seed", people=60)
    contacts = portal.look("hubspot", "state", object="contacts")["contacts"].values()
    address = next(each["email"] for each in contacts if each.get("hs_email_optout") == "true" and "email" in each)

    assert set(statuses(portal, address).values()) == {"UNSUBSCRIBED"}
    choose(portal, address, "SUBSCRIBED")
    assert statuses(portal, address)[SERVICE] == "UNSUBSCRIBED"


@pytest.mark.parametrize("name", ["hs_email_optout", f"hs_email_optout_{MARKETING}", "hs_marketable_status"])
def test_what_follows_from_elsewhere_cannot_be_written(portal: SandboxClient, name: str) -> None:
    answer = portal.hubspot("POST", CONTACTS, {"properties": {"email": RITA, name: "true"}})

    assert answer.status == 400
    assert answer.json()["errors"][0]["code"] == "READ_ONLY_VALUE"


def test_batches_read_write_and_opt_out(portal: SandboxClient) -> None:
    mark, batch = "mark@velmora.example", "/communication-preferences/v4/statuses/batch"
    status = {"channel": "EMAIL", "statusState": "UNSUBSCRIBED", "subscriptionId": SERVICE}
    written = portal.hubspot("POST", f"{batch}/write", {"inputs": [status | {"subscriberIdString": RITA}]}).json()
    portal.hubspot("POST", f"{batch}/unsubscribe-all?channel=EMAIL", {"inputs": [mark]})

    read = portal.hubspot("POST", f"{batch}/read?channel=EMAIL", {"inputs": [RITA, mark]}).json()
    wide = portal.hubspot("POST", f"{batch}/unsubscribe-all/read?channel=EMAIL", {"inputs": [RITA, mark]}).json()

    assert [each["status"] for each in written["results"]] == ["UNSUBSCRIBED"]
    assert [[each["status"] for each in one["statuses"]] for one in read["results"]] == [
        ["NOT_SPECIFIED", "UNSUBSCRIBED", "NOT_SPECIFIED"],
        ["UNSUBSCRIBED"] * 3,
    ]
    assert [len(each["wideStatuses"]) for each in wide["results"]] == [0, 1]


def test_another_type_of_mail_has_its_property(portal: SandboxClient) -> None:
    made = portal.admin("hubspot", "subscription", name="Workshops")
    rita = make(portal, email=RITA)

    choose(portal, RITA, "UNSUBSCRIBED", made["id"])

    assert shown(portal, rita)[f"hs_email_optout_{made['id']}"] == "true"


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("GET", "v4/statuses/rita%40velmora.example", None, "channel must be EMAIL"),
        ("GET", "v4/statuses/rita?channel=EMAIL", None, "Email address rita is invalid"),
        ("GET", "v3/status/email/rita", None, "Email address rita is invalid"),
        ("POST", "v3/subscribe", {}, "some of required attributes are not set [emailAddress, subscriptionId]"),
        ("POST", "v3/subscribe", {"emailAddress": RITA, "subscriptionId": "1"}, "no subscription with id 1"),
        (
            "POST",
            "v3/unsubscribe",
            {"emailAddress": RITA, "subscriptionId": str(MARKETING), "legalBasis": "BECAUSE"},
            "legalBasis must be one of",
        ),
        (
            "POST",
            "v4/statuses/rita%40velmora.example",
            {"channel": "EMAIL", "statusState": "MAYBE", "subscriptionId": MARKETING},
            "statusState must be one of",
        ),
        ("POST", "v4/statuses/rita%40velmora.example", {"channel": "EMAIL"}, "[statusState, subscriptionId]"),
        ("POST", "v4/statuses/batch/read?channel=EMAIL", {"inputs": 3}, "inputs must be a list"),
        ("POST", "v4/statuses/batch/write", {"inputs": [3]}, "must be an object"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    portal: SandboxClient, method: str, path: str, body: Any, said: str
) -> None:
    answer = portal.hubspot(method, f"/communication-preferences/{path}", body)

    assert (answer.status, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert said in answer.json()["message"]
    assert portal.look("hubspot", "writes")["count"] == 0


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("v3/definitions", "communication_preferences.read_write"),
        ("2026-09/statuses/rita%40velmora.example?channel=EMAIL", "communication_preferences.read_write"),
    ],
)
def test_a_missing_scope_is_named(portal: SandboxClient, path: str, scope: str) -> None:
    portal.admin("hubspot", "auth", scopes=["crm.objects.contacts.read"])

    answer = portal.hubspot("GET", f"/communication-preferences/{path}")

    assert answer.status == 403
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == [scope]
