"""What travels between the two records of a pair, field by field, through whole passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from connectors.base import Policy, Update
from crm.record import Side
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.house import House, hubspot, salesforce, text

T0 = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class Clock:
    """The time of one system, set by the test."""

    def __init__(self) -> None:
        self.at = T0

    def __call__(self) -> datetime:
        return self.at


def test_a_second_pass_over_a_quiet_pair_writes_nothing(house: House) -> None:
    house.contact("Ann")
    house.lead("Bea")
    house.sync()
    writes = house.writes()

    result = house.sync()

    assert house.writes() == writes == 2
    assert result["updated"] == result["created"] == {"marketing": 0, "sales": 0}


def test_an_idle_pass_reads_each_object_once_and_nothing_else(house: House) -> None:
    house.pair("Ann")
    house.pair("Bea", sales={"Title": "CEO"})

    result = house.sync()

    assert result["calls"] == {"hubspot": 1, "salesforce": 2}


@pytest.mark.parametrize("first", ["marketing", "sales"])
def test_edits_of_different_fields_on_both_sides_both_survive(house: House, first: str) -> None:
    m, s = house.pair(marketing={"phone": "1", "jobtitle": "A"})
    if first == "marketing":
        house.marketing.edit(m, jobtitle="B")
    house.sales.edit(s, Phone="2")
    if first == "sales":
        house.marketing.edit(m, jobtitle="B")

    house.sync()

    assert house.shown(m)["phone"] == house.shown(s)["Phone"] == "2"
    assert house.shown(m)["jobtitle"] == house.shown(s)["Title"] == "B"
    assert house.history()[-2:] == [
        ("marketing", "phone", "1", "2", "two_way"),
        ("sales", "title", "A", "B", "two_way"),
    ]
    assert house.conflicts() == []


def test_a_write_names_only_the_fields_that_changed(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, jobtitle="CEO")

    [batch] = house.service.preview()

    assert [plan.writes for plan in batch.plans] == [(Update(Side.SALES, s, {"Title": "CEO"}),)]
    assert house.shown(s).get("Title") is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("sales", ("C", "C")), ("marketing", ("B", "B")), ("newest", ("C", "C")), ("ask", ("B", "C"))],
)
def test_two_edits_of_one_field_follow_its_policy(
    make_house: MakeHouse, policy: str, expected: tuple[str, str]
) -> None:
    clock = Clock()
    house = make_house(
        marketing=hubspot(now=clock),
        sales=salesforce(now=clock, keeps_times=True),
        fields={"title": {"on_conflict": policy}},
    )
    m, s = house.pair(marketing={"jobtitle": "A", "phone": "1"})
    clock.at += timedelta(minutes=10)
    house.marketing.edit(m, jobtitle="B", phone="3")
    clock.at += timedelta(minutes=10)
    house.sales.edit(s, Title="C")

    house.settle()

    assert (house.shown(m)["jobtitle"], house.shown(s)["Title"]) == expected
    assert house.shown(s)["Phone"] == "3", "the other fields of the record travel all the same"
    assert house.conflicts() == ([] if expected[0] == expected[1] else [("field", "title")])
    if policy == "newest":
        assert ("marketing", "title", "B", "C", "newest") in house.history()


@pytest.mark.parametrize(
    ("minutes", "expected"), [(30, ("B", "B")), (12, ("B", "B")), (11, ("B", "C")), (9, ("B", "C")), (5, ("B", "C"))]
)
def test_newest_decides_only_where_the_clocks_can_tell(
    make_house: MakeHouse, minutes: int, expected: tuple[str, str]
) -> None:
    """Sales tells no change times, so its edit lies between our last look and its stamp: ten minutes past."""
    marketing_clock, sales_clock = Clock(), Clock()
    house = make_house(marketing=hubspot(now=marketing_clock), sales=salesforce(now=sales_clock))
    m, s = house.pair(marketing={"jobtitle": "A"})
    sales_clock.at = T0 + timedelta(minutes=9)
    house.sales.edit(s, Title="C")
    marketing_clock.at = T0 + timedelta(minutes=minutes)
    house.marketing.edit(m, jobtitle="B")

    house.settle()

    assert (house.shown(m)["jobtitle"], house.shown(s)["Title"]) == expected
    assert house.conflicts() == ([] if expected[0] == expected[1] else [("field", "title")])


def test_the_time_of_an_open_conflict_is_not_forgotten_when_another_field_travels(make_house: MakeHouse) -> None:
    """Rita edits the title at 9:10, Mark at 9:11: too close. Later writes must not make Rita's edit look younger."""
    clock = Clock()
    house = make_house(marketing=hubspot(now=clock), sales=salesforce(now=clock))
    m, s = house.pair(marketing={"jobtitle": "A", "phone": "1"})
    clock.at = T0 + timedelta(minutes=10)
    house.sales.edit(s, Title="C")
    clock.at = T0 + timedelta(minutes=11)
    house.marketing.edit(m, jobtitle="B", phone="2")
    house.sync()
    clock.at = T0 + timedelta(minutes=30)
    house.sales.edit(s, Phone="3")
    house.sync()

    house.settle()

    assert house.shown(m)["phone"] == "3"
    assert (house.shown(m)["jobtitle"], house.shown(s)["Title"]) == ("B", "C")
    assert house.conflicts() == [("field", "title")]


def test_the_same_edit_on_both_sides_is_no_conflict(house: House) -> None:
    m, s = house.pair(marketing={"jobtitle": "A"})
    house.marketing.edit(m, jobtitle="B")
    house.sales.edit(s, Title="B")
    writes = house.writes()

    house.sync()
    house.sales.edit(s, Title="C")
    house.sync()

    assert house.writes() == writes + 1
    assert house.shown(m)["jobtitle"] == "C"


def test_an_edit_that_was_taken_back_is_none(house: House) -> None:
    m, s = house.pair(marketing={"jobtitle": "A"})
    house.marketing.edit(m, jobtitle="B")
    house.marketing.edit(m, jobtitle="A")
    house.sales.edit(s, Title="C")

    house.sync()

    assert house.shown(m)["jobtitle"] == "C"
    assert house.conflicts() == []


def test_a_conflict_closes_when_both_sides_agree_again(make_house: MakeHouse) -> None:
    house = make_house(fields={"title": {"on_conflict": "ask"}})
    m, s = house.pair(marketing={"jobtitle": "A"})
    house.marketing.edit(m, jobtitle="B")
    house.sales.edit(s, Title="C")
    house.sync()
    assert house.conflicts() == [("field", "title")]

    house.sales.edit(s, Title="B")
    house.sync()

    assert house.conflicts() == []


@pytest.mark.parametrize(("clears", "left"), [("travel", None), ("stay", "1")])
def test_a_clear_travels_unless_the_mapping_keeps_it_at_home(
    make_house: MakeHouse, clears: str, left: str | None
) -> None:
    house = make_house(fields={"phone": {"clears": clears}})
    m, s = house.pair(marketing={"phone": "1"})
    house.sales.edit(s, Phone=None)

    house.settle()

    assert house.shown(m).get("phone") == left
    assert house.shown(s).get("Phone") is None


def test_a_clear_that_stayed_at_home_does_not_stop_the_next_edit(make_house: MakeHouse) -> None:
    house = make_house(fields={"phone": {"clears": "stay"}})
    m, s = house.pair(marketing={"phone": "1"})
    house.sales.edit(s, Phone=None)
    house.settle()

    house.marketing.edit(m, phone="2")
    house.settle()

    assert house.shown(s)["Phone"] == "2"


def test_a_first_meeting_fills_blanks_and_wipes_nothing(make_house: MakeHouse) -> None:
    house = make_house(fields={"phone": {"rule": "always_sales"}, "title": {"first_sync": "marketing"}})
    m = house.contact("Ann", phone="1", jobtitle="Head of Sales")
    s = house.lead("Ann", Title="CEO")

    house.settle()

    assert house.shown(m)["phone"] == "1", "always_sales never wipes marketing at a first meeting"
    assert "Phone" not in house.shown(s)
    assert house.shown(s)["Title"] == "Head of Sales"


def test_a_target_that_rewrites_our_value_gets_it_once(make_house: MakeHouse) -> None:
    house = make_house()
    m, s = house.pair(marketing={"jobtitle": "A"})
    house.sales.rewrites["Title"] = str.upper
    writes = house.writes()
    house.marketing.edit(m, jobtitle="Head of Sales")

    house.settle()

    assert house.writes() == writes + 1
    assert (house.shown(m)["jobtitle"], house.shown(s)["Title"]) == ("Head of Sales", "HEAD OF SALES")


def test_a_flow_that_changes_a_field_right_after_our_write_is_read_and_travels(house: House) -> None:
    """A flow under our own user fills the phone while our write is under way: its answer shows it already."""
    m, s = house.pair(marketing={"jobtitle": "A"})

    def flow(title: str) -> str:
        house.sales.edit(s, Phone="+33612345678")
        return title

    house.sales.rewrites["Title"] = flow
    house.marketing.edit(m, jobtitle="B")
    house.sync()
    house.sales.rewrites.clear()

    house.settle()

    assert house.shown(m)["phone"] == "+33612345678"


def test_a_default_that_the_target_gives_a_new_record_travels_back(house: House) -> None:
    add = house.sales.add
    house.sales.add = lambda object_name, values, owner=None: add(  # type: ignore[method-assign]
        object_name, {**values, "Phone": "2"}, owner
    )
    m = house.contact("Ann")

    house.settle()

    assert house.shown(m)["phone"] == "2"


def test_a_case_change_of_an_email_is_no_edit(house: House) -> None:
    m = house.contact("Ann", email="Ann@X.com ")
    s = house.lead("Ann", Email="ann@x.com")

    house.sync()

    assert house.links() == {m: s}
    assert house.writes() == 0


# -- held values -------------------------------------------------------------------------------------------------------


def test_a_picklist_value_that_sales_does_not_know_is_held_and_the_rest_travels(make_house: MakeHouse) -> None:
    house = make_house(
        marketing=hubspot(text("rating")),
        sales=salesforce(text("Rating", options=frozenset({"Hot", "Cold"}))),
        fields={"rating": {"marketing": "rating", "sales": "Rating", "type": "picklist"}},
    )
    m, s = house.pair()
    house.marketing.edit(m, rating="Lukewarm", jobtitle="CEO")

    house.settle()

    assert house.shown(s)["Title"] == "CEO"
    assert "Rating" not in house.shown(s)
    assert house.held() == [("rating", "picklist")]


def test_a_held_value_flows_when_it_changes(make_house: MakeHouse) -> None:
    house = make_house(sales=salesforce(text("Title", max_length=5)))
    m, s = house.pair()
    house.marketing.edit(m, jobtitle="Chief Executive")
    house.settle()
    assert house.held() == [("title", "too_long")]

    house.marketing.edit(m, jobtitle="CEO")
    house.settle()

    assert house.shown(s)["Title"] == "CEO"
    assert house.held() == []


def test_a_held_value_flows_without_a_new_edit_when_the_schema_takes_it(make_house: MakeHouse) -> None:
    house = make_house(sales=salesforce(text("Title", max_length=5)))
    m, s = house.pair()
    house.marketing.edit(m, jobtitle="Chief Executive")
    house.settle()

    house.sales.objects = salesforce(text("Title", max_length=50)).objects
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        house.settle()

    assert house.shown(s)["Title"] == "Chief Executive"
    assert house.held() == []


def test_a_held_value_flows_when_the_mapping_takes_it(make_house: MakeHouse) -> None:
    house = make_house(sales=salesforce(text("Title", max_length=5)))
    m, s = house.pair()
    house.marketing.edit(m, jobtitle="Chief Executive")
    house.settle()

    house.configure(fields={"title": {"too_long": "truncate"}})
    house.open()
    house.settle()

    assert house.shown(s)["Title"] == "Chief"
    assert house.held() == []


def test_a_truncated_value_keeps_its_full_length_at_home(make_house: MakeHouse) -> None:
    house = make_house(sales=salesforce(text("Title", max_length=5)), fields={"title": {"too_long": "truncate"}})
    m, s = house.pair()
    house.marketing.edit(m, jobtitle="Chief Executive")
    house.settle()
    writes = house.writes()

    house.marketing.edit(m, jobtitle="Chief Executive Officer")
    house.settle()

    assert house.shown(m)["jobtitle"] == "Chief Executive Officer"
    assert house.shown(s)["Title"] == "Chief"
    assert house.writes() == writes, "what would be written is there already"


def test_a_value_that_the_system_refused_waits_until_it_changes(house: House) -> None:
    m, s = house.pair()
    house.sales.refuse(1, Policy.HELD, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone")
    house.marketing.edit(m, phone="1", jobtitle="CEO")
    house.sync()
    assert house.shown(s)["Title"] == "CEO"
    assert house.held() == [("phone", "FIELD_CUSTOM_VALIDATION_EXCEPTION")]

    writes = house.writes()
    house.marketing.edit(m, lastname="Anne")
    house.settle()
    assert house.writes() == writes + 1, "the refused value is not sent again"
    assert house.held() == [("phone", "FIELD_CUSTOM_VALIDATION_EXCEPTION")]

    house.marketing.edit(m, phone="2")
    house.settle()
    assert house.shown(s)["Phone"] == "2"
    assert house.held() == []


def test_a_value_that_was_refused_on_create_is_held_once(house: House) -> None:
    house.marketing.refuse(1, Policy.HELD, "INVALID_VALUE", "phone")
    s = house.lead("Ann", Phone="1")

    house.settle()
    [m] = house.links()
    house.sales.edit(s, Title="CEO")
    house.settle()

    assert house.shown(m)["jobtitle"] == "CEO"
    assert "phone" not in house.shown(m)
    assert house.held() == [("phone", "INVALID_VALUE")]


def test_an_unreadable_value_is_held_and_blanks_nothing(make_house: MakeHouse) -> None:
    house = make_house(
        marketing=hubspot(text("size")),
        sales=salesforce(text("Size")),
        fields={"size": {"marketing": "size", "sales": "Size", "type": "number"}},
    )
    m, s = house.pair(marketing={"size": "12"})
    house.marketing.edit(m, size="1.234,56")

    house.settle()

    assert house.shown(s)["Size"] == 12
    assert house.held() == [("size", "unreadable")]


def test_an_email_that_another_contact_holds_waits_for_a_person_and_is_not_sent_again(house: House) -> None:
    m, s = house.pair("Ann")
    house.pair("Bea")
    house.sales.edit(s, Email="bea@x.com", Title="CEO")

    house.settle()

    assert house.shown(m)["jobtitle"] == "CEO"
    assert house.shown(m)["email"] == "ann@x.com"
    assert house.held() == [("email", "CONFLICT")]


def test_an_email_that_was_taken_flows_when_it_is_free(house: House) -> None:
    m, s = house.pair("Ann")
    bea, _ = house.pair("Bea")
    house.sales.edit(s, Email="bea@x.com")
    house.settle()

    house.marketing.edit(bea, email="beate@x.com")
    house.settle()

    assert house.shown(m)["email"] == "bea@x.com"
    assert house.held() == []


# -- what is remembered ------------------------------------------------------------------------------------------------


def test_every_overwritten_value_is_in_the_history(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1", "jobtitle": "A"})
    house.sales.edit(s, Phone="2")
    house.marketing.edit(m, jobtitle=None)

    house.sync()

    assert ("marketing", "phone", "1", "2", "two_way") in house.history()
    assert ("sales", "title", "A", None, "two_way") in house.history()


def test_a_preview_writes_nothing_and_leaves_everything_to_the_next_pass(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.contact("Bea")
    writes = house.writes()

    first = [line for batch in house.service.preview() for plan in batch.plans for line in plan.explain()]
    again = [line for batch in house.service.preview() for plan in batch.plans for line in plan.explain()]

    assert house.writes() == writes
    assert first == again != []
    assert models.Intent.objects.filter(state="planned").count() == 0
    house.sync()
    assert house.shown(s)["Phone"] == "2"
    assert len(house.links()) == 2


def test_a_value_that_was_seen_too_late_is_dropped_and_read_again(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    old = house.marketing.look(m)
    house.marketing.edit(m, phone="2")
    house.sync()

    house.service.records.save_page(
        "contact", Side.MARKETING, [old], "marketing:contacts", str(house.marketing._counter)
    )
    house.settle()

    assert house.shown(m)["phone"] == house.shown(s)["Phone"] == "2"


def test_an_edit_that_the_search_does_not_show_yet_is_not_overwritten(house: House) -> None:
    """HubSpot's index lags: the page shows Mark's first edit, but not his second one, which our write would undo."""
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, jobtitle="CEO")
    house.sales.edit(s, Phone="2")
    house.service.engine.pull()
    house.marketing.edit(m, phone="3")

    house.plan_and_apply()
    house.settle()

    assert house.shown(m)["phone"] == "3"
    assert house.shown(s)["Title"] == "CEO"
    assert house.conflicts() == [("field", "phone")]


def test_what_an_unanswered_write_overwrote_is_in_the_history(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.lose_answers()

    house.settle()

    assert house.shown(s)["Phone"] == "2"
    assert [line for line in house.history() if line[2] == "1"] == [("sales", "phone", "1", "2", "two_way")]


def test_a_write_that_was_cut_is_sent_again_and_is_in_the_history_once(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.cut()

    house.settle()

    assert house.shown(s)["Phone"] == "2"
    assert [line for line in house.history() if line[2] == "1"] == [("sales", "phone", "1", "2", "two_way")]


@pytest.mark.parametrize("times", [1, 3])
def test_a_touch_that_comes_late_or_twice_changes_nothing(house: House, times: int) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sync()
    writes = house.writes()

    for _ in range(times):
        house.service.records.touch("contact", [m, s])
        house.sync()

    assert house.writes() == writes
