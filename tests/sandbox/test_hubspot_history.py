"""The history of a property: who wrote what, newest first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox.hubspot_records import CONTACTS, control, history, make, merge, patch, values
from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "dlt" / "mock_contacts_with_history.json"


def test_every_source_has_its_own_name_and_the_newest_comes_first(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    anna = make(sandbox, phone="1")
    edit = {"object": "contacts", "id": anna}
    sandbox.admin("hubspot", "workflow", object="contacts", name="tidy", when={"property": "city"}, set={"phone": "5"})

    sandbox.admin("hubspot", "edit", **edit, properties={"phone": "2"}, by="Rita Lang")
    sandbox.admin("hubspot", "edit", **edit, properties={"phone": "3"}, source="FORM")
    sandbox.admin("hubspot", "edit", **edit, properties={"phone": "4"}, source="IMPORT")
    patch(sandbox, anna, city="Linz")
    merged = merge(sandbox, make(sandbox, phone="6"), anna).json()["id"]

    past = history(sandbox, merged, "phone")
    assert [(each["value"], each["sourceType"]) for each in past] == [
        ("6", "INTEGRATION"), ("5", "AUTOMATION_PLATFORM"), ("4", "IMPORT"), ("3", "FORM"), ("2", "CRM_UI"),
        ("1", "INTEGRATION"),
    ]  # fmt: skip
    assert history(sandbox, merged, "city")[0]["sourceType"] == "MERGE_OBJECTS"
    assert [each["timestamp"] for each in past] == sorted((each["timestamp"] for each in past), reverse=True)


def test_a_persons_edit_says_who_it_was(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=0)
    rita = sandbox.hubspot("GET", "/crm/v3/owners?email=rita.lang@vendor.example").json()["results"][0]
    anna = make(sandbox, phone="1")

    sandbox.admin("hubspot", "edit", object="contacts", id=anna, properties={"phone": "2"}, by=rita["email"])

    newest = history(sandbox, anna, "phone")[0]
    assert newest["sourceId"] == f"userId:{rita['userId']}"
    assert (newest["sourceLabel"], newest["updatedByUserId"]) == ("Rita Lang", rita["userId"])
    last = sandbox.look("hubspot", "writes")["writes"][-1]
    assert (last["action"], last["who"], last["fields"]) == ("update", "Rita Lang in HubSpot", {"phone": "2"})
    assert (last["before"]["phone"], last["after"]["phone"]) == ("1", "2")


def test_the_official_client_reads_the_history(sandbox: SandboxClient) -> None:
    anna = make(sandbox, phone="1")
    sandbox.admin("hubspot", "edit", object="contacts", id=anna, properties={"phone": "2"}, by="Rita Lang")
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.contacts

    one = api.basic_api.get_by_id(anna, properties_with_history=["phone"]).properties_with_history["phone"]
    batch = api.batch_api.read({"inputs": [{"id": anna}], "properties": [], "propertiesWithHistory": ["phone"]})

    assert [each.source_type for each in one] == ["CRM_UI", "INTEGRATION"]
    assert one[0].source_label == "Rita Lang"
    assert batch.results[0].properties_with_history["phone"][1].value == "1"


def test_entries_have_the_recorded_keys_and_types(sandbox: SandboxClient) -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded answers are not here")
    recorded = json.loads(RECORDED.read_text())["results"][0]["propertiesWithHistory"]
    want = next(entry for entries in recorded.values() for entry in entries if "sourceId" in entry)
    anna = make(sandbox, phone="1")

    entry = history(sandbox, anna, "phone")[0]

    assert entry.keys() == want.keys()
    assert [type(entry[key]) for key in want] == [type(each) for each in want.values()]


def test_a_write_that_changes_nothing_adds_nothing_to_the_history(sandbox: SandboxClient) -> None:
    anna = make(sandbox, phone="1")

    patch(sandbox, anna, phone="1")

    assert len(history(sandbox, anna, "phone")) == 1


def test_a_person_a_form_or_an_import_makes_a_record(sandbox: SandboxClient) -> None:
    made = sandbox.admin("hubspot", "edit", object="contacts", properties={"email": "a@velmora.example"}, source="FORM")

    assert values(sandbox, made["id"], "email") == ["a@velmora.example"]
    assert history(sandbox, made["id"], "email")[0]["sourceType"] == "FORM"
    assert sandbox.look("hubspot", "writes")["writes"][-1]["who"] == "a form"


@pytest.mark.parametrize(
    "body",
    [
        {"object": "contacts", "id": "7", "properties": {}},
        {"object": "contacts", "properties": {"nosuch": "1"}},
        {"object": "contacts", "properties": {"createdate": "1"}},
        {"object": "contacts", "properties": {}, "source": "GUESS"},
        {"object": "contacts", "properties": {"email": "taken@velmora.example"}},
        {"object": "contacts"},
        {"object": "unicorns", "properties": {}},
    ],
)
def test_an_edit_that_a_person_could_not_make_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    make(sandbox, email="taken@velmora.example")

    answer = control(sandbox, "edit", **body)

    assert answer.status == 400
    assert sandbox.look("hubspot", "writes")["count"] == 1
    assert sandbox.hubspot("GET", CONTACTS).json()["results"][0]["properties"]["email"] == "taken@velmora.example"
