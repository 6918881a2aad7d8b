"""Pages about people as Mona and Rita open them: a page at a time, at a cost that does not grow, and what is on
while they are off."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from store.models import PageView, Profile
from store.models import Rep as RepRow
from tests.reports.people import LUC, RITA
from tests.web.office import MONA, Office, choose, visit
from web.paging import SIZE

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    office = Office()
    choose("standard")
    office.open_gaps()
    return office


def hire_for_mona(office: Office, number: int) -> None:
    """So many more reps of Mona, each of whom knows somebody whose e-mail cannot be one."""
    for each in range(number):
        rep = f"salesforce:User:extra{each:02}"
        office.hire(rep, f"Extra {each:02}", "Mona Weber")
        RepRow.objects.filter(id=rep).update(manager=MONA)
        office.know(rep, email="no-at-sign")
    office.audit()


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_team_is_listed_a_page_at_a_time_and_only_who_is_listed_was_looked_at(office: Office) -> None:
    hire_for_mona(office, SIZE)
    mona = visit("mona")

    first = text(mona, "/team")
    looked = set(PageView.objects.values_list("rep", flat=True))
    second = text(mona, "/team?page=2")

    assert f"1–{SIZE} of" in first
    assert "Rita Lang" not in first
    assert RITA not in looked
    assert "Rita Lang" in second
    assert len(looked) == SIZE


def test_the_file_of_the_team_holds_everything(office: Office) -> None:
    hire_for_mona(office, SIZE + 5)

    rows = list(csv.DictReader(io.StringIO(text(visit("mona"), "/team.csv"))))

    assert len({row["rep"] for row in rows}) == SIZE + 7
    assert not [row for row in rows if row["rep"] == "Hugo Carpentier"]
    assert PageView.objects.filter(rep=LUC).count() == 1


def test_a_rep_with_nothing_open_is_listed_and_one_who_left_is_not(office: Office) -> None:
    for name, is_active in (("Quiet One", True), ("Gone One", False)):
        office.hire(f"salesforce:User:{name}", name, "Mona Weber", is_active=is_active)
        RepRow.objects.filter(name=name).update(manager=MONA)

    page = text(visit("mona"), "/team")

    assert "Quiet One" in page
    assert "Gone One" not in page


@pytest.mark.parametrize("path", ["/team", f"/people/{RITA}", "/mine"])
def test_the_number_of_queries_grows_neither_with_reps_nor_with_gaps(office: Office, path: str) -> None:
    def look() -> int:
        client = visit("rita" if path == "/mine" else "mona")
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            text(client, path)
        return len(asked)

    few = look()
    office.know_all([{"email": "no-at-sign"} for _ in range(60)], RITA)
    for number in range(2):
        office.hire(f"salesforce:User:more{number}", f"More {number}", "Mona Weber")
        RepRow.objects.filter(id=f"salesforce:User:more{number}").update(manager=MONA)
    office.audit()

    assert look() == few


def test_long_lists_of_one_rep_have_pages(office: Office) -> None:
    office.know_all([{"email": "no-at-sign", "last_name": f"Client {number}"} for number in range(SIZE + 5)], RITA)
    office.audit()

    for name, path in (("mona", f"/people/{RITA}"), ("rita", "/mine")):
        assert f"1–{SIZE} of {SIZE + 6}" in text(visit(name), path)
        assert text(visit(name), f"{path}?page=2").count("client") <= 12
        assert f"{SIZE + 1}–{SIZE + 6} of" in text(visit(name), f"{path}?page=99")


def test_under_the_works_council_mona_reads_why_and_gets_her_large_teams_totals(office: Office) -> None:
    hire_for_mona(office, 4)
    choose("works_council")

    page = text(visit("mona"), "/team")

    assert "What is on" in page
    assert "not entered yet" in page
    assert "6 records" in page
    assert not any(name in page for name in ("Rita", "Luc Bertrand", "Extra", "client"))
    assert not PageView.objects.exists()


def test_under_the_works_council_a_small_team_has_no_total(office: Office) -> None:
    choose("works_council")

    page = text(visit("mona"), "/team")

    assert "fewer than 5 people" in page
    assert "2 records" not in page


def test_while_ops_have_not_answered_there_is_no_total_at_all() -> None:
    office = Office()
    hire_for_mona(office, 6)

    page = text(visit("mona"), "/team")

    assert "Ops choose one of the two privacy profiles" in page
    assert "records" not in page


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ("", "system")])
def test_rita_chooses_light_dark_or_what_the_system_says(office: Office, theme: str, shown: str) -> None:
    rita = visit("rita")

    answer = rita.post("/theme", {"theme": theme, "next": "/mine"})

    assert answer.headers["Location"] == "/mine"
    assert f'data-bs-theme="{shown}"' in text(rita, "/mine")
    assert Profile.objects.get(user__username="rita").theme == theme
    assert f'data-bs-theme="{shown}"' in text(visit("rita"), "/mine")


def test_a_theme_that_is_none_is_refused_and_a_browser_keeps_its_own(office: Office) -> None:
    client = Client()

    assert client.post("/theme", {"theme": "purple"}).status_code == 404
    client.post("/theme", {"theme": "dark", "next": "https://evil.example/"})

    assert 'data-bs-theme="dark"' in text(client, "/sign-in")
