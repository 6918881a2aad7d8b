"""Records that are deleted, brought back, merged or converted, through whole passes."""

from __future__ import annotations

import pytest

from crm.record import Ref, Wire
from store import models
from store.sql import rows
from tests.sync.conftest import MakeHouse
from tests.sync.house import House


def convert(house: House, lead: Ref, **values: str) -> Ref:
    """Rita converts a lead; Salesforce copies what a contact has too."""
    shown = house.shown(lead)
    copied: dict[str, Wire] = {name: shown[name] for name in ("Email", "LastName", "Phone", "Title") if name in shown}
    return house.sales.convert(lead, "Contact", copied | values)


def test_a_deleted_record_is_unlinked_and_not_made_again(house: House) -> None:
    m, s = house.pair()
    house.sales.delete(s)

    house.settle()
    house.marketing.edit(m, phone="1")
    house.settle()

    assert house.links() == {}
    assert house.people() == (1, 0)
    assert house.conflicts() == []


def test_a_double_takes_the_place_of_the_record_that_was_deleted(house: House) -> None:
    m, s = house.pair()
    double = house.person("Ann")
    house.settle()
    assert house.conflicts() == [("match", "")]

    house.sales.delete(s)
    house.settle()

    assert house.links() == {m: double}
    assert house.conflicts() == []


def test_a_deleted_record_is_not_made_again_by_a_later_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    m, s = house.pair()
    monkeypatch.setattr("sync.engine.BATCH", 1)
    house.sales.delete(s)
    house.service.records.touch("contact", [m, s])

    house.settle()

    assert house.people() == (1, 0)


def test_a_delete_against_an_edit_is_left_to_a_person(house: House) -> None:
    m, s = house.pair()
    house.sales.delete(s)
    house.marketing.edit(m, phone="1")

    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 0)
    assert house.conflicts() == [("deleted", "")]


def test_a_delete_that_its_system_does_not_tell_is_noticed_before_a_write(house: House) -> None:
    """HubSpot's search shows no deletions: the read before the write does."""
    m, s = house.pair()
    house.marketing.delete(m)
    house.sales.edit(s, Phone="1")

    house.settle()

    assert house.conflicts() == [("deleted", "")]
    assert house.people() == (0, 1)


def test_a_restored_record_goes_on_where_it_was(house: House) -> None:
    m, s = house.pair()
    house.sales.delete(s)
    house.marketing.edit(m, phone="1")
    house.settle()

    house.sales.delete(s, deleted=False)
    house.settle()

    assert house.links() == {m: s}
    assert house.shown(s)["Phone"] == "1"
    assert house.conflicts() == []


def test_a_restored_record_is_linked_again_even_without_an_email(house: House) -> None:
    m, s = house.pair()
    house.sales.edit(s, Email=None)
    house.settle()
    house.sales.delete(s)
    house.settle()

    house.sales.delete(s, deleted=False)
    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 1)


def test_a_restored_lead_that_is_converted_at_once_is_linked_again(house: House) -> None:
    lead = house.lead("Ann", Email=None)
    house.settle()
    [m] = house.links()
    house.sales.delete(lead)
    house.settle()

    house.sales.delete(lead, deleted=False)
    contact = convert(house, lead)
    house.settle()

    assert house.links() == {m: contact}
    assert house.people() == (1, 2)


def test_a_pair_that_is_gone_on_both_sides_is_retired_with_its_questions(house: House) -> None:
    m, s = house.pair()
    house.sales.delete(s)
    house.marketing.edit(m, phone="1")
    house.settle()
    assert house.conflicts() == [("deleted", "")]

    house.marketing.delete(m)
    house.service.records.touch("contact", [m])
    house.settle()

    assert house.links() == {}
    assert house.conflicts() == []


def test_a_linked_record_that_was_never_stored_is_read_and_not_taken_for_gone(house: House) -> None:
    """HubSpot may answer a create with less than the whole record, which is then not stored."""
    m, s = house.pair()
    models.Record.objects.filter(ref=str(m)).delete()
    house.sales.edit(s, Phone="1")

    house.settle()

    assert house.links() == {m: s}
    assert house.shown(m)["phone"] == "1"


def test_a_converted_lead_takes_its_link_along(house: House) -> None:
    m, lead = house.pair(marketing={"phone": "1"})
    contact = convert(house, lead, Title="CEO")

    house.settle()

    assert house.links() == {m: contact}
    assert house.shown(m)["jobtitle"] == "CEO"
    assert house.people() == (1, 2)
    assert house.conflicts() == []


def test_a_lead_that_is_converted_while_our_write_is_under_way_is_followed(house: House) -> None:
    m, lead = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    contacts: list[Ref] = []

    def rita_converts(phone: str) -> str:
        if not contacts:
            contacts.append(convert(house, lead))
        return phone

    house.sales.rewrites["Phone"] = rita_converts
    house.settle()

    assert house.links() == {m: contacts[0]}
    assert house.shown(contacts[0])["Phone"] == "2"
    assert house.people() == (1, 2)


def test_a_lead_of_ours_that_was_converted_before_we_knew_of_it_is_found(house: House) -> None:
    """Our create was done, but its answer was lost, and Rita converted the lead: the key shows where to look."""
    m = house.contact("Ann", email=None)
    house.sales.lose_answers()
    house.sync()
    [lead] = house.sales.everything("Lead")
    contact = convert(house, lead.ref)

    house.settle()

    assert house.links() == {m: contact}
    assert house.people() == (1, 2)


def test_a_lead_without_an_email_is_followed_when_its_contact_is_read_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    m, lead = house.pair()
    house.sales.edit(lead, Email=None)
    house.settle()
    monkeypatch.setattr("sync.engine.BATCH", 1)
    contact = convert(house, lead)

    house.settle()

    assert house.links() == {m: contact}
    assert house.people() == (1, 2)


def test_a_lead_that_is_converted_while_we_read_is_followed(make_house: MakeHouse) -> None:
    """Rita converts between our reading of leads and of contacts: the contact is not taken for a new person."""
    house = make_house()
    m, lead = house.pair()
    house.sales.edit(lead, Email=None)
    house.settle()
    changes, contacts = house.sales.changes, list[Ref]()

    def changes_with_rita(object_name: str, *about: object) -> object:
        yield from changes(object_name, *about)  # type: ignore[arg-type]
        if not contacts:
            contacts.append(convert(house, lead))

    house.sales.changes = changes_with_rita  # type: ignore[method-assign,assignment]
    house.settle()

    assert house.links() == {m: contacts[0]}
    assert house.people() == (1, 2)


def test_a_merged_record_takes_its_link_to_the_survivor(house: House) -> None:
    m, s = house.pair()
    winner = house.person("Anna")
    models.Touch.objects.all().delete()
    house.sales.merge(s, winner)

    house.settle()

    assert house.links()[m] == winner


def test_two_pairs_that_are_merged_into_one_record_stay_a_question(house: House) -> None:
    _, s1 = house.pair("Ann")
    _, s2 = house.pair("Bea")
    winner = house.sales.add("Lead", {"LastName": "Cid", "Company": "Nordlicht"})
    house.sales.merge(s1, winner)
    house.sales.merge(s2, winner)

    house.settle()

    assert winner in house.links().values()
    assert len(house.links()) == 2
    assert house.conflicts() == [("merged", "")]
    assert house.people() == (2, 1)


def test_a_chain_of_merges_is_followed_to_its_end(house: House) -> None:
    m, lead = house.pair()
    contact = convert(house, lead)
    last = house.person("Anna")
    house.sales.merge(contact, last)

    house.settle()

    assert house.links()[m] == last


def test_a_conversion_whose_contact_is_deleted_parts_the_pair(house: House) -> None:
    m, lead = house.pair()
    contact = convert(house, lead)
    house.sales.delete(contact)

    house.settle()

    assert house.links() == {}
    assert house.people() == (1, 1), "nobody is made again"
    house.marketing.edit(m, phone="1")
    house.settle()
    assert house.people() == (1, 1)


def test_a_conversion_whose_contact_is_deleted_against_an_edit_is_left_to_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.engine.BATCH", 1)
    m, lead = house.pair()
    contact = convert(house, lead)
    house.sales.delete(contact)
    house.marketing.edit(m, phone="1")

    house.settle()

    assert house.conflicts() == [("deleted", "")]
    assert house.people() == (1, 1)


def test_a_record_that_vanished_and_came_back_unchanged_is_alive_again(house: House) -> None:
    m, s = house.pair()
    row = house.sales._table("Lead").pop(s.id)
    house.service.records.touch("contact", [s])
    house.settle()
    assert house.links() == {}

    house.sales._table("Lead")[s.id] = row
    house.service.records.touch("contact", [s])
    house.settle()

    assert house.links() == {m: s}


def counted() -> set[str]:
    """The records that rules and reports count."""
    return {ref for (ref,) in rows("SELECT ref FROM facts_contact WHERE counted = 1")}


def test_a_pair_that_was_parted_counts_only_who_is_alive(house: House) -> None:
    m, s = house.pair("Ann")
    bea, _ = house.pair("Bea")
    house.sales.delete(house.links()[bea])
    house.marketing.delete(m)
    house.sales.delete(s)
    house.service.records.touch("contact", [m, s])

    house.settle()

    assert counted() == {str(bea)}


def test_a_restored_record_counts_again(make_house: MakeHouse) -> None:
    house = make_house(contact={"create_in_marketing": False})
    s = house.lead("Ann")
    house.settle()
    house.sales.delete(s)
    house.settle()
    assert counted() == set()

    house.sales.delete(s, deleted=False)
    house.settle()

    assert counted() == {str(s)}


def test_a_converted_lead_counts_no_more(house: House) -> None:
    _, lead = house.pair("Ann")
    contact = convert(house, lead)

    house.settle()

    assert counted() == {str(contact)}


def test_what_an_unanswered_write_may_have_overwritten_is_kept_when_the_record_is_gone(house: House) -> None:
    """Rita's edit was written, its answer was lost, and Mark deletes the contact: nobody can ask it any more."""
    m, s = house.pair(marketing={"phone": "1"}, sales={"Phone": "1"})
    house.settle()
    house.sales.edit(s, Phone="2")
    house.marketing.lose_answers()
    house.sync()

    house.marketing.delete(m)
    house.settle()

    assert ("marketing", "phone", "1", "2") in [each[:4] for each in house.history()]
