"""A round that would change more than a set share of all pairs stops, and says why."""

from __future__ import annotations

import pytest

from connectors.base import Archive, Create, Update, Write
from crm.record import Ref, Side, Value
from sync.brakes import Totals, tripped
from sync.mapping import Brakes
from sync.outcomes import FieldChange
from sync.plan import Plan

M, S = Ref("hubspot", "contacts", "1"), Ref("salesforce", "Lead", "1")


def change(side: Side, old: Value, new: Value) -> FieldChange:
    return FieldChange("title", side, old, new, new, "two_way", "edited")


@pytest.mark.parametrize(
    ("deletes", "blanks", "overwrites", "pairs", "is_braked"),
    [
        (0, 0, 0, 0, False),
        (1, 0, 0, 1000, True),
        (0, 49, 0, 50, False),
        (0, 50, 0, 2500, False),
        (0, 50, 0, 2499, True),
        (0, 0, 49, 49, False),
        (0, 0, 200, 1000, False),
        (0, 0, 201, 1000, True),
        (0, 0, 50, 0, True),
    ],
)
def test_the_default_brakes(deletes: int, blanks: int, overwrites: int, pairs: int, is_braked: bool) -> None:
    reasons = tripped(Brakes(), Totals(deletes, blanks, overwrites), pairs)

    assert bool(reasons) == is_braked
    assert len(reasons) <= 1


def test_deletes_may_be_allowed() -> None:
    brakes = Brakes(deletes=0.01)

    assert tripped(brakes, Totals(deletes=10), pairs=1000) == []
    assert tripped(brakes, Totals(deletes=11), pairs=1000) == ["would delete 11 records, more than 1 % of 1000"]


@pytest.mark.parametrize(
    ("writes", "changes", "expected"),
    [
        ((Update(Side.SALES, S, {}),), (change(Side.SALES, "A", "B"),), Totals(overwrites=1)),
        ((Update(Side.SALES, S, {}),), (change(Side.SALES, "A", None),), Totals(blanks=1)),
        ((Update(Side.SALES, S, {}),), (change(Side.SALES, None, "B"),), Totals()),
        (
            (Update(Side.SALES, S, {}),),
            (change(Side.SALES, "A", None), change(Side.SALES, "C", "D"), change(Side.SALES, "E", "F")),
            Totals(blanks=1, overwrites=1),
        ),
        (
            (Update(Side.MARKETING, M, {}), Update(Side.SALES, S, {})),
            (change(Side.MARKETING, "A", "B"), change(Side.SALES, "C", "D")),
            Totals(overwrites=2),
        ),
        ((Create(Side.SALES, "Lead", "k", {}),), (change(Side.SALES, None, "B"),), Totals()),
        ((Archive(Side.SALES, S),), (), Totals(deletes=1)),
    ],
)
def test_each_record_counts_once_for_what_it_loses(
    writes: tuple[Write, ...], changes: tuple[FieldChange, ...], expected: Totals
) -> None:
    totals = Totals()

    totals.add(Plan(M, writes=writes, changes=changes))

    assert totals == expected


def test_a_release_covers_a_round_that_is_no_larger() -> None:
    released = Totals(0, 10, 20)

    assert Totals(0, 10, 20).within(released)
    assert not Totals(0, 11, 0).within(released)
    assert not Totals(1, 0, 0).within(released)
