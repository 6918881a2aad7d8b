"""The usable audience as Mark opens it: a waterfall with its table, files, and no rep's name."""

from __future__ import annotations

import csv
import io

import pytest

from tests.reports.people import RITA
from tests.web.office import EVIL, Office, choose, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    office = Office()
    choose("standard")
    office.open_gaps()
    return office


def test_mark_sees_how_many_are_left_after_each_step_and_no_name(office: Office) -> None:
    office.know_all([{"email": "lea@client.example", "country": "France"} for _ in range(20)], RITA)
    office.read()

    page = visit("mark").get("/audience").content.decode()
    french = visit("mark", "fr").get("/audience?only=country:france").content.decode()

    assert "with an e-mail address: 23 left, 0 lost" in page
    assert "that can exist: 20 left, 3 lost" in page
    assert "a marketing contact: 0 left, 20 lost" in page
    assert 'href="audience.csv"' in page
    assert "Pays : France" in french
    assert "Toutes les personnes : 20 restent" in french
    assert not [name for name in ("Rita", "Luc", "Hugo") if name in page + french]


@pytest.mark.parametrize("name", ["rita", "mona", "otto"])
@pytest.mark.usefixtures("office")
def test_the_page_is_marketings(name: str) -> None:
    assert [visit(name).get(f"/audience{kind}").status_code for kind in ("", ".csv", ".xlsx")] == [404] * 3


def test_files_say_the_same(office: Office) -> None:
    office.read()
    client = visit("mark")

    rows = list(csv.DictReader(io.StringIO(client.get("/audience.csv").content.decode())))

    assert [(row["name"], row["people"]) for row in rows][:3] == [("all", "3"), ("email", "3"), ("valid", "0")]
    assert client.get("/audience.xlsx").content.startswith(b"PK")


@pytest.mark.parametrize("only", ["country:nowhere", "job_title:Buyer", f"country:{EVIL}"])
@pytest.mark.usefixtures("office")
def test_a_segment_that_is_none_is_said(only: str) -> None:
    page = visit("mark").get("/audience", {"only": only}).content.decode()

    assert "Too few records" in page
    assert EVIL not in page
    assert 'href="/audience"' in page
