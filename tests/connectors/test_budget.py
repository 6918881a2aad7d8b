"""Calls are taken out of a budget before they go out: windows are waited for, and a share of the day is left alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from connectors.base import QuotaSpent, Unavailable
from connectors.budget import BELIEVED, Budget, Window, hubspot_windows
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import ClientCredentials, SalesforceConnector
from tests.redis_server import redis_server
from tests.sandbox_client import SandboxClient

_names = itertools.count(1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that goes on only when a budget sleeps."""
    with time_machine.travel("2026-11-02T09:00:00Z", tick=False) as travelled:
        yield travelled


def budget(clock: time_machine.Traveller, windows: dict[str, Window] | None = None, **about: Any) -> Budget:
    name = f"HubSpot:{next(_names)}"
    return Budget(name, windows or {"general": Window(20, 10)}, sleep=clock.shift, **about)


def test_a_full_window_is_waited_for_in_place(clock: time_machine.Traveller) -> None:
    made = budget(clock)

    for _ in range(57):
        made.take("general")

    assert 20 <= made.waited <= 31


def test_searches_have_a_window_of_their_own(clock: time_machine.Traveller) -> None:
    made = budget(clock, hubspot_windows())
    for _ in range(90):
        made.take("general")

    for _ in range(5):
        made.take("search")
    alone = made.waited
    made.take("search")

    assert alone == 0
    assert 0 < made.waited < 1.5


def test_what_would_take_too_long_goes_back_to_the_database(clock: time_machine.Traveller) -> None:
    made = budget(clock, {"general": Window(2, 60)})
    made.take("general")

    with pytest.raises(Unavailable) as caught:
        made.take("general")

    assert 30 < (caught.value.retry_after or 0) <= 60
    assert made.waited == 0


def test_an_answer_says_how_many_calls_there_are(clock: time_machine.Traveller) -> None:
    made = budget(clock)
    made.allow("general", 190)

    for _ in range(180):
        made.take("general")

    assert made.waited == 0


def test_the_reserve_of_the_day_is_left_alone_and_asked_about_again() -> None:
    """The day rolls on: after a quarter of an hour one call looks whether it has."""
    now = [0.0]
    made = Budget("Salesforce", reserve=0.2, clock=lambda: now[0])
    made.learn((799, 1000))
    made.take("general")
    made.learn((800, 1000))

    with pytest.raises(QuotaSpent, match="800 of 1000 API calls of the day are used"):
        made.take("general")
    now[0] = BELIEVED + 1
    made.take("general")


def test_all_workers_share_one_budget_over_redis() -> None:
    """And where Redis is gone, each goes on alone."""
    slept: list[float] = []
    with redis_server() as url:
        one, other = (Budget("HubSpot:shared", {"general": Window(20, 10)}, url, sleep=slept.append) for _ in range(2))
        for _ in range(10):
            one.take("general")
        for _ in range(9):
            other.take("general")
        assert slept == []
        with pytest.raises(Unavailable):
            other.take("general")
    one.take("general")
    assert one.redis_url == ""


def test_one_process_meets_no_refusal_where_quotas_are_enforced(sandbox: SandboxClient) -> None:
    """The sandbox's clock goes on by what the budget waits."""
    sandbox.admin("hubspot", "quota", enforce=True, window=60, search=5)
    name = f"HubSpot:{next(_names)}"
    with time_machine.travel("2026-11-02T09:00:00Z", tick=False) as clock:
        sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")

        def sleep(seconds: float) -> None:
            clock.shift(seconds)
            sandbox.admin("hubspot", "clock", advance=seconds)

        own = Budget(name, hubspot_windows(), sleep=sleep)
        hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto", sleep=sleep, budget=own)
        for _ in range(150):
            hubspot.account()
        for number in range(12):
            hubspot.find_many("contacts", {"lastname": [f"Lang {number}"]}, ["lastname"])

    statuses = {each["status"] for each in sandbox.look("hubspot", "requests")["requests"]}
    sandbox.admin("hubspot", "quota", enforce=False, window=None, search=None)
    assert statuses == {200}
    assert own.waited > 20


def test_salesforces_reserve_is_never_touched(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", daily=20)
    credentials = ClientCredentials("otto", "secret")
    salesforce = SalesforceConnector(sandbox.salesforce_url, credentials, budget=Budget("Salesforce", reserve=0.5))

    for _ in range(10):
        salesforce.get_many("Lead", ["00Q000000000001AAA"], ["LastName"])
    with pytest.raises(QuotaSpent, match="10 of 20"):
        salesforce.get_many("Lead", ["00Q000000000001AAA"], ["LastName"])

    assert salesforce.usage == (10, 20)


def test_hubspots_reserve_is_kept_until_midnight_in_the_portal(sandbox: SandboxClient) -> None:
    """What is left is told by the answers, when the day ends by HubSpot when asked; searches tell nothing."""
    sandbox.admin("hubspot", "quota", daily=20, time_zone="Europe/Berlin")
    with time_machine.travel("2026-11-02T22:55:00Z", tick=False) as clock:
        sandbox.admin("hubspot", "clock", set="2026-11-02T22:55:00Z")
        own = Budget(f"HubSpot:{next(_names)}", hubspot_windows(), reserve=0.5)
        hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto", budget=own)
        for _ in range(10):
            hubspot.account()

        for _ in range(2):
            with pytest.raises(QuotaSpent, match=r"1[01] of 20 API .* wait until 2026-11-02 23:00 UTC") as caught:
                hubspot.account()
        used = sandbox.look("hubspot", "quota")["used_today"]
        clock.shift(timedelta(minutes=5))
        sandbox.admin("hubspot", "clock", advance=300)
        hubspot.find_many("companies", {"name": ["Nordlicht"]}, ["name"])
        hubspot.account()

    assert caught.value.until == datetime(2026, 11, 2, 23, tzinfo=UTC)
    assert used == 11
    assert hubspot.usage == (2, 20)
