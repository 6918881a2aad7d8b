"""What sales only knows, read from a real API: the shipped mapping with its commented part switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import ClientCredentials, SalesforceConnector
from crm.record import Ref, Side
from crm.states import FieldState
from store import known
from store.sql import rows
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration
from wiring.checking import check
from wiring.service import Service

pytestmark = pytest.mark.django_db(transaction=True)
OBJECTS = ("opportunity", "opportunity_contact", "campaign", "campaign_member", "email_message")
DEAL = {"Name": "Nordlicht", "StageName": "Prospecting", "CloseDate": "2026-12-24", "Amount": 9000}


def switched_on(directory: Path) -> Path:
    """The shipped files, with the commented objects of the mapping as Otto switches them on."""
    people, _, only_read = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8").partition("  # campaign:\n")
    lines = re.sub(r"^  # ", "  ", "  # campaign:\n" + only_read, flags=re.MULTILINE)
    (directory / "mapping.yaml").write_text(people + lines, encoding="utf-8")
    (directory / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    return directory


@dataclass
class House:
    """An installation over a sandbox with no people in it."""

    sandbox: SandboxClient
    service: Service
    salesforce: SalesforceConnector

    @classmethod
    def over(cls, sandbox: SandboxClient, directory: Path, configuration: Path) -> House:
        salesforce = SalesforceConnector(sandbox.salesforce_url, ClientCredentials("otto", "secret"))
        hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto")
        service = build(
            Environment(data_dir=directory),
            connectors={Side.MARKETING: hubspot, Side.SALES: salesforce},
            configuration=load_configuration(configuration),
        )
        service.set_up(service.setup_steps())
        return cls(sandbox, service, salesforce)

    def enter(self, kind: str, **fields: Any) -> str:
        """A rep enters a record."""
        answer = self.sandbox.pool.request(
            "POST",
            f"{self.sandbox.salesforce_url}/services/data/v66.0/sobjects/{kind}",
            json=fields,
            headers={"Authorization": f"Bearer {self.salesforce.client.grant().access_token}"},
        )
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])


def test_what_sales_only_knows_is_read_at_one_call_an_object(sandbox: SandboxClient, tmp_path: Path) -> None:
    house = House.over(sandbox, tmp_path, switched_on(tmp_path))
    account = house.enter("Account", Name="Nordlicht")
    deal = house.enter("Opportunity", **DEAL, AccountId=account)
    campaign = house.enter("Campaign", Name="Autumn", Type="Webinar", IsActive=True)
    person = house.enter("Contact", LastName="Lang")
    house.enter("OpportunityContactRole", OpportunityId=deal, ContactId=person, Role="Decision Maker")
    house.enter("CampaignMember", CampaignId=campaign, ContactId=person, Status="Responded")
    mail = {"Subject": "Offer", "TextBody": "Dear Ann", "Incoming": False, "MessageDate": "2026-11-02T20:45:00.000Z"}
    mail_id = house.enter("EmailMessage", **mail, RelatedToId=deal)
    writes = sandbox.look("salesforce", "writes")["count"]

    house.service.sync()
    before = house.salesforce.calls
    house.service.sync()

    found = {name: rows(f'SELECT * FROM "facts_{name}"') for name in OBJECTS}
    assert {name: len(each) for name, each in found.items()} == dict.fromkeys(OBJECTS, 1)
    [(ref, amount, is_won, of)] = rows('SELECT "ref", "f_amount", "f_is_won", "f_account" FROM "facts_opportunity"')
    assert (Ref.parse(ref).id, amount, is_won, of) == (deal, 9000.0, 0, account)
    roles = rows('SELECT "f_opportunity", "f_contact", "f_role" FROM "facts_opportunity_contact"')
    assert roles == [(deal, person, "Decision Maker")]
    sent_at = int(datetime(2026, 11, 2, 20, 45, tzinfo=UTC).timestamp() * 1000)
    rep, _ = house.salesforce.client.user_and_organization()
    assert rows('SELECT "ref", "f_sent_at", "f_is_incoming", "f_about", "rep" FROM "facts_email_message"') == [
        (f"salesforce:EmailMessage:{mail_id}", sent_at, 0, deal, f"salesforce:User:{rep}")
    ]
    assert b"Ann" not in bytes(rows("SELECT payload FROM store_record WHERE object = 'email_message'")[0][0])
    people_and_companies = 3
    assert house.salesforce.calls - before <= people_and_companies + len(OBJECTS)
    assert sandbox.look("salesforce", "writes")["count"] == writes


def test_where_an_organisation_has_no_deals_an_idle_pass_asks_for_none(sandbox: SandboxClient, tmp_path: Path) -> None:
    house = House.over(sandbox, tmp_path, ROOT / "config")

    house.service.sync()
    before = house.salesforce.calls
    house.service.sync()

    assert house.salesforce.calls - before == 3  # Lead, Contact, Account


def test_an_object_that_is_not_there_is_left_out_and_said(sandbox: SandboxClient, tmp_path: Path) -> None:
    directory = switched_on(tmp_path)
    mapping = (directory / "mapping.yaml").read_text(encoding="utf-8")
    (directory / "mapping.yaml").write_text(
        mapping.replace("sales: Opportunity\n", "sales: Deal__c\n"), encoding="utf-8"
    )
    house = House.over(sandbox, tmp_path, directory)

    result = house.service.sync()
    sales = check(house.service.mapping, house.service.connectors, known.bound)[1]

    assert result["state"] == "done"
    assert not sales.blocks
    assert [note for note in sales.notes if note.startswith("Deal__c cannot be read, and is left out")]


def test_a_field_that_is_hidden_is_left_out_until_it_is_granted(sandbox: SandboxClient, tmp_path: Path) -> None:
    """Otto's integration user may not see the next step at first."""
    hide = {"object": "Opportunity", "field": "NextStep"}
    sandbox.admin("salesforce", "permissions", **hide, access="none")
    house = House.over(sandbox, tmp_path, ROOT / "config")
    house.enter("Opportunity", **DEAL)
    assert house.service.sync()["state"] == "done"
    sales = check(house.service.mapping, house.service.connectors, known.bound)[1]
    sandbox.admin("salesforce", "permissions", **hide, access="edit")
    before = rows('SELECT "f_next_step__state" FROM "facts_opportunity"')
    known.forget("schema.")

    house.service.sync()

    assert not sales.blocks
    assert [each.advice.seen for each in sales.findings if each.use.field == "NextStep"] == ["unclear"]
    after = rows('SELECT "f_next_step__state" FROM "facts_opportunity"')
    assert (before, after) == ([(FieldState.ABSENT,)], [(FieldState.BLANK,)])
