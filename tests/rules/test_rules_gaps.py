"""Gaps open, change and close, each once, and keep the day they began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.record import Ref, Side
from rules.audit import Gap, compare_gaps, gap_from
from rules.language import Fix, Rule, Words

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
ANN = Ref("salesforce", "Lead", "00Q1")


def gap(*fields: str, ref: Ref = ANN, rep: str | None = "rita", since: datetime = MONDAY, rule: str = "S01") -> Gap:
    why = Words(en="Why", fr="Pourquoi")
    return Gap(rule, ref, fields, Side.SALES, rep, since, why, Fix(seconds=5, how="one_click"))


def test_a_row_becomes_a_gap_with_its_reason_and_who_owes_it(a_rule: Callable[..., dict[str, Any]]) -> None:
    rule = Rule.model_validate(a_rule())

    made = gap_from(rule, ("salesforce:Lead:00Q1", "rita", "job_title,country"), MONDAY)

    assert (made.rule, made.ref, made.fields) == ("S01-role", ANN, ("job_title", "country"))
    assert (made.owed_by, made.rep, made.since) == (Side.SALES, "rita", MONDAY)
    assert (made.why.fr, made.fix.seconds) == ("Pourquoi", 5)


def test_a_new_gap_opens_now() -> None:
    changes = compare_gaps([], [gap("job_title")], TUESDAY)

    (event,) = changes.events
    assert (event.kind, event.was, event.at) == ("opened", None, TUESDAY)
    assert event.now is not None
    assert event.now.since == TUESDAY


def test_a_gap_that_is_still_there_says_nothing() -> None:
    changes = compare_gaps([gap("job_title", "country")], [gap("country", "job_title", since=TUESDAY)], TUESDAY)

    assert changes.events == ()


@pytest.mark.parametrize("found", [gap("country"), gap("job_title", rep="paul"), gap("job_title", rep=None)])
def test_a_gap_with_other_fields_or_another_rep_changes_and_keeps_its_start(found: Gap) -> None:
    changes = compare_gaps([gap("job_title")], [replace(found, since=TUESDAY)], TUESDAY)

    (event,) = changes.events
    assert (event.kind, event.was) == ("changed", gap("job_title"))
    assert event.now == found


def test_a_gap_that_was_filled_closes() -> None:
    changes = compare_gaps([gap("job_title"), gap("email", rule="S02")], [gap("email", rule="S02")], TUESDAY)

    (event,) = changes.closed
    assert (event.kind, event.rule, event.ref, event.now) == ("closed", "S01", ANN, None)
    assert changes.events == (event,)


refs = st.builds(Ref, st.just("salesforce"), st.just("Lead"), st.sampled_from("abc"))
gaps = st.builds(
    lambda rule, ref, fields, rep: gap(*sorted(fields), ref=ref, rep=rep, rule=rule),
    st.sampled_from(["S01", "S02"]),
    refs,
    st.frozensets(st.sampled_from(["email", "phone"]), min_size=1),
    st.sampled_from(["rita", None]),
)
some_gaps = st.lists(gaps, max_size=6, unique_by=lambda one: one.key)


@given(still_open=some_gaps, found=some_gaps)
def test_applying_the_changes_leaves_exactly_what_was_found_and_settles(
    still_open: list[Gap], found: list[Gap]
) -> None:
    after = {one.key: one for one in still_open}

    for event in compare_gaps(still_open, found, TUESDAY).events:
        if event.now is None:
            del after[event.rule, event.ref]
        else:
            after[event.rule, event.ref] = event.now

    assert {key: (one.fields, one.rep) for key, one in after.items()} == {
        one.key: (one.fields, one.rep) for one in found
    }
    assert compare_gaps(after.values(), found, TUESDAY).events == ()
    assert all(one.since == MONDAY for key, one in after.items() if key in {was.key for was in still_open})
