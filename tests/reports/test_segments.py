"""Completeness cut by the segments that the mapping names, and of one segment's records alone."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.completeness import FEW, choices, completeness, find_segment, segment_names
from reports.completeness.collect import SHOWN
from sync.mapping import Mapping
from tests.reports.people import FIELDS, HUGO, LUC, RITA, RULES, People

pytestmark = pytest.mark.django_db

COUNTRY = {"country": {"marketing": "country", "sales": "Country", "type": "text"}}
MAPPING = Mapping.model_validate(
    {
        "funnel": {
            "contact": [
                {"stage": "new", "sales": {"Lead": {"Status": "Open"}}},
                {"stage": "known", "sales": {"Lead": {"Status": "Working"}}},
            ]
        },
        "objects": {
            "contact": {
                "marketing": "contacts",
                "sales": ["Lead", "Contact"],
                "segments": ["country", "stage"],
                "fields": FIELDS
                | COUNTRY
                | {"status": {"marketing": "s", "sales": {"Lead": "Status"}, "type": "text"}},
            }
        },
    }
)


@pytest.fixture
def people() -> People:
    return People(MAPPING)


def live_in(country: str | None, number: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"country": country, "status": None, **fields} for _ in range(number)]


def test_the_largest_values_come_first_and_what_is_not_known_last(people: People) -> None:
    people.know_all([*live_in("Italy", 1), *live_in("France", 2), *live_in("Austria", 1), *live_in(None, 4)])

    report = completeness(MAPPING, RULES, by="country")

    assert [(each.name("en"), each.records) for each in report.groups] == [
        ("France", 2), ("Austria", 1), ("Italy", 1), ("not known", 4),
    ]  # fmt: skip
    assert report.records == 8


def test_a_value_is_one_in_every_spelling_and_a_placeholder_is_none(people: People) -> None:
    people.know_all([*live_in("France", 2), *live_in(" FRANCE", 1), *live_in("n/a", 1), *live_in(" ", 1)])

    report = completeness(MAPPING, RULES, by="country")

    assert [(each.name("fr"), each.records) for each in report.groups] == [("France", 3), ("non renseigné", 2)]


def test_the_smallest_values_stand_together(people: People) -> None:
    people.know_all([each for place in range(SHOWN + 3) for each in live_in(f"Land {place:02}", SHOWN + 3 - place)])

    report = completeness(MAPPING, RULES, by="country")

    assert len(report.groups) == SHOWN
    assert (report.groups[-1].name("en"), report.groups[-1].records) == ("all others", 4 + 3 + 2 + 1)
    assert sum(each.records for each in report.groups) == report.records


def test_stages_stand_in_the_order_of_the_funnel(people: People) -> None:
    people.know_all(live_in("France", 1, status="Open"))
    people.know_all(live_in("France", 3, status="Working"))

    report = completeness(MAPPING, RULES, by="stage")

    assert [(each.key, each.records) for each in report.groups] == [("new", 1), ("known", 3)]


def test_of_a_segment_only_its_own_records_count(people: People) -> None:
    people.hire_all()
    people.know_all([*live_in("France", 15, phone=None), *live_in("france ", FEW - 15)], RITA)
    people.know_all(live_in("Italy", FEW), HUGO)
    france = find_segment(choices(MAPPING), "country:FRANCE")
    assert france is not None

    report = completeness(MAPPING, RULES, only=france)

    phone = next(each for each in report.fields if each.field == "phone")
    assert (report.records, phone.records, phone.blank) == (FEW, FEW, 15)
    assert [(each.key, each.records, each.people) for each in report.groups] == [("Mona Weber", FEW, 1)]


def test_only_values_with_enough_records_can_be_chosen(people: People) -> None:
    people.know_all([*live_in("France", FEW), *live_in("Italy", FEW - 1), *live_in("n/a", FEW)])

    found = choices(MAPPING)

    assert [each.value for each in found["country"]] == ["France"]
    assert find_segment(found, "country:Italy") is None
    assert find_segment(found, "phone:France") is None
    assert segment_names(MAPPING) == ["team", "country", "stage"]


def test_it_is_one_query_whatever_the_number_of_values(people: People) -> None:
    people.know_all(live_in("France", 1))
    with CaptureQueriesContext(connection) as few:
        completeness(MAPPING, RULES, by="country")
    people.know_all([each for place in range(60) for each in live_in(f"Land {place}", 2)], LUC)

    with CaptureQueriesContext(connection) as many:
        completeness(MAPPING, RULES, by="country")

    assert len(many) == len(few)


def test_files_say_the_segment_and_its_parts_add_up(people: People) -> None:
    people.know_all([*live_in("France", FEW, phone=None), *live_in("=1+1", 3)])
    report = completeness(MAPPING, RULES, by="country")

    rows = list(csv.DictReader(io.StringIO(report.to_table().to_csv())))
    shown = json.loads(report.to_json())

    assert [(row["by"], row["segment"], row["records"]) for row in rows if row["section"] == "segment"] == [
        ("country", "France", "20"), ("country", "'=1+1", "3"),
    ]  # fmt: skip
    blank = [int(row["blank"]) for row in rows if row["field"] == "phone"]
    assert blank[0] == sum(blank[1:]) == FEW
    assert (shown["by"], shown["segments"][0]["segment"], "teams" in shown) == ("country", "France", False)


def test_a_file_of_one_segment_names_it(people: People) -> None:
    people.know_all(live_in("France", FEW))
    only = find_segment(choices(MAPPING), "country:France")

    first = next(csv.DictReader(io.StringIO(completeness(MAPPING, RULES, only=only).to_table().to_csv())))

    assert (first["section"], first["by"], first["segment"]) == ("all", "country", "France")
