"""Otto undoes a run: what it overwrote goes back where nobody has moved on, settles there, and can be undone itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

import wiring
from cli import app
from connectors.base import FieldInfo, Policy
from crm.record import Ref
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import Killed
from tests.sync.house import House, hubspot, salesforce, text
from wiring import undoing
from wiring.readiness import prepare


def edited(house: House, name: str = "Ann") -> tuple[Ref, Ref, int]:
    """Rita corrects the phone in Salesforce, Mark the title in HubSpot; the run carries both over."""
    m, s = house.pair(name, marketing={"phone": "1", "jobtitle": "A"})
    house.sales.edit(s, Phone="2")
    house.marketing.edit(m, jobtitle="B")
    run = house.sync()["run"]
    assert house.shown(m)["phone"] == "2"
    assert house.shown(s)["Title"] == "B"
    return m, s, run


def undo(house: House, run: int | None = None, record: str | None = None, *, archive: bool = False) -> dict[str, Any]:
    return house.service.undo(undoing.wanted(run, record, archive_created=archive))


def left(house: House, run: int) -> list[tuple[str, str]]:
    """What an undo of a run would leave alone: field and why."""
    found = undoing.find(house.service, prepare(house.service), undoing.wanted(run, None, archive_created=False))
    return sorted((each.written.field, each.why.value) for batch in found for each in batch.undo.left)


def quiet(house: House) -> bool:
    """Whether two further passes write nothing, the second after every record was looked at again."""
    before = house.writes()
    house.sync()
    house.service.records.touch_all("contact")
    house.sync()
    return house.writes() == before


def test_values_go_back_on_both_sides_and_stay_back(house: House) -> None:
    m, s, run = edited(house)

    result = undo(house, run)

    assert (house.shown(m)["phone"], house.shown(s)["Title"]) == ("1", "A")
    assert (house.shown(m)["jobtitle"], house.shown(s)["Phone"]) == ("B", "2"), "what people entered themselves stays"
    assert result["updated"] == {"marketing": 1, "sales": 1}
    assert quiet(house)
    assert house.conflicts() == house.held() == []


def test_an_undo_is_in_the_history_with_its_rule(house: House) -> None:
    _, _, run = edited(house)

    undo(house, run)

    assert house.history()[-2:] == [("marketing", "phone", "2", "1", "undo"), ("sales", "title", "B", "A", "undo")]
    assert models.Change.objects.latest("id").reason == f"undo of run {run}"


def test_the_next_edit_after_an_undo_travels_as_ever(house: House) -> None:
    m, s, run = edited(house)
    undo(house, run)
    house.settle()

    house.marketing.edit(m, phone="3")
    house.sales.edit(s, Title="C")
    house.settle()

    assert (house.shown(s)["Phone"], house.shown(m)["jobtitle"]) == ("3", "C")


def test_an_undo_can_be_undone(house: House) -> None:
    m, s, run = edited(house)
    first = undo(house, run)

    undo(house, first["run"])

    assert (house.shown(m)["phone"], house.shown(s)["Title"]) == ("2", "B")
    assert quiet(house)


def test_what_somebody_edited_since_is_listed_and_left_alone(house: House) -> None:
    m, s, run = edited(house)
    house.marketing.edit(m, phone="4")
    house.marketing.edit(m, jobtitle="D")

    assert left(house, run) == [("phone", "edited"), ("title", "other_side")]
    result = undo(house, run)

    assert result["undo"]["left"] == {"edited": 1, "other_side": 1}
    house.settle()
    assert (house.shown(s)["Phone"], house.shown(s)["Title"]) == ("4", "D"), "both edits travel"


def test_an_edit_that_no_pass_has_seen_yet_is_not_lost_by_an_undo(house: House) -> None:
    m, s, run = edited(house)
    house.marketing.edit(m, lastname="Marten")

    undo(house, run)
    house.settle()

    assert house.shown(s)["LastName"] == "Marten"


def test_undoing_twice_writes_once(house: House) -> None:
    _, _, run = edited(house)
    undo(house, run)
    before = house.writes()

    again = undo(house, run)

    assert house.writes() == before
    assert again["undo"]["left"] == {"back": 2}


@pytest.mark.parametrize("rule", ["prefer_sales", "always_sales", "prefer_marketing", "always_marketing"])
def test_no_rule_brings_the_undone_value_back(make_house: MakeHouse, rule: str) -> None:
    house = make_house(fields={"title": {"rule": rule}})
    m, s = house.pair(marketing={"jobtitle": "A"}, sales={"Title": "A"})
    source = house.sales if rule.endswith("sales") else house.marketing
    source.edit(s if source is house.sales else m, **{"Title" if source is house.sales else "jobtitle": "B"})
    run = house.sync()["run"]

    undo(house, run)

    shown = (house.shown(m)["jobtitle"], house.shown(s)["Title"])
    assert shown == (("A", "B") if rule.endswith("sales") else ("B", "A"))
    assert quiet(house)


def test_a_first_meeting_can_be_undone(house: House) -> None:
    """The run that linked them filled a blank: the link stays, the blank is back, and nobody counts as clearing."""
    m, s = house.contact(phone="1"), house.lead()
    run = house.sync()["run"]
    assert house.shown(s)["Phone"] == "1"

    undo(house, run)

    assert "Phone" not in house.shown(s)
    assert house.shown(m)["phone"] == "1"
    assert quiet(house)


def test_opt_outs_are_never_undone(house: House) -> None:
    m, _, run = edited(house)
    models.Change.objects.filter(run_id=run, field="phone").update(rule="consent")

    undo(house, run)

    assert house.shown(m)["phone"] == "2"
    assert left(house, run) == [("phone", "consent"), ("title", "back")]


def test_what_was_erased_or_is_kept_no_longer_is_skipped(house: House) -> None:
    m, _, run = edited(house)
    models.Change.objects.filter(run_id=run, field="phone").update(old=None, new=None)

    undo(house, run)

    assert house.shown(m)["phone"] == "2"
    assert left(house, run) == [("phone", "forgotten"), ("title", "back")]


def test_what_the_run_made_is_listed_and_stays(house: House) -> None:
    house.contact()
    run = house.sync()["run"]

    result = undo(house, run)

    assert result["undo"] | {"refs": None} == {
        "run": run, "refs": None, "archive": False, "left": {}, "made": 1, "archived": 0,
    }  # fmt: skip
    assert house.people() == (1, 1)


def test_what_the_run_made_is_archived_on_request_and_not_made_again(house: House) -> None:
    m = house.contact()
    kept = house.contact("Bob")
    run = house.sync()["run"]
    house.sales.edit(house.links()[kept], Title="Boss")

    result = undo(house, run, archive=True)

    assert result["undo"]["archived"] == 1, "Rita has worked on Bob"
    assert m not in house.links()
    house.settle()
    assert house.people() == (2, 1)
    assert quiet(house)


def test_what_a_system_gives_to_a_new_record_by_itself_is_nobody_s_work(make_house: MakeHouse) -> None:
    """Salesforce unticks the opt-out and names a source: neither is ever agreed on, so neither tells of an edit."""
    flags = [FieldInfo(name, name, "boolean") for name in ("hs_email_optout", "HasOptedOutOfEmail")]
    house = make_house(
        marketing=hubspot(flags[0], text("source"), preferences=("email", "hs_email_optout")),
        sales=salesforce(flags[1], text("LeadSource")),
        fields={
            "opt_out": {"marketing": flags[0].name, "sales": flags[1].name, "type": "bool", "rule": "consent"},
            "source": {"marketing": "source", "sales": "LeadSource", "type": "text", "rule": "off"},
        },
    )
    house.contact()
    bob = house.contact("Bob")
    run = house.sync()["run"]
    for made in house.links().values():
        house.sales.edit(made, HasOptedOutOfEmail=made == house.links()[bob], LeadSource="Web")

    result = undo(house, run, archive=True)

    assert result["undo"]["archived"] == 1, "Bob has opted out since"
    assert bob in house.links()


def test_only_one_record_of_a_run_is_undone(house: House) -> None:
    m, _, _ = edited(house)
    n, t = house.pair("Bob", marketing={"phone": "1"})
    house.sales.edit(t, Phone="2")
    house.sales.edit(house.links()[m], Phone="3")
    run = house.sync()["run"]

    undo(house, run, "bob@x.com")

    assert (house.shown(n)["phone"], house.shown(m)["phone"]) == ("1", "3")


def test_of_a_record_alone_the_last_run_is_undone(house: House) -> None:
    m, s, _ = edited(house)
    house.sales.edit(s, Phone="3")
    house.sync()

    undo(house, record=str(s))

    assert house.shown(m)["phone"] == "2"


def test_a_lead_that_was_converted_since_is_undone_on_its_contact(house: House) -> None:
    m, s, run = edited(house)
    contact = house.sales.convert(s, "Contact", house.shown(s))
    house.settle()

    undo(house, run)

    assert house.shown(contact)["Title"] == "A"
    assert house.shown(m)["phone"] == "1"
    assert quiet(house)


def test_what_would_be_refused_is_listed(make_house: MakeHouse) -> None:
    """The title became required: its blank cannot go back."""
    house = make_house()
    house.contact(jobtitle="A")
    s = house.lead()
    run = house.sync()["run"]
    assert house.shown(s)["Title"] == "A"
    house.sales.objects = salesforce(text("Title", required=True)).objects
    models.Known.objects.filter(key__startswith="schema.").delete()

    assert left(house, run) == [("title", "refused")]


def test_a_busy_system_leaves_both_sides_agreed(house: House) -> None:
    """What was not written is not undone, and no half of it travels."""
    m, s, run = edited(house)
    house.marketing.refuse(1, Policy.LATER)

    undo(house, run)
    house.settle()

    assert (house.shown(m)["phone"], house.shown(s)["Phone"]) == ("2", "2")
    undo(house, run)
    assert house.shown(m)["phone"] == "1"
    assert quiet(house)


def test_an_answer_that_got_lost_is_found_out(house: House) -> None:
    m, s, run = edited(house)
    house.marketing.lose_answers()

    undo(house, run)
    house.settle()

    assert (house.shown(m)["phone"], house.shown(s)["Phone"]) == ("1", "2")
    assert ("marketing", "phone", "2", "1", "undo") in house.history()


@pytest.mark.parametrize("step", ["store_undo", "next_intents", "remember"])
def test_an_undo_that_was_killed_goes_on_or_leaves_agreement(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    m, s, run = edited(house)
    log = house.service.log
    real = getattr(log, step)

    def die(*given: Any) -> Any:
        real(*given) if step == "store_undo" else None
        raise Killed

    with monkeypatch.context() as context:
        context.setattr(log, step, die)
        with pytest.raises(Killed):
            undo(house, run)
    house.settle()
    undo(house, run)

    assert (house.shown(m)["phone"], house.shown(s)["Title"]) == ("1", "A")
    assert (house.shown(m)["jobtitle"], house.shown(s)["Phone"]) == ("B", "2")
    assert quiet(house)


def test_a_picklist_option_that_is_gone_is_listed(make_house: MakeHouse) -> None:
    rating = FieldInfo("rating", "rating", "enumeration", options=frozenset({"hot", "cold"}))
    house = make_house(
        marketing=hubspot(rating), sales=salesforce(text("Rating")),
        fields={"rating": {"marketing": "rating", "sales": "Rating", "type": "picklist"}},
    )  # fmt: skip
    _, s = house.pair(marketing={"rating": "cold"})
    house.sales.edit(s, Rating="hot")
    run = house.sync()["run"]
    gone = FieldInfo("rating", "rating", "enumeration", options=frozenset({"hot"}))
    house.marketing.objects = hubspot(gone).objects
    models.Known.objects.filter(key__startswith="schema.").delete()

    assert left(house, run) == [("rating", "refused")]


def test_the_undo_of_a_merge_leaves_the_winner_as_it_is(make_house: MakeHouse) -> None:
    """What Bea's record showed went with it: nothing of it is written over Ann's."""
    house = make_house(
        contact={"on_merge": "propagate"}, brakes={"deletes": 1, "blanks": 0.02, "overwrites": 0.2, "floor": 50}
    )
    _, s1 = house.pair("Ann", marketing={"phone": "1"})
    _, s2 = house.pair("Bea", marketing={"phone": "5"})
    house.sales.merge(loser=s2, winner=s1)
    run = house.sync()["run"]
    house.settle()
    [merged] = house.links()
    assert ("marketing", "phone", "5", "1", "on_merge") in house.history()

    undo(house, run)
    house.settle()

    assert (house.shown(merged)["phone"], house.shown(merged)["lastname"]) == ("1", "Ann")
    assert {why for _, why in left(house, run)} == {"gone"}


def test_an_edit_that_a_merge_carried_over_goes_back_on_the_record_that_both_became(make_house: MakeHouse) -> None:
    """Bea's new phone was put on Ann's contact, which HubSpot then gave a new id."""
    house = make_house(
        contact={"on_merge": "propagate"}, brakes={"deletes": 1, "blanks": 0.02, "overwrites": 0.2, "floor": 50}
    )
    ann, s1 = house.pair("Ann", marketing={"phone": "1"})
    bea, s2 = house.pair("Bea", marketing={"phone": "1"})
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, phone="5")
    run = house.sync()["run"]
    house.settle()
    [merged] = house.links()
    assert merged not in (ann, bea)
    assert (house.shown(merged)["phone"], house.shown(s1)["Phone"]) == ("5", "5")

    undo(house, run)

    assert house.shown(merged)["phone"] == "1"
    assert ("phone", "back") in left(house, run)
    assert quiet(house)


def test_an_object_that_is_only_read_by_now_is_left_alone(house: House) -> None:
    _, _, run = edited(house)
    house.configure(contact={"direction": "read_only", "scope": {}})
    house.open()
    before = house.writes()

    assert left(house, run) == [("phone", "read_only"), ("title", "read_only")]
    undo(house, run, archive=True)

    assert house.writes() == before


# -- the commands ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `entente` on the house."""
    monkeypatch.setattr(wiring, "build", lambda **_: house.open())
    monkeypatch.setattr(wiring, "open_store", lambda _: None)

    def run(*arguments: str, stdin: str = "") -> Any:
        return CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False)

    return run


def test_the_command_shows_asks_and_writes(house: House, command: Any) -> None:
    m, s, run = edited(house)
    before = house.writes()

    refused = command("undo", str(run), stdin="n\n")
    dry = command("undo", str(run), "--dry-run")

    assert refused.exit_code == 1
    assert house.writes() == before
    assert "2 values go back, 0 are left alone" in dry.stdout
    assert "Nothing was written." in dry.stdout
    done = command("undo", str(run), "--yes", "--format", "json")
    assert json.loads(done.stdout)["writes"] == 2
    assert (house.shown(m)["phone"], house.shown(s)["Title"]) == ("1", "A")


def test_history_shows_both_sides_of_a_person(house: House, command: Any) -> None:
    m, s, run = edited(house)
    undo(house, run)

    by_ref, by_email = (json.loads(command("history", who, "--format", "json").stdout) for who in (str(m), "ANN@x.com"))

    assert by_ref == by_email
    shown = [(each["side"], each["field"], each["old"], each["new"], each["rule"]) for each in by_ref["changes"]]
    assert shown[:4] == [
        ("sales", "title", "B", "A", "undo"),
        ("marketing", "phone", "2", "1", "undo"),
        ("sales", "title", "A", "B", "two_way"),
        ("marketing", "phone", "1", "2", "two_way"),
    ]
    assert {each["record"] for each in by_ref["changes"]} == {str(m), str(s)}


def test_history_of_a_run_is_paged(house: House, command: Any) -> None:
    _, _, run = edited(house)

    first, second = (
        command("history", "--run", str(run), "--limit", "1", "--page", page, "--format", "csv") for page in "12"
    )

    assert first.stdout.splitlines()[0] == "at,run,record,side,field,old,new,rule,reason"
    assert len(first.stdout.splitlines()) == len(second.stdout.splitlines()) == 2
    assert first.stdout != second.stdout
    assert "1 to 1 of 2 changes" in command("history", "--run", str(run), "--limit", "1").stdout
