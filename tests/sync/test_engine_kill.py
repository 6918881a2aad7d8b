"""A crash means: run again. Killed at any step, the next passes end where an undisturbed one does."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from connectors.memory import MemoryConnector
from crm.record import Ref
from store import intents, models, runs
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House
from wiring import passes


def a_busy_morning(house: House) -> None:
    """Edits on both sides, a clear, a conflict, new people on both sides, one on both, a delete and a conversion."""
    pairs = {name: house.pair(name, marketing={"phone": "1", "jobtitle": "A"}) for name in ("Ann", "Bea", "Cid", "Dan")}
    house.marketing.edit(pairs["Ann"][0], phone="2")
    house.sales.edit(pairs["Ann"][1], Title="B")
    house.marketing.edit(pairs["Bea"][0], jobtitle="B", phone=None)
    house.sales.edit(pairs["Bea"][1], Title="C")
    house.sales.delete(pairs["Cid"][1])
    copied = {name: house.shown(pairs["Dan"][1])[name] for name in ("Email", "LastName", "Phone", "Title")}
    house.sales.convert(pairs["Dan"][1], "Contact", copied | {"Title": "CEO"})
    house.contact("Eve")
    house.contact("Gus", phone="7")
    house.lead("Gus", Title="T")


def state(house: House) -> dict[str, Any]:
    """All that counts, without the ids of what was made."""

    def person(connector: MemoryConnector, ref: Ref) -> tuple[tuple[str, Any], ...]:
        fields = connector.look(ref).fields
        return tuple(sorted((k, v) for k, v in fields.items() if k != "entente_key" and v is not None))

    return {
        "marketing": sorted(person(house.marketing, each.ref) for each in house.marketing.everything("contacts")),
        "leads": sorted(person(house.sales, each.ref) for each in house.sales.everything("Lead")),
        "contacts": sorted(person(house.sales, each.ref) for each in house.sales.everything("Contact")),
        "links": sorted((house.shown(m)["lastname"], house.shown(s)["LastName"]) for m, s in house.links().items()),
        "conflicts": house.conflicts(),
        "held": house.held(),
        "dead": house.dead(),
        "overwritten": sorted((line[:4] for line in house.history() if line[2] is not None), key=str),
    }


@contextmanager
def another_day(house: House) -> Iterator[None]:
    """What happens in here is undone afterwards, in the store and in both systems."""
    systems = [(system, copy.deepcopy(vars(system))) for system in (house.marketing, house.sales)]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for system, before in systems:
        vars(system).update(before)


@pytest.mark.parametrize(
    ("batch", "again", "resumed", "stride"),
    [(1000, False, False, 3), (1000, True, False, 7), (3, False, False, 7), (3, False, True, 5)],
    ids=["in one batch", "twice in a row", "in several batches", "and resumed where it stood"],
)
def test_killed_at_any_step_the_next_passes_end_in_the_same_state(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch, batch: int, again: bool, resumed: bool, stride: int
) -> None:
    """Steps are sampled, others in each of the four ways; with ENTENTE_TORTURE set, all of them are looked at."""
    house = make_house(fields={"title": {"on_conflict": "ask"}})
    a_busy_morning(house)
    monkeypatch.setattr("sync.engine.BATCH", batch)
    with another_day(house):
        house.settle()
        expected = state(house)
    steps, is_over = 0, False

    while not is_over:
        steps += 1 if "ENTENTE_TORTURE" in os.environ else stride
        with another_day(house):
            is_over = sync_until(house, steps) < steps
            if again:
                sync_until(house, 2 * steps // 3 + 1)
            if resumed:
                house.resume()
                assert not models.Run.objects.filter(state="running").exists()
            house.settle()
            assert state(house) == expected, f"killed at step {steps}"

    assert steps > 50
    assert [name for name, _ in expected["links"]] == ["Ann", "Bea", "Dan", "Eve", "Gus"]
    assert expected["conflicts"] == [("field", "title")]


def test_a_write_whose_answer_was_lost_is_no_edit_of_anybody(make_house: MakeHouse) -> None:
    """Rita corrects a title; the worker dies when HubSpot has it. She corrects it again: that is a lone edit."""
    house = make_house(fields={"title": {"on_conflict": "ask"}})
    contact, lead = house.pair("Ann", marketing={"jobtitle": "A"})
    house.sales.edit(lead, Title="B")
    sync_until(house, "after write_many")
    assert house.shown(contact)["jobtitle"] == "B"

    house.sales.edit(lead, Title="C")
    house.settle()

    assert house.conflicts() == []
    assert house.shown(contact)["jobtitle"] == house.shown(lead)["Title"] == "C"


@pytest.mark.parametrize("point", ["before write_many", "after write_many"])
def test_what_we_created_unanswered_is_no_edit_of_anybody(make_house: MakeHouse, point: str) -> None:
    """The worker dies before HubSpot says that it has Ann; Rita edits her: that is no first meeting."""
    house = make_house(contact={"first_sync": "marketing"})
    lead = house.lead("Ann", Title="A", Phone="1")
    sync_until(house, point)

    house.sales.edit(lead, Title="B")
    house.settle()

    [(contact, _)] = house.links().items()
    assert house.shown(contact)["jobtitle"] == house.shown(lead)["Title"] == "B"
    created = [(field, new) for side, field, _, new, rule in house.history() if rule == "create"]
    assert sorted(created) == sorted({*created}), "whoever was created is created once in the history"
    assert "phone" in dict(created)


def test_what_was_edited_while_a_lost_worker_was_missed_is_not_overwritten(make_house: MakeHouse) -> None:
    """All is decided when the worker dies; Mark edits what was to be overwritten before another one goes on."""
    house = make_house(fields={"title": {"on_conflict": "ask"}})
    contact, lead = house.pair("Ann", marketing={"jobtitle": "A"})
    house.sales.edit(lead, Title="B")
    sync_until(house, "before write_many")

    house.marketing.edit(contact, jobtitle="C")
    house.resume()
    house.settle()

    assert (house.shown(contact)["jobtitle"], house.shown(lead)["Title"]) == ("C", "B")
    assert house.conflicts() == [("field", "title")]


@pytest.mark.parametrize("edited", [True, False])
def test_what_was_decided_a_while_ago_is_read_again_before_it_is_overwritten(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    monkeypatch.setattr(intents, "FRESH", -1)
    house = make_house(fields={"title": {"on_conflict": "ask"}})
    contact, lead = house.pair("Ann", marketing={"jobtitle": "A"})
    house.sales.edit(lead, Title="B")

    with runs.holding():
        run = passes.begin(house.service)
        while passes.step(house.service, run, enough=lambda: False).get("stage") != "apply":
            pass
        if edited:
            house.marketing.edit(contact, jobtitle="C")
        house.service.to_its_end(run)

    assert house.shown(contact)["jobtitle"] == ("C" if edited else "B")
    house.settle()
    assert house.conflicts() == ([("field", "title")] if edited else [])
