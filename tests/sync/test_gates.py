"""A transition waits until the facts are there; the person, and what they said of mail, never do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.house import House, hubspot, salesforce, text

STAGE = {"marketing": "lifecyclestage", "sales": {"Lead": "Status"}, "type": "picklist",
         "values": {"lead": "Open", "marketingqualifiedlead": "Working"}}  # fmt: skip
MQL = "marketingqualifiedlead"
TODAY = datetime.now(UTC).date()
FUNNEL = [
    {"stage": "lead", "marketing": {"lifecyclestage": "lead"}, "sales": {"Lead": {"Status": "Open"}}},
    {"stage": "mql", "marketing": {"lifecyclestage": MQL}, "sales": {"Lead": {"Status": "Working"}}},
]
WORDS = {"en": "x", "fr": "x"}
WHY = {"en": "A name without a role gets no call.", "fr": "Un nom sans fonction n'est pas appelé."}
RULE: dict[str, Any] = {
    "id": "M01-role", "direction": "marketing_to_sales", "title": WORDS, "object": "contact",
    "applies_when": {"field": "contact.stage", "op": "eq", "value": "mql"}, "responsible": "campaign_owner",
    "check": {"kind": "required", "fields": ["contact.title"]}, "why": WHY,
    "exempt": [{"when": {"field": "contact.company", "op": "eq", "value": "Walk-in"}, "reason": "they called us"}],
    "used_for": [{"what": WORDS, "last_used": TODAY.isoformat()}], "gives_back": {"text": WORDS},
    "enforcement": {"level": "gate", "gate": {
        "transition": "contact.stage -> mql", "backend": "sync_hold", "override": "manager"}},
    "fix": {"seconds": 5, "how": "one_click"}, "agreed_by": ["sales", "marketing"],
}  # fmt: skip
MQL = "marketingqualifiedlead"


def rules(**changes: Any) -> str:
    return json.dumps({"version": 1, "placeholders": ["n/a"], "rules": [RULE | changes]})


@pytest.fixture
def about() -> dict[str, Any]:
    opt_out = {"marketing": "hs_email_optout", "sales": "HasOptedOutOfEmail", "type": "bool", "rule": "consent"}
    return {
        "fields": {"lifecycle": STAGE, "opt_out": opt_out},
        "funnel": {"contact": FUNNEL},
        "marketing": hubspot(text("hs_email_optout")),
        "sales": salesforce(text("HasOptedOutOfEmail")),
        "rules": rules(),
    }


@pytest.fixture
def house(make_house: MakeHouse, about: dict[str, Any]) -> House:
    return make_house(**about)


def held() -> list[tuple[str, str, str]]:
    return [(each.field, each.code, each.message) for each in models.Held.objects.order_by("id")]


def test_a_promotion_waits_with_the_rules_words_and_all_else_travels(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})

    house.marketing.edit(m, lifecyclestage=MQL, phone="+33 1 23 45 67 89")
    house.settle()

    assert house.shown(s)["Status"] == "Open"
    assert house.shown(s)["Phone"] == "+33 1 23 45 67 89"
    assert held() == [("lifecycle", "gate", f"M01-role needs title: {WHY['en']}")]


def test_it_goes_on_by_itself_once_the_fact_is_there(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})
    house.marketing.edit(m, lifecyclestage=MQL)
    house.settle()

    house.sales.edit(s, Title="Buyer")
    house.settle()

    assert house.shown(s)["Status"] == "Working"
    assert held() == []


def test_a_placeholder_is_no_fact(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open", "Title": "N/A"})

    house.marketing.edit(m, lifecyclestage=MQL)
    house.settle()

    assert house.shown(s)["Status"] == "Open"


def test_a_fact_that_comes_with_the_promotion_lets_it_pass(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})

    house.marketing.edit(m, lifecyclestage=MQL, jobtitle="Buyer")
    house.settle()

    assert (house.shown(s)["Status"], house.shown(s)["Title"]) == ("Working", "Buyer")


def test_another_stage_is_not_held(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": None}, sales={"Status": None})

    house.marketing.edit(m, lifecyclestage="lead")
    house.settle()

    assert house.shown(s)["Status"] == "Open"


def test_it_is_held_in_the_other_direction_as_well(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})

    house.sales.edit(s, Status="Working")
    house.settle()

    assert house.shown(m)["lifecyclestage"] == "lead"
    assert [code for _, code, _ in held()] == ["gate"]


def test_who_is_exempt_passes(house: House) -> None:
    m, s = house.pair(
        marketing={"lifecyclestage": "lead", "company": "Walk-in"}, sales={"Status": "Open", "Company": "Walk-in"}
    )

    house.marketing.edit(m, lifecyclestage=MQL)
    house.settle()

    assert house.shown(s)["Status"] == "Working"


def test_a_new_person_is_made_without_the_stage(house: House) -> None:
    m = house.contact("Ann", lifecyclestage=MQL)

    house.settle()

    s = house.links()[m]
    assert "Status" not in house.shown(s)
    assert house.shown(s)["LastName"] == "Ann"


def test_an_opt_out_travels_while_the_stage_waits(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})

    house.marketing.edit(m, lifecyclestage=MQL, hs_email_optout="true")
    house.settle()

    assert house.shown(s)["HasOptedOutOfEmail"] is True
    assert house.shown(s)["Status"] == "Open"


def test_a_rule_that_is_no_gate_any_more_lets_go(house: House, about: dict[str, Any]) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})
    house.marketing.edit(m, lifecyclestage=MQL)
    house.settle()

    kept = {key: value for key, value in about.items() if key not in ("marketing", "sales", "rules")}
    house.configure(rules=rules(enforcement={"level": "observe"}), **kept)
    house.open()
    house.settle()

    assert house.shown(s)["Status"] == "Working"
    assert held() == []


def test_a_preview_shows_what_would_wait_and_writes_nothing(house: House) -> None:
    m, _ = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})
    house.marketing.edit(m, lifecyclestage=MQL)
    before = house.writes()

    [plan] = [plan for batch in house.service.preview() for plan in batch.plans if plan.held]

    assert [(each.field, each.code) for each in plan.held] == [("lifecycle", "gate")]
    assert house.writes() == before
