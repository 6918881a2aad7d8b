"""Beside HubSpot's own integration, which syncs: we read, count everybody once, and write nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.environment import SettingsError
from connectors.base import Rival
from store import models
from store.due import is_anything_due
from store.questions import Questions
from store.sql import rows
from tests.sync.conftest import MakeHouse
from tests.sync.house import House, hubspot

RIVAL = Rival(
    "HubSpot's own Salesforce integration", {"contacts": frozenset({"phone"})}, datetime(2026, 11, 2, tzinfo=UTC)
)


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """Nobody chose a scope: where nothing is written there is nothing to choose."""
    return make_house(mode="beside", contact={"scope": {}}, fields={"title": {"answerable": True}})


def test_nothing_is_written_whatever_differs(house: House) -> None:
    house.contact("Ann", phone="1")
    house.lead("Ann", Phone="2")
    house.contact("Bea")
    house.lead("Cem")

    house.settle()

    assert house.writes() == 0
    assert house.people() == (2, 2)
    assert (house.conflicts(), house.held(), house.dead()) == ([], [], [])
    assert not models.Intent.objects.exists()
    assert not is_anything_due()


def test_a_person_on_both_sides_counts_once(house: House) -> None:
    m, s = house.contact("Ann"), house.lead("Ann")

    house.settle()

    assert house.links() == {m: s}
    assert rows('SELECT "side", "counted" FROM "facts_contact" ORDER BY 1') == [("marketing", 0), ("sales", 1)]


def test_no_key_is_asked_for(house: House) -> None:
    """The token may be one that only reads."""
    assert house.service.setup_steps() == {side: [] for side in house.connectors}


def test_only_what_is_marked_can_be_answered(house: House) -> None:
    lead = house.lead("Ann")
    house.settle()
    questions = Questions(house.service.mapping, house.configuration.rules)

    assert questions.question("S1", "contact", str(lead), "title") is not None
    assert questions.question("S1", "contact", str(lead), "phone") is None


def test_who_goes_over_to_a_sync_meets_for_the_first_time(house: House) -> None:
    """Nothing was ever agreed on: blanks are filled, and nothing is cleared or taken for an edit."""
    m, s = house.contact("Ann", phone="1"), house.lead("Ann", Title="CEO")
    house.settle()

    house.configure()
    house.open()
    house.settle()

    assert house.links() == {m: s}
    assert (house.shown(m)["jobtitle"], house.shown(s)["Phone"]) == ("CEO", "1")


def test_two_that_write_the_same_field_are_refused(make_house: MakeHouse) -> None:
    house = make_house(marketing=hubspot(other_sync=RIVAL))
    house.contact("Ann")

    with pytest.raises(SettingsError, match=r"at work here .last on 2026-11-02. and syncs contacts.phone as well"):
        house.sync()

    assert house.writes() == 0


def test_a_rule_that_writes_one_side_only_is_no_quarrel(make_house: MakeHouse) -> None:
    house = make_house(marketing=hubspot(other_sync=RIVAL), fields={"phone": {"rule": "always_sales"}})
    house.contact("Ann")

    assert house.sync()["created"] == {"marketing": 0, "sales": 1}
