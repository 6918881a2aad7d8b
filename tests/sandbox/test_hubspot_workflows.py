"""Workflows that edit what others wrote."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_records import CONTACTS, control, found, history, make, patch, values
from tests.sandbox_client import SandboxClient


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    return sandbox


def add(sandbox: SandboxClient, name: str = "", **how: Any) -> None:
    sandbox.admin("hubspot", "workflow", object="contacts", name=name, **how)


def test_a_phone_number_is_rewritten_some_time_after_it_was_written(portal: SandboxClient) -> None:
    add(portal, "phones", when={"property": "phone"}, normalise_phone=True, after_seconds=5)
    anna = make(portal, phone="+43 (1) 58-00")

    portal.admin("hubspot", "clock", advance=4.9)
    before = values(portal, anna, "phone")
    portal.admin("hubspot", "clock", advance=60)

    read = portal.hubspot("GET", f"{CONTACTS}/{anna}?properties=phone").json()
    assert before == ["+43 (1) 58-00"]
    assert read["properties"]["phone"] == "+4315800"
    assert read["updatedAt"] == "2026-11-02T09:00:05.001Z"
    assert found(portal)[0]["lastmodifieddate"] == "2026-11-02T09:00:05.001Z"


def test_it_stands_in_the_log_and_in_the_history_with_its_name(portal: SandboxClient) -> None:
    add(portal, "phones", when={"property": "phone"}, normalise_phone=True)
    anna = make(portal, phone="0043 1")

    newest = history(portal, anna, "phone")[0]

    last = portal.look("hubspot", "writes")["writes"][-1]
    assert (newest["value"], newest["sourceType"], newest["sourceLabel"]) == ("+431", "AUTOMATION_PLATFORM", "phones")
    assert (last["who"], last["route"], last["fields"]) == ("workflow phones", "", {"phone": "+431"})
    assert (last["before"]["phone"], last["after"]["phone"]) == ("0043 1", "+431")


def test_the_answer_to_the_write_shows_what_was_written_not_what_the_workflow_makes_of_it(
    portal: SandboxClient,
) -> None:
    add(portal, when={"property": "city"}, set={"city": "Vienna"})
    anna = make(portal)

    assert patch(portal, anna, city="Wien").json()["properties"]["city"] == "Wien"
    assert values(portal, anna, "city") == ["Vienna"]


def test_it_waits_for_its_property_and_value(portal: SandboxClient) -> None:
    stage = {"property": "lifecyclestage", "value": "customer"}
    add(portal, when=stage, set={"hs_lead_status": "CONNECTED"}, copy={"fax": "phone"})
    anna = make(portal, lifecyclestage="lead", phone="1")

    patch(portal, anna, city="Linz")
    untouched = values(portal, anna, "hs_lead_status", "fax")
    patch(portal, anna, lifecyclestage="customer")

    assert untouched == [None, None]
    assert values(portal, anna, "hs_lead_status", "fax") == ["CONNECTED", "1"]


def test_a_workflow_does_not_answer_to_itself_and_two_do_not_play_ping_pong(portal: SandboxClient) -> None:
    add(portal, "ping", when={"property": "city"}, set={"state": "ping"}, after_seconds=1)
    add(portal, "pong", when={"property": "state"}, set={"city": "pong"}, after_seconds=1)
    anna = make(portal, city="Linz")

    portal.admin("hubspot", "clock", advance=1_000)

    assert values(portal, anna, "city", "state") == ["pong", "ping"]
    assert [each["who"] for each in portal.look("hubspot", "writes")["writes"][1:]] == [
        "workflow ping",
        "workflow pong",
    ]
    assert portal.look("hubspot", "workflows")["to_come"] == 0


def test_a_record_that_is_gone_by_then_is_left_alone(portal: SandboxClient) -> None:
    add(portal, when={"property": "city"}, set={"state": "x"}, after_seconds=60)
    anna = make(portal, city="Linz")
    portal.hubspot("DELETE", f"{CONTACTS}/{anna}")

    portal.admin("hubspot", "clock", advance=61)

    assert [each["action"] for each in portal.look("hubspot", "writes")["writes"]] == ["create", "archive"]


def test_a_value_that_is_refused_ends_the_run_and_is_told(portal: SandboxClient) -> None:
    add(portal, "bad", when={"property": "city"}, set={"email": "taken@velmora.example"})
    make(portal, email="taken@velmora.example")
    anna = make(portal, city="Linz")

    failed = portal.look("hubspot", "workflows")["failed"]

    assert [(each["workflow"], each["id"]) for each in failed] == [("bad", anna)]
    assert values(portal, anna, "email") == [None]


def test_it_answers_to_people_as_well_and_can_be_taken_away(portal: SandboxClient) -> None:
    add(portal, set={"state": "seen"}, after_seconds=10)
    anna, bert = make(portal), make(portal)
    portal.admin("hubspot", "edit", object="contacts", id=anna, properties={"city": "Linz"})
    portal.admin("hubspot", "clock", advance=10)
    portal.admin("hubspot", "edit", object="contacts", id=bert, properties={"city": "Linz"})

    portal.admin("hubspot", "workflow", clear=True)
    portal.admin("hubspot", "clock", advance=100)

    assert (values(portal, anna, "state"), values(portal, bert, "state")) == (["seen"], [None])


@pytest.mark.parametrize(
    "body",
    [
        {"object": "contacts"},
        {"object": "contacts", "set": {"nosuch": "1"}},
        {"object": "contacts", "set": {"city": 3}},
        {"object": "contacts", "when": {"field": "city"}, "set": {"city": "x"}},
        {"object": "contacts", "set": {"city": "x"}, "after_seconds": -1},
        {"object": "unicorns", "set": {"city": "x"}},
        {"object": "contacts", "sets": {}},
    ],
)
def test_a_workflow_that_makes_no_sense_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    assert control(sandbox, "workflow", **body).status == 400
