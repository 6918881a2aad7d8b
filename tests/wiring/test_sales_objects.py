"""The commented part of the shipped mapping, switched on: what sales only knows, read from a real API."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import ClientCredentials, SalesforceConnector
from crm.record import Ref, Side
from store.sql import rows
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration

pytestmark = pytest.mark.django_db(transaction=True)
OBJECTS = ("opportunity", "opportunity_contact", "campaign", "campaign_member", "email_message")


def switched_on(directory: Path) -> Path:
    """The shipped files, with the commented objects of the mapping as Otto switches them on."""
    people, _, only_read = (
        (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8").partition("  # opportunity:\n")
    )
    lines = re.sub(r"^  # ", "  ", "  # opportunity:\n" + only_read, flags=re.MULTILINE)
    (directory / "mapping.yaml").write_text(people + lines, encoding="utf-8")
    (directory / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    return directory


def test_what_sales_only_knows_is_read_at_one_call_an_object(sandbox: SandboxClient, tmp_path: Path) -> None:
    credentials = ClientCredentials("otto", "secret")
    salesforce = SalesforceConnector(sandbox.salesforce_url, credentials)
    hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto")
    configuration = load_configuration(switched_on(tmp_path))
    service = build(
        Environment(data_dir=tmp_path),
        connectors={Side.MARKETING: hubspot, Side.SALES: salesforce},
        configuration=configuration,
    )
    service.set_up(service.setup_steps())

    def enter(kind: str, **fields: Any) -> str:
        answer = sandbox.pool.request(
            "POST",
            f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/{kind}",
            json=fields,
            headers={"Authorization": f"Bearer {salesforce.client.grant().access_token}"},
        )
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])

    deal = enter("Opportunity", Name="Nordlicht", StageName="Prospecting", CloseDate="2026-12-24", Amount=9000)
    campaign = enter("Campaign", Name="Autumn", Type="Webinar", IsActive=True)
    person = enter("Contact", LastName="Lang")
    enter("OpportunityContactRole", OpportunityId=deal, ContactId=person, Role="Decision Maker")
    enter("CampaignMember", CampaignId=campaign, ContactId=person, Status="Responded")
    mail = {"Subject": "Offer", "TextBody": "Dear Ann", "Incoming": False, "MessageDate": "2026-11-02T20:45:00.000Z"}
    mail_id = enter("EmailMessage", **mail, RelatedToId=deal)
    writes = sandbox.look("salesforce", "writes")["count"]

    service.sync()
    before = salesforce.calls
    service.sync()

    found = {name: rows(f'SELECT * FROM "facts_{name}"') for name in OBJECTS}
    assert {name: len(each) for name, each in found.items()} == dict.fromkeys(OBJECTS, 1)
    [(ref, amount, is_won)] = rows('SELECT "ref", "f_amount", "f_is_won" FROM "facts_opportunity"')
    assert (Ref.parse(ref).id, amount, is_won) == (deal, 9000.0, 0)
    assert rows('SELECT "f_contact", "f_role" FROM "facts_opportunity_contact"') == [(person, "Decision Maker")]
    sent_at = int(datetime(2026, 11, 2, 20, 45, tzinfo=UTC).timestamp() * 1000)
    rep, _ = salesforce.client.user_and_organization()
    assert rows('SELECT "ref", "f_sent_at", "f_is_incoming", "f_about", "rep" FROM "facts_email_message"') == [
        (f"salesforce:EmailMessage:{mail_id}", sent_at, 0, deal, f"salesforce:User:{rep}")
    ]
    assert b"Ann" not in bytes(rows("SELECT payload FROM store_record WHERE object = 'email_message'")[0][0])
    people_and_companies = 3
    assert salesforce.calls - before <= people_and_companies + len(OBJECTS)
    assert sandbox.look("salesforce", "writes")["count"] == writes
