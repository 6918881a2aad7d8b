"""What a rule needs before a transition, and what an administrator of HubSpot demands: both wait in sight."""

from __future__ import annotations

from store import models
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check
from tests.sync.test_gates import MQL, RULE

WORDS = {"lead": "Open - Not Contacted", MQL: "Working - Contacted"}
STAGE = {"marketing": "lifecyclestage", "sales": {"Lead": "Status"}, "type": "picklist", "values": WORDS}
FUNNEL = [
    {"stage": stage, "marketing": {"lifecyclestage": word}, "sales": {"Lead": {"Status": WORDS[word]}}}
    for stage, word in (("lead", "lead"), ("mql", MQL))
]


def test_a_promotion_waits_until_mark_says_whom_it_is_about(make_company: MakeCompany) -> None:
    """Mark promotes Ann without her role. Her new number travels; the promotion follows once Rita knows the role."""
    company = make_company(
        fields={"lifecycle": STAGE}, funnel={"contact": FUNNEL}, rules=[RULE], zoe={"lifecyclestage": "lead"}
    )
    ann, lead = company.pair(marketing={"lifecyclestage": "lead"})

    company.edit(ann, lifecyclestage=MQL, phone="+33 1 23 45 67 89")
    company.settle()
    waiting = company.held(), company.shown(lead)["Status"], company.shown(lead)["Phone"]
    company.edit(lead, Title="Buyer")

    check(company, pairs=1, people=(1, 1))
    assert waiting == ([("lifecycle", "gate")], WORDS["lead"], "+33 1 23 45 67 89")
    assert company.shown(lead)["Status"] == WORDS[MQL]
    assert company.held() == []


def test_what_an_administrator_of_hubspot_refuses_waits_with_hubspots_words(make_company: MakeCompany) -> None:
    """HubSpot's administrator takes only letters for a job title; Rita's has a digit, and her number travels."""
    company = make_company()
    ann, lead = company.pair()
    body = {"ruleArguments": ["ALPHA_ONLY"], "shouldApplyNormalization": False}
    path = "/crm/v3/property-validations/0-1/jobtitle/rule-type/ALPHANUMERIC"
    assert company.sandbox.hubspot("PUT", path, body).status == 204

    company.edit(lead, Title="Buyer2", Phone="+33 1 23 45 67 89")
    company.settle()
    [held] = models.Held.objects.values_list("field", "side", "message")
    company.edit(lead, Title="Buyer")

    check(company, pairs=1, people=(1, 1))
    assert held[:2] == ("title", "marketing")
    assert "letters" in held[2].lower() or "alpha" in held[2].lower(), held
    assert company.shown(ann)["phone"] == "+33 1 23 45 67 89"
    assert company.shown(ann)["jobtitle"] == "Buyer"
    assert company.dead() == []
