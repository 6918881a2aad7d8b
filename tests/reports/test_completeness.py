"""Completeness: what is filled, by field, by team, and each field in each team."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors.spreadsheet import open_sheet
from crm.record import Record, Ref, Side
from reports.completeness import Completeness, FieldCount, completeness
from reports.spreadsheet import audit_sheet
from reports.stored import NothingRead
from reports.table import Table
from store.facts import Facts, Judge
from store.models import Link
from sync.mapping import Mapping
from tests.reports.people import FIELDS, HUGO, LUC, MAPPING, NOW, OTTO, RITA, RULES, People

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return People()


def field(report: Completeness, name: str) -> FieldCount:
    return next(count for count in report.fields if count.field == name)


def test_a_cell_is_filled_blank_or_a_placeholder_and_an_invalid_one_is_filled(people: People) -> None:
    people.know_all([{"email": value} for value in ("a@b.example", "no-at-sign", None, " N/A ", "tbd", "")])

    email = field(completeness(MAPPING, RULES), "email")

    assert (email.filled, email.blank, email.placeholder, email.invalid) == (2, 2, 2, 1)
    assert (email.records, email.completeness) == (6, 33.3333)


def test_a_pair_counts_once_by_its_sales_record(people: People) -> None:
    """Mark's contact has no job title, Rita's lead has one: they are one person, who has one."""
    lead = people.know(job_title="Buyer")
    contact = Record(Ref("hubspot", "contacts", "1"), {"jobtitle": None, "email": "lea@client.example"}, None, NOW)
    people.facts.save(Side.MARKETING, [contact], {})
    Link.objects.create(object="contact", marketing=str(contact.ref), sales=str(lead))
    people.facts.settle([lead])

    report = completeness(MAPPING, RULES)

    assert (report.records, report.pairs) == (1, 1)
    assert field(report, "job_title").filled == field(report, "job_title").records == 1


def test_a_field_that_a_record_cannot_have_is_not_missing_there(people: People) -> None:
    """A Salesforce contact has no company of its own."""
    people.know(company=None)
    people.know(object_name="Contact")

    report = completeness(MAPPING, RULES)

    assert report.records == 2
    assert (field(report, "company").records, field(report, "company").blank) == (1, 1)
    assert report.cells == 2 * len(FIELDS) - 1


def test_teams_are_alphabetical_and_what_is_no_team_comes_last(people: People) -> None:
    people.hire_all()
    people.hire("salesforce:User:zoe", "Zoé Petit", "graham Holloway")
    for rep in (None, OTTO, RITA, HUGO, LUC, "salesforce:User:zoe"):
        people.know(rep)

    report = completeness(MAPPING, RULES)

    assert [team.name("en") for team in report.groups] == [
        "Élise Moreau", "graham Holloway", "Mona Weber", "no team", "no rep",
    ]  # fmt: skip
    assert [team.records for team in report.groups] == [1, 1, 2, 1, 1]


def test_every_field_is_counted_in_every_team(people: People) -> None:
    people.hire_all()
    people.know_all([{"job_title": None}, {"job_title": "n/a"}, {}], RITA)
    people.know(HUGO)

    elise, mona = completeness(MAPPING, RULES).groups

    counts = {(team.key, each.field): each.completeness for team in (elise, mona) for each in team.fields}
    assert counts["Mona Weber", "job_title"] == 33.3333
    assert counts["Élise Moreau", "job_title"] == counts["Mona Weber", "phone"] == 100.0
    assert (mona.filled, mona.cells) == (16, 18)


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_are_those_of_the_spreadsheet_audit(people: People, tmp_path: Path, seed: int) -> None:
    """The same rows, once as records and once as a file: Mark may compare the two."""
    draw = random.Random(seed)
    columns = ["last_name", "first_name", "job_title", "company"]
    values = ["Martin", "x", "", "  ", "n/a", " N/A", "TBD", "tbd.", "0"]
    lines = [{name: draw.choice(values) for name in columns} for _ in range(60)]
    people.know_all(lines)
    file = tmp_path / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, columns)
        writer.writeheader()
        writer.writerows(lines)

    with open_sheet(file) as sheet:
        audited = audit_sheet(sheet, placeholders=RULES.placeholders)

    report = completeness(MAPPING, RULES)
    assert [field(report, name).records for name in columns] == [60] * len(columns)
    assert [
        (each.field, each.filled, each.blank, each.placeholder, each.completeness) for each in audited.fields
    ] == [
        (each.field, each.filled, each.blank, each.placeholder, each.completeness)
        for each in (field(report, name) for name in columns)
    ]  # fmt: skip


def test_fields_stand_in_the_order_of_the_mapping(people: People) -> None:
    people.know()

    assert [count.field for count in completeness(MAPPING, RULES).fields] == list(FIELDS)


def test_a_field_is_owed_by_whom_a_rule_asks_and_not_by_whom_it_only_measures(people: People) -> None:
    people.know()

    report = completeness(MAPPING, RULES)

    owed = {count.field: count.owed_by for count in report.fields}
    assert owed["job_title"] == (Side.SALES,)
    assert owed["last_name"] == (Side.MARKETING,)
    assert owed["email"] == (Side.SALES, Side.MARKETING)
    assert owed["phone"] == owed["company"] == ()


def test_the_cost_does_not_grow_with_the_records(people: People) -> None:
    people.hire_all()
    people.know(RITA)
    with CaptureQueriesContext(connection) as few:
        completeness(MAPPING, RULES)
    people.know_all([{} for _ in range(300)], HUGO)

    with CaptureQueriesContext(connection) as many:
        report = completeness(MAPPING, RULES)

    assert report.records == 301
    assert len(many) == len(few)


def test_json_gives_numbers_and_says_when_it_was_read(people: People) -> None:
    people.hire_all()
    people.know(RITA, phone=None)
    people.know_all([{}, {"phone": "n/a"}])
    people.read()

    shown = json.loads(completeness(MAPPING, RULES, "fr").to_json())

    assert shown["read_at"] == "2026-11-23T12:00:00+00:00"
    assert (shown["records"], shown["filled"], shown["cells"], shown["completeness"]) == (3, 16, 18, 88.8889)
    assert shown["fields"][3] == {
        "object": "contact", "field": "phone", "title": "Téléphone", "owed_by": [], "records": 3, "filled": 1,
        "blank": 1, "placeholder": 1, "invalid": 0, "completeness": 33.3333,
    }  # fmt: skip
    assert [(team["team"], team["kind"]) for team in shown["teams"]] == [("Mona Weber", "team"), (None, "no_rep")]


def test_where_no_record_has_the_field_there_is_no_percentage(people: People) -> None:
    people.know(object_name="Contact")

    shown = json.loads(completeness(MAPPING, RULES).to_json())

    assert [each["completeness"] for each in shown["fields"] if each["field"] == "company"] == [None]


def test_csv_holds_the_whole_report_and_its_parts_add_up(people: People) -> None:
    people.hire_all()
    people.know_all([{"email": "n/a"}, {"email": None}], RITA)
    people.know(HUGO, object_name="Contact", email="no-at-sign")

    rows = list(csv.DictReader(io.StringIO(completeness(MAPPING, RULES).to_table().to_csv())))

    assert [row["records"] for row in rows if row["section"] == "all"] == ["3"]
    assert [row["team"] for row in rows if row["section"] == "team"] == ["Élise Moreau", "Mona Weber"]
    for name in FIELDS:
        of_field = [row for row in rows if row["field"] == name]
        for number in ("records", "filled", "blank", "placeholder", "invalid"):
            whole = sum(int(row[number]) for row in of_field if row["section"] == "field")
            assert whole == sum(int(row[number]) for row in of_field if row["section"] == "field_team")


def test_people_get_a_table_by_field_and_one_by_team_in_their_language(people: People) -> None:
    people.hire_all()
    people.know(RITA)

    by_field, by_team = completeness(MAPPING, RULES, "fr").to_tables()

    assert isinstance(by_field, Table)
    assert [row[0] for row in by_field.rows] == ["Nom", "Prénom", "E-mail", "Téléphone", "Fonction", "Entreprise"]
    assert by_team.rows == (("Mona Weber", 100.0, 1, 6),)
    assert "invalide est remplie" in by_field.notes[0]


def test_an_empty_store_says_what_to_run() -> None:
    with pytest.raises(NothingRead, match="entente sync"):
        completeness(MAPPING, RULES)

    People()
    with pytest.raises(NothingRead, match="entente sync"):
        completeness(MAPPING, RULES)


def test_a_field_mapped_since_the_last_sync_is_named_and_not_counted_as_blank(people: People) -> None:
    people.know()
    industry = {"industry": {"marketing": "industry", "sales": {"Lead": "Industry"}, "type": "text"}}
    contact = {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": FIELDS | industry}
    wider = Mapping.model_validate({"objects": {"contact": contact}})

    report = completeness(wider, RULES)

    assert [count.field for count in report.fields] == list(FIELDS)
    assert report.completeness == 100.0
    assert "industry" in report.notes()[1]


def test_two_objects_are_told_apart(people: People) -> None:
    """A field of a company is named with its object once there are several."""
    people.know()
    company = {
        "marketing": "companies",
        "sales": ["Account"],
        "fields": {"city": {"marketing": "city", "sales": "City", "type": "text"}},
    }
    contact = {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": FIELDS}
    both = Mapping.model_validate({"objects": {"contact": contact, "company": company}})
    other = Facts(both, both.objects["company"], Judge())
    other.ensure()
    other.save(Side.SALES, [Record(Ref("salesforce", "Account", "1"), {"City": None}, None, NOW)], {})

    report = completeness(both, RULES)

    assert [row[0] for row in report.to_tables()[0].rows][-2:] == ["Contact: Company", "Company: City"]
    assert (report.records, field(report, "city").blank) == (2, 1)
