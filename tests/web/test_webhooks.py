"""HubSpot tells what changed, over real HTTP with its real signature; passes and webhooks together come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pydantic import SecretStr
from pytest_django.live_server_helper import LiveServer

from config.environment import Environment
from store import known
from store.models import Link, Notice, Touch
from tests.sandbox_client import SandboxClient
from tests.web.installation import Installation
from web.frame import configuration

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "app-s3cret"
TELLS = ["creation", "deletion", "merge", "restore", "privacyDeletion"]
CONTACTS = "/crm/v3/objects/contacts"


class Door:
    """Our address, which a sandbox's app tells of its contacts."""

    def __init__(self, sandbox: SandboxClient, url: str) -> None:
        self.sandbox = sandbox
        self.url = url

    def subscribe(self, secret: str = SECRET, **how: Any) -> None:
        events: list[dict[str, str]] = [{"subscriptionType": f"contact.{kind}"} for kind in TELLS]
        events += [{"subscriptionType": "contact.propertyChange", "propertyName": n} for n in ("phone", "jobtitle")]
        about = {"url": self.url, "client_secret": secret, "subscriptions": events, **how}
        self.sandbox.admin("hubspot", "webhooks", clear=True)
        self.sandbox.admin("hubspot", "webhooks", **about)

    def deliver(self) -> list[int]:
        """How we answered."""
        return [each["status"] for each in self.sandbox.admin("hubspot", "webhooks", deliver=True)["sent"]]


@pytest.fixture
def door(sandbox: SandboxClient, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    settings = Environment(base_url=live_server.url, hubspot_webhook_secret=SecretStr(SECRET))
    monkeypatch.setattr("web.views.webhooks.environment", lambda: settings)
    configuration()  # HubSpot waits five seconds for an answer: what a process reads once is read before
    made = Door(sandbox, f"{live_server.url}/webhooks/hubspot")
    made.subscribe()
    yield made
    sandbox.admin("hubspot", "webhooks", clear=True)


@pytest.fixture
def installation(sandbox: SandboxClient, tmp_path: Path) -> Installation:
    return Installation(sandbox, tmp_path, people=8)


def test_webhooks_and_passes_come_to_the_same_in_any_order_and_twice(installation: Installation, door: Door) -> None:
    """I8: told before the pass and after it, each event twice and in disorder."""
    (first, first_lead), (second, second_lead) = installation.pairs()[:2]
    door.subscribe(shuffle=True, duplicate_rate=1.0)

    installation.edit(first, phone="+33 1 99 00 12 34")
    installation.edit(second, jobtitle="Head of Purchasing")
    assert set(door.deliver()) == {204}
    told = {(touch.ref, touch.seen) for touch in Touch.objects.all()}
    installation.sync()
    written = installation.writes()
    assert set(door.deliver()) <= {204}
    installation.settle()

    assert told == {(str(first), False), (str(second), False)}
    assert installation.shown(first_lead, "Phone") == "+33 1 99 00 12 34"
    assert installation.shown(second_lead, "Title") == "Head of Purchasing"
    assert installation.writes() == written
    assert not Touch.objects.exists()


def test_what_a_pass_alone_cannot_see_is_told(installation: Installation, door: Door) -> None:
    """An archive and an erasure: HubSpot's search shows neither."""
    (archived, _), (erased, _) = installation.pairs()[:2]
    door.sandbox.hubspot("DELETE", f"{CONTACTS}/{archived.id}")
    door.sandbox.hubspot("POST", f"{CONTACTS}/gdpr-delete", {"objectId": erased.id})
    installation.sync()
    before = Link.objects.filter(marketing__in=[str(archived), str(erased)]).count()

    door.deliver()
    waiting = [each.ref for each in Notice.objects.all()]
    installation.sync()

    assert (before, waiting) == (2, [str(erased)])
    assert not Link.objects.filter(marketing__in=[str(archived), str(erased)]).exists()
    assert not Notice.objects.exists()


@pytest.fixture
def portal(door: Door) -> Door:
    """A store that belongs to the sandbox's portal, and an event that waits to be told."""
    details = door.sandbox.hubspot("GET", "/account-info/v3/details").json()
    known.learn("account.marketing", {"account": str(details["portalId"]), "fingerprint": ""})
    door.sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "rita@nordlicht.example"}})
    return door


def test_a_wrong_secret_is_refused_and_stores_nothing(portal: Door) -> None:
    portal.subscribe(secret="of another app")
    portal.sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "mark@nordlicht.example"}})

    assert portal.deliver() == [401]
    assert not Touch.objects.exists()


def test_while_our_database_is_away_hubspot_is_asked_to_come_again(
    portal: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it will: nothing is lost."""

    def away(*_: object) -> int:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("store.told.keep", away)

    assert portal.deliver() == [503]
    assert portal.sandbox.look("hubspot", "webhooks")["pending"] == 1


def test_another_portals_events_are_taken_and_passed_over(portal: Door) -> None:
    """The same app may be installed twice; to hear it again would not help."""
    known.learn("account.marketing", {"account": "4711", "fingerprint": ""})

    assert portal.deliver() == [204]
    assert not Touch.objects.exists()


def test_without_a_secret_the_address_does_not_exist() -> None:
    assert Client().post("/webhooks/hubspot", "[]", content_type="application/json").status_code == 404


def test_a_body_that_is_too_long_is_not_read(door: Door) -> None:
    answer = Client().post("/webhooks/hubspot", b" " * 10_000_001, content_type="application/json")

    assert answer.status_code == 413
