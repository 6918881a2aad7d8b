"""What Otto decides about a conflict: it travels once, through the same plan and history, and only as he saw it."""

from __future__ import annotations

import pytest

from crm.record import Ref, Side
from store import desk, models
from store.desk import Said
from sync.decide import Decision, decided
from sync.outcomes import Conflict, Copy, Keep, Outcome
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House, salesforce, text

ASK = {"title": {"on_conflict": "ask"}}


def disputed(house: House, name: str = "Ann") -> tuple[Ref, Ref]:
    """A pair whose title was edited on both sides."""
    pair = house.pair(name, marketing={"jobtitle": "A"})
    house.marketing.edit(pair[0], jobtitle="B")
    house.sales.edit(pair[1], Title="C")
    house.settle()
    return pair


def decide(keep: str, other: str = "", by: str = "otto") -> Said:
    """Otto answers the oldest open conflict as he sees it now."""
    conflict = models.Conflict.objects.filter(closed_at=None).earliest("id")
    return desk.decide(conflict.id, keep, other, desk.fingerprint(conflict), by)


def states() -> list[str]:
    return list(models.Decision.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize(("keep", "stands", "written"), [("marketing", "B", "sales"), ("sales", "C", "marketing")])
def test_a_decided_conflict_travels_once_and_settles(
    make_house: MakeHouse, keep: str, stands: str, written: str
) -> None:
    house = make_house(fields=ASK)
    m, s = disputed(house)
    before = house.writes()

    assert decide(keep) is Said.DONE
    house.settle()

    assert house.shown(m)["jobtitle"] == house.shown(s)["Title"] == stands
    assert house.writes() == before + 1
    assert house.conflicts() == []
    assert house.history()[-1][0:2] == (written, "title")
    change, decision = models.Change.objects.latest("id"), models.Decision.objects.get()
    assert (change.rule, change.reason) == ("decided", f"decision {decision.id} by otto: {keep} stands")
    assert (decision.state, decision.run_id) == ("done", change.run_id)


def test_other_edits_of_a_decided_record_travel_as_ever(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    m, s = disputed(house)
    decide("marketing")
    house.sales.edit(s, Phone="7")

    house.settle()

    assert (house.shown(m)["phone"], house.shown(s)["Title"]) == ("7", "B")


@pytest.mark.parametrize("side", ["marketing", "sales"])
def test_values_that_changed_since_stay_open_and_nothing_is_written(make_house: MakeHouse, side: str) -> None:
    house = make_house(fields=ASK)
    m, s = disputed(house)
    decide("marketing")
    (house.marketing.edit(m, jobtitle="D") if side == "marketing" else house.sales.edit(s, Title="D"))
    before = house.writes()

    house.settle()

    assert house.writes() == before
    assert house.conflicts() == [("field", "title")]
    assert states() == ["changed"]


def test_a_conflict_that_settled_itself_needs_no_decision(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    m, _ = disputed(house)
    decide("marketing")
    house.marketing.edit(m, jobtitle="C")
    before = house.writes()

    house.settle()

    assert (house.writes(), house.conflicts(), states()) == (before, [], ["overtaken"])


def test_the_second_decision_changes_nothing(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    m, s = disputed(house)
    assert decide("marketing") is Said.DONE

    again = decide("sales", by="olga")
    house.settle()

    assert again is Said.ALREADY
    assert house.shown(m)["jobtitle"] == house.shown(s)["Title"] == "B"
    conflict = models.Conflict.objects.get()
    assert desk.decide(conflict.id, "sales", "", desk.fingerprint(conflict), "olga") is Said.ALREADY
    assert states() == ["done"]


def test_both_directions_of_two_fields_go_in_one_pass(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK | {"phone": {"on_conflict": "ask"}})
    m, s = house.pair(marketing={"jobtitle": "A", "phone": "1"})
    house.marketing.edit(m, jobtitle="B", phone="2")
    house.sales.edit(s, Title="C", Phone="3")
    house.settle()
    for conflict in models.Conflict.objects.all():
        keep = "sales" if conflict.field == "phone" else "marketing"
        desk.decide(conflict.id, keep, "", desk.fingerprint(conflict), "otto")

    house.settle()

    assert (house.shown(m)["phone"], house.shown(s)["Phone"]) == ("3", "3")
    assert (house.shown(m)["jobtitle"], house.shown(s)["Title"]) == ("B", "B")
    assert states() == ["done", "done"]


def test_a_decision_about_what_is_no_longer_shown_is_not_taken(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    m, _ = disputed(house)
    conflict = models.Conflict.objects.get()
    seen = desk.fingerprint(conflict)
    house.marketing.edit(m, jobtitle="D")
    house.settle()

    assert desk.decide(conflict.id, "marketing", "", seen, "otto") is Said.CHANGED

    assert states() == []


def test_all_conflicts_about_a_field_are_decided_alike_but_for_newer_ones(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    pairs = [disputed(house, name) for name in ("Ann", "Bea")]
    until = models.Conflict.objects.latest("id").id
    newer = disputed(house, "Cid")

    assert desk.decide_all("contact", "title", "sales", until, "otto") == 2
    assert desk.decide_all("contact", "title", "sales", until, "otto") == 0
    house.settle()

    assert [house.shown(m)["jobtitle"] for m, _ in pairs] == ["C", "C"]
    assert house.shown(newer[0])["jobtitle"] == "B"
    assert house.conflicts() == [("field", "title")]


def test_killed_at_any_step_a_decision_is_carried_out_once(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    steps, is_over, number = 0, False, 0
    while not is_over:
        steps, number = steps + 3, number + 1
        m, s = disputed(house, f"Ann{number}")
        before = house.writes()
        decide("marketing")

        is_over = sync_until(house, steps) < steps
        house.settle()

        assert house.shown(m)["jobtitle"] == house.shown(s)["Title"] == "B", f"killed at step {steps}"
        assert house.writes() <= before + 1
        assert house.conflicts() == []
    assert set(states()) == {"done"}
    assert steps > 15
    assert models.Change.objects.filter(rule="decided").count() == number


def test_a_decision_that_comes_while_its_record_is_planned_is_not_forgotten(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK)
    m, s = disputed(house)
    plan = house.service.engine.log.store

    def decide_in_between(*arguments: object) -> None:
        decide("marketing")
        house.service.engine.log.store = plan  # type: ignore[method-assign]
        plan(*arguments)  # type: ignore[arg-type]

    house.marketing.edit(m, phone="5")
    house.service.engine.log.store = decide_in_between  # type: ignore[method-assign, assignment]
    house.settle()

    assert house.shown(s)["Title"] == "B"
    assert states() == ["done"]


def test_a_value_that_the_system_refuses_is_held_and_its_decision_waits(make_house: MakeHouse) -> None:
    house = make_house(fields=ASK, sales=salesforce(text("Title", max_length=5)))
    m, s = house.pair(marketing={"jobtitle": "A"})
    house.marketing.edit(m, jobtitle="far too long")
    house.sales.edit(s, Title="C")
    house.settle()

    decide("marketing")
    house.settle()

    assert (house.held(), house.conflicts(), states()) == ([("title", "too_long")], [], ["open"])
    assert house.shown(s)["Title"] == "C"


def test_a_braked_round_that_was_let_pass_passes_once(make_house: MakeHouse) -> None:
    house = make_house(brakes={"overwrites": 0, "floor": 1})
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    braked = house.sync()
    assert (braked["state"], house.shown(s)["Phone"]) == ("braked", "1")

    assert desk.let_pass(braked["run"], "otto") is Said.DONE
    released = house.sync(desk.released())

    assert (released["state"], house.shown(s)["Phone"]) == ("done", "2")
    assert desk.released() is None
    assert desk.let_pass(braked["run"], "otto") is Said.ALREADY


def test_one_of_several_candidates_is_chosen_and_remembered(house: House) -> None:
    m = house.contact("Ann", phone="1")
    first, second = house.person("Ann"), house.person("Ann")
    house.settle()

    conflict = models.Conflict.objects.get(ref=str(m))
    assert desk.offered(conflict) == [("link", str(first)), ("link", str(second))]
    assert desk.decide(conflict.id, "link", str(second), desk.fingerprint(conflict), "otto") is Said.DONE
    house.settle()

    assert house.links() == {m: second}
    assert house.shown(second)["Phone"] == "1"
    assert "Phone" not in house.shown(first)
    assert states() == ["done"]
    house.sales.edit(first, Title="CEO")
    house.settle()
    assert house.links() == {m: second}


def test_a_candidate_that_went_meanwhile_is_not_linked(house: House) -> None:
    m, _, second = house.contact("Ann"), house.person("Ann"), house.person("Ann")
    third = house.person("Ann")
    house.settle()
    conflict = models.Conflict.objects.get(ref=str(m))
    desk.decide(conflict.id, "link", str(second), desk.fingerprint(conflict), "otto")
    house.sales.delete(second)

    house.settle()

    assert house.links() == {}
    assert states() == ["changed"]
    assert str(third) in models.Conflict.objects.get(ref=str(m), closed_at=None).others


@pytest.mark.parametrize("gone", ["sales", "marketing"])
def test_what_was_deleted_there_and_edited_here_is_kept_unlinked(house: House, gone: str) -> None:
    m, s = house.pair("Ann")
    if gone == "sales":
        house.marketing.edit(m, phone="2")
        house.sales.delete(s)
    else:
        house.sales.edit(s, Phone="2")
        house.marketing.delete(m)
        models.Touch.objects.create(ref=str(m), object="contact", seen=False)
    house.settle()
    assert house.conflicts() == [("deleted", "")]
    before = house.writes()

    assert decide("apart") is Said.DONE
    house.settle()

    assert (house.links(), house.conflicts(), states()) == ({}, [], ["done"])
    assert house.writes() == before
    assert sum(house.people()) == 1


@pytest.mark.parametrize("keep", ["apart", "link", "base"])
def test_an_answer_that_is_not_offered_is_refused(make_house: MakeHouse, keep: str) -> None:
    house = make_house(fields=ASK)
    disputed(house)

    with pytest.raises(ValueError, match=keep):
        decide(keep)

    assert states() == []


@pytest.mark.parametrize(
    "outcome",
    [Keep("both sides agree", agrees=True), Copy(Side.SALES, "B", "newest", "newer"), Conflict("B", "D", "?")],
)
def test_only_the_conflict_that_was_seen_is_decided(outcome: Outcome) -> None:
    assert decided(outcome, Decision(1, "otto", Side.MARKETING, "B", "C")) is outcome
    assert decided(outcome, None) is outcome
