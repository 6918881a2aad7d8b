"""Ways to sign in, over real HTTP: what ends is renewed once, what is dead says what to do, and no secret is said."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import ConnectorError, Create, Grant, Shown, Unauthorized, Unavailable
from connectors.hubspot import App, HubSpotConnector
from connectors.salesforce import ClientCredentials, JwtBearer, RefreshToken, SalesforceConnector
from connectors.salesforce.login import Login
from crm.record import Side
from tests.sandbox.test_salesforce_sessions import key_pair
from tests.sandbox_client import SandboxClient

HUBSPOT = {"client_id": "entente", "client_secret": "hub-s3cret", "refresh_token": "hub-rt-otto"}
SALESFORCE = {"client_id": "entente", "client_secret": "sf-s3cret", "refresh_token": "sf-rt-otto"}
APP = App(**HUBSPOT)
REFRESH = RefreshToken(**SALESFORCE)
CREDENTIALS = ClientCredentials("entente", "sf-s3cret")


def jwt_bearer() -> JwtBearer:
    return JwtBearer("entente", "otto@entente.example", key_pair()[0])


class Drawer:
    """A keeper that keeps in a variable, and says what was kept when."""

    def __init__(self) -> None:
        self.kept: list[Grant] = []

    def load(self) -> Grant | None:
        return self.kept[-1] if self.kept else None

    def renew(self, stale: Grant | None, fetch: Callable[[Grant | None], Grant]) -> Grant:
        kept = self.load()
        if kept is None or (stale is not None and kept.access_token == stale.access_token):
            self.kept.append(fetch(kept))
        return self.kept[-1]


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """Two accounts that know our app each, under a clock that shows this machine's time."""
    sandbox.admin("hubspot", "clock", set=datetime.now(UTC).isoformat())
    sandbox.admin("hubspot", "clock", run=True)
    sandbox.admin("hubspot", "auth", strict=True, app=HUBSPOT)
    sandbox.admin("salesforce", "auth", strict=True, app=SALESFORCE | {"public_key": key_pair()[1]})
    return sandbox


def tokens_asked(sandbox: SandboxClient, system: str) -> int:
    requests = sandbox.look(system, "requests")["requests"]
    return sum("token" in each["path"] for each in requests)


# -- HubSpot -----------------------------------------------------------------------------------------------------------


def test_hubspot_asks_for_a_token_once_and_uses_it(strict: SandboxClient) -> None:
    hubspot = HubSpotConnector(strict.hubspot_url, APP)

    hubspot.account()
    hubspot.reps()

    assert tokens_asked(strict, "hubspot") == 1
    assert hubspot.calls == 3


def test_a_hubspot_token_that_ends_between_two_pages_is_renewed(strict: SandboxClient) -> None:
    for number in range(250):
        strict.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": f"{number}@acme.example"}},
                       token=hub_token(strict))  # fmt: skip
    hubspot = HubSpotConnector(strict.hubspot_url, APP)
    pages = hubspot.changes("contacts", ["email"], None)
    first = next(pages)

    strict.admin("hubspot", "clock", advance=1_801)
    seen = {record.ref.id for page in [first, *pages] for record in page.records}

    assert len(seen) == 250


def hub_token(sandbox: SandboxClient) -> str:
    """A key of Mark's own, with which he fills the portal."""
    sandbox.admin("hubspot", "auth", key="pat-mark")
    return "pat-mark"


def test_a_write_that_met_an_ended_token_is_made_once(strict: SandboxClient) -> None:
    hubspot = HubSpotConnector(strict.hubspot_url, APP)
    hubspot.set_up(hubspot.setup_steps(["contacts"]))
    strict.admin("hubspot", "auth", expire=True)

    write = Create(Side.MARKETING, "contacts", "salesforce:Lead:1", {"email": "rita@acme.example"})
    answers = hubspot.write_many("contacts", [write], ["email"])

    assert isinstance(answers[0], Shown)
    assert len(strict.look("hubspot", "state", object="contacts")["contacts"]) == 1


def test_the_end_of_a_hubspot_token_is_anticipated(strict: SandboxClient) -> None:
    """Nobody waits for a refusal that can be foreseen."""
    now = time.time()
    hubspot = HubSpotConnector(strict.hubspot_url, APP, clock=lambda: now)
    hubspot.account()

    now += 1_750
    hubspot.account()

    assert tokens_asked(strict, "hubspot") == 2
    statuses = [each["status"] for each in strict.look("hubspot", "requests")["requests"]]
    assert 401 not in statuses


def test_a_revoked_hubspot_token_says_what_to_do(strict: SandboxClient) -> None:
    hubspot = HubSpotConnector(strict.hubspot_url, APP)
    hubspot.account()
    strict.admin("hubspot", "auth", revoke=APP.refresh_token, expire=True)

    with pytest.raises(Unauthorized, match="ENTENTE_HUBSPOT_REFRESH_TOKEN") as raised:
        hubspot.account()

    assert "Install it again" in str(raised.value)
    assert silent_about(str(raised.value))


def test_a_wrong_hubspot_app_names_its_settings(strict: SandboxClient) -> None:
    hubspot = HubSpotConnector(strict.hubspot_url, App("entente", "other", APP.refresh_token))

    with pytest.raises(Unauthorized, match="ENTENTE_HUBSPOT_CLIENT_ID"):
        hubspot.account()


def test_a_missing_scope_is_named_with_where_to_add_it(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "auth", scopes=["oauth"])

    with pytest.raises(Unauthorized, match=r"crm\.objects\.owners\.read to the service key"):
        HubSpotConnector(sandbox.hubspot_url, "pat-otto").reps()


def test_an_app_without_a_write_scope_is_told_so_without_a_write(strict: SandboxClient) -> None:
    granted = ["oauth", "crm.objects.contacts.read", "crm.schemas.contacts.read", "crm.objects.owners.read"]
    strict.admin("hubspot", "auth", scopes=granted)

    inspection = HubSpotConnector(strict.hubspot_url, APP).inspect(["contacts"])

    assert inspection.missing == ("crm.objects.contacts.write",)
    assert strict.look("hubspot", "writes")["count"] == 0


# -- Salesforce --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["credentials", "refresh", "jwt"])
def test_each_way_signs_in_and_renews_an_ended_session(strict: SandboxClient, way: str) -> None:
    logins: dict[str, Login] = {"credentials": CREDENTIALS, "refresh": REFRESH, "jwt": jwt_bearer()}
    salesforce = SalesforceConnector(strict.salesforce_url, logins[way])
    salesforce.reps()

    strict.admin("salesforce", "auth", expire=True)
    reps = salesforce.reps()

    assert reps
    assert tokens_asked(strict, "salesforce") == 2


def test_a_rotated_refresh_token_is_kept_before_the_session_is_used(strict: SandboxClient) -> None:
    strict.admin("salesforce", "auth", rotate=True)
    drawer = Drawer()
    SalesforceConnector(strict.salesforce_url, REFRESH, keeper=drawer).account()
    strict.admin("salesforce", "auth", expire=True)

    SalesforceConnector(strict.salesforce_url, REFRESH, keeper=drawer).reps()

    first, second = drawer.kept
    assert REFRESH.refresh_token not in {first.refresh_token, second.refresh_token}
    assert first.refresh_token != second.refresh_token


def test_what_another_process_got_may_have_ended_too(strict: SandboxClient) -> None:
    """The pages renewed while the worker slept; since then that session ended as well."""
    drawer = Drawer()
    worker, pages = (SalesforceConnector(strict.salesforce_url, REFRESH, keeper=drawer) for _ in range(2))
    for each in (worker, pages):
        each.reps()
    for _ in range(2):
        strict.admin("salesforce", "auth", expire=True)
        pages.reps()
    strict.admin("salesforce", "auth", expire=True)

    assert worker.reps()
    assert len(drawer.kept) == 4


def test_a_revoked_salesforce_token_says_what_to_do(strict: SandboxClient) -> None:
    strict.admin("salesforce", "auth", revoke=REFRESH.refresh_token)

    with pytest.raises(Unauthorized, match="ENTENTE_SALESFORCE_REFRESH_TOKEN") as raised:
        SalesforceConnector(strict.salesforce_url, REFRESH).account()

    assert "authorise the app again" in str(raised.value)
    assert silent_about(str(raised.value))


def test_a_user_who_was_not_let_in_is_named_as_the_reason(strict: SandboxClient) -> None:
    login = JwtBearer("entente", "rita@entente.example", key_pair()[0])

    with pytest.raises(Unauthorized, match="ENTENTE_SALESFORCE_USERNAME"):
        SalesforceConnector(strict.salesforce_url, login).account()


@pytest.mark.parametrize("text", ["no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"])
def test_a_bad_private_key_says_how_to_make_one(strict: SandboxClient, text: str) -> None:
    login = JwtBearer("entente", "otto@entente.example", text)

    with pytest.raises(Unauthorized, match="openssl genrsa") as raised:
        SalesforceConnector(strict.salesforce_url, login).account()

    assert "AAAA" not in str(raised.value)


def test_an_ended_session_that_was_given_is_named(sandbox: SandboxClient) -> None:
    """Also by the one address of Salesforce that answers in other words."""
    salesforce = SalesforceConnector(sandbox.salesforce_url, "expired-session")

    for ask in (salesforce.account, salesforce.reps):
        with pytest.raises(Unauthorized, match="ENTENTE_SALESFORCE_TOKEN has ended"):
            ask()


def test_a_session_that_stays_refused_is_renewed_once_only(sandbox: SandboxClient) -> None:
    """The org gives sessions and accepts none: that is no reason to knock for ever."""
    sandbox.admin("salesforce", "auth", strict=True, session_seconds=0, app=SALESFORCE)

    with pytest.raises(Unauthorized, match="even a new one"):
        SalesforceConnector(sandbox.salesforce_url, CREDENTIALS).reps()

    assert tokens_asked(sandbox, "salesforce") == 2


def test_a_login_that_cannot_be_reached_is_no_dead_token() -> None:
    for connector in (
        HubSpotConnector("http://127.0.0.1:1", APP),
        SalesforceConnector("http://127.0.0.1:1", REFRESH),
    ):
        with pytest.raises(Unavailable):
            connector.account()


# -- secrets -----------------------------------------------------------------------------------------------------------


def silent_about(text: str) -> bool:
    private = key_pair()[0].splitlines()[3]
    secrets = [*HUBSPOT.values(), *SALESFORCE.values(), private, "CN0000", "5Aep861"]
    return not any(secret in text for secret in secrets if secret != "entente")


def test_no_secret_stands_in_a_log_or_an_error(strict: SandboxClient, caplog: pytest.LogCaptureFixture) -> None:
    """At any level, also where the libraries below speak."""
    for name in ("", "urllib3", "requests", "hubspot"):
        caplog.set_level(logging.DEBUG, logger=name)
        logging.getLogger(name).propagate = True
    strict.admin("salesforce", "auth", rotate=True)
    said: list[Any] = []

    for connector in (
        HubSpotConnector(strict.hubspot_url, APP),
        SalesforceConnector(strict.salesforce_url, REFRESH),
        SalesforceConnector(strict.salesforce_url, jwt_bearer()),
    ):
        said += [connector.account(), connector.client.grant()]
        strict.admin("hubspot", "auth", revoke=APP.refresh_token, expire=True)
        strict.admin("salesforce", "auth", strict=True, session_seconds=0, expire=True)
        with pytest.raises(ConnectorError) as raised:
            connector.reps()
        said += [raised.value, raised.getrepr(chain=True)]
        strict.admin("salesforce", "auth", session_seconds=7200)

    assert caplog.text
    assert silent_about(caplog.text)
    assert silent_about("".join(str(each) + repr(each) for each in said))
    assert silent_about(repr([APP, REFRESH, CREDENTIALS, jwt_bearer()]))
