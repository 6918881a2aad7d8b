"""The code agrees with `tests/cases/merge.toml`, a statement of the merge that a marketer can review."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.record import Side, Value
from sync.mapping import SyncRule
from sync.merge import merge_field
from sync.outcomes import Conflict, Copy, Outcome, Times
from tests.sync.test_merge import field_map

Case = dict[str, Any]
CASES: list[Case] = tomllib.loads((Path(__file__).parents[1] / "cases" / "merge.toml").read_text(encoding="utf-8"))[
    "case"
]
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = {"marketing": timedelta(hours=-1), "sales": timedelta(hours=1), "too close": timedelta(seconds=119)}
"""How much later sales' edit is than marketing's."""
SITUATIONS = {
    "nothing happened", "marketing edited", "sales edited", "both the same", "both edited", "marketing cleared",
    "sales cleared", "met", "met the same", "met blank marketing", "met blank sales",
}  # fmt: skip


def sides(case: Case) -> dict[Side, Value]:
    return {side: case[side] or None for side in Side}


def base(case: Case) -> dict[Side, Value] | None:
    return (
        None
        if case["base"] == "never"
        else {side: value or None for side, value in zip(Side, case["base"], strict=True)}
    )


def times(case: Case) -> Times | None:
    if "last" not in case:
        return None
    later = NOON + LATER[case["last"]]
    return Times((NOON, NOON), (later, later))


def in_words(outcome: Outcome) -> str:
    match outcome:
        case Copy(to, None):
            return f"{to} is cleared"
        case Copy(to, value):
            return f"{to} gets {value}"
        case Conflict():
            return "a person decides"
    return "both stay"


def merged(case: Case, before: dict[Side, Value] | None, shown: dict[Side, Value]) -> Outcome:
    options = {name: case[name] for name in ("on_conflict", "first_sync", "clears") if name in case}
    return merge_field(field_map(case["rule"], **options), before, shown, times(case))


def situation(case: Case) -> str:
    """Which of the situations that every rule must answer a row is; itself where it is a finer one."""
    was, now = base(case), sides(case)
    one, other = now.values()
    if was is None:
        blank = [side for side in Side if now[side] is None]
        return "met the same" if one == other else f"met blank {blank[0]}" if blank else "met"
    edited = [side for side in Side if now[side] != was[side]]
    cleared = [side for side in edited if now[side] is None]
    match len(edited), len(cleared):
        case 0, _:
            return "nothing happened" if one == other else "no edit, and they differ"
        case 1, 0:
            return f"{edited[0]} edited" if was[edited[0]] else f"{edited[0]} filled"
        case 1, 1:
            return f"{cleared[0]} cleared"
        case 2, 0:
            return "both the same" if one == other else "both edited"
    return "cleared and edited"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['description']}")
def test_the_merge_does_what_the_table_says(case: Case) -> None:
    shown = sides(case)

    outcome = merged(case, base(case), shown)

    assert in_words(outcome) == case["expected"]
    if isinstance(outcome, Copy):
        after = shown | {outcome.to: outcome.value}
        assert in_words(merged(case, after, after)) == "both stay", "it settles"


@pytest.mark.parametrize("rule", [rule for rule in SyncRule if rule is not SyncRule.CONSENT])  # no merge: a ratchet
def test_the_table_answers_every_situation_for_every_rule(rule: SyncRule) -> None:
    answered = {situation(case) for case in CASES if case["rule"] == rule}

    assert answered >= SITUATIONS, SITUATIONS - answered


def test_the_table_answers_every_policy() -> None:
    """Each way to decide, where both sides have a say."""
    for key, where in (("on_conflict", "both edited"), ("first_sync", "met")):
        named = {case.get(key, "newest") for case in CASES if case["rule"] == "two_way" and situation(case) == where}
        assert named == {"newest", "sales", "marketing", "ask"}
    assert {case.get("last") for case in CASES} == {None, *LATER}


def test_no_row_stands_there_twice() -> None:
    rows = [tuple(sorted((key, str(value)) for key, value in case.items() if key != "description")) for case in CASES]

    assert len(set(rows)) == len(rows)
