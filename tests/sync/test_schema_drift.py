"""An administrator changes a field in one system: its mapping pauses with a clear word, all else goes on, and a mend
releases what waited."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from config.yaml_file import ConfigError
from connectors.base import FieldInfo
from crm.record import Ref
from store import known, models
from sync.breaks import breaks
from tests.sync.conftest import MakeHouse
from tests.sync.house import House, hubspot, salesforce, text


def shape(house: House, *more: FieldInfo, without: Sequence[str] = ()) -> None:
    """The administrator of Salesforce changes fields; nobody tells Entente."""
    objects = salesforce(*more).objects
    house.sales.objects = {
        name: [each for each in fields if isinstance(each, FieldInfo) and each.name not in without]
        for name, fields in objects.items()
    }


def an_hour_later() -> None:
    """What was described is described anew."""
    known.forget("schema.")


def pair(house: House) -> tuple[Ref, Ref]:
    return house.pair(marketing={"phone": "1", "jobtitle": "A"})


def test_a_field_that_is_gone_pauses_alone_and_the_run_goes_on(house: House) -> None:
    """Found out in the middle of a pass: the description is not an hour old."""
    m, s = pair(house)
    shape(house, without=["Title"])
    house.marketing.edit(m, jobtitle="B", phone="2")
    house.contact("Bob")

    result = house.sync()

    assert result["state"] == "done"
    assert house.shown(s)["Phone"] == "2"
    assert house.held() == [("title", "schema")]
    held = models.Held.objects.get()
    assert held.side == "sales"
    assert "Lead.Title: it was there, and is not any more" in held.message
    assert len(house.links()) == 2, "Bob is new in Salesforce, without a title"


def test_what_waited_flows_when_the_field_is_back(house: House) -> None:
    m, s = pair(house)
    shape(house, without=["Title"])
    house.marketing.edit(m, jobtitle="B")
    house.sync()
    house.marketing.edit(m, phone="3")
    house.sync()

    shape(house)
    an_hour_later()
    house.settle()

    assert house.shown(s)["Title"] == "B"
    assert house.held() == []


def test_an_edit_in_the_system_that_lost_the_field_is_seen_when_it_is_back(house: House) -> None:
    """Salesforce hides the field from us; Rita edits it all the same."""
    m, s = pair(house)
    shape(house, without=["Title"])
    an_hour_later()
    house.sync()
    house.sales.edit(s, Title="Z", Phone="4")
    house.settle()
    assert house.shown(m)["phone"] == "4"
    assert house.shown(m)["jobtitle"] == "A", "what is not read is no clear"

    shape(house)
    an_hour_later()
    house.settle()

    assert house.shown(m)["jobtitle"] == "Z"


def test_a_field_of_another_type_pauses_until_it_is_mended(house: House) -> None:
    m, s = pair(house)
    shape(house, FieldInfo("Title", "Title", "double"))
    an_hour_later()
    house.marketing.edit(m, jobtitle="B")

    house.settle()

    assert house.held() == [("title", "schema")]
    assert house.shown(s)["Title"] == "A"
    shape(house)
    an_hour_later()
    house.settle()
    assert house.shown(s)["Title"] == "B"


def test_nobody_is_made_while_e_mails_cannot_be_read(house: House) -> None:
    """Bob is in Salesforce already; without e-mails he would be made there a second time."""
    m, s = pair(house)
    house.lead("Bob")
    house.settle()
    before = house.people()
    shape(house, without=["Email"])
    an_hour_later()
    house.contact("Cid")
    house.marketing.edit(m, phone="2")

    house.settle()

    assert house.people() == (before[0] + 1, before[1])
    assert house.held() == [("email", "schema")]
    assert house.shown(s)["Phone"] == "2"
    shape(house)
    an_hour_later()
    house.settle()
    assert len(house.links()) == 3


def test_a_field_that_never_was_there_is_an_error_of_the_mapping(make_house: MakeHouse) -> None:
    house = make_house(fields={"budget": {"marketing": "budget", "sales": "Budget__c", "type": "text"}})

    with pytest.raises(ConfigError, match="has no field"):
        house.sync()


def test_a_corrected_line_takes_the_field_as_it_is(make_house: MakeHouse) -> None:
    """The mend may be in the mapping: the line says number now."""
    score = {"marketing": "score", "sales": "Score", "type": "text"}
    house = make_house(
        marketing=hubspot(text("score")), sales=salesforce(text("Score")), fields={"score": score}
    )  # fmt: skip
    m, s = house.pair(marketing={"score": "1"})
    shape(house, FieldInfo("Score", "Score", "double"))
    an_hour_later()
    house.marketing.edit(m, score="2")
    house.settle()
    assert house.held() == [("score", "schema")]

    house.configure(fields={"score": score | {"type": "number"}})
    house.open()
    house.settle()

    assert house.shown(s)["Score"] == 2
    assert house.held() == []


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        (text("T", max_length=255), text("T", max_length=100), ["shorter"]),
        (text("T"), text("T", required=True), ["required"]),
        (text("T"), text("T", writable=False), ["read_only"]),
        (text("T", options=frozenset("ab")), text("T", options=frozenset("bc")), ["options"]),
        (text("T"), FieldInfo("T", "T", "date"), ["type"]),
        (text("T"), None, ["gone"]),
        (text("T", max_length=100), FieldInfo("T", "T", "textarea", max_length=255), []),
        (FieldInfo("T", "T", "int"), FieldInfo("T", "T", "double"), []),
        (text("T", options=frozenset("a")), text("T"), []),
    ],
)
def test_each_break_is_named(was: FieldInfo, now: FieldInfo | None, kinds: list[str]) -> None:
    assert [each.kind.value for each in breaks(was, now, is_written=True)] == kinds
