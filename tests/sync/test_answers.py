"""Rita answers what is asked: it goes into Salesforce, and from there to HubSpot, once and never over an edit."""

from __future__ import annotations

import pytest

from connectors.base import Policy, Unavailable
from crm.record import Ref
from store import models
from store.answers import Asked, save
from store.due import is_anything_due
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import Killed, sync_until
from tests.sync.house import House, salesforce, text
from tests.sync.test_engine_kill import another_day

RULES = """
version: 1
placeholders: [n/a]
rules:
- id: S1
  direction: sales_to_marketing
  title: {en: "A title", fr: "Une fonction"}
  object: contact
  responsible: record_owner
  check: {kind: required, fields: [contact.title, contact.phone]}
  why: {en: "Why.", fr: "Pourquoi."}
  used_for: [{what: {en: "use", fr: "usage"}}]
  gives_back: {text: {en: "back", fr: "retour"}}
  enforcement: {level: remind}
  fix: {seconds: 10, how: one_click}
- id: M1
  direction: marketing_to_sales
  title: {en: "A name", fr: "Un nom"}
  object: contact
  responsible: marketing_team
  check: {kind: required, fields: [contact.last_name]}
  why: {en: "Why.", fr: "Pourquoi."}
  used_for: [{what: {en: "use", fr: "usage"}}]
  gives_back: {text: {en: "back", fr: "retour"}}
  enforcement: {level: remind}
  fix: {seconds: 10, how: one_click}
"""
PHONE = "+33 1 99 00 12 34"


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    return make_house(rules=RULES)


def answer(ref: Ref, field: str = "title", value: str = "Buyer", was: str | None = None) -> None:
    """What the page does when Rita presses the button."""
    assert save([(Asked("S1", str(ref), "contact", field, was), value)], "salesforce:User:005R", "rita") == 1


def states() -> list[tuple[str, str]]:
    return [(each.field, each.state) for each in models.Answer.objects.order_by("id")]


def settle(house: House) -> None:
    """Passes, as the sweep starts them, until nothing is due."""
    for _ in range(4):
        house.sync()
    assert not is_anything_due()


def gaps(ref: Ref) -> list[str]:
    return sorted(name for gap in models.Gap.objects.filter(ref=str(ref)) for name in gap.fields)


def test_an_answer_is_in_both_systems_after_one_pass(house: House) -> None:
    contact, lead = house.pair()

    answer(lead)
    house.sync()

    assert house.shown(lead)["Title"] == "Buyer"
    assert house.shown(contact)["jobtitle"] == "Buyer"
    assert states() == [("title", "written")]
    assert gaps(lead) == ["phone"]
    assert house.history()[-2:] == [
        ("sales", "title", None, "Buyer", "answered"), ("marketing", "title", None, "Buyer", "two_way"),
    ]  # fmt: skip
    assert models.Change.objects.get(rule="answered").reason == "answered by a rep"


def test_what_was_answered_is_written_once(house: House) -> None:
    _, lead = house.pair()
    answer(lead)
    house.sync()
    before = house.writes()

    house.settle()

    assert house.writes() == before


def test_two_answers_about_one_record_are_one_write(house: House) -> None:
    contact, lead = house.pair()
    before = house.sales.writes

    answer(lead)
    answer(lead, "phone", PHONE)
    house.sync()

    assert house.sales.writes == before + 1
    assert (house.shown(contact)["jobtitle"], house.shown(contact)["phone"]) == ("Buyer", PHONE)
    assert gaps(lead) == []


def test_a_second_answer_to_the_same_field_keeps_the_first(house: House) -> None:
    _, lead = house.pair()
    answer(lead)

    assert save([(Asked("S1", str(lead), "contact", "title", None), "Seller")], "005R", "rita") == 0


def test_an_edit_made_since_it_was_asked_is_not_overwritten(house: House) -> None:
    """Rita answers; before the pass her colleague fills the field in Salesforce."""
    contact, lead = house.pair()
    answer(lead)
    house.sales.edit(lead, Title="Head of Purchasing")

    house.sync()

    assert house.shown(lead)["Title"] == house.shown(contact)["jobtitle"] == "Head of Purchasing"
    assert states() == [("title", "overtaken")]


def test_what_was_not_valid_is_corrected(house: House) -> None:
    contact, lead = house.pair(sales={"Phone": "0000"}, marketing={"phone": "0000"})
    answer(lead, "phone", PHONE, was="0000")

    house.sync()

    assert house.shown(lead)["Phone"] == house.shown(contact)["phone"] == PHONE


def test_an_answer_about_a_person_whom_only_sales_knows_is_written_too(make_house: MakeHouse) -> None:
    house = make_house(rules=RULES, contact={"create_in_marketing": False})
    lead = house.lead()
    house.settle()
    answer(lead)

    house.settle()

    assert house.shown(lead)["Title"] == "Buyer"
    assert not models.Link.objects.exists()
    assert house.conflicts() == []


@pytest.mark.parametrize(("policy", "field"), [(Policy.DEAD, None), (Policy.HELD, "Title")])
def test_a_refusal_says_why_and_leaves_the_gap_open(house: House, policy: Policy, field: str | None) -> None:
    contact, lead = house.pair()
    house.sales.refuse(1, policy, "FIELD_CUSTOM_VALIDATION_EXCEPTION", field)
    answer(lead)
    answer(lead, "phone", PHONE)

    house.sync()

    [title, phone] = models.Answer.objects.order_by("id")
    assert (title.state, title.code) == ("refused", "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    assert "refuse this write" in title.message
    assert phone.state == ("refused" if policy is Policy.DEAD else "written")
    assert "title" in gaps(lead)
    assert house.held() == []
    answer(lead)
    house.sync()
    assert house.shown(contact)["jobtitle"] == "Buyer"
    assert house.dead() == []


def test_what_the_system_could_not_hold_is_refused_before_it_is_sent(make_house: MakeHouse) -> None:
    house = make_house(rules=RULES, sales=salesforce(text("Title", max_length=10)))
    _, lead = house.pair()
    answer(lead, value="Head of Purchasing")
    before = house.writes()

    house.sync()

    [refused] = models.Answer.objects.all()
    assert (refused.state, refused.code) == ("refused", "too_long")
    assert house.writes() == before


def test_a_busy_system_is_asked_again(house: House) -> None:
    _, lead = house.pair()
    house.sales.refuse(1, Policy.LATER, "UNABLE_TO_LOCK_ROW")
    answer(lead)
    house.sync()
    waiting = states()

    assert is_anything_due()
    house.sync()

    assert (waiting, states()) == ([("title", "open")], [("title", "written")])


def test_an_address_that_another_person_has_is_refused_and_links_nobody(make_house: MakeHouse) -> None:
    house = make_house(rules=RULES)
    house.pair("Bob")
    contact = house.contact("Ann", email=None)
    house.settle()
    links = house.links()
    save([(Asked("S1", str(contact), "contact", "email", None), "bob@x.com")], "r", "rita")

    house.settle()

    assert list(models.Answer.objects.values_list("state", "code")) == [("refused", "CONFLICT")]
    assert house.links() == links
    assert "email" not in house.shown(contact)


def test_a_record_that_is_gone_says_so(house: House) -> None:
    _, lead = house.pair()
    answer(lead)
    house.sales.delete(lead)

    house.sync()

    assert states() == [("title", "gone")]


def test_an_answer_follows_a_lead_that_was_converted(house: House) -> None:
    contact, lead = house.pair()
    answer(lead)
    person = house.sales.convert(lead, "Contact", {"LastName": "Ann", "Email": "ann@x.com"})

    house.settle()

    assert house.shown(person)["Title"] == house.shown(contact)["jobtitle"] == "Buyer"
    assert states() == [("title", "written")]


def test_a_lost_answer_of_the_system_is_looked_up_and_not_sent_twice(house: House) -> None:
    """Salesforce wrote it, and the line broke: the next pass reads that it is there, and its history is whole."""
    contact, lead = house.pair()
    answer(lead)
    house.sales.lose_answers()
    before = house.sales.writes

    settle(house)

    assert house.sales.writes == before + 1
    assert states() == [("title", "written")]
    assert house.history()[-2:].count(("sales", "title", None, "Buyer", "answered")) == 1
    assert house.shown(contact)["jobtitle"] == "Buyer"


def test_a_line_cut_before_the_write_loses_nothing(house: House) -> None:
    contact, lead = house.pair()
    answer(lead)
    house.sales.cut()

    settle(house)

    assert house.shown(contact)["jobtitle"] == "Buyer"
    assert [line for line in house.history() if line[4] == "answered"] == [
        ("sales", "title", None, "Buyer", "answered")
    ]


def test_sales_that_is_away_keeps_the_answer(house: House) -> None:
    _, lead = house.pair()
    answer(lead)
    house.sales.unavailable = True
    with pytest.raises(Unavailable):
        house.sync()
    house.sales.unavailable = False

    settle(house)

    assert states() == [("title", "written")]


def test_old_answers_are_forgotten_and_open_ones_never(house: House) -> None:
    _, lead = house.pair()
    answer(lead)
    house.sync()
    answer(lead, "phone", PHONE)
    models.Answer.objects.update(changed_at=1)

    house.sync()

    assert states() == [("phone", "written")]


@pytest.mark.parametrize("is_resumed", [False, True], ids=["decided anew", "resumed where it stood"])
def test_killed_at_any_step_it_is_written_once_and_its_history_is_whole(
    make_house: MakeHouse, is_resumed: bool
) -> None:
    house = make_house(rules=RULES)
    contact, lead = house.pair()
    steps, is_over = -2 + is_resumed, False
    while not is_over:
        steps += 3
        with another_day(house):
            before = house.sales.writes
            answer(lead)
            is_over = sync_until(house, steps) < steps
            if is_resumed:
                house.resume()
            settle(house)
            assert house.shown(lead)["Title"] == house.shown(contact)["jobtitle"] == "Buyer", steps
            assert house.sales.writes == before + 1, steps
            assert states() == [("title", "written")], steps
            assert [each[:4] for each in house.history() if each[4] == "answered"] == [
                ("sales", "title", None, "Buyer")
            ], steps
    assert steps > 30


def test_an_answer_that_ends_three_workers_is_refused_and_the_rest_goes_on(make_house: MakeHouse) -> None:
    """Whoever writes Rita's answer is gone; after three of them a person is asked, and Mark's edit travels."""
    house = make_house(rules=RULES)
    contact, lead = house.pair()
    answer(lead)
    write_many = house.sales.write_many

    def deadly(*_: object) -> object:
        raise Killed

    house.sales.write_many = deadly  # type: ignore[method-assign,assignment]
    for _ in range(3):
        with pytest.raises(Killed):
            house.sync()
    house.sales.write_many = write_many  # type: ignore[method-assign]
    house.marketing.edit(contact, phone="2")
    settle(house)

    assert states() == [("title", "refused")]
    assert house.shown(lead)["Phone"] == "2"
