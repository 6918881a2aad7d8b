"""The merge of one field: a table that a marketer can review, and the laws that hold for every value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.record import Side, Value
from crm.values import same
from sync.mapping import FieldMap, SyncRule
from sync.merge import merge_field
from sync.outcomes import Conflict, Copy, Keep, Outcome, Times

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEVER = None


@dataclass(frozen=True)
class Case:
    """`base`, `marketing` and `sales` as people see them; `expected` as `who gets what`."""

    description: str
    rule: str
    base: tuple[str | None, str | None] | None
    marketing: str | None
    sales: str | None
    expected: str
    times: str = ""
    options: Mapping[str, Any] | None = None


CASES = [
    # description, rule, base (marketing, sales), marketing, sales, expected
    Case("nothing happened", "two_way", ("A", "A"), "A", "A", "agreed"),
    Case("marketing edited", "two_way", ("A", "A"), "B", "A", "sales gets B"),
    Case("sales edited", "two_way", ("A", "A"), "A", "B", "marketing gets B"),
    Case("both made the same edit", "two_way", ("A", "A"), "B", "B", "agreed"),
    Case("sales rewrote our value on save", "two_way", ("ann", "ANN"), "ann", "ANN", "kept"),
    Case("marketing edited after that", "two_way", ("ann", "ANN"), "anna", "ANN", "sales gets anna"),
    Case("marketing cleared", "two_way", ("A", "A"), None, "A", "sales gets a blank"),
    Case("sales cleared", "two_way", ("A", "A"), "A", None, "marketing gets a blank"),
    Case("both cleared", "two_way", ("A", "A"), None, None, "agreed"),
    Case("a clear stays at home", "two_way", ("A", "A"), "A", None, "agreed", options={"clears": "stay"}),
    Case("blank all along in sales", "two_way", ("A", None), "A", None, "kept"),
    Case("both edited, asks", "two_way", ("A", "A"), "B", "C", "conflict", options={"on_conflict": "ask"}),
    Case("sales wins", "two_way", ("A", "A"), "B", "C", "marketing gets C", options={"on_conflict": "sales"}),
    Case("marketing wins", "two_way", ("A", "A"), "B", "C", "sales gets B", options={"on_conflict": "marketing"}),
    Case("both edited, no times yet", "two_way", ("A", "A"), "B", "C", "conflict, times needed"),
    Case("both edited, sales an hour later", "two_way", ("A", "A"), "B", "C", "marketing gets C", times="sales +60"),
    Case("both edited, marketing an hour later", "two_way", ("A", "A"), "B", "C", "sales gets B", times="sales -60"),
    Case("both edited, within the clocks' skew", "two_way", ("A", "A"), "B", "C", "conflict", times="sales +2"),
    Case("both edited, just outside the skew", "two_way", ("A", "A"), "B", "C", "marketing gets C", times="sales +3"),
    Case("one cleared, one edited later", "two_way", ("A", "A"), None, "C", "marketing gets C", times="sales +60"),
    Case("first meeting, marketing blank", "two_way", NEVER, None, "C", "marketing gets C"),
    Case("first meeting, sales blank", "two_way", NEVER, "B", None, "sales gets B"),
    Case("first meeting, both blank", "two_way", NEVER, None, None, "agreed"),
    Case("first meeting, both the same", "two_way", NEVER, "B", "B", "agreed"),
    Case("first meeting, newest", "two_way", NEVER, "B", "C", "sales gets B", times="sales -60"),
    Case("first meeting, a tie goes to sales", "two_way", NEVER, "B", "C", "marketing gets C", times="sales -1"),
    Case("marketing first", "two_way", NEVER, "B", "C", "sales gets B", options={"first_sync": "marketing"}),
    Case("first meeting, asks", "two_way", NEVER, "B", "C", "conflict", options={"first_sync": "ask"}),
    # Prefer Salesforce unless blank: HubSpot's value passes only where Salesforce has none.
    Case("sales has a value", "prefer_sales", ("A", "A"), "B", "A", "marketing gets A"),
    Case("sales has a new value", "prefer_sales", ("A", "A"), "B", "C", "marketing gets C"),
    Case("sales was always blank", "prefer_sales", (None, None), "B", None, "sales gets B"),
    Case("sales is blank, marketing unchanged", "prefer_sales", ("A", None), "A", None, "kept"),
    Case("deleted in sales, so in marketing", "prefer_sales", ("A", "A"), "A", None, "marketing gets a blank"),
    Case("deleted in sales, edited in marketing", "prefer_sales", ("A", "A"), "B", None, "sales gets B"),
    Case("cleared in marketing only", "prefer_sales", ("A", "A"), None, "A", "marketing gets A"),
    Case("first meeting, sales has a value", "prefer_sales", NEVER, "B", "C", "marketing gets C"),
    Case("first meeting, sales is blank", "prefer_sales", NEVER, "B", None, "sales gets B"),
    # Always use Salesforce: HubSpot never passes data.
    Case("marketing's edit is undone", "always_sales", ("A", "A"), "B", "A", "marketing gets A"),
    Case("marketing fills a blank in vain", "always_sales", (None, None), "B", None, "kept"),
    Case("deleted in sales, so in marketing, always", "always_sales", ("A", "A"), "B", None, "marketing gets a blank"),
    Case("first meeting never wipes", "always_sales", NEVER, "B", None, "kept"),
    Case("first meeting, sales has a value, always", "always_sales", NEVER, "B", "C", "marketing gets C"),
    # The same for marketing, which HubSpot lacks.
    Case("marketing has a value", "prefer_marketing", ("A", "A"), "A", "C", "sales gets A"),
    Case("marketing was always blank", "prefer_marketing", (None, None), None, "C", "marketing gets C"),
    Case("deleted in marketing, so in sales", "prefer_marketing", ("A", "A"), None, "A", "sales gets a blank"),
    Case("sales' edit is undone", "always_marketing", ("A", "A"), "A", "C", "sales gets A"),
    Case("first meeting never wipes sales", "always_marketing", NEVER, None, "C", "kept"),
    Case("don't sync", "off", ("A", "A"), "B", "C", "kept"),
    Case("don't sync, first meeting", "off", NEVER, "B", None, "kept"),
]  # fmt: skip


def field_map(rule: str = "two_way", **options: Any) -> FieldMap:
    """A line of the mapping."""
    names = {"name": "title", "marketing": {"contacts": "jobtitle"}, "sales": {"Lead": "Title"}}
    return FieldMap.model_validate({**names, "type": "text", "rule": rule, **options})


def told(times: str) -> Times | None:
    """`sales +60`: sales changed an hour after marketing."""
    if not times:
        return None
    later = NOON + timedelta(minutes=int(times.split()[1]))
    return Times((NOON, NOON), (later, later))


def in_words(outcome: Outcome) -> str:
    match outcome:
        case Keep(agrees=True):
            return "agreed"
        case Keep():
            return "kept"
        case Copy(to, value):
            return f"{to} gets {'a blank' if value is None else value}"
        case Conflict(needs_times=True):
            return "conflict, times needed"
    return "conflict"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.description}")
def test_one_field(case: Case) -> None:
    base = dict(zip(Side, case.base, strict=True)) if case.base else None
    shown: dict[Side, Value] = {Side.MARKETING: case.marketing, Side.SALES: case.sales}

    outcome = merge_field(field_map(case.rule, **case.options or {}), base, shown, told(case.times))

    assert in_words(outcome) == case.expected
    assert outcome.reason


# -- laws --------------------------------------------------------------------------------------------------------------

VALUES = st.sampled_from([None, "A", "B", "C", "a", " A "])
RULES = st.sampled_from([rule for rule in SyncRule if rule is not SyncRule.CONSENT])
"""An opt-out goes past the merge."""
POLICIES = st.sampled_from(["newest", "sales", "marketing", "ask"])
FIELDS = st.builds(
    field_map,
    RULES,
    on_conflict=POLICIES,
    first_sync=POLICIES | st.none(),
    clears=st.sampled_from(["travel", "stay"]),
)
PAIRS = st.fixed_dictionaries({Side.MARKETING: VALUES, Side.SALES: VALUES})
BASES = PAIRS | st.none()
MOMENTS = st.integers(0, 600).map(lambda seconds: NOON + timedelta(seconds=seconds))
TIMES = st.builds(lambda m, s: Times((m, m), (s, s)), MOMENTS, MOMENTS)
REWRITES: list[Callable[[str], str]] = [lambda text: text, str.upper, str.strip, lambda text: text[:1], lambda _: ""]


def written(field: FieldMap, outcome: Outcome, shown: Mapping[Side, Value], rewrite: Callable[[str], str]) -> Any:
    """(base, shown) after the outcome was carried out by a system that rewrites texts."""
    if isinstance(outcome, Copy):
        stored = rewrite(outcome.value) or None if isinstance(outcome.value, str) else outcome.value
        after = {**shown, outcome.to: stored}
        return after, after
    return (dict(shown) if isinstance(outcome, Keep) and outcome.agrees else None), dict(shown)


@given(field=FIELDS, base=BASES, shown=PAIRS, times=TIMES, rewrite=st.sampled_from(REWRITES))
def test_it_settles_whatever_the_system_makes_of_our_value(
    field: FieldMap, base: Any, shown: Any, times: Times, rewrite: Callable[[str], str]
) -> None:
    first = merge_field(field, base, shown, times)
    new_base, after = written(field, first, shown, rewrite)

    second = merge_field(field, new_base if new_base is not None else base, after, times)

    if isinstance(first, Copy):
        assert not isinstance(second, Copy | Conflict)
    else:
        assert in_words(second) in {in_words(first), "agreed", "kept"}


@given(policy=POLICIES, base=BASES, shown=PAIRS, times=TIMES)
def test_swapping_the_sides_swaps_the_answer(policy: str, base: Any, shown: Any, times: Times) -> None:
    def swapped(pair: Any) -> Any:
        return {Side.MARKETING: pair[Side.SALES], Side.SALES: pair[Side.MARKETING]} if pair else None

    mirror = {"sales": "marketing", "marketing": "sales"}.get(policy, policy)
    back = Times(times.sales, times.marketing)
    one = merge_field(field_map(on_conflict=policy, first_sync=policy), base, shown, times)
    other = merge_field(field_map(on_conflict=mirror, first_sync=mirror), swapped(base), swapped(shown), back)

    is_tie = base is None and policy == "newest" and times.newest() is None
    match one, other:
        case Copy(to, value), Copy(other_to, other_value):
            assert (to, value) == (other_to.other, other_value) or is_tie
        case _:
            assert type(one) is type(other)


@given(field=st.builds(field_map, on_conflict=POLICIES), base=PAIRS, edited=st.sampled_from(Side), value=VALUES)
def test_a_lone_edit_travels(field: FieldMap, base: Any, edited: Side, value: Value) -> None:
    shown = {**base, edited: value}

    outcome = merge_field(field, base, shown)

    if same(field.type, shown[Side.MARKETING], shown[Side.SALES]):
        assert outcome == Keep(outcome.reason, agrees=True)
    elif same(field.type, value, base[edited]):
        assert isinstance(outcome, Keep)
    else:
        assert isinstance(outcome, Copy)
        assert (outcome.to, outcome.value) == (edited.other, value)


@given(field=FIELDS, base=BASES, shown=PAIRS, times=TIMES | st.none())
def test_nothing_is_blanked_unless_a_side_was_seen_clearing_it(
    field: FieldMap, base: Any, shown: Any, times: Times | None
) -> None:
    outcome = merge_field(field, base, shown, times)

    if isinstance(outcome, Copy) and outcome.value is None:
        source = outcome.to.other
        assert base is not None
        assert base[source] is not None
        assert shown[source] is None
        assert field.clears == "travel"


@given(field=FIELDS, base=BASES, shown=PAIRS, times=TIMES | st.none())
def test_nothing_is_invented(field: FieldMap, base: Any, shown: Any, times: Times | None) -> None:
    outcome = merge_field(field, base, shown, times)

    if isinstance(outcome, Copy):
        assert outcome.value == shown[outcome.to.other]
        assert not same(field.type, outcome.value, shown[outcome.to])
    if isinstance(outcome, Conflict):
        assert (outcome.marketing, outcome.sales) == (shown[Side.MARKETING], shown[Side.SALES])


@given(base=BASES, shown=PAIRS, side=st.sampled_from(Side))
def test_always_use_means_that_the_other_side_never_passes_data(base: Any, shown: Any, side: Side) -> None:
    outcome = merge_field(field_map(f"always_{side}"), base, shown)

    assert not (isinstance(outcome, Copy) and outcome.to is side)
    assert not isinstance(outcome, Conflict)


@given(base=BASES, shown=PAIRS, side=st.sampled_from(Side))
def test_prefer_unless_blank_lets_the_other_side_pass_only_where_this_one_has_nothing(
    base: Any, shown: Any, side: Side
) -> None:
    outcome = merge_field(field_map(f"prefer_{side}"), base, shown)

    assert not isinstance(outcome, Conflict)
    if isinstance(outcome, Copy) and outcome.to is side:
        assert shown[side] is None


@given(base=PAIRS, shown=PAIRS, side=st.sampled_from(Side), kind=st.sampled_from(["prefer", "always"]))
def test_a_new_value_of_the_preferred_side_always_overwrites(base: Any, shown: Any, side: Side, kind: str) -> None:
    outcome = merge_field(field_map(f"{kind}_{side}"), base, shown)

    value, other = shown[side], shown[side.other]
    if value is not None and not same(field_map().type, value, other) and not same(field_map().type, base[side], value):
        assert isinstance(outcome, Copy)
        assert (outcome.to, outcome.value) == (side.other, value)


@given(field=FIELDS, base=BASES, shown=PAIRS, times=TIMES)
def test_times_break_ties_and_never_replace_the_merge(field: FieldMap, base: Any, shown: Any, times: Times) -> None:
    without = merge_field(field, base, shown)

    if not (isinstance(without, Conflict) and without.needs_times):
        assert merge_field(field, base, shown, times) == without
