"""Activities in the engine: kinds, what stands in for a blank, and that none is ever made twice."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.base import FieldInfo
from crm.record import Ref, Wire
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import MAPPING, House, hubspot, salesforce, text

ACTIVITY: dict[str, Any] = {
    "marketing": ["calls", "notes", "tasks"],
    "sales": ["Task", "Event"],
    "scope": {"marketing": "all", "sales": "all"},
    "time_zone": "Europe/Paris",
    "kinds": {
        "call": {
            "marketing": "calls",
            "sales": "Task",
            "where": {"sales": {"TaskSubtype": "Call"}},
            "new": {"sales": {"Status": "Completed"}},
        },
        "task": {"marketing": "tasks", "sales": "Task"},
        "note": {"marketing": "notes", "sales": "Task", "new": {"sales": {"Subject": "Note", "Status": "Completed"}}},
    },
    "skip": {"sales": {"Task": {"IsRecurrence": True}}},
    "fields": {
        "subject": {
            "marketing": {"calls": "hs_call_title", "tasks": "hs_task_subject"},
            "sales": "Subject",
            "type": "text",
            "too_long": "truncate",
            "overflow": "body",
        },
        "body": {
            "marketing": {"calls": "hs_call_body", "notes": "hs_note_body", "tasks": "hs_task_body"},
            "sales": "Description",
            "type": "text",
            "markup": True,
        },
        "occurred_at": {
            "marketing": {"calls": "hs_timestamp", "notes": "hs_timestamp"},
            "sales": {"Task": "Occurred"},
            "type": "datetime",
            "or_from": ["completed_at"],
        },
        "due": {
            "marketing": {"tasks": "hs_timestamp"},
            "sales": {"Task": "ActivityDate"},
            "type": "date",
            "at": "09:00",
            "or_from": ["occurred_at", "completed_at"],
        },
        "duration": {
            "marketing": {"calls": "hs_call_duration"},
            "sales": {"Task": "Seconds"},
            "type": "number",
            "scale": 1000,
        },
        "priority": {
            "marketing": {"tasks": "hs_task_priority"},
            "sales": {"Task": "Priority"},
            "type": "picklist",
            "blank": ["NONE"],
            "values": {"HIGH": "High"},
        },
        "completed_at": {"marketing": {}, "sales": {"Task": "Completed"}, "type": "datetime", "rule": "off"},
    },
}
CALL = {"hs_call_title": "Intro", "hs_timestamp": "2026-11-02T20:45:12.345Z", "hs_call_duration": "61500"}
TASK: dict[str, Wire] = {"Subject": "Intro", "TaskSubtype": "Call", "Completed": "2026-11-02T20:45:12.000+0000"}


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    return built(make_house)


def built(make_house: MakeHouse, **changes: Any) -> House:
    """Two systems with activities; HubSpot's take no key."""
    marketing = hubspot(keyless=frozenset({"calls", "notes", "tasks"}))
    when = text("hs_timestamp", required=True)
    marketing.objects |= {  # type: ignore[operator]
        "calls": [when, *map(text, ("hs_call_title", "hs_call_body", "hs_call_duration"))],
        "notes": [when, text("hs_note_body")],
        "tasks": [when, *map(text, ("hs_task_subject", "hs_task_body", "hs_task_priority"))],
    }
    sales = salesforce()
    names = ("Description", "TaskSubtype", "Status", "Occurred", "ActivityDate", "Seconds", "Priority", "Completed")
    subject = text("Subject", max_length=20)
    flag = FieldInfo("IsRecurrence", "Recurring", "boolean")
    sales.objects |= {"Task": [subject, *map(text, names), flag], "Event": [subject, text("Description")]}  # type: ignore[operator]
    sales.set_up(sales.setup_steps(["Task", "Event"]))
    objects = {"contact": MAPPING["objects"]["contact"], "activity": copy.deepcopy(ACTIVITY) | changes}
    return make_house(marketing=marketing, sales=sales, objects=copy.deepcopy(objects))


def shown(house: House, system: str, object_name: str) -> list[dict[str, Wire]]:
    """What the live records of an object show, without blanks and our key."""
    connector = house.marketing if system == "hubspot" else house.sales
    hidden = {"entente_key"}
    return [
        {name: value for name, value in record.fields.items() if value is not None and name not in hidden}
        for record in connector.everything(object_name)
    ]


def counts(house: House) -> dict[str, int]:
    found = {name: len(house.marketing.everything(name)) for name in ("calls", "notes", "tasks")}
    return found | {name: len(house.sales.everything(name)) for name in ("Task", "Event")}


@pytest.mark.parametrize(
    ("object_name", "fields", "task"),
    [
        (
            "calls",
            CALL | {"hs_call_body": "<p>Wants an <b>offer</b></p>"},
            {
                "Subject": "Intro",
                "Description": "Wants an offer",
                "TaskSubtype": "Call",
                "Status": "Completed",
                "Occurred": "2026-11-02T20:45:12.345Z",
                "ActivityDate": "2026-11-02",
                "Seconds": 62,
            },
        ),
        (
            "notes",
            {"hs_note_body": "Likes us", "hs_timestamp": "2026-11-02T23:30:00Z"},
            {
                "Subject": "Note",
                "Description": "Likes us",
                "Status": "Completed",
                "Occurred": "2026-11-02T23:30:00.000Z",
                "ActivityDate": "2026-11-03",
            },
        ),
        (
            "tasks",
            {"hs_task_subject": "Write", "hs_timestamp": "2026-11-02T23:30:00Z", "hs_task_priority": "NONE"},
            {"Subject": "Write", "ActivityDate": "2026-11-03"},
        ),
    ],
)
def test_what_was_done_in_hubspot_is_a_task_of_its_kind(
    house: House, object_name: str, fields: Mapping[str, Wire], task: Mapping[str, Wire]
) -> None:
    house.marketing.add(object_name, fields)

    house.settle()

    assert shown(house, "salesforce", "Task") == [task]
    assert counts(house)[object_name] == 1


@pytest.mark.parametrize(
    ("task", "object_name", "activity"),
    [
        (
            TASK | {"Seconds": 90},
            "calls",
            {"hs_call_title": "Intro", "hs_timestamp": "2026-11-02T20:45:12.000Z", "hs_call_duration": 90000},
        ),
        (
            {"Subject": "Write", "ActivityDate": "2026-11-03", "Description": "R&D", "Priority": "High"},
            "tasks",
            {
                "hs_task_subject": "Write",
                "hs_timestamp": "2026-11-03T08:00:00.000Z",
                "hs_task_body": "R&amp;D",
                "hs_task_priority": "HIGH",
            },
        ),
    ],
)
def test_a_task_becomes_what_it_is_in_hubspot(
    house: House, task: Mapping[str, Wire], object_name: str, activity: Mapping[str, Wire]
) -> None:
    house.sales.add("Task", task)

    house.settle()

    assert shown(house, "hubspot", object_name) == [activity]
    assert sum(counts(house).values()) == 2


def test_series_and_our_own_reminders_never_travel(house: House) -> None:
    house.sales.add("Task", TASK | {"IsRecurrence": True})
    house.sales.add("Task", TASK | {"entente_key": "entente:gap:17"})

    house.settle()

    assert counts(house) == {"calls": 0, "notes": 0, "tasks": 0, "Task": 2, "Event": 0}


def test_a_scope_chooses_by_kind(make_house: MakeHouse) -> None:
    chosen = {"field": "activity.kind", "op": "eq", "value": "call"}
    house = built(make_house, scope={"marketing": chosen, "sales": None})
    house.marketing.add("calls", CALL)
    house.marketing.add("notes", {"hs_timestamp": "2026-11-02T08:00:00Z", "hs_note_body": "x"})

    house.settle()

    assert len(house.sales.everything("Task")) == 1


def test_a_long_subject_is_cut_and_stands_whole_in_the_body(house: House) -> None:
    whole = "Everything we said about the offer"
    call = house.marketing.add("calls", CALL | {"hs_call_title": whole, "hs_call_body": "<p>Yes</p>"})
    house.settle()

    house.sales.edit(house.links()[call], Status="Deferred")
    house.settle()

    (task,) = shown(house, "salesforce", "Task")
    assert (task["Subject"], task["Description"]) == (whole[:20], f"{whole}\n\nYes")
    assert house.shown(call)["hs_call_title"] == whole
    assert house.shown(call)["hs_call_body"] == "<p>Yes</p>"


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "never arrived"])
def test_a_create_without_an_answer_makes_one_activity(house: House, is_done: bool) -> None:
    first, second = house.sales.add("Task", TASK), house.sales.add("Task", TASK | {"Subject": "Again"})
    house.marketing.lose_answers() if is_done else house.marketing.cut()

    house.sync()
    waiting = models.Intent.objects.filter(state="unknown").count()
    house.settle()

    titles = {house.shown(m)["hs_call_title"]: s for m, s in house.links().items()}
    assert waiting == 2
    assert titles == {"Intro": first, "Again": second}
    assert counts(house)["calls"] == 2
    assert not models.Intent.objects.filter(state="unknown").exists()


def test_two_equal_activities_stay_two(house: House) -> None:
    tasks = {house.sales.add("Task", TASK), house.sales.add("Task", TASK)}
    house.marketing.lose_answers()

    house.settle()

    assert counts(house)["calls"] == 2
    assert set(house.links().values()) == tasks


def test_what_was_made_and_not_answered_is_not_taken_for_somebody_elses(house: House) -> None:
    """HubSpot shows the call before anything is asked about the task that it was made from."""
    house.sales.add("Task", TASK)
    house.marketing.lose_answers()
    house.sync()
    made = house.marketing.everything("calls")[0].ref
    house.marketing.edit(made, hs_call_body="seen")

    house.settle()

    assert counts(house) == {"calls": 1, "notes": 0, "tasks": 0, "Task": 1, "Event": 0}
    assert shown(house, "salesforce", "Task")[0]["Description"] == "seen"


def a_busy_day(house: House) -> dict[str, Ref]:
    """Rita logs a call in HubSpot, and another in Salesforce."""
    return {"call": house.marketing.add("calls", CALL), "task": house.sales.add("Task", TASK | {"Subject": "Mine"})}


def test_killed_at_any_step_no_activity_is_made_twice(make_house: MakeHouse) -> None:
    house = built(make_house)
    step = 0
    while True:
        step += 7
        made = a_busy_day(house)
        before = counts(house)
        passed = sync_until(house, step)
        house.settle()
        after = counts(house)
        assert (after["calls"], after["Task"]) == (before["calls"] + 1, before["Task"] + 1), f"at step {step}"
        assert made["call"] in house.links()
        if passed < step:
            break
