"""What webhooks tell of merges, erasures and workflows."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.sandbox.hubspot_records import CONTACTS, make, merge
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox_client import SandboxClient

PHONE = {"subscriptionType": "contact.propertyChange", "propertyName": "phone"}
DELETION = {"subscriptionType": "contact.deletion"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def portal(sandbox: SandboxClient) -> Iterator[SandboxClient]:
    yield sandbox
    sandbox.admin("hubspot", "webhooks", clear=True)


def subscribe(portal: SandboxClient, receiver: Receiver, *subscriptions: dict[str, str], **how: bool) -> None:
    portal.admin("hubspot", "webhooks", url=receiver.url, client_secret="s", subscriptions=list(subscriptions), **how)


def deliver(portal: SandboxClient) -> None:
    portal.admin("hubspot", "webhooks", deliver=True)


def test_a_merge_is_told_with_the_ids_it_joined_and_the_new_one(portal: SandboxClient, receiver: Receiver) -> None:
    office, home = make(portal, email="elise@velmora.example"), make(portal, email="elise@home.example", city="Lyon")
    subscribe(portal, receiver, {"subscriptionType": "contact.merge"}, DELETION)

    merged = merge(portal, office, home).json()["id"]
    deliver(portal)

    [event] = receiver.events
    assert (event["primaryObjectId"], event["mergedObjectIds"]) == (int(office), [int(home)])
    assert (event["newObjectId"], event["numberOfPropertiesMoved"]) == (int(merged), 1)


def test_an_erasure_is_told_as_a_privacy_deletion_and_as_a_deletion(portal: SandboxClient, receiver: Receiver) -> None:
    rita = make(portal, email="rita@velmora.example")
    subscribe(portal, receiver, {"subscriptionType": "contact.privacyDeletion"}, DELETION)

    portal.hubspot("POST", f"{CONTACTS}/gdpr-delete", {"objectId": rita})
    deliver(portal)

    told = sorted((each["subscriptionType"], each["objectId"]) for each in receiver.events)
    assert told == [("contact.deletion", int(rita)), ("contact.privacyDeletion", int(rita))]


def test_a_record_is_told_as_made_by_whoever_made_it(portal: SandboxClient, receiver: Receiver) -> None:
    subscribe(portal, receiver, {"subscriptionType": "contact.creation"})
    make(portal, email="rita@velmora.example")
    portal.admin("hubspot", "edit", object="contacts", properties={"email": "mona@velmora.example"}, by="Otto")
    deliver(portal)

    assert sorted(each["changeSource"] for each in receiver.events) == ["CRM_UI", "INTEGRATION"]


def test_a_workflow_is_told_as_the_one_who_changed_it(portal: SandboxClient, receiver: Receiver) -> None:
    portal.admin("hubspot", "workflow", object="contacts", when={"property": "phone"}, normalise_phone=True)
    subscribe(portal, receiver, PHONE)
    make(portal, phone="+43 1")
    deliver(portal)

    told = sorted((each["propertyValue"], each["changeSource"]) for each in receiver.events)
    assert told == [("+43 1", "INTEGRATION"), ("+431", "AUTOMATION_PLATFORM")]


def test_a_workflow_is_told_without_anybody_asking_the_portal_first(portal: SandboxClient, receiver: Receiver) -> None:
    both = threading.Event()
    receiver.then = lambda got: both.set() if len(receiver.events) > 1 else None
    portal.admin("hubspot", "workflow", object="contacts", when={"property": "phone"}, normalise_phone=True)
    subscribe(portal, receiver, PHONE, automatic=True)

    make(portal, phone="+43 1")

    assert both.wait(timeout=10)
    assert sorted(each["propertyValue"] for each in receiver.events) == ["+43 1", "+431"]
