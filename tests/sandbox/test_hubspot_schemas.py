"""Custom objects: their schemas, and records of them through the ordinary calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_helper import AT, OBJECTS, joined, make, official
from tests.sandbox_client import SandboxClient

SCHEMAS = "/crm/v3/schemas"
CAR: dict[str, Any] = {
    "name": "car",
    "labels": {"singular": "Car", "plural": "Cars"},
    "primaryDisplayProperty": "model",
    "requiredProperties": ["model"],
    "searchableProperties": ["model"],
    "properties": [
        {"name": "model", "label": "Model", "type": "string", "fieldType": "text"},
        {"name": "plate", "label": "Plate", "type": "string", "fieldType": "text", "hasUniqueValue": True},
    ],
    "associatedObjects": ["CONTACT"],
}


@pytest.fixture
def car(sandbox: SandboxClient) -> dict[str, Any]:
    answer = sandbox.hubspot("POST", SCHEMAS, CAR)
    assert answer.status == 201, answer.data
    return dict(answer.json())


def test_the_official_client_makes_reads_changes_and_archives_a_schema(sandbox: SandboxClient) -> None:
    api = official(sandbox).crm.schemas.core_api

    made = api.create(object_schema_egg=CAR)
    read = api.get_by_id(made.fully_qualified_name)
    listed = api.get_all().results
    api.update("car", object_type_definition_patch={"labels": {"plural": "Vehicles"}, "description": "On the road"})
    changed = api.get_by_id("car")
    api.archive("car")

    assert made.fully_qualified_name == "p44956321_car"
    assert made.object_type_id == f"2-{made.id}"
    assert read.required_properties == ["model"]
    assert {each.name for each in read.properties} >= {"model", "plate", "hs_object_id", "hs_lastmodifieddate"}
    assert [each.name for each in listed] == ["car"]
    assert (changed.labels.singular, changed.labels.plural) == ("Car", "Vehicles")
    assert api.get_all().results == []
    assert sandbox.hubspot("GET", f"{OBJECTS}/car").status == 400


def test_every_path_shows_the_schemas(sandbox: SandboxClient, car: dict[str, Any]) -> None:
    paths = (SCHEMAS, f"{SCHEMAS}/", "/crm-object-schemas/v3/schemas", "/crm-object-schemas/2026-03/schemas")

    answers = [sandbox.hubspot("GET", path).json() for path in paths]

    batch = sandbox.hubspot("POST", f"{SCHEMAS}/batch/read", {"inputs": [car["objectTypeId"], "unicorn"]}).json()

    assert answers == [{"results": [car]}] * 4
    assert batch == {"results": [car]}


def test_the_schema_of_hubspots_own_object_is_read_but_not_changed(sandbox: SandboxClient) -> None:
    contact = official(sandbox).crm.schemas.core_api.get_by_id("contacts")

    assert contact.object_type_id == "0-1"
    assert "email" in {each.name for each in contact.properties}
    assert sandbox.hubspot("DELETE", f"{SCHEMAS}/contacts").status == 400
    assert sandbox.hubspot("GET", f"{SCHEMAS}/unicorns").status == 400


def test_a_custom_object_answers_to_its_name_its_full_name_and_its_type_id(
    sandbox: SandboxClient, car: dict[str, Any]
) -> None:
    names = ("car", "p44956321_car", car["objectTypeId"])

    made = [make(sandbox, name, {"model": f"M{at}"}) for at, name in enumerate(names)]
    listed = [[each["id"] for each in sandbox.hubspot("GET", f"{OBJECTS}/{name}").json()["results"]] for name in names]

    assert listed == [made] * 3
    record = sandbox.hubspot("GET", f"/crm/objects/2026-09/{car['objectTypeId']}/{made[0]}").json()
    assert record["properties"].keys() == {"hs_createdate", "hs_lastmodifieddate", "hs_object_id", "model"}


def test_a_custom_object_is_searched_upserted_and_needs_what_its_schema_says(
    sandbox: SandboxClient, car: dict[str, Any]
) -> None:
    api = official(sandbox).crm.objects
    inputs = [{"id": "AB-1", "idProperty": "plate", "properties": {"model": "R4"}}]

    made = api.batch_api.upsert("car", {"inputs": inputs})
    found = api.search_api.do_search("p44956321_car", {"query": "r4", "properties": ["plate"]})
    refused = sandbox.hubspot("POST", f"{OBJECTS}/car", {"properties": {"plate": "AB-2"}})

    assert made.results[0].new
    assert found.results[0].properties["plate"] == "AB-1"
    assert refused.json()["context"] == {"properties": ["model"]}


def test_a_custom_object_is_associated_with_what_it_names_and_with_activities(
    sandbox: SandboxClient, car: dict[str, Any]
) -> None:
    contact, record = make(sandbox, "contacts", {}), make(sandbox, "car", {"model": "R4"})
    note = make(sandbox, "notes", {"hs_timestamp": AT})

    for kind, other in (("contacts", contact), ("notes", note)):
        put = sandbox.hubspot("PUT", f"/crm/v4/objects/car/{record}/associations/default/{kind}/{other}")
        assert put.status == 200
    deal = sandbox.hubspot("GET", "/crm/v4/associations/car/deals/labels").json()

    (back,) = sandbox.hubspot("GET", f"/crm/v4/objects/contacts/{contact}/associations/car").json()["results"]
    assert back["associationTypes"][0]["category"] == "USER_DEFINED"
    assert list(joined(sandbox, "notes", note, car["objectTypeId"])) == [record]
    assert {each["name"] for each in car["associations"]} >= {"car_to_contact", "contact_to_car", "car_to_note"}
    assert deal == {"results": []}
    read = sandbox.hubspot("GET", f"{OBJECTS}/contacts/{contact}?associations=car").json()
    assert read["associations"]["p44956321_car"]["results"] == [{"id": record, "type": "contact_to_car"}]


def test_another_association_is_added_to_a_schema_and_taken_away(sandbox: SandboxClient, car: dict[str, Any]) -> None:
    api = official(sandbox).crm.schemas.core_api
    egg = {"fromObjectTypeId": car["objectTypeId"], "toObjectTypeId": "0-3", "name": "car_to_deal"}

    made = api.create_association("car", association_definition_egg=egg)
    listed = sandbox.hubspot("GET", "/crm/v4/associations/car/deals/labels").json()["results"]
    api.archive_association("car", made.id)

    assert [str(each["typeId"]) for each in listed] == [made.id]
    assert sandbox.hubspot("GET", "/crm/v4/associations/car/deals/labels").json()["results"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "Car!"}, 400),
        ({"name": "contact"}, 409),
        ({"labels": {"singular": "Car"}}, 400),
        ({"properties": []}, 400),
        ({"properties": ["model"]}, 400),
        ({"requiredProperties": ["nosuch"]}, 400),
        ({"primaryDisplayProperty": "nosuch"}, 400),
        ({"associatedObjects": ["UNICORN"]}, 400),
        ({"associatedObjects": "CONTACT"}, 400),
    ],
)
def test_a_schema_that_does_not_fit_is_refused_and_nothing_is_made(
    sandbox: SandboxClient, change: dict[str, Any], status: int
) -> None:
    assert sandbox.hubspot("POST", SCHEMAS, CAR | change).status == status
    assert sandbox.hubspot("GET", SCHEMAS).json() == {"results": []}


def test_a_type_id_is_never_given_out_again(sandbox: SandboxClient) -> None:
    made = [sandbox.hubspot("POST", SCHEMAS, CAR | {"name": name}).json() for name in ("car", "van")]
    sandbox.hubspot("DELETE", f"{SCHEMAS}/car")

    made.append(sandbox.hubspot("POST", SCHEMAS, CAR | {"name": "lorry"}).json())

    assert len({each["objectTypeId"] for each in made}) == 3


def test_nothing_is_left_of_an_archived_object_for_one_of_the_same_name(
    sandbox: SandboxClient, car: dict[str, Any]
) -> None:
    sandbox.admin("hubspot", "workflow", object="car", name="paint", set={"model": "Red"}, after_seconds=60)
    old = make(sandbox, "car", {"model": "Velmora 1"})
    sandbox.hubspot("POST", f"{OBJECTS}/car/search", {})
    sandbox.hubspot("DELETE", f"{OBJECTS}/car/{old}")
    archived = sandbox.hubspot("DELETE", f"{SCHEMAS}/car").status
    sandbox.admin("hubspot", "clock", advance=61)

    sandbox.hubspot("POST", SCHEMAS, CAR)
    new = make(sandbox, "car", {"model": "Velmora 2"})

    found = sandbox.hubspot("POST", f"{OBJECTS}/car/search", {}).json()["results"]
    assert (archived, [each["id"] for each in found]) == (204, [new])
    assert sandbox.look("hubspot", "workflows") == {"workflows": [], "to_come": 0, "failed": []}


def test_an_object_with_records_stays(sandbox: SandboxClient, car: dict[str, Any]) -> None:
    make(sandbox, "car", {"model": "R4"})

    assert sandbox.hubspot("DELETE", f"{SCHEMAS}/car").status == 400
    sandbox.admin("hubspot", "reset")
    assert sandbox.hubspot("GET", SCHEMAS).json() == {"results": []}
