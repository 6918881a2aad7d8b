"""`entente check --drift`: Otto asks whether both systems agree, record by record, and why where they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import wiring
from cli import app
from crm.record import Side
from store import known, models
from sync.plan import Base
from tests.sync.house import House, hubspot, salesforce, text
from wiring import undoing


@pytest.fixture
def house(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(
        tmp_path,
        marketing=hubspot(text("note", max_length=3)),
        sales=salesforce(text("Note")),
        fields={
            "title": {"on_conflict": "ask"},
            "note": {"marketing": "note", "sales": "Note", "type": "text", "too_long": "hold"},
        },
    )
    monkeypatch.setattr(wiring, "build", lambda **_: house.open())
    return house


def drift(code: int = 0) -> Any:
    done = CliRunner().invoke(app, ["check", "--drift", "--format", "json"], catch_exceptions=False)
    assert done.exit_code == code, done.stdout
    return json.loads(done.stdout)


def test_a_quiet_house_agrees_whatever_each_system_makes_of_a_value(house: House) -> None:
    """HubSpot keeps e-mails in capitals, and one phone is written with blanks: they mean the same."""
    house.pair(marketing={"phone": "+33 1 44 55 66 77", "email": "ANN@X.COM"}, sales={"Phone": "+33144556677"})
    for number in range(5):
        house.pair(f"Bob{number}", marketing={"jobtitle": "A"})
    before = house.writes()

    found = drift()

    assert (found["pairs"], found["agree"], found["differ"], found["unexplained"]) == (6, 6, {}, 0)
    assert found["unlinked"] == {"marketing": {}, "sales": {}}
    assert house.writes() == before


def test_every_difference_has_its_reason(house: House) -> None:
    asked, (m, s), undone = (house.pair(name, marketing={"jobtitle": "A"}) for name in ("Ann", "Bob", "Cid"))
    house.marketing.edit(asked[0], jobtitle="B")
    house.sales.edit(asked[1], Title="C")
    house.sales.edit(s, Note="too long for HubSpot")
    house.sales.edit(undone[1], Title="Z")
    run = house.sync()["run"]
    house.service.undo(undoing.wanted(run, str(undone[0]), archive_created=False))
    house.settle()
    house.marketing.rewrites["lastname"] = str.upper
    house.sales.edit(s, LastName="Bobby")
    house.settle()
    house.marketing.edit(m, phone="7")

    found = drift()

    reasons = {(each["field"], each["why"]) for each in found["listed"]}
    assert reasons == {
        ("title", "conflict"), ("note", "held"), ("title", "undone"), ("last_name", "waiting"), ("phone", "waiting"),
    }  # fmt: skip
    house.settle()
    reasons = {(each["field"], each["why"]) for each in drift()["listed"]}
    assert reasons == {("title", "conflict"), ("note", "held"), ("title", "undone"), ("last_name", "rewritten")}


def test_a_difference_that_nothing_explains_ends_with_code_one(house: House) -> None:
    """A base that lies, as after a restored database, hides an edit from every pass."""
    m, _ = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.service.records.save("contact", Side.MARKETING, [house.marketing.look(m)])
    house.marketing._row(m).change = 0
    link = house.service.links.of([m])[m]
    house.service.links.rebase([(link, Base({"phone": "2"}, {"phone": "1"}))])
    models.Change.objects.all().delete()

    found = drift(1)

    assert found["differ"] == {"unexplained": 1}
    assert found["listed"][0] | {"record": "", "counterpart": ""} == {
        "record": "", "counterpart": "", "field": "phone", "marketing": "2", "sales": "1", "why": "unexplained",
    }  # fmt: skip


def test_records_without_a_link_are_explained(house: House) -> None:
    _, s = house.pair()
    house.sales.delete(s)
    house.settle()
    house.marketing.add("contacts", {"email": "no-company@x.com", "lastname": "Nobody"})
    house.sync()
    house.person("Dan")
    house.person("Dan")
    house.sync()
    house.contact("Eve")

    found = drift()

    assert found["unlinked"]["marketing"] == {"apart": 1, "held": 1, "waiting": 1}
    assert found["unlinked"]["sales"] == {"conflict": 2}


def test_a_paused_field_is_said_by_check_with_its_mend(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    m, _ = house.pair(marketing={"note": "A"})
    house.sales.objects = salesforce().objects
    known.forget("schema.")
    house.marketing.edit(m, note="B")
    house.settle()
    for name in ("connect", "load_configuration", "open_store"):
        monkeypatch.setattr(wiring, name, {"connect": lambda *_: house.connectors,
                                           "load_configuration": lambda _: house.configuration,
                                           "open_store": lambda _: None}[name])  # fmt: skip

    told = CliRunner().invoke(app, ["check", "--format", "json"], catch_exceptions=False)
    said = CliRunner().invoke(app, ["check"], catch_exceptions=False)

    result = json.loads(told.stdout)
    assert told.exit_code == 1
    assert result["ok"], "a sync runs without it"
    broken = {(each["object"], each["field"], each["kind"], each["pauses"]) for each in result["broken"]}
    assert broken == {("Lead", "Note", "gone", True), ("Contact", "Note", "gone", True)}
    assert "A sync runs without the paused fields" in said.stdout
    assert "restore it or grant it" in said.stdout


def test_a_narrower_field_is_said_until_it_is_accepted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.pair()
    house.marketing.objects = hubspot(text("note", max_length=2)).objects
    monkeypatch.setattr(wiring, "connect", lambda *_: house.connectors)
    monkeypatch.setattr(wiring, "load_configuration", lambda _: house.configuration)
    monkeypatch.setattr(wiring, "open_store", lambda _: None)

    first = CliRunner().invoke(app, ["check"], catch_exceptions=False)
    CliRunner().invoke(app, ["check", "--accept"], catch_exceptions=False)
    last = CliRunner().invoke(app, ["check"], catch_exceptions=False)

    assert first.exit_code == last.exit_code == 0
    assert "contacts.note (note): it took 3 characters, and takes 2" in first.stdout
    assert "Changed since" not in last.stdout
