"""Describe: the keys, types and facts of the recorded bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient

CASSETTES = "cumulusci/tests/shared_cassettes"
OBJECTS = ["Lead", "Contact", "Account"]
FIELDS = {"Lead": 50, "Contact": 50, "Account": 50, "Event": 45, "Opportunity": 39, "OpportunityContactRole": 10}
"""How many recorded fields are compared at least."""


def body_of(cassette: str) -> Any:
    """The JSON body of a recorded answer."""
    recording = YAML(typ="safe").load(recorded(f"{CASSETTES}/{cassette}").read_text())
    return json.loads(recording["response"]["body"]["string"])


def types_of(bodies: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The JSON types that each key takes."""
    keys = {key for body in bodies for key in body}
    return {key: {type(body[key]).__name__ for body in bodies if key in body} for key in keys}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def test_an_object_has_exactly_the_recorded_keys(http: Http) -> None:
    real, ours = body_of("GET_sobjects_Lead_describe.yaml"), http("GET", "sobjects/Lead/describe").json()

    assert list(ours) == list(real)
    assert types_of([ours]) == types_of([real])
    assert ours["urls"].keys() == real["urls"].keys()
    for part in ("childRelationships", "recordTypeInfos", "supportedScopes"):
        assert body_of("GET_sobjects_Account_describe.yaml")[part][0].keys() == (
            http("GET", "sobjects/Account/describe").json()[part][0].keys()
        )


@pytest.mark.parametrize("name", FIELDS)
def test_each_standard_field_is_described_as_recorded(http: Http, name: str) -> None:
    real = {field["name"]: field for field in body_of(f"GET_sobjects_{name}_describe.yaml")["fields"]}

    ours = {field["name"]: field for field in http("GET", f"sobjects/{name}/describe").json()["fields"]}

    shared = real.keys() & ours.keys()
    assert len(shared) > FIELDS[name]
    for field_name in sorted(shared):
        assert _compared(ours[field_name]) == _compared(real[field_name]), field_name


def _compared(field: dict[str, Any]) -> dict[str, Any]:
    """Without its values, without what a WhatId leads to (the real org has far more objects), and without one size."""
    what, size = field["name"] == "WhatId" or field["referenceTo"], field["name"] == "Fiscal" or field["byteLength"]
    return {**field, "picklistValues": [], "referenceTo": what, "byteLength": size}


@pytest.mark.parametrize("name", OBJECTS)
def test_picklist_values_are_the_recorded_ones(http: Http, name: str) -> None:
    real = {field["name"]: field for field in body_of(f"GET_sobjects_{name}_describe.yaml")["fields"]}

    ours = {field["name"]: field for field in http("GET", f"sobjects/{name}/describe").json()["fields"]}

    for field_name in ("LeadSource" if name != "Account" else "Industry", "CleanStatus"):
        values = [choice["value"] for choice in ours[field_name]["picklistValues"]]
        assert values == [choice["value"] for choice in real[field_name]["picklistValues"]]
        assert ours[field_name]["picklistValues"][0].keys() == real[field_name]["picklistValues"][0].keys()


def test_the_list_of_objects_has_the_recorded_shape(http: Http) -> None:
    real, ours = body_of("GET_sobjects_Global_describe.yaml"), http("GET", "sobjects").json()

    assert ours.keys() == real.keys()
    entries = {name: {entry["name"]: entry for entry in body["sobjects"]} for name, body in
               (("real", real), ("ours", ours))}  # fmt: skip
    for name in ("Account", "Contact", "User", "Organization"):
        assert entries["ours"][name].keys() == entries["real"][name].keys()
        assert entries["ours"][name]["keyPrefix"] == entries["real"][name]["keyPrefix"]


def test_an_organization_reads_with_recorded_keys_alone(http: Http) -> None:
    real = body_of("GET_sobjects_Organization.yaml")
    org_id = http.query("SELECT Id FROM Organization")["records"][0]["Id"]

    ours = http.read("Organization", org_id)

    assert ours.keys() <= real.keys()
    assert ours["Address"].keys() == real["Address"].keys()


@pytest.mark.parametrize("name", FIELDS)
def test_what_may_be_done_with_an_object_is_recorded(http: Http, name: str) -> None:
    real, ours = body_of(f"GET_sobjects_{name}_describe.yaml"), http("GET", f"sobjects/{name}/describe").json()

    plain = [key for key, value in real.items() if not isinstance(value, dict | list)]
    assert {key: ours[key] for key in plain} == {key: real[key] for key in plain}


def test_objects_are_listed_with_what_the_recorded_list_says(http: Http) -> None:
    real = {item["name"]: item for item in body_of("GET_sobjects_Global_describe.yaml")["sobjects"]}
    ours = {item["name"]: item for item in http("GET", "sobjects").json()["sobjects"]}

    for name in ("Account", "Contact", "Opportunity", "OpportunityContactRole", "Campaign", "CampaignMember", "User",
                 "UserRole", "Organization"):  # fmt: skip
        assert {**ours[name], "urls": {}} == {**real[name], "urls": {}}, name


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Opportunity", "Event"])
def test_child_relationships_are_the_recorded_ones(http: Http, name: str) -> None:
    def relations(body: Any) -> dict[tuple[str, str], tuple[str, bool]]:
        return {(child["childSObject"], child["field"]): (child["relationshipName"], child["cascadeDelete"])
                for child in body["childRelationships"]}  # fmt: skip

    real = relations(body_of(f"GET_sobjects_{name}_describe.yaml"))
    ours = relations(http("GET", f"sobjects/{name}/describe").json())

    shared = real.keys() & ours.keys()
    assert len(shared) >= {"Event": 1}.get(name, 4)
    assert {key: ours[key] for key in shared} == {key: real[key] for key in shared}


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("Task", "00T"), ("Event", "00U"), ("EmailMessage", "02s"), ("Opportunity", "006"), ("Campaign", "701"),
     ("OpportunityContactRole", "00K"), ("CampaignMember", "00v"), ("RecordType", "012"), ("UserRole", "00E"),
     ("Profile", "00e"), ("Group", "00G"), ("ContactHistory", "037"), ("LeadHistory", "00h"),
     ("OpportunityStage", "01J"), ("LeadStatus", "01J"), ("Name", None)],
)  # fmt: skip
def test_an_object_is_known_by_its_prefix(http: Http, name: str, prefix: str | None) -> None:
    described = http("GET", f"sobjects/{name}/describe").json()

    assert described["keyPrefix"] == prefix
    assert described.keys() == http("GET", "sobjects/Lead/describe").json().keys()
    assert described["queryable"] is (name != "Name")
    assert next(item for item in http("GET", "sobjects").json()["sobjects"] if item["name"] == name)["name"] == name


def test_the_real_client_describes(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox)

    fields = {field["name"]: field for field in salesforce.Contact.describe()["fields"]}
    names = [entry["name"] for entry in salesforce.describe()["sobjects"]]

    assert (fields["Email"]["type"], fields["Email"]["length"]) == ("email", 80)
    assert {"Lead", "Contact", "Account", "User", "Organization", "PermissionSet"} <= set(names)


def test_a_field_of_the_admin_api_is_described(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "fields", object="Contact", fields=[
        {"name": "Stage__c", "label": "Stage", "type": "picklist", "picklistValues": ["A", "B"], "restricted": True},
        {"name": "Key__c", "length": 40, "externalId": True, "unique": True},
    ])  # fmt: skip

    fields = {field["name"]: field for field in http("GET", "sobjects/Contact/describe").json()["fields"]}

    stage, key = fields["Stage__c"], fields["Key__c"]
    assert (stage["custom"], stage["restrictedPicklist"], stage["label"]) == (True, True, "Stage")
    assert [choice["value"] for choice in stage["picklistValues"]] == ["A", "B"]
    assert (key["length"], key["externalId"], key["unique"], key["idLookup"]) == (40, True, True, True)
    assert stage.keys() == fields["Email"].keys()


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ({"name": "Key"}, "ends in __c"),
        ({"name": "Key__c", "type": "blob"}, "unknown type 'blob'"),
        ({"name": "Key__c", "type": "picklist"}, "needs picklistValues"),
        ({"name": "Key__c", "lenght": 4}, "unknown key 'lenght'"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_in_words(
    sandbox: SandboxClient, definition: dict[str, Any], complaint: str
) -> None:
    url = f"{sandbox.salesforce_url}/_sandbox/fields"

    answer = sandbox.pool.request("POST", url, json={"object": "Lead", "fields": [definition]})

    assert answer.status == 400
    assert complaint in answer.json()["error"]


def test_an_unchanged_describe_is_not_sent_again(http: Http, sandbox: SandboxClient) -> None:
    first = http("GET", "sobjects/Lead/describe")
    since = first.headers["Last-Modified"]

    unchanged = http("GET", "sobjects/Lead/describe", If_Modified_Since=since)
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Key__c"}])
    changed = http("GET", "sobjects/Lead/describe", If_Modified_Since=since)

    assert (unchanged.status, unchanged.data) == (304, b"")
    assert http("GET", "sobjects/Lead/describe", If_Modified_Since="yesterday").status == 200
    assert changed.status == 200


def test_versions_are_listed_without_a_session_and_any_of_them_answers(http: Http, sandbox: SandboxClient) -> None:
    real = json.loads(recorded("restforce/services_data_success_response.json").read_text())

    listed = sandbox.pool.request("GET", f"{sandbox.salesforce_url}/services/data/").json()

    assert listed[0].keys() == real[0].keys()
    url = f"{sandbox.salesforce_url}{listed[-1]['url']}/sobjects/Lead"
    answer = sandbox.pool.request("GET", url, headers={"Authorization": "Bearer rita"}).json()
    assert answer["objectDescribe"]["urls"]["sobject"] == f"{listed[-1]['url']}/sobjects/Lead"


def test_records_are_counted(http: Http) -> None:
    http.lead()

    answer = http("GET", "limits/recordCount?sObjects=Lead,Contact").json()

    assert answer == {"sObjects": [{"count": 1, "name": "Lead"}]}
