"""Fields of a pair: who edited what and when, and what becomes of it. Scenarios 1, 2 and 3."""

from __future__ import annotations

from typing import Any

import pytest

from store import models
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check


@pytest.mark.parametrize("is_sales_first", [True, False], ids=["sales first", "marketing first"])
def test_01_disjoint_edits_between_polls(company: Company, is_sales_first: bool) -> None:
    """Mark changes Ann's title, Rita her phone number: both survive, one write a side, each of the one field."""
    ann, lead = company.pair(marketing={"phone": "+33 1 44 55 66 01", "jobtitle": "A"})
    edits: list[tuple[Any, dict[str, str]]] = [(ann, {"jobtitle": "B"}), (lead, {"Phone": "+33 1 44 55 66 02"})]

    for ref, values in reversed(edits) if is_sales_first else edits:
        company.edit(ref, **values)
        company.later(300)
    written = company.settle()

    assert [(each["ref"], each["fields"]) for each in written] == [
        (ann, {"phone": "+33 1 44 55 66 02"}),
        (lead, {"Title": "B"}),
    ]
    assert company.conflicts() == []
    check(company, pairs=1, people=(1, 1))


@pytest.mark.parametrize(
    ("title", "expected", "rule"),
    [
        ({"on_conflict": "newest"}, "C", "newest"),
        ({"rule": "always_marketing"}, "B", "always_marketing"),
        ({"rule": "prefer_sales"}, "C", "prefer_sales"),
        ({"on_conflict": "marketing"}, "B", "marketing"),
    ],
    ids=["newest", "always_marketing", "prefer_sales", "marketing wins"],
)
def test_02_same_field_on_both_sides(
    make_company: MakeCompany, title: dict[str, str], expected: str, rule: str
) -> None:
    """Mark writes B, Rita an hour later C: the rule decides, and the loser stays in the history with the rule."""
    company = make_company(fields={"title": title})
    company.sandbox.admin("salesforce", "history", object="Lead", fields=["Title"])
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.edit(ann, jobtitle="B")
    company.later(3600)
    company.edit(lead, Title="C")
    company.settle()

    assert (company.shown(ann)["jobtitle"], company.shown(lead)["Title"]) == (expected, expected)
    side, old, new = ("marketing", "B", "C") if expected == "C" else ("sales", "C", "B")
    assert company.history()[-1] == (side, "title", old, new, rule)
    check(company, pairs=1, people=(1, 1))


@pytest.mark.parametrize(("is_sales_last", "expected"), [(True, None), (False, "B")])
def test_02_the_newest_where_salesforce_keeps_no_times(
    company: Company, is_sales_last: bool, expected: str | None
) -> None:
    """Of Rita's edit only its latest possible moment is known: Mark wins if he was later still, else Otto is asked."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})
    edits: list[tuple[Any, dict[str, str]]] = [(ann, {"jobtitle": "B"}), (lead, {"Title": "C"})]

    for ref, values in edits if is_sales_last else reversed(edits):
        company.edit(ref, **values)
        company.later(3600)
    company.settle()

    assert company.conflicts() == ([] if expected else [("field", "title")])
    assert (company.shown(ann)["jobtitle"], company.shown(lead)["Title"]) == ("B", expected or "C")
    check(company, pairs=1, people=(1, 1))


def test_02_the_same_field_where_a_person_is_asked(make_company: MakeCompany) -> None:
    """`ask` leaves both values alone until Otto decides; what else changed travels meanwhile."""
    company = make_company(fields={"title": {"on_conflict": "ask"}})
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.edit(ann, jobtitle="B", phone="+33 1 44 55 66 01")
    company.edit(lead, Title="C")
    written = company.settle()

    assert [(each["ref"], each["fields"]) for each in written] == [(lead, {"Phone": "+33 1 44 55 66 01"})]
    [conflict] = models.Conflict.objects.filter(closed_at=None)
    assert (conflict.field, conflict.marketing, conflict.sales) == ("title", "B", "C")
    assert "A" in str(conflict.base)
    check(company, pairs=1, people=(1, 1))


def test_02_the_same_edit_on_both_sides(company: Company) -> None:
    """Both write B: nothing is asked, nothing written, and B is what they agreed on."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.edit(ann, jobtitle="B")
    company.edit(lead, Title="B")

    assert company.settle() == []
    assert company.conflicts() == []
    company.edit(lead, Title="C")
    assert [each["fields"] for each in company.settle()] == [{"jobtitle": "C"}]
    check(company, pairs=1, people=(1, 1))


def test_02_an_edit_that_was_taken_back(company: Company) -> None:
    """Mark writes B and then A again, Rita C: on Mark's side nothing changed, so C travels without a question."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.edit(ann, jobtitle="B")
    company.edit(ann, jobtitle="A")
    company.edit(lead, Title="C")
    company.settle()

    assert company.shown(ann)["jobtitle"] == "C"
    assert company.history()[-1] == ("marketing", "title", "A", "C", "two_way")
    assert company.conflicts() == []
    check(company, pairs=1, people=(1, 1))


@pytest.mark.parametrize("seconds", [90, -90, 0])
@pytest.mark.parametrize("is_sales_told_first", [True, False], ids=["sales told first", "marketing told first"])
def test_03_clock_skew_and_ties(company: Company, seconds: int, is_sales_told_first: bool) -> None:
    """The two clocks differ by less than 120 s, and so do the edits: nobody can say who was last, so Otto is asked."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})
    company.sandbox.admin("hubspot", "clock", skew=seconds)

    company.edit(ann, jobtitle="B")
    company.edit(lead, Title="C")
    company.touch(*((lead, ann) if is_sales_told_first else (ann, lead)))

    assert company.settle() == []
    assert company.conflicts() == [("field", "title")]
    assert (company.shown(ann)["jobtitle"], company.shown(lead)["Title"]) == ("B", "C")
    company.sandbox.admin("hubspot", "clock", skew=0)
    check(company, pairs=1, people=(1, 1))
