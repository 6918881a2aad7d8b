"""A rule that asks too much falls one level by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.ladder import Fall, Health, Level, fall_of, lowered
from rules.language import Rule, RuleSet

TODAY = date(2026, 11, 25)
ARule = Callable[..., dict[str, Any]]


def at_level(a_rule: ARule, level: Level, used: str | None = "2026-11-01") -> Rule:
    gate = {"transition": "contact.stage -> mql", "backend": "sync_hold", "override": "manager"}
    use = {"what": {"en": "x", "fr": "x"}} | ({"last_used": used} if used else {})
    data = a_rule(
        enforcement={"level": level} | ({"gate": gate} if level == "gate" else {}), used_for=[use],
        gives_back={"text": {"en": "x", "fr": "x"}}, agreed_by=["sales", "marketing"],
        exempt=[{"when": {"field": "contact.vip", "op": "eq", "value": True}, "reason": "x"}],
    )  # fmt: skip
    return Rule.model_validate(data)


@pytest.mark.parametrize(
    ("health", "reasons"),
    [
        (Health(), ()),
        (Health(missed=0.59, overrides=0.20, placeholders=0.20), ()),
        (Health(missed=0.60), ("missed",)),
        (Health(overrides=0.21), ("overrides",)),
        (Health(placeholders=0.21), ("placeholders",)),
        (Health(missed=1.0, overrides=1.0, placeholders=1.0), ("missed", "overrides", "placeholders")),
    ],
)
def test_a_rule_falls_by_its_health(a_rule: ARule, health: Health, reasons: tuple[str, ...]) -> None:
    fall = fall_of(at_level(a_rule, "gate"), health, TODAY)

    assert fall == (Fall("S01-role", "gate", "remind", reasons) if reasons else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("used", "falls"), [("2026-08-27", False), ("2026-08-26", True)])
def test_a_use_older_than_ninety_days_lets_a_rule_fall(a_rule: ARule, used: str, falls: bool) -> None:
    assert (fall_of(at_level(a_rule, "gate", used), Health(), TODAY) is not None) is falls


def test_a_rule_falls_by_one_level_and_an_observed_one_stays(a_rule: ARule) -> None:
    bad = Health(missed=1.0)

    reminded = fall_of(at_level(a_rule, "remind"), bad, TODAY)

    assert reminded is not None
    assert reminded.now == "observe"
    assert fall_of(at_level(a_rule, "observe"), bad, TODAY) is None


def test_a_use_without_a_date_lets_no_rule_fall(a_rule: ARule) -> None:
    assert fall_of(at_level(a_rule, "remind", used=None), Health(), TODAY) is None


def test_the_others_stay_as_they_are(a_rule: ARule) -> None:
    other = at_level(a_rule, "observe").model_copy(update={"id": "S02"})
    rules = RuleSet.model_construct(version=1, rules=(at_level(a_rule, "gate"), other))

    after = lowered(rules, [Fall("S01-role", "gate", "remind", ("missed",))])

    assert [rule.enforcement.level for rule in after.rules] == ["remind", "observe"]
    assert after.rules[1] is other
