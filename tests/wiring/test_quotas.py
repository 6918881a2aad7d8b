"""Scenario 21: a quota is reached in the middle of a run; nothing is lost, nothing is written twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from connectors.base import Connector, QuotaSpent, Unavailable
from connectors.budget import Budget
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import ClientCredentials, SalesforceConnector
from crm.record import Side
from store import due
from store.models import Link
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration
from wiring.service import Service

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 250


class Office:
    """A sandbox full of people, and a service that was set up for it."""

    def __init__(self, sandbox: SandboxClient, directory: Path) -> None:
        self.sandbox = sandbox
        self.directory = directory
        self.slept: list[float] = []
        self.service = self.open()
        self.service.set_up(self.service.setup_steps())
        inputs = [
            {"properties": {"email": f"p{n}@nordlicht.example", "lastname": f"P{n}", "company": "Nordlicht"}}
            for n in range(PEOPLE)
        ]
        for start in range(0, PEOPLE, 100):
            batch = {"inputs": inputs[start : start + 100]}
            assert sandbox.hubspot("POST", "/crm/v3/objects/contacts/batch/create", batch).status == 201

    def open(self, reserve: float = 0.0, hubspot_reserve: float = 0.0) -> Service:
        """As a new process would build it."""
        own = Budget("HubSpot", reserve=hubspot_reserve)
        hubspot = HubSpotConnector(self.sandbox.hubspot_url, "pat-otto", sleep=self.slept.append, budget=own)
        budget = Budget("Salesforce", reserve=reserve)
        salesforce = SalesforceConnector(
            self.sandbox.salesforce_url, ClientCredentials("otto", "secret"), sleep=self.slept.append, budget=budget
        )
        connectors: dict[Side, Connector] = {Side.MARKETING: hubspot, Side.SALES: salesforce}
        configuration = load_configuration(ROOT / "config", everybody=True)
        return build(Environment(data_dir=self.directory), connectors=connectors, configuration=configuration)

    def spend(self, calls: int) -> None:
        """Somebody else's programs have made so many calls today, of 1,000."""
        self.sandbox.admin("salesforce", "quota", daily=1000, used=calls)

    def leads(self) -> int:
        return len(self.sandbox.look("salesforce", "state", object="Lead")["Lead"])

    def used(self) -> int:
        return int(self.sandbox.admin("salesforce", "quota", daily=1000)["used"])


@pytest.fixture
def office(sandbox: SandboxClient, tmp_path: Path) -> Office:
    return Office(sandbox, tmp_path)


def goes_on(office: Office, service: Service) -> dict[str, Any]:
    """The next passes, until one has nothing to do."""
    for _ in range(4):
        result = service.sync()
        if not any(any(result[kind].values()) for kind in ("created", "updated")):
            return result
    raise AssertionError("never quiet")


def test_the_reserve_is_kept_and_the_next_day_goes_on_without_a_second_record(office: Office) -> None:
    office.spend(798)
    with pytest.raises(QuotaSpent):
        office.open(reserve=0.2).sync()
    used = office.used()
    rests = due.rest()

    office.spend(0)
    goes_on(office, office.open(reserve=0.2))

    assert used == 800
    assert rests > 0
    assert (office.leads(), Link.objects.count()) == (PEOPLE, PEOPLE)


def test_hubspots_reserve_is_kept_as_well_until_its_day_ends(office: Office) -> None:
    used = office.sandbox.look("hubspot", "quota")["used_today"]
    office.sandbox.admin("hubspot", "quota", daily=2 * (used + 12))
    with pytest.raises(QuotaSpent, match=r"HubSpot: .* wait until"):
        office.open(hubspot_reserve=0.5).sync()
    spent = office.sandbox.look("hubspot", "quota")["used_today"] - used
    rests = due.rest()

    office.sandbox.admin("hubspot", "quota", daily=None)
    goes_on(office, office.open(hubspot_reserve=0.5))

    assert spent == 12 + 1
    assert rests > 0
    assert (office.leads(), Link.objects.count()) == (PEOPLE, PEOPLE)


def test_a_quota_that_is_spent_between_two_batches_loses_nothing(office: Office) -> None:
    """The first batch is written, and the call that reads it back is refused as well as the next batch."""
    service = office.open()

    def spend(doing: str, done: int, total: int | None) -> None:
        if doing == "comparing":
            office.spend(999)

    service.progress = spend
    first = service.sync()
    written = office.leads()

    office.spend(0)
    service.progress = lambda *_: None
    goes_on(office, office.open())

    assert first["state"] == "done"
    assert 0 < written < PEOPLE
    assert (office.leads(), Link.objects.count()) == (PEOPLE, PEOPLE)


def test_passes_rest_as_long_as_hubspot_asks(office: Office) -> None:
    """Longer than a worker should sleep: the work goes back to the database."""
    busy = {"fault": "answer", "status": 429, "headers": {"Retry-After": "600"}, "body": {"message": "later"}}
    office.sandbox.admin("hubspot", "faults", **busy)

    with pytest.raises(Unavailable):
        office.service.sync()

    office.sandbox.admin("hubspot", "faults", clear=True)
    assert office.slept == []
    assert 590 < due.rest() <= 601
