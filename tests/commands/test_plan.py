"""What Otto reads before he lets a sync go: every field with its base, both values, the decision and the reason."""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import wiring
from cli import app
from store import models
from store.sql import now
from tests.sync.house import House


@pytest.fixture
def house(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A pair with one edit, one conflict and one new person."""
    house = House(tmp_path, fields={"title": {"on_conflict": "ask"}})
    m, s = house.pair(marketing={"jobtitle": "A", "phone": "1"})
    house.marketing.edit(m, jobtitle="B", phone="2")
    house.sales.edit(s, Title="C")
    house.lead("Bob")
    monkeypatch.setattr(wiring, "build", lambda **_: house.open())
    return house


def plan(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["plan", *arguments], catch_exceptions=False)


def test_every_field_comes_with_base_both_values_decision_and_reason(house: House) -> None:
    before = house.writes()

    shown = json.loads(plan("--format", "json").stdout)

    by_field = {each["field"]: each for each in shown["lines"] if each["decision"] != "create"}
    assert by_field["phone"] | {"record": ""} == {
        "record": "", "to": "sales", "field": "phone", "base_marketing": "1", "base_sales": "1", "marketing": "2",
        "sales": "1", "decision": "write", "becomes": "2", "reason": "edited in marketing",
    }  # fmt: skip
    asked = by_field["title"]
    assert (asked["base_sales"], asked["marketing"], asked["sales"], asked["decision"]) == ("A", "B", "C", "ask")
    assert {each["field"] for each in shown["lines"] if each["decision"] == "create"} == {
        "email", "last_name", "company",
    }  # fmt: skip
    assert (shown["create"], shown["update"], shown["conflicts"]) == (1, 1, 1)
    assert house.writes() == before


def test_the_plan_warns_of_what_writes_may_set_off(house: House) -> None:
    said = " ".join(plan().stdout.split())

    assert "may start workflows" in said
    assert "1 new contacts in HubSpot may count as marketing contacts, which are billed" in said
    assert "may start flows" in said


def test_the_plan_says_which_brake_would_stop_it(house: House) -> None:
    house.configure(fields={"title": {"on_conflict": "ask"}}, brakes={"overwrites": 0.2, "blanks": 0.2, "floor": 1})

    shown = json.loads(plan("--format", "json").stdout)

    assert shown["brakes"] == [
        "would overwrite values of 1 of 1 linked records, more than 20 % and at least 1",
    ]


def test_the_plan_is_paged_and_its_totals_count_all(house: House) -> None:
    whole = list(csv.DictReader(plan("--format", "csv", "--limit", "0").stdout.splitlines()))

    pages = [json.loads(plan("--format", "json", "--limit", "2", "--page", str(page)).stdout) for page in (1, 2, 3)]

    assert [each["field"] for page in pages for each in page["lines"]] == [each["field"] for each in whole]
    assert {page["total"] for page in pages} == {len(whole)} == {5}
    assert "1 to 2 of 5 lines" in plan("--limit", "2").stdout


def test_open_answers_are_in_the_plan(house: House) -> None:
    ref = next(iter(house.links().values()))
    models.Answer.objects.create(
        rule="r", ref=str(ref), object="contact", field="company", value="Südwind", rep="r", by="rita", at=now(),
        changed_at=now(),
    )  # fmt: skip

    shown = json.loads(plan("--format", "json").stdout)

    assert shown["answers"] == 1
    first = shown["lines"][0]
    assert (first["decision"], first["field"], first["becomes"], first["reason"]) == (
        "answer", "company", "Südwind", "answered by rita",
    )  # fmt: skip


def test_no_value_of_a_person_reaches_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        plan()

    assert "bob@x.com" not in caplog.text
