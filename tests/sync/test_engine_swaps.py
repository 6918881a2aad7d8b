"""E-mail addresses that change places in sales, where marketing gives each to one contact only, in whole passes."""

from __future__ import annotations

import pytest

from crm.record import Ref
from store import desk, models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House, hubspot, salesforce, text
from tests.sync.test_engine_life import quiet

Pairs = list[tuple[Ref, Ref]]


def people(house: House, *names: str) -> Pairs:
    return [house.pair(name, marketing={"phone": name}) for name in names]


def rita_moves_addresses_round(house: House, pairs: Pairs) -> list[str]:
    """Each lead gets the address of the next one; returns who is to have which."""
    addresses = [str(house.shown(s)["Email"]) for _, s in pairs]
    addresses = [*addresses[1:], addresses[0]]
    for (_, s), email in zip(pairs, addresses, strict=True):
        house.sales.edit(s, Email=email)
    return addresses


def check(house: House, pairs: Pairs, addresses: list[str]) -> None:
    assert [house.shown(m)["email"] for m, _ in pairs] == addresses
    assert [house.shown(s)["Email"] for _, s in pairs] == addresses
    assert house.links() == dict(pairs)
    assert [house.shown(m)["phone"] for m, _ in pairs] == ["Ann", "Bea", "Cid"][: len(pairs)], "nothing else moved"
    assert (house.held(), house.conflicts(), house.dead()) == ([], [], [])
    assert house.people() == (len(pairs), len(pairs))


@pytest.mark.parametrize("names", [("Ann", "Bea"), ("Ann", "Bea", "Cid")])
@pytest.mark.parametrize("batch", [1, 1000])
def test_addresses_that_change_places_end_changed_in_one_pass(
    house: House, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], batch: int
) -> None:
    pairs = people(house, *names)
    monkeypatch.setattr("sync.engine.BATCH", batch)
    addresses = rita_moves_addresses_round(house, pairs)
    before = house.writes()

    house.sync()

    check(house, pairs, addresses)
    assert house.writes() == before + len(names) + 1, "one each, and one to clear"
    quiet(house)
    check(house, pairs, addresses)


def test_an_address_that_is_handed_on_is_given_up_first(house: House) -> None:
    pairs = people(house, "Ann", "Bea")
    house.sales.edit(pairs[1][1], Email="new@x.com")
    house.sales.edit(pairs[0][1], Email="bea@x.com")

    house.sync()

    check(house, pairs, ["bea@x.com", "new@x.com"])


@pytest.mark.parametrize("step", range(20, 90, 5))
def test_a_swap_that_is_cut_short_ends_the_same(house: House, step: int) -> None:
    pairs = people(house, "Ann", "Bea")
    addresses = rita_moves_addresses_round(house, pairs)

    sync_until(house, step)
    quiet(house)

    check(house, pairs, addresses)


@pytest.mark.parametrize("calls", [1, 2, 3])
@pytest.mark.parametrize("is_done", [True, False])
def test_a_swap_whose_answers_are_lost_ends_the_same(house: House, calls: int, is_done: bool) -> None:
    pairs = people(house, "Ann", "Bea")
    addresses = rita_moves_addresses_round(house, pairs)
    (house.marketing.lose_answers if is_done else house.marketing.cut)(calls)

    quiet(house)

    check(house, pairs, addresses)


def test_a_swap_that_concerns_an_opt_out_is_shown_to_otto_until_he_has_seen_it(make_house: MakeHouse) -> None:
    opt_out = {"marketing": "hs_email_optout", "sales": "HasOptedOutOfEmail", "type": "bool", "rule": "off"}
    systems = {"marketing": hubspot(text("hs_email_optout")), "sales": salesforce(text("HasOptedOutOfEmail"))}
    house = make_house(**systems, fields={"opt_out": opt_out})
    pairs = people(house, "Ann", "Bea")
    house.marketing.edit(pairs[0][0], hs_email_optout="true")
    house.settle()
    rita_moves_addresses_round(house, pairs)

    quiet(house)

    questions = list(models.Conflict.objects.filter(closed_at=None).order_by("ref"))
    assert [(each.kind, each.ref) for each in questions] == [("consent", str(m)) for m, _ in pairs]
    for each in questions:
        assert desk.decide(each.id, "seen", "", desk.fingerprint(each), "otto") is desk.Said.DONE
    quiet(house)
    assert house.conflicts() == []
