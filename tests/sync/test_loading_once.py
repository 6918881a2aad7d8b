"""A batch loads each record once, and never another version than the one that is stored."""

from __future__ import annotations

from crm.record import Ref, Side
from tests.sync.house import House


def phone(house: House, ref: Ref) -> object:
    return house.service.records.load([ref])[ref].fields["phone"]


def test_a_record_that_is_saved_anew_is_loaded_anew(house: House) -> None:
    m, _ = house.pair(marketing={"phone": "1"})

    with house.service.records.loading_once():
        before = phone(house, m)
        house.marketing.edit(m, phone="2")
        house.service.records.save("contact", Side.MARKETING, [house.marketing.look(m)])
        after = phone(house, m)

    assert (before, after) == ("1", "2")


def test_a_record_that_is_gone_is_loaded_as_deleted(house: House) -> None:
    m, _ = house.pair()
    records = house.service.records

    with records.loading_once():
        before = records.load([m])[m]
        records.save("contact", Side.MARKETING, [], [m])
        after = records.load([m])[m]

    assert (before.deleted, after.deleted) == (False, True)


def test_a_record_that_was_unknown_is_loaded_once_it_is_saved(house: House) -> None:
    m = house.contact()
    records = house.service.records

    with records.loading_once():
        before = records.load([m])
        records.save("contact", Side.MARKETING, [house.marketing.look(m)])
        after = records.load([m])

    assert not before
    assert list(after) == [m]


def test_after_the_batch_what_another_process_stores_is_loaded(house: House) -> None:
    m, _ = house.pair(marketing={"phone": "1"})
    with house.service.records.loading_once():
        phone(house, m)
    house.marketing.edit(m, phone="2")
    house.open().records.save("contact", Side.MARKETING, [house.marketing.look(m)])

    assert phone(house, m) == "2"
