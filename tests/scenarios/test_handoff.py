"""Whom Mark hands over is in Salesforce's campaign: through both real connectors, in their systems' own words."""

from __future__ import annotations

from typing import Any

import pytest

from crm.record import Ref
from store import models
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from wiring.planning import planned

WEBINAR = "Autumn webinar"


@pytest.fixture
def company(make_company: MakeCompany) -> Company:
    """A company that has its campaign already, and nobody in it."""
    company = make_company()
    company.settle()
    campaigns: list[dict[str, Any]] = [{"Name": WEBINAR, "IsActive": True}, {"Name": "Spring fair", "IsActive": False}]
    company.sandbox.admin("salesforce", "records", object="Campaign", records=campaigns)
    company.configure(contact={"handoff_campaign": WEBINAR})
    company.settle()
    assert members(company) == []
    company.forget_writes()
    return company


def members(company: Company) -> list[tuple[str, str]]:
    """By campaign, the ids of its members."""
    names = {ref.id: row["Name"] for ref, row in company.table("salesforce", "Campaign").items()}
    rows = company.table("salesforce", "CampaignMember").values()
    return sorted((names[row["CampaignId"]], row.get("LeadId") or row["ContactId"]) for row in rows)


def test_whom_a_pass_makes_or_finds_joins_once(company: Company) -> None:
    """Ann is made as a lead, Bob was known as a contact; the plan says so before."""
    company.contact("Ann")
    bob = company.person("Bob")
    company.contact("Bob")
    company.later(60)

    plan = planned(company.service, 0, 1)
    company.settle()
    company.settle()

    assert [(each.decision, each.field) for each in plan.lines if each.decision == "add"] == [
        ("add", "handoff_campaign")
    ] * 2
    assert plan.totals["add"] == 2
    [ann] = [ref for ref in company.everybody() if ref.object == "Lead"]
    assert members(company) == sorted([(WEBINAR, ann.id), (WEBINAR, bob.id)])
    assert models.Change.objects.filter(field="handoff_campaign").count() == 2


def test_who_is_a_member_already_stays_one(company: Company) -> None:
    """Rita was quicker: nobody is added twice, and the hand-off is remembered."""
    bob = company.person("Bob")
    [campaign] = [ref for ref, row in company.table("salesforce", "Campaign").items() if row["Name"] == WEBINAR]
    entry = {"CampaignId": campaign.id, "ContactId": bob.id, "Status": "Responded"}
    company.sandbox.admin("salesforce", "records", object="CampaignMember", records=[entry])
    company.contact("Bob")

    company.settle()

    assert members(company) == [(WEBINAR, bob.id)]
    assert [each for each in company.written() if each["object"] == "CampaignMember"] == []
    assert models.Change.objects.filter(field="handoff_campaign").count() == 1


def test_an_answer_that_is_lost_is_looked_up(company: Company) -> None:
    bob = company.person("Bob")
    company.contact("Bob")
    cut = {"fault": "cut_after", "method": "POST", "path": "*/composite/sobjects", "calls": 1}
    company.sandbox.admin("salesforce", "faults", **cut)

    company.settle()

    assert members(company) == [(WEBINAR, bob.id)]
    assert models.Change.objects.filter(field="handoff_campaign").count() == 1


def test_what_salesforce_does_not_allow_waits_with_a_hint_and_joins_after_the_mend(company: Company) -> None:
    fault = {"statusCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "message": "insufficient access rights",
             "fields": []}  # fmt: skip
    refusal = [{"success": False, "errors": [fault]}]
    told = {"fault": "answer", "status": 200, "body": refusal}
    company.sandbox.admin("salesforce", "faults", method="POST", path="*/composite/sobjects", **told)
    company.contact("Ann")
    company.settle()
    [held] = models.Held.objects.all()

    company.sandbox.admin("salesforce", "faults", clear=True)
    company.configure(contact={"handoff_campaign": WEBINAR}, fields={"title": {"on_conflict": "sales"}})
    company.settle()

    assert (held.field, held.side) == ("handoff_campaign", "sales")
    assert "Marketing User" in held.message
    assert len(members(company)) == 1
    assert company.held() == []


def test_a_campaign_that_is_not_active_waits_until_it_is(company: Company) -> None:
    company.configure(contact={"handoff_campaign": "Spring fair"})
    company.contact("Ann")
    company.settle()
    [held] = models.Held.objects.all()

    [campaign] = [ref for ref, row in company.table("salesforce", "Campaign").items() if row["Name"] != WEBINAR]
    company.edit(Ref("salesforce", "Campaign", campaign.id), IsActive=True)
    company.open()
    company.settle()

    assert (held.code, "not active" in held.message) == ("campaign", True)
    assert [name for name, _ in members(company)] == ["Spring fair"]


def test_a_campaign_is_named_by_its_id_too_and_costs_an_idle_pass_nothing(company: Company) -> None:
    [campaign] = [ref for ref, row in company.table("salesforce", "Campaign").items() if row["Name"] == WEBINAR]
    company.configure(contact={"handoff_campaign": campaign.id[:15]})
    company.contact("Ann")
    company.settle()
    before = company.calls()

    company.sync()

    assert [name for name, _ in members(company)] == [WEBINAR]
    assert company.calls() - before == 3  # contacts, leads, contacts of sales


@pytest.mark.parametrize("is_lost", [False, True], ids=["answered", "answer lost"])
def test_a_form_is_one_task_of_the_leads_owner(make_company: MakeCompany, is_lost: bool) -> None:
    """Ann fills in a form; a minute later Rita has a task about her lead."""
    submitted = {"name": "recent_conversion_date", "type": "datetime"}
    form = {"name": "recent_conversion_event_name", "type": "string"}
    company = make_company(portal=[submitted, form], contact={"task_per_form": "2026-03-01"})
    company.service.set_up(company.service.setup_steps())
    ann, lead = company.pair("Ann")
    if is_lost:
        cut = {"fault": "cut_after", "method": "PATCH", "path": "*/composite/sobjects/Task/*", "calls": 4}
        company.sandbox.admin("salesforce", "faults", **cut)

    company.edit(ann, recent_conversion_date="2026-03-02T09:30:00Z", recent_conversion_event_name="Contact us")
    company.settle()
    company.settle()

    [task] = company.table("salesforce", "Task").values()
    assert (task["WhoId"], task["OwnerId"]) == (lead.id, company.shown(lead)["OwnerId"])
    assert (task["Subject"], task["ActivityDate"]) == ("Contact us, 2026-03-02", "2026-03-02")
    assert task["Status"] == "Not Started"
    assert models.Change.objects.filter(field="task_per_form").count() == 1
