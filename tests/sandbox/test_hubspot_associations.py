"""Associations of single records: types, both directions, the primary company, and what follows from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hubspot.crm import AssociationType

from tests.sandbox.hubspot_helper import DEAL, NOTE, OBJECTS, joined, make, official, properties_of
from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "dlt" / "mock_contacts_with_history.json"


@pytest.fixture
def rita(sandbox: SandboxClient) -> str:
    return make(sandbox, "contacts", {"email": "rita@velmora.example"})


@pytest.fixture
def velmora(sandbox: SandboxClient) -> str:
    return make(sandbox, "companies", {"name": "Velmora"})


def test_the_official_client_joins_reads_and_parts_two_records(sandbox: SandboxClient, rita: str, velmora: str) -> None:
    api = official(sandbox).crm.associations.v4.basic_api

    made = api.create_default("contacts", rita, "companies", velmora)
    page = api.get_page("contacts", rita, "companies")
    api.archive("contacts", rita, "companies", velmora)

    both = [(each._from.id, each.to.id, each.association_spec.association_type_id) for each in made.results]
    assert both == [(rita, velmora, 279), (velmora, rita, 280)]
    (company,) = page.results
    assert [(each.type_id, each.label) for each in company.association_types] == [(1, "Primary"), (279, None)]
    assert api.get_page("contacts", rita, "companies").results == []


@pytest.mark.parametrize("objects", ["/crm/v4/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"])
def test_every_version_shows_numbers_and_both_directions(
    sandbox: SandboxClient, rita: str, velmora: str, objects: str
) -> None:
    put = sandbox.hubspot("PUT", f"{objects}/contact/{rita}/associations/default/company/{velmora}/")
    there = sandbox.hubspot("GET", f"{objects}/0-1/{rita}/associations/0-2").json()
    back = sandbox.hubspot("GET", f"{objects}/companies/{velmora}/associations/contacts").json()

    assert put.status == 200
    primary = {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}
    plain = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
    assert there == {"results": [{"toObjectId": int(velmora), "associationTypes": [primary, plain]}]}
    assert [each["typeId"] for each in back["results"][0]["associationTypes"]] == [2, 280]


def test_a_contact_has_one_primary_company(sandbox: SandboxClient, rita: str, velmora: str) -> None:
    other = make(sandbox, "companies", {"name": "Other"})
    for company in (velmora, other):
        sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/default/companies/{company}")
    first = joined(sandbox, "contacts", rita, "companies")

    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    answer = sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/companies/{other}", body)

    assert first == {velmora: [1, 279], other: [279]}
    assert answer.status == 201
    assert answer.json() == {
        "fromObjectTypeId": "0-1", "fromObjectId": int(rita), "toObjectTypeId": "0-2", "toObjectId": int(other),
        "labels": ["Primary"],
    }  # fmt: skip
    assert joined(sandbox, "contacts", rita, "companies") == {velmora: [279], other: [1, 279]}


def test_the_property_for_the_company_and_the_association_say_the_same(
    sandbox: SandboxClient, rita: str, velmora: str
) -> None:
    path = f"{OBJECTS}/contacts/{rita}"

    sandbox.hubspot("PATCH", path, {"properties": {"associatedcompanyid": velmora}})
    set_by_property = joined(sandbox, "contacts", rita, "companies")
    counted = properties_of(sandbox, "companies", velmora, "num_associated_contacts")
    sandbox.hubspot("DELETE", f"/crm/v4/objects/contacts/{rita}/associations/companies/{velmora}")
    cleared = properties_of(sandbox, "contacts", rita, "associatedcompanyid")
    refused = sandbox.hubspot("PATCH", path, {"properties": {"associatedcompanyid": "123"}})

    assert set_by_property == {velmora: [1, 279]}
    assert counted["num_associated_contacts"] == "1"
    assert cleared["associatedcompanyid"] is None
    assert refused.status == 400


def test_a_new_record_is_joined_as_it_is_made(sandbox: SandboxClient, rita: str, velmora: str) -> None:
    api = official(sandbox).crm.objects.notes.basic_api
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": AssociationType.NOTE_TO_CONTACT}
    wanted = [{"to": {"id": rita}, "types": [spec]}]

    note = api.create(simple_public_object_input_for_create={"properties": NOTE, "associations": wanted})

    assert joined(sandbox, "notes", note.id, "contacts") == {rita: [202]}
    assert joined(sandbox, "contacts", rita, "notes") == {note.id: [201]}
    (entry,) = [each for each in sandbox.look("hubspot", "writes")["writes"] if each["object"] == "notes"]
    assert entry["fields"] == NOTE | {"associations": wanted}


@pytest.mark.parametrize("type_id", [9_999, 201, 4])
def test_a_type_that_does_not_join_these_objects_refuses_the_create(
    sandbox: SandboxClient, rita: str, type_id: int
) -> None:
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    body = {"properties": NOTE, "associations": [{"to": {"id": rita}, "types": [spec]}]}

    one = sandbox.hubspot("POST", f"{OBJECTS}/notes", body)
    many = sandbox.hubspot("POST", f"{OBJECTS}/notes/batch/create", {"inputs": [{"properties": NOTE}, body]})

    assert (one.status, many.status) == (400, 400)
    assert sandbox.hubspot("GET", f"{OBJECTS}/notes").json()["results"] == []


@pytest.mark.parametrize(
    "wanted",
    ["x", [3], [{}], [{"to": {}, "types": []}], [{"to": 5, "types": [{"associationCategory": "HUBSPOT_DEFINED"}]}]],
)
def test_associations_that_cannot_be_read_refuse_the_create(sandbox: SandboxClient, wanted: Any) -> None:
    assert sandbox.hubspot("POST", f"{OBJECTS}/notes", {"properties": NOTE, "associations": wanted}).status == 400


def test_a_batch_with_traces_refuses_only_the_input_whose_neighbour_is_not_there(
    sandbox: SandboxClient, rita: str
) -> None:
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}
    inputs = [
        {"objectWriteTraceId": str(at), "properties": NOTE, "associations": [{"to": {"id": to}, "types": [spec]}]}
        for at, to in enumerate((rita, "404"))
    ]

    answer = sandbox.hubspot("POST", f"{OBJECTS}/notes/batch/create", {"inputs": inputs})

    body = answer.json()
    assert answer.status == 207
    assert [each["objectWriteTraceId"] for each in body["results"]] == ["0"]
    assert body["errors"][0]["context"]["objectWriteTraceId"] == ["1"]
    assert body["errors"][0]["context"]["INVALID_OBJECT_IDS"] == ["CONTACT=404 is not valid"]


def test_a_record_that_is_not_there_is_named(sandbox: SandboxClient, rita: str) -> None:
    path = f"/crm/v4/objects/deals/404/associations/contacts/{rita}"

    answer = sandbox.hubspot("PUT", path, [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}])

    assert answer.status == 400
    assert answer.json()["message"] == "One or more associations are invalid"
    assert answer.json()["context"] == {
        "INVALID_OBJECT_IDS": ["DEAL=404 is not valid"], "objectId": ["404"], "objectType": ["DEAL"],
    }  # fmt: skip
    assert sandbox.hubspot("GET", "/crm/v4/objects/deals/404/associations/contacts").status == 404
    assert sandbox.hubspot("GET", f"/crm/v4/objects/contacts/{rita}/associations/unicorns").status == 400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "a request body was expected"),
        ({}, "a list was expected"),
        ([], "a list of association types"),
        ([{}], "Some required fields were not set: [associationCategory, associationTypeId]"),
    ],
)
def test_a_labelled_association_needs_a_list_of_types(
    sandbox: SandboxClient, rita: str, velmora: str, body: Any, said: str
) -> None:
    answer = sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/companies/{velmora}", body)

    assert answer.status == 400
    assert said in answer.json()["message"]


def test_neighbours_are_paged_by_the_id_of_the_next_one(sandbox: SandboxClient, velmora: str) -> None:
    people = [make(sandbox, "contacts", {}, (velmora, 279)) for _ in range(5)]
    path = f"/crm/v4/objects/companies/{velmora}/associations/contacts"

    first = sandbox.hubspot("GET", f"{path}?limit=2").json()
    second = sandbox.pool.request("GET", first["paging"]["next"]["link"], headers={"Authorization": "Bearer x"}).json()
    last = sandbox.hubspot("GET", f"{path}?limit=2&after={second['paging']['next']['after']}").json()

    found = [str(each["toObjectId"]) for page in (first, second, last) for each in page["results"]]
    assert found == people
    assert "paging" not in last


def test_an_archived_record_is_nobodys_neighbour(sandbox: SandboxClient, rita: str, velmora: str) -> None:
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/default/companies/{velmora}")

    sandbox.hubspot("DELETE", f"{OBJECTS}/companies/{velmora}")

    assert joined(sandbox, "contacts", rita, "companies") == {}


def test_a_read_and_a_list_show_the_associations_that_are_asked_for_in_the_recorded_shape(
    sandbox: SandboxClient, rita: str, velmora: str
) -> None:
    deal = make(sandbox, "deals", DEAL, (rita, 3))
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/default/companies/{velmora}")
    path = f"{OBJECTS}/contacts/{rita}?associations=deals,company,tickets"

    read = sandbox.hubspot("GET", path).json()
    (listed,) = sandbox.hubspot("GET", f"{OBJECTS}/contacts?associations=deals&associations=0-2").json()["results"]
    client = official(sandbox).crm.contacts.basic_api.get_by_id(rita, associations=["deals"])

    assert read["associations"] == {
        "deals": {"results": [{"id": deal, "type": "contact_to_deal"}]},
        "companies": {
            "results": [
                {"id": velmora, "type": "contact_to_company"},
                {"id": velmora, "type": "contact_to_company_unlabeled"},
            ]
        },
    }
    assert listed["associations"] == read["associations"]
    assert client.associations["deals"].results[0].id == deal
    if RECORDED.exists():
        theirs = json.loads(RECORDED.read_text())["results"][0]["associations"]["deals"]
        assert read["associations"]["deals"].keys() == theirs.keys()
        assert read["associations"]["deals"]["results"][0].keys() == theirs["results"][0].keys()
        assert read["associations"]["deals"]["results"][0]["type"] == theirs["results"][0]["type"]


def test_many_neighbours_are_paged_inside_a_record(sandbox: SandboxClient, velmora: str) -> None:
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}
    inputs = [{"properties": {}, "associations": [{"to": {"id": velmora}, "types": [spec]}]}] * 100
    for _ in range(2):
        assert sandbox.hubspot("POST", f"{OBJECTS}/contacts/batch/create", {"inputs": inputs}).status == 201

    shown = sandbox.hubspot("GET", f"{OBJECTS}/companies/{velmora}?associations=contacts").json()["associations"]
    following = shown["contacts"]["paging"]["next"]
    rest = sandbox.pool.request("GET", following["link"], headers={"Authorization": "Bearer x"}).json()

    ids = {each["id"] for each in shown["contacts"]["results"]} | {each["id"] for each in rest["results"]}
    assert len(ids) == 200
