"""Open gaps for pages: counted by aggregates, read a page at a time, the same as the whole report says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.record import Side
from reports.gaps_by_rep import OpenCount, OpenGaps, Whose, gaps_by_rep, open_by_rep, quickest_by_rep
from store.models import Gap
from store.sql import milliseconds
from tests.reports.people import HUGO, LUC, MAPPING, NOW, RITA, RULES, People

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    people = People()
    people.hire_all()
    return people


def gaps_of(reps: Collection[str]) -> OpenGaps:
    return OpenGaps(MAPPING, Whose(RULES, reps, asked=True), NOW, "en")


def test_pages_together_are_the_whole_report_in_its_order(people: People) -> None:
    people.know_all([{"job_title": None, "email": "no-at-sign"} for _ in range(12)], RITA)
    people.know(LUC, job_title=None)
    people.audit()
    gaps = gaps_of([RITA])

    pages = [line for start in range(0, 24, 7) for line in gaps[start : start + 7]]

    [rita] = [each for each in gaps_by_rep(MAPPING, RULES, NOW).reps if each.id == RITA]
    assert len(gaps) == len(pages) == 24
    assert {line.ref for line in pages} == {line.ref for line in rita.gaps}
    assert [line.seconds for line in pages] == [5] * 12 + [20] * 12 == [line.seconds for line in rita.gaps]
    assert gaps.total == OpenCount(24, rita.seconds)


def test_a_rule_that_only_observes_is_on_no_page(people: People) -> None:
    people.know(RITA, phone=None)
    people.audit()

    assert len(gaps_of([RITA])) == 0
    assert open_by_rep(Whose(RULES, [RITA], asked=True)) == {}


def test_the_report_of_some_reps_names_nobody_else(people: People) -> None:
    for rep in (RITA, LUC, HUGO, None):
        people.know(rep, job_title=None, last_name=None, email=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW, reps=[RITA, LUC])

    assert [section.rep for section in report.reps] == ["Luc Bertrand", "Rita Lang"]
    assert (report.no_rep.gaps, report.marketing.gaps, report.observed) == ((), (), ())


def test_of_nobody_there_is_nothing(people: People) -> None:
    people.know(RITA, job_title=None)
    people.audit()

    assert gaps_by_rep(MAPPING, RULES, NOW, reps=[]).open == len(gaps_of([])) == 0
    assert quickest_by_rep(MAPPING, Whose(RULES, []), NOW, "en") == {}


def test_the_quickest_fix_comes_first_and_of_these_the_oldest(people: People) -> None:
    people.know(RITA, first_name="Young", email="no-at-sign", job_title=None)
    old = people.know(RITA, first_name="Old", email="no-at-sign")
    people.know(LUC, job_title=None)
    people.audit()
    Gap.objects.filter(ref=str(old)).update(since=milliseconds(NOW - timedelta(days=3)))

    found = quickest_by_rep(MAPPING, Whose(RULES, [RITA, LUC], asked=True), NOW, "en")

    assert (found[RITA].record, found[RITA].missing, found[RITA].age_days) == ("Old Martin", "Email, to correct", 3)
    assert found[LUC].missing == "Job title"


def test_what_marketing_owes_is_counted_apart_from_what_reps_owe(people: People) -> None:
    people.know(RITA, last_name=None, email=None, job_title=None)
    people.audit()

    ours = OpenGaps(MAPPING, Whose(RULES, sides=(Side.MARKETING,), asked=True), NOW, "fr")

    assert [line.rule for line in ours[:5]] == ["M1-name"]
    assert open_by_rep(Whose(RULES, asked=True)) == {RITA: OpenCount(1, 20), None: OpenCount(1, 20)}


def test_the_number_of_queries_grows_neither_with_reps_nor_with_gaps(people: People) -> None:
    def look(reps: list[str]) -> int:
        whose = Whose(RULES, reps, asked=True)
        with CaptureQueriesContext(connection) as asked:
            open_by_rep(whose)
            quickest_by_rep(MAPPING, whose, NOW, "en")
            list(gaps_of(reps)[:25])
        return len(asked)

    people.know(RITA, job_title=None)
    people.audit()
    few = look([RITA])
    for rep in (RITA, LUC, HUGO):
        people.know_all([{"job_title": None} for _ in range(40)], rep)
    people.audit()

    assert look([RITA, LUC, HUGO]) == few
