"""The ladder at work: reasons are counted, rules fall by themselves and stay down, and what they held goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from store import ladder, models
from tests.sync.house import House, hubspot, salesforce, text
from tests.sync.test_gates import FUNNEL, MQL, RULE, STAGE, TODAY, rules
from wiring.ladder import health, overrides, review

REASON = {"sales": {"Lead": "Entente_Override__c"}, "type": "text", "rule": "off"}
MakeHouse = Callable[..., House]


@pytest.fixture
def about() -> dict[str, Any]:
    return {"fields": {"lifecycle": STAGE, "reason": REASON}, "funnel": {"contact": FUNNEL}, "rules": rules()}


@pytest.fixture
def house(db: None, tmp_path: Any, about: dict[str, Any]) -> House:
    return House(tmp_path, marketing=hubspot(), sales=salesforce(text("Entente_Override__c")), **about)


def test_a_reason_lets_a_transition_pass_and_is_counted(house: House) -> None:
    m, s = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})
    house.marketing.edit(m, lifecyclestage=MQL)
    house.settle()
    waiting = house.shown(s)["Status"]

    house.sales.edit(s, Entente_Override__c="met at a fair")
    house.settle()

    rule = house.configuration.rules.rules[0]
    assert (waiting, house.shown(s)["Status"]) == ("Open", "Working")
    assert overrides(house.configuration, rule) == (1, 1)
    assert health(house.configuration, rule).overrides is None, "of one record no share is taken"


def test_a_gate_that_is_passed_by_too_often_falls_and_lets_go(house: House, caplog: pytest.LogCaptureFixture) -> None:
    held = house.pair(marketing={"lifecyclestage": "lead"}, sales={"Status": "Open"})
    for number in range(20):
        reason = {"Entente_Override__c": "a fair"} if number < 5 else {"Title": "Buyer"}
        house.lead(f"P{number}", Status="Working", **reason)
    house.marketing.edit(held[0], lifecyclestage=MQL)
    house.settle()
    before = house.shown(held[1])["Status"]

    with caplog.at_level(logging.WARNING):
        house.service.audit()
    house.settle()

    assert (before, house.shown(held[1])["Status"]) == ("Open", "Working")
    assert "the rule M01-role falls from gate to remind: overrides" in caplog.text
    assert [rule.enforcement.level for rule in house.service.configuration.rules.rules] == ["remind"]


def test_a_fallen_rule_stays_down_until_somebody_edits_it(house: House, about: dict[str, Any]) -> None:
    late = TODAY + timedelta(days=91)
    [fall] = review(house.configuration, late)

    again = review(house.configuration, late)
    kept = ladder.fallen(house.configuration.rules)
    edited = house.configure(
        **about | {"rules": rules(used_for=[{**RULE["used_for"][0], "last_used": late.isoformat()}])}
    )

    assert (fall.now, fall.reasons) == ("remind", ("unused",))
    assert again == []
    assert list(kept) == ["M01-role"]
    assert ladder.fallen(edited.rules) == {}
    assert house.open().configuration.rules.rules[0].enforcement.level == "gate"


def test_placeholders_are_charged_to_the_rule(house: House) -> None:
    for number in range(20):
        house.lead(f"P{number}", Status="Working", Title="n/a" if number < 5 else "Buyer")
    house.settle()

    [fall] = review(house.configuration, TODAY)

    assert fall.reasons == ("placeholders",)


def test_an_audit_looks_at_the_ladder(house: House) -> None:
    house.service.audit()

    assert models.Run.objects.get().state == "done"
    assert ladder.fallen(house.configuration.rules) == {}
