"""One pair, or one record alone: what would be written, held or asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Create, FieldInfo, Update
from crm.record import Record, Ref, Side, Value, Wire
from sync.fit import Schema
from sync.mapping import Mapping, ObjectMap
from sync.outcomes import Held
from sync.plan import Base, Link, Plan, hold_back, make_create, make_plan

AT = datetime(2026, 5, 4, tzinfo=UTC)
M, S = Ref("hubspot", "contacts", "1"), Ref("salesforce", "Lead", "1")
LINES: dict[str, dict[str, Any]] = {
    "title": {"marketing": "jobtitle", "sales": "Title", "type": "text"},
    "phone": {"marketing": "phone", "sales": "Phone", "type": "phone"},
    "company": {"marketing": "company", "sales": {"Lead": "Company"}, "type": "text"},
}


def object_map(**lines: dict[str, Any]) -> ObjectMap:
    fields = {name: about | lines.get(name, {}) for name, about in LINES.items()}
    contact = {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": fields}
    return Mapping.model_validate({"objects": {"contact": contact}}).objects["contact"]


def schema(**title: Any) -> Schema:
    """Both systems with all fields; `title` says more about sales' title."""
    lead = [
        FieldInfo("Title", "Title", "string", **title),
        FieldInfo("Phone", "Phone", "phone"),
        FieldInfo("Company", "Company", "string", required=True),
    ]
    contacts = [FieldInfo(name, name, "string") for name in ("jobtitle", "phone", "company")]
    return {
        Side.MARKETING: {"contacts": {info.name: info for info in contacts}},
        Side.SALES: {"Lead": {info.name: info for info in lead}},
    }


def plan(
    marketing: dict[str, Wire], sales: dict[str, Wire], base: dict[str, Value] | None = None, **about: Any
) -> Plan:
    """The plan for a pair; `base` is what both sides showed when they last agreed."""
    link = Link(7, "contact", M, S, Base(base or {}, base or {}))
    records = {Side.MARKETING: Record(M, marketing, None, AT), Side.SALES: Record(S, sales, None, AT)}
    return make_plan(about.pop("map", object_map()), link, records, about.pop("schema", schema(**about)))


def test_a_plan_writes_once_a_side_and_only_what_changed() -> None:
    base: dict[str, Value] = {"title": "A", "phone": "1", "company": "N"}

    made = plan({"jobtitle": "B", "phone": "1", "company": "N"}, {"Title": "A", "Phone": "2", "Company": "N"}, base)

    assert made.writes == (Update(Side.MARKETING, M, {"phone": "2"}), Update(Side.SALES, S, {"Title": "B"}))
    assert made.agreed == Base({"company": "N"}, {"company": "N"})
    assert list(made.explain()) == [
        "salesforce:Lead:1  title: 'A' -> 'B'  (edited in marketing)",
        "hubspot:contacts:1  phone: '1' -> '2'  (edited in sales)",
    ]


def test_a_field_that_was_not_read_is_left_alone() -> None:
    made = plan({"jobtitle": "A"}, {"Title": "A", "Phone": None}, {"title": "A", "phone": "1"})

    assert made.writes == ()
    assert made.agreed.marketing == {"title": "A"}


@pytest.mark.parametrize(
    ("about", "value", "code"),
    [
        ({"max_length": 3}, "Chief", "too_long"),
        ({"options": frozenset({"CEO"})}, "Chief", "picklist"),
        ({"writable": False}, "Chief", "read_only"),
        ({"required": True}, None, "required"),
    ],
)
def test_what_the_target_would_refuse_is_held_and_the_rest_travels(
    about: dict[str, Any], value: Wire, code: str
) -> None:
    made = plan({"jobtitle": value, "phone": "2"}, {"Title": "A", "Phone": "1"}, {"title": "A", "phone": "1"}, **about)

    assert made.writes == (Update(Side.SALES, S, {"Phone": "2"}),)
    assert [(held.field, held.side, held.code) for held in made.held] == [("title", Side.SALES, code)]
    assert made.held[0].message
    assert "title" not in made.agreed.marketing


def test_a_long_value_is_cut_where_the_mapping_says_so_and_its_rest_is_no_edit() -> None:
    cutting = object_map(title={"too_long": "truncate"})

    first = plan({"jobtitle": "Chief"}, {"Title": "A"}, {"title": "A"}, map=cutting, max_length=3)
    after = plan({"jobtitle": "Chief"}, {"Title": "Chi"}, {"title": "A"}, map=cutting, max_length=3)
    meeting = plan({"jobtitle": "Chief"}, {"Title": "Chi"}, None, map=cutting, max_length=3)

    assert first.writes == (Update(Side.SALES, S, {"Title": "Chi"}),)
    assert "truncated to 3" in first.changes[0].reason
    assert after.writes == meeting.writes == ()
    assert after.conflicts == meeting.conflicts == {}
    assert after.agreed.marketing == {"title": "Chief"}
    assert after.agreed.sales == {"title": "Chi"}


def test_an_edit_of_a_cut_value_travels_home() -> None:
    cutting = object_map(title={"too_long": "truncate"})
    link = Link(7, "contact", M, S, Base({"title": "Chief"}, {"title": "Chi"}))
    records = {
        Side.MARKETING: Record(M, {"jobtitle": "Chief"}, None, AT),
        Side.SALES: Record(S, {"Title": "Boss"}, None, AT),
    }

    made = make_plan(cutting, link, records, schema(max_length=4))

    assert made.writes == (Update(Side.MARKETING, M, {"jobtitle": "Boss"}),)


def test_a_new_record_carries_the_reference_of_its_source() -> None:
    record = Record(M, {"jobtitle": "CEO", "company": "Nordlicht", "phone": None}, None, AT)

    made = make_create(object_map(), record, Side.MARKETING, schema())

    assert made.writes == (Create(Side.SALES, "Lead", str(M), {"Title": "CEO", "Company": "Nordlicht"}),)
    assert made.link is None


@pytest.mark.parametrize("rule", ["off", "always_sales"])
def test_a_new_record_is_not_given_what_never_travels_there(rule: str) -> None:
    record = Record(M, {"jobtitle": "CEO", "company": "Nordlicht"}, None, AT)

    made = make_create(object_map(title={"rule": rule}), record, Side.MARKETING, schema())

    assert made.writes == (Create(Side.SALES, "Lead", str(M), {"Company": "Nordlicht"}),)


def test_a_new_record_without_what_is_demanded_is_held_whole() -> None:
    made = make_create(object_map(), Record(M, {"jobtitle": "CEO"}, None, AT), Side.MARKETING, schema())

    assert made.writes == ()
    assert [(held.field, held.code) for held in made.held] == [("Company", "required")]
    assert "when_missing" in made.held[0].message


def test_what_was_refused_is_held_back_and_the_rest_is_sent() -> None:
    made = plan({"jobtitle": "B", "phone": "2"}, {"Title": "A", "Phone": "1"}, {"title": "A", "phone": "1"})
    refused = Held("title", Side.SALES, "VALIDATION", "no", "B", is_refused=True)

    held = hold_back(object_map(), made, {"title": refused})

    assert held.writes == (Update(Side.SALES, S, {"Phone": "2"}),)
    assert [change.field for change in held.changes] == ["phone"]
    assert held.held == (refused,)
    assert hold_back(object_map(), made, {}) == made


def test_a_write_of_which_nothing_is_left_is_none() -> None:
    made = plan({"jobtitle": "B"}, {"Title": "A"}, {"title": "A"})
    refused = Held("title", Side.SALES, "VALIDATION", "no", "B", is_refused=True)

    assert hold_back(object_map(), made, {"title": refused}).writes == ()


def test_whom_a_system_cannot_show_beside_others_stays_on_the_other_side() -> None:
    """A call with two people is a task with the first one: that Rita hands the task to a third moves nobody else."""
    people = {"marketing": "associations.contacts", "sales": "WhoId", "type": "references", "to": "contact"}
    call = {"marketing": "calls", "sales": "Task", "fields": {"people": people}}
    contact = {"marketing": "contacts", "sales": "Lead", "fields": LINES}
    calls = Mapping.model_validate({"objects": {"call": call, "contact": contact}}).objects["call"]
    at, task = Ref("hubspot", "calls", "1"), Ref("salesforce", "Task", "1")
    agreed = Base({"people": frozenset({"1", "2"})}, {"people": frozenset({"1"})})

    def written(marketing: str, sales: str) -> list[tuple[Side, Value]]:
        records = {
            Side.MARKETING: Record(at, {"associations.contacts": marketing}, None, AT),
            Side.SALES: Record(task, {"WhoId": sales}, None, AT),
        }
        made = make_plan(calls, Link(7, "call", at, task, agreed), records, {side: {} for side in Side})
        return [(change.side, change.new) for change in made.changes]

    assert written("1;2", "1") == []
    assert written("1;2", "3") == [(Side.MARKETING, frozenset({"2", "3"}))]
    assert written("2", "1") == [(Side.SALES, frozenset({"2"}))]
