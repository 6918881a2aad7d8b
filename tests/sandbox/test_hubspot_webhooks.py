"""HubSpot's webhooks, received by a real HTTP server: events, batches, disorder, retries and signatures."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from hubspot.utils.signature import Signature

from sandbox.hubspot.webhooks import signature
from tests.sandbox.receiver import Got, Receiver, receiving
from tests.sandbox.test_hubspot_errors import recorded
from tests.sandbox_client import SandboxClient

CONTACTS, COMPANIES = "/crm/v3/objects/contacts", "/crm/v3/objects/companies"
SECRET = "yyyyyyyy-yyyy-yyyy"
CREATION = {"subscriptionType": "contact.creation"}
DELETION = {"subscriptionType": "contact.deletion"}
PHONE = {"subscriptionType": "contact.propertyChange", "propertyName": "phone"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def portal(sandbox: SandboxClient) -> Iterator[SandboxClient]:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    yield sandbox
    sandbox.admin("hubspot", "webhooks", clear=True)


def subscribe(portal: SandboxClient, receiver: Receiver, *subscriptions: Any, **how: Any) -> None:
    body = {"url": receiver.url, "client_secret": SECRET, "subscriptions": list(subscriptions)}
    portal.admin("hubspot", "webhooks", **(body | how))


def deliver(portal: SandboxClient) -> Any:
    return portal.admin("hubspot", "webhooks", deliver=True)


def make(portal: SandboxClient, **properties: str) -> int:
    return int(portal.hubspot("POST", CONTACTS, {"properties": properties}).json()["id"])


def make_many(portal: SandboxClient, count: int) -> None:
    inputs = [{"properties": {"firstname": f"Rita {number}"}} for number in range(count)]
    for at in range(0, count, 100):
        assert portal.hubspot("POST", f"{CONTACTS}/batch/create", {"inputs": inputs[at : at + 100]}).status == 201


def test_a_creation_is_told_with_what_hubspot_tells(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, CREATION, app_id=54321)
    rita = make(portal, email="rita@velmora.example")

    outcome = deliver(portal)

    [event] = receiver.events
    assert event == {
        "appId": 54321,
        "eventId": event["eventId"],
        "subscriptionId": event["subscriptionId"],
        "portalId": portal.hubspot("GET", "/account-info/v3/details").json()["portalId"],
        "occurredAt": int(datetime.fromisoformat("2026-11-02T09:00:00.001+00:00").timestamp() * 1000),
        "subscriptionType": "contact.creation",
        "attemptNumber": 0,
        "objectId": rita,
        "changeFlag": "CREATED",
        "changeSource": "INTEGRATION",
        "sourceId": event["sourceId"],
    }
    [sent] = outcome["sent"]
    assert (sent["status"], sent["events"], sent["delivered"]) == (200, 1, True)
    assert outcome["pending"] == 0


def test_a_recorded_event_has_no_key_that_is_missing_here(portal: SandboxClient, receiver: Receiver) -> None:
    want = recorded("signature/hubspot_signature_vectors.json")["vectors"][0]["body"]
    subscribe(portal, receiver, CREATION)
    make(portal)
    deliver(portal)

    assert Got("", {}, want).events[0].keys() <= receiver.events[0].keys()


def test_a_changed_property_is_told_with_its_value_and_only_if_subscribed_and_different(
    portal: SandboxClient, receiver: Receiver
) -> None:
    rita = make(portal, phone="1", city="Wien")
    subscribe(portal, receiver, PHONE)
    for properties in ({"phone": "2"}, {"phone": "2"}, {"city": "Graz"}, {"phone": ""}):
        portal.hubspot("PATCH", f"{CONTACTS}/{rita}", {"properties": properties})

    deliver(portal)

    assert [(each["objectId"], each["propertyName"], each["propertyValue"]) for each in receiver.events] == [
        (rita, "phone", "2"),
        (rita, "phone", ""),
    ]
    assert {each["changeSource"] for each in receiver.events} == {"INTEGRATION"}


def test_a_deletion_and_events_of_a_company_are_told(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, DELETION, "company.creation", "company.deletion")
    rita = make(portal)
    acme = portal.hubspot("POST", COMPANIES, {"properties": {"name": "Acme"}}).json()["id"]
    portal.hubspot("DELETE", f"{CONTACTS}/{rita}")
    portal.hubspot("DELETE", f"{COMPANIES}/{acme}")

    deliver(portal)

    assert [(each["subscriptionType"], each["objectId"]) for each in receiver.events] == [
        ("company.creation", int(acme)),
        ("contact.deletion", rita),
        ("company.deletion", int(acme)),
    ]


def test_a_generic_subscription_names_the_object_by_its_type(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, {"subscriptionType": "object.creation", "objectTypeId": "0-2"})
    make(portal)
    portal.hubspot("POST", COMPANIES, {"properties": {"name": "Acme"}})

    deliver(portal)

    assert [(each["subscriptionType"], each["objectTypeId"]) for each in receiver.events] == [
        ("object.creation", "0-2")
    ]


def test_opting_out_is_told_as_a_changed_property(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, {"subscriptionType": "contact.propertyChange", "propertyName": "hs_email_optout"})
    rita = make(portal, email="rita@velmora.example")
    portal.admin("hubspot", "unsubscribe", email="rita@velmora.example")

    deliver(portal)

    assert [(each["objectId"], each["propertyValue"]) for each in receiver.events] == [(rita, "true")]


def test_a_refused_write_is_not_told(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, CREATION, PHONE)
    portal.hubspot("POST", CONTACTS, {"properties": {"nosuch": "x", "phone": "1"}})

    assert deliver(portal)["sent"] == []


def test_events_come_in_arrays_of_at_most_a_hundred(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, CREATION)
    make_many(portal, 230)

    deliver(portal)

    assert sorted(len(each.events) for each in receiver.got) == [30, 100, 100]


def test_at_most_so_many_deliveries_are_under_way_at_once(portal: SandboxClient, receiver: Receiver) -> None:
    meeting = threading.Barrier(3)
    receiver.then = lambda got: meeting.wait(timeout=4)
    subscribe(portal, receiver, CREATION, max_batch=1, concurrency=3)
    make_many(portal, 9)

    outcome = deliver(portal)

    assert receiver.most_at_once == 3
    assert [each["delivered"] for each in outcome["sent"]] == [True] * 9


def test_disorder_and_duplicates_are_those_of_the_seed(portal: SandboxClient, receiver: Receiver) -> None:
    orders = []
    for seed in (1, 1, 2):
        portal.admin("hubspot", "reset")
        subscribe(portal, receiver, CREATION, shuffle=True, duplicate_rate=0.3, seed=seed)
        make_many(portal, 60)
        receiver.got.clear()
        deliver(portal)
        orders.append([each["objectId"] for each in receiver.events])

    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != sorted(orders[0])
    assert len(set(orders[0])) == 60 < len(orders[0])
    assert max(Counter(orders[0]).values()) == 2


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
def test_a_refused_delivery_is_tried_again_later_with_the_next_attempt_number(
    portal: SandboxClient, receiver: Receiver, status: int
) -> None:
    subscribe(portal, receiver, CREATION)
    make(portal)
    receiver.status = status
    first = deliver(portal)
    too_early = deliver(portal)
    receiver.status = 204

    portal.admin("hubspot", "clock", advance=72)
    second = deliver(portal)

    assert (first["sent"][0]["status"], first["pending"]) == (status, 1)
    assert too_early["sent"] == []
    assert (second["sent"][0]["delivered"], second["pending"]) == (True, 0)
    assert [each["attemptNumber"] for each in receiver.events] == [0, 1]


def test_after_ten_more_attempts_within_a_day_an_event_is_lost(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, CREATION)
    make(portal)
    receiver.status = 500
    outcome, moments = deliver(portal), []
    while outcome["next"]:
        moments.append(outcome["next"])
        portal.admin("hubspot", "clock", set=outcome["next"])
        outcome = deliver(portal)

    assert [each["attemptNumber"] for each in receiver.events] == list(range(11))
    assert (outcome["pending"], outcome["lost"]) == (0, 1)
    spent = datetime.fromisoformat(moments[-1]) - datetime.fromisoformat("2026-11-02T09:00:00Z")
    assert 16 * 3600 <= spent.total_seconds() <= 24 * 3600


def test_a_receiver_that_is_not_there_or_too_slow_is_tried_again(portal: SandboxClient, receiver: Receiver) -> None:
    released = threading.Event()
    receiver.then = lambda got: released.wait(timeout=10)
    subscribe(portal, receiver, CREATION, app_id=1, timeout=0.2)
    portal.admin(
        "hubspot", "webhooks", url="http://127.0.0.1:1/", client_secret=SECRET, subscriptions=[CREATION], app_id=2
    )
    make(portal)

    outcome = deliver(portal)
    released.set()

    assert [(each["app_id"], each["status"], each["delivered"]) for each in outcome["sent"]] == [
        (1, None, False),
        (2, None, False),
    ]
    assert outcome["sent"][0]["error"] == "no answer in 0.2 seconds"
    assert outcome["pending"] == 2


def test_a_receiver_may_call_back_before_it_answers(portal: SandboxClient, receiver: Receiver) -> None:
    read = []

    def call_back(got: Got) -> None:
        rita = got.events[0]["objectId"]
        read.append(portal.hubspot("GET", f"{CONTACTS}/{rita}").status)
        portal.hubspot("PATCH", f"{CONTACTS}/{rita}", {"properties": {"phone": "7"}})

    receiver.then = call_back
    subscribe(portal, receiver, CREATION, PHONE)
    make(portal)

    outcome = deliver(portal)

    assert (outcome["sent"][0]["status"], read) == (200, [200])
    assert outcome["pending"] == 1


def test_the_signatures_are_good_in_hubspots_own_client(portal: SandboxClient, receiver: Receiver) -> None:
    """The client takes no webhook that is more than five minutes old by its own clock."""
    subscribe(portal, receiver, CREATION)
    make(portal, firstname="Élise")
    deliver(portal)

    [got] = receiver.got
    assert got.headers["X-HubSpot-Signature-Version"] == "v1"
    assert Signature.is_valid(got.headers["X-HubSpot-Signature"], SECRET, got.body, signature_version="v1")
    third = {"http_uri": receiver.url, "timestamp": got.headers["X-HubSpot-Request-Timestamp"]}
    third |= {"http_method": "POST", "signature_version": "v3"}
    with time_machine.travel("2026-11-02T09:04:00Z", tick=False):
        assert Signature.is_valid(got.headers["X-HubSpot-Signature-v3"], SECRET, got.body, **third)
        assert not Signature.is_valid(got.headers["X-HubSpot-Signature-v3"], "another", got.body, **third)


def test_the_signatures_are_those_recorded() -> None:
    want = recorded("signature/hubspot_signature_vectors.json")
    secret = want["client_secret"]

    for each in want["vectors"]:
        if each["v"] == "v1":
            assert signature.version_1(secret, each["body"]) == each["sig"]
        if each["v"] == "v3":
            made = signature.version_3(secret, each["method"], each["url"], each["body"], each["timestamp"])
            assert made == each["sig"]


def test_version_3_signs_the_address_decoded() -> None:
    plain = signature.version_3(SECRET, "POST", "https://a.example/x?to=a@b.example", "[]", "1")

    assert signature.version_3(SECRET, "POST", "https://a.example/x?to=a%40b.example", "[]", "1") == plain


def test_delivery_by_itself_needs_no_control(portal: SandboxClient, receiver: Receiver) -> None:
    arrived = threading.Event()
    receiver.then = lambda got: arrived.set()
    subscribe(portal, receiver, CREATION, automatic=True)

    rita = make(portal)

    assert arrived.wait(timeout=10)
    assert [each["objectId"] for each in receiver.events] == [rita]


def test_a_reset_ends_all_subscriptions(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, CREATION, automatic=True)
    portal.admin("hubspot", "reset")
    make(portal)

    outcome = deliver(portal)

    assert (outcome["apps"], outcome["automatic"], outcome["sent"]) == ([], False, [])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"url": "ftp://x"}, "url must be an http address"),
        ({"url": "http://x", "client_secret": ""}, "client_secret must be"),
        ({"subscriptions": []}, "subscriptions must be a list"),
        ({"subscriptions": ["contact.sneeze"]}, "a subscriptionType is one of"),
        ({"subscriptions": ["contact.propertyChange"]}, "propertyName belongs to propertyChange"),
        ({"subscriptions": ["object.creation"]}, "objectTypeId (such as 0-1) belongs to object.*"),
        (
            {"subscriptions": [{"subscriptionType": "deal.propertyChange", "propertyName": "hs_lastmodifieddate"}]},
            "cannot be subscribed to",
        ),
        ({"max_batch": 101}, "max_batch must be a whole number from 1 to 100"),
        ({"duplicate_rate": 2}, "from 0 to 1"),
        ({"timeout": 6}, "seconds up to 5"),
        ({"deliver": "now"}, "deliver must be true or false"),
        ({"retries": 3}, "unknown key retries"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(portal: SandboxClient, body: dict[str, Any], said: str) -> None:
    good = {"url": "http://127.0.0.1:1/", "client_secret": SECRET, "subscriptions": ["contact.creation"]}

    answer = portal.pool.request("POST", f"{portal.hubspot_url}/_sandbox/webhooks", json=good | body)

    assert answer.status == 400
    assert said in answer.json()["error"]
    assert portal.look("hubspot", "webhooks")["apps"] == []
