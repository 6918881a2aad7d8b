"""Who is linked to whom, who is made anew, and who is left to a person, through whole passes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import Policy
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.house import House, hubspot, salesforce


def test_a_person_whom_the_other_side_lacks_is_made_there(house: House) -> None:
    m = house.contact("Ann", phone="1")
    s = house.lead("Bea", Title="CEO")

    result = house.sync()

    assert result["created"] == {"marketing": 1, "sales": 1}
    assert house.people() == (2, 2)
    assert house.shown(house.links()[m])["Phone"] == "1"
    assert {sales: marketing for marketing, sales in house.links().items()}[s] is not None


def test_the_same_email_is_the_same_person(house: House) -> None:
    m, s = house.contact("Ann", email=" Ann@X.com"), house.lead("Ann")

    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 1)


def test_a_contact_wins_over_leads_with_the_same_email(house: House) -> None:
    m = house.contact("Ann")
    house.lead("Ann")
    s = house.person("Ann")

    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 2)
    assert house.conflicts() == [("match", "")]


@pytest.mark.parametrize("objects", [("Contact", "Contact"), ("Lead", "Lead")])
def test_several_candidates_are_left_to_a_person(house: House, objects: tuple[str, str]) -> None:
    house.contact("Ann")
    for name in objects:
        house.person("Ann", name, **({"Company": "Nordlicht"} if name == "Lead" else {}))

    house.settle()

    assert house.links() == {}
    assert house.writes() == 0
    assert house.conflicts() == [("match", "")] * 3


def test_a_match_that_became_clear_is_linked_and_its_questions_close(house: House) -> None:
    m, s, double = house.contact("Ann"), house.person("Ann"), house.person("Ann")
    house.settle()

    house.sales.delete(double)
    house.marketing.edit(m, phone="1")
    house.settle()

    assert house.links() == {m: s}
    assert house.conflicts() == []


def test_a_double_of_a_linked_person_is_left_to_a_person(house: House) -> None:
    m, s = house.pair("Ann")
    house.lead("Ann")

    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 2)
    assert house.conflicts() == [("match", "")]


def test_nobody_takes_part_until_a_scope_is_chosen(make_house: MakeHouse) -> None:
    house = make_house(contact={"scope": {}})
    house.contact("Ann")
    house.lead("Bea")

    house.sync()

    assert house.people() == (1, 1)
    assert house.links() == {}


def test_those_who_come_into_scope_take_part_without_being_edited(make_house: MakeHouse) -> None:
    house = make_house(contact={"scope": {}})
    house.contact("Ann")
    house.lead("Bea")
    house.sync()

    house.configure(contact={"scope": {"marketing": "all", "sales": "all"}})
    house.open()
    house.settle()

    assert house.people() == (2, 2)
    assert len(house.links()) == 2


def test_a_condition_says_who_takes_part(make_house: MakeHouse) -> None:
    condition = {"field": "contact.company", "op": "eq", "value": "Nordlicht"}
    house = make_house(contact={"scope": {"marketing": condition}})
    ann = house.contact("Ann")
    house.contact("Bea", company="Elsewhere")
    house.lead("Cid")

    house.settle()

    assert set(house.links()) == {ann}


def test_a_pair_that_left_the_scope_rests_and_catches_up_when_it_returns(make_house: MakeHouse) -> None:
    condition = {"field": "contact.title", "op": "eq", "value": "CEO"}
    house = make_house(contact={"scope": {"marketing": condition}})
    m, s = house.pair("Ann", marketing={"jobtitle": "CEO"})
    house.marketing.edit(m, jobtitle="retired")
    house.sync()
    assert house.shown(s)["Title"] == "CEO"
    house.sales.edit(s, Phone="1")
    house.sync()
    assert "phone" not in house.shown(m)

    house.marketing.edit(m, jobtitle="CEO")
    house.settle()

    assert house.shown(m)["phone"] == "1"


def test_a_person_without_what_sales_demands_is_held_and_nothing_is_invented(house: House) -> None:
    m = house.contact("Ann", company=None)

    result = house.sync()

    assert house.people() == (1, 0)
    assert result["held"] == 1
    assert house.held() == [("Company", "required")]

    house.marketing.edit(m, company="Nordlicht")
    house.settle()

    assert house.people() == (1, 1)
    assert house.held() == []


def test_a_stand_in_is_written_where_the_mapping_marks_one_and_never_travels_back(make_house: MakeHouse) -> None:
    house = make_house(fields={"company": {"when_missing": "[not provided]"}})
    m = house.contact("Ann", company=None)

    house.settle()
    s = house.links()[m]
    house.service.records.touch("contact", [m, s])
    house.settle()

    assert house.shown(s)["Company"] == "[not provided]"
    assert "company" not in house.shown(m)

    house.marketing.edit(m, company="Nordlicht")
    house.settle()

    assert house.shown(s)["Company"] == "Nordlicht"


def test_a_create_that_is_refused_because_the_person_exists_is_linked(make_house: MakeHouse) -> None:
    """The e-mail is no mapped match here: HubSpot itself says who holds it."""
    house = make_house(marketing=hubspot(unique=frozenset({"phone"})))
    m = house.contact("Ann", email=None, phone="1")
    house.service.engine.pull()
    models.Touch.objects.all().delete()
    s = house.lead("Bea", Phone="1")

    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 1)
    assert house.dead() == []


def test_a_create_that_meets_a_linked_record_is_left_to_a_person(make_house: MakeHouse) -> None:
    house = make_house(marketing=hubspot(unique=frozenset({"phone"})))
    m, s = house.pair("Ann", marketing={"phone": "1"})
    house.lead("Bea", Phone="1")

    house.settle()

    assert house.links() == {m: s}
    assert house.conflicts() == [("match", "")]


def test_a_person_who_was_entered_over_there_a_moment_ago_is_not_made_twice(house: House) -> None:
    """Rita enters Ann after we have read Salesforce, and before we would make her there."""
    m = house.contact("Ann")
    house.service.engine.pull()
    s = house.lead("Ann")

    house.plan_and_apply()
    house.settle()

    assert house.links() == {m: s}
    assert house.people() == (1, 1)


def test_an_edit_that_was_first_seen_while_looking_for_somebody_else_still_travels(house: House) -> None:
    """Otto gives Bea's lead the e-mail of Ann, whom Mark enters at the same time: asking for Ann shows Bea's edit."""
    bea, s = house.pair("Bea")
    house.contact("Ann")
    house.service.engine.pull()
    house.sales.edit(s, Email="ann@x.com", Title="CEO")

    house.plan_and_apply()
    house.settle()

    assert house.shown(bea)["jobtitle"] == "CEO"


def test_people_who_share_one_stamp_over_page_borders_are_all_read(make_house: MakeHouse) -> None:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    house = make_house(marketing=hubspot(page_size=7, now=lambda: at), sales=salesforce(page_size=5, now=lambda: at))
    for number in range(23):
        house.contact(f"Ann{number}")
        house.lead(f"Bea{number}")

    result = house.sync()

    assert result["pulled"] == {"marketing": 23, "sales": 23}
    assert house.people() == (46, 46)
    assert len(house.links()) == 46


def test_one_bad_record_does_not_sink_its_batch(house: House) -> None:
    for number in range(20):
        house.contact(f"Ann{number}")
    house.sales.refuse(1, Policy.DEAD, "SOMETHING_ELSE")

    result = house.sync()

    assert result["created"]["sales"] == 19
    assert house.dead() == ["SOMETHING_ELSE"]


def test_a_dead_letter_closes_when_the_record_passes_after_all(house: House) -> None:
    house.sales.refuse(1, Policy.DEAD, "SOMETHING_ELSE")
    m = house.contact("Ann")
    house.sync()

    house.marketing.edit(m, phone="1")
    house.settle()

    assert house.people() == (1, 1)
    assert house.dead() == []


def test_more_records_than_one_batch_holds_come_to_the_same(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.engine.BATCH", 3)
    for number in range(10):
        house.contact(f"Ann{number}", phone=str(number))
        house.lead(f"Ann{number}", Title=f"T{number}")

    house.settle()

    assert len(house.links()) == 10
    assert house.people() == (10, 10)
    assert {house.shown(s)["Phone"] for s in house.links().values()} == {str(number) for number in range(10)}


def test_who_is_met_in_several_batches_is_made_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contact stands for the leads that share its address: each of them leads to it, in a batch of its own."""
    monkeypatch.setattr("sync.engine.BATCH", 1)
    house.person("Ann")
    house.lead("Ann", LastName="Ann the elder")
    house.lead("Ann", LastName="Ann the younger")

    house.settle()

    assert house.marketing.writes == 1
    created = [line for line in house.history() if line[1] == "last_name"]
    assert len(created) == 1
