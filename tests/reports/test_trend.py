"""The trend: a day's counts are kept once, thin out with the weeks, and end at what is counted now."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.completeness import completeness
from reports.trend import Trend, keep_trend, read_trend
from store.models import TrendPoint
from store.trend import DAILY, KEPT, points_since, save_day, too_many
from tests.reports.people import HUGO, MAPPING, NOW, RITA, RULES, People

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def people() -> People:
    return People()


def hire_mona(people: People, reps: int) -> list[str]:
    """Mona's team of so many reps, each of whom knows somebody."""
    team = [f"salesforce:User:m{number}" for number in range(reps)]
    for number, rep in enumerate(team):
        people.hire(rep, f"Rep {number}", "Mona Weber")
        people.know(rep, phone=None)
    return team


def shown(now: datetime = NOW) -> Trend:
    found = read_trend(completeness(MAPPING, RULES), now)
    assert found is not None
    return found


def test_a_day_is_counted_by_the_first_pass_that_changed_something_and_again_by_the_audit(people: People) -> None:
    people.know(phone=None)

    keep_trend(MAPPING, changed=False, now=NOW)
    assert not TrendPoint.objects.exists()
    keep_trend(MAPPING, changed=True, now=NOW)
    people.know()
    keep_trend(MAPPING, changed=True, now=NOW)
    assert TrendPoint.objects.get(field="phone").records == 1
    keep_trend(MAPPING, changed=True, again=True, now=NOW)

    phone = TrendPoint.objects.get(field="phone")
    assert (phone.day, phone.filled, phone.records, phone.team) == (TODAY, 1, 2, "")


def test_a_second_pass_of_the_day_asks_one_question(people: People) -> None:
    people.know()
    keep_trend(MAPPING, changed=True, now=NOW)

    with CaptureQueriesContext(connection) as asked:
        keep_trend(MAPPING, changed=True, now=NOW)
    with CaptureQueriesContext(connection) as quiet:
        keep_trend(MAPPING, changed=False, now=NOW)

    assert (len(asked), len(quiet)) == (1, 0)


def test_an_empty_store_keeps_nothing() -> None:
    keep_trend(MAPPING, changed=True, now=NOW)

    assert not TrendPoint.objects.exists()


def test_a_small_team_leaves_no_line_of_its_own(people: People) -> None:
    hire_mona(people, 5)
    people.hire(HUGO, "Hugo Carpentier", "Élise Moreau")
    people.know(HUGO)

    keep_trend(MAPPING, changed=True, now=NOW)

    assert set(TrendPoint.objects.values_list("team", flat=True)) == {"", "Mona Weber"}


def test_a_large_team_in_which_one_rep_owns_all_records_leaves_none_either(people: People) -> None:
    for rep in hire_mona(People(), 1) + [f"salesforce:User:idle{number}" for number in range(6)]:
        if "idle" in rep:
            people.hire(rep, rep, "Mona Weber")

    keep_trend(MAPPING, changed=True, now=NOW)

    assert set(TrendPoint.objects.values_list("team", flat=True)) == {""}


def test_a_line_ends_at_what_is_counted_now(people: People) -> None:
    people.know(RITA, phone=None)
    keep_trend(MAPPING, changed=True, now=NOW - 7 * DAY)
    people.know(RITA)

    line = shown().fields["contact", "phone"]

    assert [(point.day, point.filled, point.records) for point in line.points] == [
        (TODAY - 7 * DAY, 0, 1), (TODAY, 1, 2),
    ]  # fmt: skip
    assert line.change == 50.0


def test_with_one_day_there_is_no_trend(people: People) -> None:
    people.know()
    keep_trend(MAPPING, changed=True, now=NOW)

    found = shown()

    assert not found.overall.is_trend
    assert found.overall.change is None


def test_twelve_weeks_are_shown_and_the_week_by_its_last_day(people: People) -> None:
    people.know()
    for weeks in (13, 2):
        keep_trend(MAPPING, changed=True, now=NOW - weeks * 7 * DAY)
    keep_trend(MAPPING, changed=True, now=NOW - 13 * DAY)

    line = shown().overall

    assert [point.day for point in line.points] == [TODAY - 14 * DAY, TODAY - 13 * DAY, TODAY]
    assert [point.day for point in line.weekly()] == [TODAY - 13 * DAY, TODAY]


def test_a_field_that_is_new_has_a_line_of_its_own_days_only(people: People) -> None:
    people.know()
    keep_trend(MAPPING, changed=True, now=NOW - DAY)
    TrendPoint.objects.filter(field="phone").delete()

    found = shown()

    assert len(found.fields["contact", "phone"].points) == 1
    assert len(found.fields["contact", "email"].points) == 2


def test_old_days_thin_out_to_one_a_week_and_go_after_26_weeks() -> None:
    days = [TODAY - number * DAY for number in range(220)]

    gone = too_many(days, TODAY)

    kept = [day for day in days if day not in gone]
    assert min(kept) >= TODAY - KEPT
    assert [day for day in days if day >= TODAY - DAILY] == kept[: DAILY.days + 1]
    older = [day.isocalendar()[:2] for day in kept[DAILY.days + 1 :]]
    assert len(older) == len(set(older)) == 22


def test_saving_a_day_forgets_what_is_too_old() -> None:
    for day in (date(2026, 1, 5), TODAY - DAY):
        TrendPoint.objects.create(day=day, object="contact", field="phone", records=1, filled=1)

    save_day(TODAY, [TrendPoint(day=TODAY, object="contact", field="phone", records=2, filled=1)])

    assert [point.day for point in points_since(date(2000, 1, 1))] == [TODAY - DAY, TODAY]


def test_the_file_has_the_trend_as_a_section(people: People) -> None:
    hire_mona(people, 5)
    keep_trend(MAPPING, changed=True, now=NOW - DAY)
    counts = completeness(MAPPING, RULES)

    rows = list(csv.DictReader(io.StringIO(counts.to_table(read_trend(counts, NOW)).to_csv())))

    of_phone = [
        (row["day"], row["completeness"]) for row in rows if (row["section"], row["field"]) == ("trend", "phone")
    ]
    of_team = [row["team"] for row in rows if row["section"] == "trend" and row["team"]]
    assert of_phone == [("2026-11-22", "0.0"), ("2026-11-23", "0.0")]
    assert of_team == ["Mona Weber"] * 2
