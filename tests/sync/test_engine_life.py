"""Merges on either side, and what follows a delete, through whole passes over two systems in memory."""

from __future__ import annotations

import pytest

from crm.record import Ref
from store import desk, models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House

EVERY_DELETE = {"deletes": 1, "blanks": 0.02, "overwrites": 0.2, "floor": 50}


def quiet(house: House) -> None:
    """A further look at everything writes nothing."""
    house.settle()
    before = house.writes()
    house.service.records.touch_all("contact")
    house.sync()
    assert house.writes() == before


# -- merged in HubSpot -----------------------------------------------------------------------------------------------


def test_a_merge_in_hubspot_takes_the_link_to_the_new_id(house: House) -> None:
    m, s = house.pair("Ann", marketing={"phone": "1"})
    double = house.marketing.add("contacts", {"lastname": "Ann", "email": "ann@home.example"})
    models.Touch.objects.all().delete()

    merged = house.marketing.merge_anew(double, m)
    quiet(house)

    assert house.links() == {merged: s}
    assert house.conflicts() == []
    assert house.people() == (1, 1)


def test_two_pairs_merged_in_hubspot_leave_one_link_and_a_question_about_the_other_lead(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.edit(s2, Title="CEO")

    merged = house.marketing.merge_anew(loser=bea, winner=ann)
    quiet(house)

    assert house.links() == {merged: s1, bea: s2}, "the second link waits where it was"
    [question] = models.Conflict.objects.filter(closed_at=None)
    assert (question.kind, question.ref) == ("merged", str(bea))
    assert set(question.others) == {str(s2), str(merged), str(s1)}
    assert question.base == {"title": "CEO"}, "what did not travel"
    assert house.people() == (1, 2), "nobody is deleted, and nobody is made"


def test_the_question_ends_when_the_leads_are_merged_too(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    merged = house.marketing.merge_anew(loser=bea, winner=ann)
    house.settle()

    house.sales.merge(loser=s2, winner=s1)
    quiet(house)

    assert house.links() == {merged: s1}
    assert house.conflicts() == []
    assert house.people() == (1, 1)


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_two_pairs_merged_in_both_systems_are_one(house: House, anew: bool, same: bool) -> None:
    """Whether Mark and Rita chose alike or not: one pair is left, nobody is asked, and what differs is one write."""
    (ann, s1), (bea, s2) = house.pair("Ann"), house.pair("Bea")
    before = len(house.history())
    loser, winner = (bea, ann) if same else (ann, bea)
    merged = house.marketing.merge_anew(loser, winner) if anew else winner
    if not anew:
        house.marketing.merge(loser, winner)
    house.sales.merge(loser=s2, winner=s1)

    house.settle()

    assert house.links() == {merged: s1}
    assert house.conflicts() == []
    lines = [(field, new) for _, field, _, new, _ in house.history()[before:]]
    assert sorted(lines) == sorted({*lines})
    assert house.shown(merged)["lastname"] == house.shown(s1)["LastName"]


def test_the_primary_of_a_merge_keeps_its_link_whichever_is_read_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _ = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    monkeypatch.setattr("sync.engine.BATCH", 1)

    merged = house.marketing.merge_anew(loser=ann, winner=bea)
    quiet(house)

    assert house.links()[merged] == s2


def test_otto_may_keep_the_two_apart(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    merged = house.marketing.merge_anew(loser=bea, winner=ann)
    house.settle()
    question = models.Conflict.objects.get(closed_at=None)

    assert desk.offered(question) == [("apart", "")]
    desk.decide(question.id, "apart", "", desk.fingerprint(question), "otto")
    quiet(house)

    assert house.links() == {merged: s1}
    assert house.conflicts() == []
    assert house.people() == (1, 2), f"{s2} stays as it is, and is not made again in marketing"


def test_an_event_that_names_an_old_id_leads_to_the_merged_record(house: House) -> None:
    m, s = house.pair("Ann")
    other = house.marketing.add("contacts", {"lastname": "Ann", "email": "ann@home.example"})
    merged = house.marketing.merge_anew(loser=other, winner=m)
    house.settle()
    house.marketing.edit(merged, phone="7")
    house.service.records.touch("contact", [m])

    house.plan_and_apply()

    assert house.links() == {merged: s}
    assert house.shown(s)["Phone"] == "7"


def test_a_merge_that_keeps_the_id_of_the_primary_is_seen_on_it(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")

    house.marketing.merge(loser=bea, winner=ann)
    quiet(house)

    assert house.links() == {ann: s1, bea: s2}
    assert house.conflicts() == [("merged", "")]
    assert house.people() == (1, 2)


def test_a_chain_of_merges_in_hubspot_is_followed(house: House) -> None:
    m, s = house.pair("Ann")
    first = house.marketing.merge_anew(loser=house.contact("Bea", email=None, company=None), winner=m)
    last = house.marketing.merge_anew(loser=first, winner=house.contact("Cid", email=None, company=None))

    quiet(house)

    assert house.links() == {last: s}
    assert house.people() == (1, 1)


# -- merged in Salesforce --------------------------------------------------------------------------------------------


def test_a_merge_in_salesforce_is_one_question_with_both_and_the_edit_that_waits(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, jobtitle="CEO")

    quiet(house)

    [question] = models.Conflict.objects.filter(closed_at=None)
    assert (question.kind, question.ref, question.base) == ("merged", str(bea), {"title": "CEO"})
    assert {str(ann), str(s1), str(s2)} == set(question.others)
    assert house.people() == (2, 1)
    assert "Title" not in house.shown(s1)


def test_the_question_ends_when_the_contacts_are_merged_by_hand(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    house.settle()

    merged = house.marketing.merge_anew(loser=bea, winner=ann)
    quiet(house)

    assert house.links() == {merged: s1}
    assert house.conflicts() == []


def test_the_question_ends_when_the_loser_is_deleted(house: House) -> None:
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    house.settle()

    house.marketing.delete(bea)
    house.service.records.touch("contact", [bea])
    quiet(house)

    assert house.links() == {ann: s1}
    assert house.conflicts() == []


@pytest.fixture
def propagating(make_house: MakeHouse) -> House:
    return make_house(contact={"on_merge": "propagate"}, brakes=EVERY_DELETE)


def test_a_merge_travels_to_hubspot_with_the_losers_edit(propagating: House) -> None:
    house = propagating
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea", marketing={"phone": "5"})
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, jobtitle="CEO")

    quiet(house)

    [(merged, sales)] = house.links().items()
    assert sales == s1
    assert merged not in (ann, bea)
    assert house.people() == (1, 1)
    assert house.shown(s1)["Title"] == house.shown(merged)["jobtitle"] == "CEO"
    assert house.conflicts() == []
    assert ("marketing", "email", "bea@x.com", "ann@x.com", "on_merge") in house.history()


def test_an_edit_of_the_winner_stands_against_the_losers(propagating: House) -> None:
    house = propagating
    ann, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, jobtitle="CEO")
    house.marketing.edit(ann, jobtitle="CFO")

    quiet(house)

    assert house.shown(s1)["Title"] == "CFO"
    assert ("marketing", "title", "CEO", "CFO", "on_merge") in house.history()


def test_a_merge_trips_the_brake_by_default(make_house: MakeHouse) -> None:
    """Nothing undoes a merge: it counts as a delete."""
    house = make_house(contact={"on_merge": "propagate"})
    _, s1 = house.pair("Ann")
    _, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    before = house.writes()

    braked = house.sync()

    assert braked["state"] == "braked"
    assert house.writes() == before
    house.sync(release=braked["run"])
    quiet(house)
    assert house.people() == (1, 1)


def test_a_carried_edit_whose_answer_is_lost_is_in_the_history_all_the_same(propagating: House) -> None:
    house = propagating
    ann, s1 = house.pair("Ann", marketing={"jobtitle": "CTO"})
    bea, s2 = house.pair("Bea", marketing={"jobtitle": "COO"})
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, jobtitle="CEO")
    house.marketing.lose_answers(1)

    house.sync()
    assert house.shown(ann)["jobtitle"] == "CEO"
    quiet(house)

    assert ("marketing", "title", "CTO", "CEO", "carried") in house.history()
    assert not models.Intent.objects.filter(state="unknown").exists()


def test_a_merge_whose_answer_is_lost_leaves_what_it_replaced_in_the_history(propagating: House) -> None:
    house = propagating
    _, s1 = house.pair("Ann", marketing={"phone": "1"})
    _, s2 = house.pair("Bea", marketing={"phone": "5"})
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.lose_answers(1)

    quiet(house)

    assert house.people() == (1, 1)
    assert house.history().count(("marketing", "phone", "5", "1", "on_merge")) == 1
    assert not models.Intent.objects.filter(state="unknown").exists()


@pytest.mark.parametrize("step", range(6, 60, 9))
def test_a_merge_that_is_cut_short_ends_the_same(propagating: House, step: int) -> None:
    house = propagating
    _, s1 = house.pair("Ann")
    bea, s2 = house.pair("Bea")
    house.sales.merge(loser=s2, winner=s1)
    house.marketing.edit(bea, jobtitle="CEO")

    sync_until(house, step)
    quiet(house)

    assert list(house.links().values()) == [s1]
    assert house.shown(s1)["Title"] == "CEO"
    assert house.people() == (1, 1)


# -- deleted ---------------------------------------------------------------------------------------------------------


def test_a_delete_is_followed_to_the_recycle_bin_where_the_mapping_says_so(make_house: MakeHouse) -> None:
    house = make_house(contact={"on_delete": "archive"}, brakes=EVERY_DELETE)
    m, s = house.pair("Ann")
    house.sales.delete(s)

    result = house.sync()
    quiet(house)

    assert result["archived"] == {"marketing": 1, "sales": 0}
    assert house.marketing.look(m).deleted
    assert house.links() == {}
    assert house.people() == (0, 0)


def test_an_edit_of_the_last_minute_keeps_a_record_from_the_recycle_bin(make_house: MakeHouse) -> None:
    """Mark edits after HubSpot was read, and before the archive."""
    house = make_house(contact={"on_delete": "archive"}, brakes=EVERY_DELETE)
    m, s = house.pair("Ann")
    house.sales.delete(s)
    house.service.engine.pull()
    house.marketing.edit(m, phone="9")

    house.plan_and_apply()
    quiet(house)

    assert not house.marketing.look(m).deleted
    assert house.conflicts() == [("deleted", "")]


def test_a_delete_trips_the_brake_unless_some_are_allowed(make_house: MakeHouse) -> None:
    house = make_house(contact={"on_delete": "archive"})
    m, s = house.pair("Ann")
    house.sales.delete(s)

    braked = house.sync()

    assert braked["state"] == "braked"
    assert "would delete 1 records" in braked["braked"][0]
    assert not house.marketing.look(m).deleted
    house.sync(release=braked["run"])
    assert house.marketing.look(m).deleted


def test_a_deleted_record_is_made_anew_only_where_the_mapping_says_so(make_house: MakeHouse) -> None:
    house = make_house(contact={"on_delete": "recreate"})
    m, s = house.pair("Ann")
    house.sales.delete(s)
    house.marketing.edit(m, phone="1")

    quiet(house)

    [again] = house.links().values()
    assert again != s
    assert house.shown(again)["Phone"] == "1"
    assert house.people() == (1, 1)


def test_a_delete_out_of_scope_is_noticed_and_nothing_is_archived(make_house: MakeHouse) -> None:
    condition = {"field": "contact.title", "op": "eq", "value": "CEO"}
    contact = {"scope": {"marketing": condition}, "on_delete": "archive"}
    house = make_house(contact=contact, brakes=EVERY_DELETE)
    m, s = house.pair("Ann", marketing={"jobtitle": "CEO"})
    house.marketing.edit(m, jobtitle="retired")
    house.sync()

    house.sales.delete(s)
    quiet(house)

    assert house.links() == {}
    assert not house.marketing.look(m).deleted
    assert models.Tombstone.objects.filter(gone=str(s)).exists()


def test_a_delete_that_is_told_twice_is_one(make_house: MakeHouse) -> None:
    """The poll shows it, and an event names it, in either order and again."""
    house = make_house(contact={"on_delete": "archive"}, brakes=EVERY_DELETE)
    m, s = house.pair("Ann")
    house.service.records.touch("contact", [s])
    house.sales.delete(s)
    before = house.writes()

    house.sync()
    house.service.records.touch("contact", [s, m])
    quiet(house)

    assert house.writes() == before + 1


def test_a_restored_record_is_linked_again_with_its_history(house: House) -> None:
    m, s = house.pair("Ann", marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.settle()
    house.sales.delete(s)
    house.settle()
    known = house.history()

    house.sales.delete(s, deleted=False)
    quiet(house)

    assert house.links() == {m: s}
    assert house.history() == known


# -- who is who ------------------------------------------------------------------------------------------------------


def test_a_further_email_finds_the_person_and_changes_nothing(house: House) -> None:
    m = house.contact("Ann")
    house.marketing.know_as(m, emails=["ann@home.example"])
    s = house.person("Ann", Email="Ann@Home.example ")

    quiet(house)

    assert house.links() == {m: s}
    assert house.people() == (1, 1)
    assert house.shown(m)["email"] == "ann@x.com"
    assert house.shown(s)["Email"] == "Ann@Home.example "


def test_two_contacts_under_two_addresses_of_one_person_are_a_question(house: House) -> None:
    m = house.contact("Ann")
    house.marketing.know_as(m, emails=["ann@home.example"])
    house.person("Ann")
    house.person("Ann", Email="ann@home.example")

    quiet(house)

    assert house.links() == {}
    assert house.conflicts() == [("match", "")] * 3
    assert house.writes() == 0


def test_what_another_integration_noted_counts_before_the_email(house: House) -> None:
    m = house.contact("Ann")
    house.person("Ann")
    s = house.person("Anna", Email=None)
    house.marketing.know_as(m, twin=s)

    quiet(house)

    assert house.links() == {m: s}
    assert house.conflicts() == [("match", "")], "the double"


def test_an_integration_that_names_a_lead_names_the_contact_that_it_became(house: House) -> None:
    lead = house.lead("Ann", Email=None)
    contact = house.sales.convert(lead, "Contact", {"LastName": "Ann"})
    m = house.contact("Ann", email=None)
    house.marketing.know_as(m, twin=Ref("salesforce", "Lead", lead.id))

    quiet(house)

    assert house.links() == {m: contact}


# -- rewritten by automations ----------------------------------------------------------------------------------------


def test_a_flow_that_rewrites_our_value_a_moment_later_is_carried_back_once(house: House) -> None:
    m, s = house.pair("Ann", marketing={"phone": "1"})
    house.marketing.edit(m, phone="0144556677")
    house.sync()
    before = house.writes()

    house.sales.edit(s, Phone="01 44 55 66 77")
    quiet(house)

    assert house.writes() == before + 1
    assert house.shown(m)["phone"] == house.shown(s)["Phone"] == "01 44 55 66 77"


def test_two_automations_that_rewrite_each_other_end_held(house: House) -> None:
    m, s = house.pair("Ann", marketing={"jobtitle": "buyer"})
    house.marketing.edit(m, jobtitle="CEO")
    before = house.writes()

    for _ in range(6):
        house.sync()
        if house.shown(s)["Title"] != "Ceo":
            house.sales.edit(s, Title="Ceo")
        house.sync()
        if house.shown(m)["jobtitle"] != "CEO":
            house.marketing.edit(m, jobtitle="CEO")

    assert house.held() == [("title", "normalised_by_target")]
    assert house.writes() == before + 4
    house.sales.edit(s, Title="CEO")
    quiet(house)
    assert house.held() == []
