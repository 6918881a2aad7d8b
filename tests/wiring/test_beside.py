"""A portal in which HubSpot's own Salesforce integration is at work, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.environment import Environment
from connectors.base import Create
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import ClientCredentials, SalesforceConnector
from crm.record import Ref, Side
from store import models
from tests.connectors.contract import shown
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration
from wiring.checking import check
from wiring.pilot import in_scope, sentence

CONTACTS = "/crm/v3/objects/contacts"
LEFT_BEHIND = [
    {"name": "salesforceleadid", "type": "string", "fieldType": "text"},
    {"name": "salesforcecontactid", "type": "string", "fieldType": "text"},
    {"name": "salesforcelastsynctime", "type": "datetime", "fieldType": "date"},
]


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "fields", object="contacts", fields=LEFT_BEHIND)
    return sandbox


def contact(portal: SandboxClient, **properties: str) -> Ref:
    return Ref("hubspot", "contacts", portal.hubspot("POST", CONTACTS, {"properties": properties}).json()["id"])


def connectors(portal: SandboxClient) -> dict[Side, HubSpotConnector | SalesforceConnector]:
    credentials = ClientCredentials("otto", "secret")
    return {
        Side.MARKETING: HubSpotConnector(portal.hubspot_url, "pat-otto"),
        Side.SALES: SalesforceConnector(portal.salesforce_url, credentials),
    }


def test_check_finds_it_at_work_and_says_what_to_do(portal: SandboxClient) -> None:
    """Its properties alone say nothing: they stay when it is switched off."""
    mapping = load_configuration(ROOT / "config").mapping
    both = connectors(portal)
    contact(portal, email="rita@nordlicht.example", salesforcelastsynctime="2020-01-01")
    switched_off = check(mapping, both, lambda side: None)[0]
    contact(portal, email="ann@nordlicht.example", salesforcelastsynctime=datetime.now(UTC).date().isoformat())

    at_work = check(mapping, both, lambda side: None)[0]
    beside = check(mapping.model_copy(update={"mode": "beside"}), both, lambda side: None)[0]

    assert not any("own Salesforce integration" in problem for problem in switched_off.problems)
    [problem] = [each for each in at_work.problems if "own Salesforce integration" in each]
    assert "contacts.phone" in problem
    assert "`mode: beside`" in problem
    assert any("contacts.mobilephone" in note for note in at_work.notes)
    assert (beside.problems, beside.blocks) == ([], False)


def test_a_sandbox_organisation_is_named_as_one(portal: SandboxClient) -> None:
    mapping = load_configuration(ROOT / "config").mapping

    sales = check(mapping, connectors(portal), lambda side: None)[1]

    assert any("a Salesforce sandbox" in note for note in sales.notes)
    assert sales.calls <= 7


@pytest.mark.django_db(transaction=True)
def test_whom_it_synced_is_matched_by_the_ids_that_it_left(portal: SandboxClient, tmp_path: Path) -> None:
    """Before the e-mail, which is another one here; ids of 15 characters mean the same."""
    both = connectors(portal)
    configuration = load_configuration(ROOT / "config", everybody=True)
    service = build(Environment(data_dir=tmp_path), connectors=both, configuration=configuration)
    service.set_up(service.setup_steps())
    entered = {"LastName": "Lang", "Company": "Nordlicht", "Email": "old@nordlicht.example"}
    [made] = both[Side.SALES].write_many("Lead", [Create(Side.SALES, "Lead", "by hand", entered)], [])
    lead = shown(made).ref
    rita = contact(
        portal, email="rita@nordlicht.example", lastname="Lang", company="Nordlicht", salesforceleadid=lead.id[:15]
    )

    service.sync()

    links = [(each.marketing, each.sales) for each in models.Link.objects.all()]
    assert links == [(str(rita), str(lead))]
    said = sentence(in_scope(configuration))
    assert said.startswith("In scope: 1 of 1 contact records of marketing, 1 of 1 contact records of sales")
