"""The marketer's page as Mark opens it: by team or segment, of one segment, over the weeks, and what he owes."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from reports.completeness import FEW
from reports.trend import keep_trend
from store.models import Gap, Rep
from store.sql import milliseconds
from store.sql import rows as read
from tests.reports.people import RITA
from tests.web.office import Office, choose, visit
from web.frame import configuration

pytestmark = pytest.mark.django_db

NAMES = ("Rita", "Luc", "Hugo", "Rep ", "client")
PROFILES = ["", "standard", "works_council"]


@pytest.fixture
def office() -> Office:
    """Rita knows people in two countries; Graham's five reps know one person each."""
    office = Office()
    office.know_all([{"country": "France", "industry": "Retail"} for _ in range(FEW)], RITA)
    office.know_all([{"country": "Italy", "industry": None, "phone": None} for _ in range(3)], RITA)
    for number in range(5):
        office.hire(f"salesforce:User:g{number}", f"Rep {number}", "Graham Holloway")
        office.know(f"salesforce:User:g{number}", country="France", phone=None)
    office.audit()
    return office


def text(path: str, name: str = "mark", status: int = 200) -> str:
    response = visit(name).get(path)
    assert response.status_code == status
    return str(response.content.decode())


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(path))))


def yesterday() -> None:
    """A pass of yesterday kept what it counted."""
    keep_trend(configuration().mapping, changed=True, now=datetime.now(UTC) - timedelta(days=1))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("by", ["team", "country", "industry", "stage"])
@pytest.mark.parametrize("only", ["", "country:France"])
@pytest.mark.parametrize("kind", ["", ".csv", ".xlsx"])
def test_no_cut_and_no_segment_names_a_rep_under_any_profile(
    office: Office, profile: str, by: str, only: str, kind: str
) -> None:
    if profile:
        choose(profile)
    yesterday()

    response = visit("mark").get(f"/completeness{kind}", {"by": by, "only": only})

    assert response.status_code == 200
    shown = response.content.decode() if kind != ".xlsx" else str(
        [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows()]
    )  # fmt: skip
    assert not any(name in shown for name in NAMES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_small_teams_trend_is_not_shown_apart(office: Office, profile: str) -> None:
    if profile:
        choose(profile)
    yesterday()

    shown = text("/completeness")
    teams = {row["team"] for row in rows("/completeness.csv") if row["section"] == "trend"}

    assert teams == {""}
    assert not any(team in shown for team in ("Mona Weber", "Élise Moreau", "Graham Holloway"))


def test_a_large_teams_trend_is_shown_where_the_others_are_enough_people_too(office: Office) -> None:
    for number in range(5):
        office.hire(f"salesforce:User:p{number}", f"Rep p{number}", "Paola Ferri")
        office.know(f"salesforce:User:p{number}")
    Rep.objects.filter(team__in=["Mona Weber", "Élise Moreau"]).update(team="Paola Ferri")
    yesterday()

    teams = {row["team"] for row in rows("/completeness.csv") if row["section"] == "trend"}

    assert teams == {"", "Graham Holloway", "Paola Ferri"}


@pytest.mark.parametrize("path", ["/completeness", "/completeness.csv?by=country", "/completeness?only=country:France"])
@pytest.mark.parametrize("name", ["rita", "mona", "otto"])
def test_segments_and_trend_are_for_marketers(office: Office, name: str, path: str) -> None:
    choose("standard")

    text(path, name, status=404)


def test_on_the_first_day_the_page_says_when_a_trend_begins(office: Office) -> None:
    keep_trend(configuration().mapping, changed=True)

    assert "A trend begins with the second day" in text("/completeness")


def test_from_the_second_day_there_is_a_line_with_its_words_and_its_table(office: Office) -> None:
    yesterday()
    office.know_all([{"phone": None} for _ in range(30)], RITA)

    shown = text("/completeness")

    assert "A trend begins" not in shown
    assert re.search(r'aria-label="Phone: from 71\.4 % on [^"]* to 34\.5 % on', shown.replace("\xa0", " "))
    assert "Week by week, as a table" in shown
    assert "−36.9 points" in shown


def test_mark_cuts_by_country(office: Office) -> None:
    shown = text("/completeness?by=country")

    assert "Segment by segment" in shown
    assert '<option value="country" selected>' in shown
    assert shown.index("France") < shown.index("Italy")
    assert f"&lt;{FEW}" in shown
    assert [row["segment"] for row in rows("/completeness.csv?by=country") if row["section"] == "segment"] == [
        "France", "Italy",
    ]  # fmt: skip


def test_one_segment_restricts_the_whole_page_and_its_files(office: Office) -> None:
    office.know(None, object_name="Lead", country="Italy", email="no-at-sign")
    office.audit()

    shown = text("/completeness?only=country:France&by=industry")

    assert "Country: France" in shown
    assert "25 of" not in shown
    assert "<b>25</b>" in shown
    assert 'href="completeness.csv?by=industry&amp;only=country%3AFrance"' in shown
    assert "The trend is kept for all records" in shown
    first = rows("/completeness.csv?only=country:France")[0]
    assert (first["records"], first["segment"]) == ("25", "France")


def test_a_segment_with_too_few_records_is_answered_in_words(office: Office) -> None:
    shown = text("/completeness?only=country:Italy")

    assert "Too few records" in shown
    assert 'href="/completeness"' in shown


def test_an_unknown_cut_is_no_page(office: Office) -> None:
    text("/completeness?by=rep", status=404)


def test_what_marketing_owes_is_listed_a_page_at_a_time(office: Office) -> None:
    office.know_all([{"last_name": f"Client {number:02}", "country": "Spain"} for number in range(25)])
    _owe(25)

    first, third = text("/completeness?by=country"), text("/completeness?by=country&page=3")

    assert "1–10 of 25" in first
    assert 'href="?by=country&amp;page=2#owe"' in first
    assert (first.count("Client "), third.count("Client ")) == (10, 5)


def test_the_number_of_queries_grows_neither_with_records_nor_with_gaps(office: Office) -> None:
    mark = visit("mark")
    _owe(1)
    mark.get("/completeness")
    with CaptureQueriesContext(connection) as few:
        mark.get("/completeness")
    office.know_all([{"country": f"Land {number}"} for number in range(60)])
    _owe(60)

    with CaptureQueriesContext(connection) as many:
        mark.get("/completeness")

    assert len(many) == len(few)


def _owe(number: int) -> None:
    """Marketing owes the lead source of so many records, first of those that no rep owns."""
    refs = read("SELECT ref FROM facts_contact ORDER BY CASE WHEN rep IS NULL THEN 0 ELSE 1 END, ref")[:number]
    Gap.objects.all().delete()
    Gap.objects.bulk_create(
        Gap(rule="M01-lead-source", ref=ref, object="contact", fields=["lead_source"], owed_by="marketing", rep=None,
            since=milliseconds(datetime.now(UTC)))
        for (ref,) in refs
    )  # fmt: skip
