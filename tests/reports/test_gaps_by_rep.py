"""Gaps by rep: what is open with whom, since when, why, and how long it takes; nobody is ranked."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from reports.gaps_by_rep import SHOWN, gaps_by_rep
from reports.stored import NothingRead
from rules.language import RuleSet
from store.models import Gap
from tests.reports.people import BY_MARKETING, HUGO, LUC, MAPPING, NOW, OTTO, RITA, RULES, People, required, rule

pytestmark = pytest.mark.django_db

PRIVATE = "Private Person"


@pytest.fixture
def people() -> People:
    people = People()
    people.hire_all()
    return people


def test_reps_are_alphabetical_whatever_they_owe(people: People) -> None:
    for rep, open_gaps in ((RITA, 1), (LUC, 5), (HUGO, 2), (OTTO, 3)):
        people.know_all([{"job_title": None}] * open_gaps, rep)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert [(section.rep, len(section.gaps)) for section in report.reps] == [
        ("Hugo Carpentier", 2), ("Luc Bertrand", 5), ("Otto Klein", 3), ("Rita Lang", 1),
    ]  # fmt: skip
    assert report.open == 11


def test_a_line_says_which_record_what_is_missing_since_when_and_why(people: People) -> None:
    ref = people.know(RITA, first_name="Tomas", last_name="Brandt", job_title="n/a")
    people.audit(since=NOW - timedelta(days=3, hours=5))

    [rita] = gaps_by_rep(MAPPING, RULES, NOW).reps

    [line] = rita.gaps
    assert (line.record, line.ref, line.missing, line.age_days) == ("Tomas Brandt", str(ref), "Job title", 3)
    assert (line.why, line.seconds, rita.team) == ("Why S1-title is asked.", 20, "Mona Weber")


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ({}, "Léa Martin"),
        ({"last_name": None}, "Léa"),
        ({"first_name": "n/a"}, "Martin"),
        ({"first_name": None, "last_name": None}, "Acme"),
        ({"first_name": None, "last_name": "tbd", "company": ""}, "lea@client.example"),
    ],
)
def test_a_record_is_called_by_its_names_or_by_what_there_is(people: People, names: dict[str, Any], label: str) -> None:
    people.know(RITA, job_title=None, **names)
    people.audit()

    [rita] = gaps_by_rep(MAPPING, RULES, NOW).reps

    assert rita.gaps[0].record == label


def test_a_record_without_any_name_is_called_by_its_reference(people: People) -> None:
    ref = people.know(RITA, job_title=None, first_name=None, last_name=None, company=None, email=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert report.reps[0].gaps[0].record == str(ref)


def test_the_quickest_fix_comes_first_then_the_oldest(people: People) -> None:
    people.know(RITA, first_name="Slow", job_title=None)
    people.audit(since=NOW - timedelta(days=9))
    people.know(RITA, first_name="Newer", email="no-at-sign")
    people.audit(since=NOW - timedelta(days=1))
    people.know(RITA, first_name="Older", email="no-at-sign")
    people.audit(since=NOW - timedelta(days=2))

    [rita] = gaps_by_rep(MAPPING, RULES, NOW).reps

    assert [line.record.split()[0] for line in rita.gaps] == ["Older", "Newer", "Slow"]
    assert rita.seconds == 5 + 5 + 20


def test_what_marketing_owes_stands_beside_and_under_no_rep(people: People) -> None:
    people.know(RITA, last_name=None, email=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert report.reps == ()
    assert [line.missing for line in report.marketing.gaps] == ["Last name or Email"]


def test_what_sales_owes_for_a_record_without_a_rep_is_nobodys(people: People) -> None:
    people.know(None, job_title=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert (report.reps, len(report.no_rep.gaps)) == ((), 1)


def test_what_is_only_measured_shows_as_team_totals_and_names_neither_rep_nor_record(people: People) -> None:
    people.know_all([{"first_name": "Private", "last_name": "Person", "phone": None}] * 2, RITA)
    people.know(LUC, first_name="Private", last_name="Person", phone=None)
    people.know(None, first_name="Private", last_name="Person", phone=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert [(each.rule, each.name("en"), each.open) for each in report.observed] == [
        ("S3-phone", "Mona Weber", 3), ("S3-phone", "no rep", 1),
    ]  # fmt: skip
    assert report.open == 0
    everything = report.to_json() + report.to_table().to_csv() + str(report.to_tables())
    assert PRIVATE not in everything
    assert "Rita" not in everything


def test_the_total_of_a_team_of_one_is_not_shown_as_a_team(people: People) -> None:
    """Hugo is alone with Élise: her team's total would be his."""
    people.know(HUGO, phone=None)
    people.know(OTTO, phone=None)
    people.audit()

    report = gaps_by_rep(MAPPING, RULES, NOW)

    assert [(each.name("en"), each.open) for each in report.observed] == [("no team", 2)]


def test_what_both_sides_owe_is_under_the_rep_where_one_owes_and_beside_where_none_does() -> None:
    shared = {"direction": "shared"}
    rules = RuleSet.model_validate(
        {
            "version": 1,
            "rules": [
                rule("B1", required("company"), **shared),
                rule("B2", required("phone"), responsible="joint", **shared),
                rule("M1", required("email"), **BY_MARKETING),
            ],
        }
    )
    people = People(rules=rules)
    people.hire_all()
    people.know(RITA, company=None, phone=None)
    people.audit()

    report = gaps_by_rep(MAPPING, rules, NOW)

    assert [line.rule for line in report.reps[0].gaps] == ["B1"]
    assert [line.rule for line in report.both.gaps] == ["B2"]


def test_a_gap_of_a_rule_that_is_gone_is_left_out(people: People) -> None:
    people.know(RITA, job_title=None)
    people.audit()
    fewer = RuleSet.model_validate({"version": 1, "rules": []})

    assert gaps_by_rep(MAPPING, fewer, NOW).open == 0
    assert Gap.objects.count() == 1


def test_reasons_and_fields_are_french_for_a_french_reader(people: People) -> None:
    people.know(RITA, job_title=None, email="no-at-sign")
    people.audit()

    [rita] = gaps_by_rep(MAPPING, RULES, NOW, "fr").reps

    assert [line.missing for line in rita.gaps] == ["E-mail, à corriger", "Fonction"]
    assert rita.gaps[1].why == "Pourquoi demander S1-title."


def test_json_lists_everything_by_rep(people: People) -> None:
    people.know_all([{"job_title": None}] * (SHOWN + 5), RITA)
    people.know(None, email="no-at-sign")
    people.know(last_name=None, email=None)
    people.audit(since=NOW - timedelta(days=2))
    people.read()

    shown = json.loads(gaps_by_rep(MAPPING, RULES, NOW).to_json())

    assert (shown["open"], shown["read_at"]) == (SHOWN + 7, NOW.isoformat())
    [rita] = shown["reps"]
    assert (rita["rep"], rita["team"], rita["is_active"], rita["open"]) == ("Rita Lang", "Mona Weber", True, SHOWN + 5)
    assert len(rita["gaps"]) == SHOWN + 5
    assert rita["gaps"][0] == {
        "record": "Léa Martin", "ref": "salesforce:Lead:00Q1", "object": "contact", "rule": "S1-title",
        "title": "Title of S1-title", "fields": ["job_title"], "missing": "Job title",
        "since": "2026-11-21T12:00:00+00:00", "age_days": 2, "why": "Why S1-title is asked.", "seconds": 20,
    }  # fmt: skip
    assert (shown["no_rep"]["open"], shown["marketing"]["seconds"], shown["both"]["gaps"]) == (1, 20, [])


def test_csv_has_a_row_for_each_gap_and_each_team_total(people: People) -> None:
    people.know_all([{"job_title": None}] * (SHOWN + 5), RITA)
    people.know(RITA, phone=None)
    people.know(first_name="=cmd()", last_name=None, email=None)
    people.know(None, first_name="=cmd()", job_title=None)
    people.audit()

    rows = list(csv.DictReader(io.StringIO(gaps_by_rep(MAPPING, RULES, NOW).to_table().to_csv())))

    sections = [row["section"] for row in rows]
    assert sections == ["rep"] * (SHOWN + 5) + ["no_rep", "marketing", "observed"]
    assert {row["rep"] for row in rows if row["section"] == "rep"} == {"Rita Lang"}
    assert (rows[-1]["team"], rows[-1]["open"], rows[-1]["record"]) == ("Mona Weber", "1", "")
    assert rows[-3]["record"].startswith("'=cmd()")


def test_people_see_some_gaps_of_a_rep_and_how_many_more_there_are(people: People) -> None:
    people.know_all([{"job_title": None}] * (SHOWN + 5), RITA)
    people.audit()

    [table] = gaps_by_rep(MAPPING, RULES, NOW).to_tables()

    assert table.title == "Rita Lang, team Mona Weber: 25 open, about 8 min 20".replace(" min ", "\xa0min\xa0")
    assert len(table.rows) == SHOWN
    assert table.notes == (
        "and 5 more; --format json and csv list all", "Title of S1-title: Why S1-title is asked.",
    )  # fmt: skip


def test_without_a_gap_that_is_said(people: People) -> None:
    people.know(RITA)
    people.audit()

    [table] = gaps_by_rep(MAPPING, RULES, NOW).to_tables()

    assert "no open gap" in table.title


def test_a_rep_who_left_is_marked(people: People) -> None:
    people.hire("salesforce:User:piero", "Piero Zanetti", "Mona Weber", is_active=False)
    people.know("salesforce:User:piero", job_title=None)
    people.audit()

    [piero] = gaps_by_rep(MAPPING, RULES, NOW).reps

    assert not piero.is_active


def test_an_empty_store_says_what_to_run() -> None:
    with pytest.raises(NothingRead, match="entente sync"):
        gaps_by_rep(MAPPING, RULES, NOW)
