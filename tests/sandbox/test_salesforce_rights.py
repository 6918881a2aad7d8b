"""Who may see and do what: field-level security on every path, custom permissions, permissions for objects."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def hide(http: Http, field: str, access: str = "none", object_name: str = "Lead") -> None:
    http.sandbox.admin("salesforce", "permissions", object=object_name, field=field, access=access)


def code(answer: Any) -> str:
    body = answer.json()
    return str(body[0].get("errorCode") or body[0]["errors"][0]["statusCode"])


LEAD = {"LastName": "Roux", "Company": "Acme"}
ITEM = {"attributes": {"type": "Lead"}, **LEAD}


def test_a_field_that_is_hidden_shows_on_no_path(http: Http) -> None:
    lead_id = http.lead(Phone="+33 1")
    http.create("Contact", LastName="Roux")
    hide(http, "Phone")

    asked = {
        "in a SELECT": http("GET", f"query?q={quote('SELECT Phone FROM Lead')}"),
        "in a WHERE": http("GET", f"query?q={quote('SELECT Id FROM Lead WHERE Phone = null')}"),
        "in an ORDER BY": http("GET", f"query?q={quote('SELECT Id FROM Lead ORDER BY Phone')}"),
        "by its name": http("GET", f"sobjects/Lead/{lead_id}?fields=Phone"),
        "in a collection": http("GET", f"composite/sobjects/Lead?ids={lead_id}&fields=Phone"),
        "in a long collection": http("POST", "composite/sobjects/Lead", {"ids": [lead_id], "fields": ["Phone"]}),
    }

    assert {path: code(answer) for path, answer in asked.items()} == dict.fromkeys(asked, "INVALID_FIELD")
    assert "Phone" not in http.read("Lead", lead_id)
    described = http("GET", "sobjects/Lead/describe").json()["fields"]
    assert "Phone" not in [field["name"] for field in described]
    assert "Phone" in [field["name"] for field in http("GET", "sobjects/Contact/describe").json()["fields"]]


def test_a_field_that_is_hidden_is_written_on_no_path(http: Http) -> None:
    lead_id = http.lead()
    key = {"name": "Key__c", "type": "string", "externalId": True}
    http.sandbox.admin("salesforce", "fields", object="Lead", fields=[key])
    hide(http, "Phone")
    sent = {"Phone": "+33 1"}
    keyed = {"records": [{"Key__c": "1", **ITEM, **sent}]}

    tried = {
        "created": http("POST", "sobjects/Lead", {**LEAD, **sent}),
        "updated": http("PATCH", f"sobjects/Lead/{lead_id}", sent),
        "upserted": http("PATCH", "sobjects/Lead/Key__c/1", {**LEAD, **sent}),
        "created together": http("POST", "composite/sobjects", {"records": [{**ITEM, **sent}]}),
        "updated together": http("PATCH", "composite/sobjects", {"records": [{**ITEM, "id": lead_id, **sent}]}),
        "upserted together": http("PATCH", "composite/sobjects/Lead/Key__c", keyed),
    }

    assert {path: code(answer) for path, answer in tried.items()} == dict.fromkeys(tried, "INVALID_FIELD")
    assert http.sandbox.look("salesforce", "state", object="Lead")["Lead"][lead_id].get("Phone") is None


def test_a_key_that_is_hidden_is_no_key(http: Http) -> None:
    key = {"name": "Key__c", "type": "string", "externalId": True}
    http.sandbox.admin("salesforce", "fields", object="Lead", fields=[key])
    hide(http, "Key__c")

    asked = [
        http("GET", "sobjects/Lead/Key__c/1"),
        http("PATCH", "sobjects/Lead/Key__c/1", LEAD),
        http("DELETE", "sobjects/Lead/Key__c/1"),
        http("PATCH", "composite/sobjects/Lead/Key__c", {"records": [{"Key__c": "1", **ITEM}]}),
    ]

    assert [(answer.status, code(answer)) for answer in asked] == [(404, "NOT_FOUND")] * 4


def test_a_field_that_may_be_read_alone_is_shown_but_not_written(http: Http) -> None:
    lead_id = http.lead(Phone="+33 1")
    hide(http, "Phone", access="read")

    refused = http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "+33 2"})

    assert (code(refused), refused.json()[0]["fields"]) == ("INVALID_FIELD_FOR_INSERT_UPDATE", ["Phone"])
    assert http.read("Lead", lead_id)["Phone"] == "+33 1"


def test_a_parent_s_hidden_field_is_hidden_there_too(http: Http) -> None:
    account_id = http.create("Account", Name="Acme", Industry="Retail")
    http.create("Contact", LastName="Roux", AccountId=account_id)
    hide(http, "Industry", object_name="Account")

    asked = http("GET", f"query?q={quote('SELECT Account.Industry FROM Contact')}")

    assert code(asked) == "INVALID_FIELD"


def test_rules_see_what_the_user_does_not(http: Http) -> None:
    metadata = {"active": True, "errorConditionFormula": "ISBLANK(Phone)", "errorMessage": "Phone!"}
    http("POST", "tooling/sobjects/ValidationRule", {"FullName": "Lead.Needs_phone", "Metadata": metadata})
    hide(http, "Phone")

    assert http("POST", "sobjects/Lead", LEAD).json()[0]["message"] == "Phone!"


def test_custom_permissions_are_records(http: Http) -> None:
    made = http.create("CustomPermission", DeveloperName="Bypass", MasterLabel="Bypass rules")

    again = http("POST", "tooling/sobjects/CustomPermission", {"DeveloperName": "bypass", "MasterLabel": "Again"})
    by_tooling = http.query("SELECT Id FROM CustomPermission WHERE DeveloperName = 'Bypass'", "tooling/query")

    assert made.startswith("0CP")
    assert again.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    assert [row["Id"] for row in by_tooling["records"]] == [made]


def test_a_grant_joins_a_set_and_a_permission_once(http: Http) -> None:
    permission = http.create("CustomPermission", DeveloperName="Bypass", MasterLabel="Bypass")
    set_id = http.create("PermissionSet", Name="Sync", Label="Sync")
    grant = {"ParentId": set_id, "SetupEntityId": permission}
    http.create("SetupEntityAccess", **grant)

    again = http("POST", "sobjects/SetupEntityAccess", grant)
    nowhere = http("POST", "sobjects/SetupEntityAccess", {**grant, "SetupEntityId": "0CP8d0000000009"})

    assert (code(again), code(nowhere)) == ("DUPLICATE_VALUE", "INVALID_CROSS_REFERENCE_KEY")
    found = http.query("SELECT SetupEntityType, Parent.Name FROM SetupEntityAccess")["records"]
    assert [(row["SetupEntityType"], row["Parent"]["Name"]) for row in found] == [("CustomPermission", "Sync")]


def test_a_permission_for_an_object_brings_what_it_depends_on(http: Http) -> None:
    set_id = http.create("PermissionSet", Name="Sync", Label="Sync")
    row = {"ParentId": set_id, "SobjectType": "Lead"}

    alone = http("POST", "sobjects/ObjectPermissions", {**row, "PermissionsEdit": True})
    whole = http("POST", "sobjects/ObjectPermissions", {**row, "PermissionsRead": True, "PermissionsEdit": True})
    nowhere = http("POST", "sobjects/ObjectPermissions", {**row, "SobjectType": "Shoe", "PermissionsRead": True})

    assert alone.json()[0]["message"] == "Permission Edit Lead depends on permission(s): Read Lead"
    assert whole.status == 201
    assert code(nowhere) == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_fields_are_described_to_the_setup(http: Http) -> None:
    field = {"FullName": "Lead.Key__c", "Metadata": {"type": "Text", "label": "Key", "length": 20}}
    http("POST", "tooling/sobjects/CustomField", field)
    soql = (
        "SELECT QualifiedApiName, DataType, Label FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Lead'"
    )

    found = {row["QualifiedApiName"]: row["DataType"] for row in http.query(soql, "tooling/query")["records"]}
    unfiltered = http("GET", "tooling/query?q=SELECT+Label+FROM+FieldDefinition")

    assert (found["Key__c"], found["Email"], found["OwnerId"]) == ("Text(20)", "Email", "Lookup(Group,User)")
    assert code(unfiltered) == "MALFORMED_QUERY"


def test_a_field_s_definition_is_changed_and_its_values_stay(http: Http) -> None:
    values = [{"fullName": name, "default": False, "label": name} for name in ("Gold", "Silver")]
    picklist = {"type": "Picklist", "label": "Tier", "valueSet": {"restricted": True, "valueSetDefinition": {
        "sorted": False, "value": values[:1]}}}  # fmt: skip
    made = http("POST", "tooling/sobjects/CustomField", {"FullName": "Lead.Tier__c", "Metadata": picklist}).json()["id"]
    user_id = http.query("SELECT Id FROM User")["records"][0]["Id"]
    set_id = http.create("PermissionSet", Name="Sync", Label="Sync")
    http.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id)
    http.create("FieldPermissions", ParentId=set_id, SobjectType="Lead", Field="Lead.Tier__c", PermissionsRead=True,
                PermissionsEdit=True)  # fmt: skip
    lead_id = http.lead(Tier__c="Gold")
    assert code(http("PATCH", f"sobjects/Lead/{lead_id}", {"Tier__c": "Silver"})).startswith("INVALID_OR_NULL")

    picklist["valueSet"] = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    changed = http("PATCH", f"tooling/sobjects/CustomField/{made}", {"Metadata": picklist})
    other_type = http("PATCH", f"tooling/sobjects/CustomField/{made}", {"Metadata": {"type": "Date", "label": "Tier"}})

    assert (changed.status, other_type.status) == (204, 400)
    assert http.read("Lead", lead_id)["Tier__c"] == "Gold"
    assert http("PATCH", f"sobjects/Lead/{lead_id}", {"Tier__c": "Silver"}).status == 204


def test_a_changed_definition_is_seen_by_whoever_saw_the_field(http: Http, sandbox: SandboxClient) -> None:
    field = {"name": "Tier__c", "type": "picklist", "picklistValues": ["Gold"], "restricted": True}
    sandbox.admin("salesforce", "fields", object="Lead", fields=[field])
    found = http("GET", "tooling/query?q=SELECT+Id+FROM+CustomField+WHERE+DeveloperName='Tier'").json()["records"][0]
    values = [{"fullName": name, "default": False, "label": name} for name in ("Gold", "Silver")]
    picklist = {"type": "Picklist", "label": "Tier", "valueSet": {"restricted": True, "valueSetDefinition": {
        "sorted": False, "value": values}}}  # fmt: skip

    http("PATCH", f"tooling/sobjects/CustomField/{found['Id']}", {"Metadata": picklist})

    assert http.read("Lead", http.lead(Tier__c="Silver"))["Tier__c"] == "Silver"


def test_the_tooling_api_describes_itself(http: Http) -> None:
    described = http("GET", "tooling/sobjects/ValidationRule/describe").json()
    everything = http("GET", "tooling/sobjects").json()

    assert {"ValidationName", "ErrorMessage", "Metadata"} <= {field["name"] for field in described["fields"]}
    assert {"CustomField", "ValidationRule", "Layout"} <= {entry["name"] for entry in everything["sobjects"]}
    assert http("GET", "tooling/sobjects/Shoe/describe").status == 404


@pytest.mark.parametrize("kind", ["ValidationRule", "CustomField", "Layout"])
@pytest.mark.parametrize(
    "body",
    [
        {}, {"FullName": 1, "Metadata": {}}, {"FullName": "Lead.x"}, {"FullName": "Lead.X__c", "Metadata": []},
        {"FullName": "Lead.X__c", "Metadata": {"type": "Picklist", "label": "X", "valueSet": "Gold"}},
        {"FullName": "Lead.X__c", "Metadata": {"type": "Text", "label": "X", "length": "many"}},
        {"FullName": "Lead.X__c", "Metadata": {"type": ["Text"], "label": {"a": 1}, "length": 3}},
        {"FullName": "Lead.X__c", "Metadata": {"type": "Number", "label": "X", "precision": 3, "scale": "x"}},
        {"FullName": "Lead.Rule", "Metadata": {"active": True, "errorConditionFormula": 1, "errorMessage": {}}},
        {"FullName": "Lead.Rule", "Metadata": {"active": True, "errorConditionFormula": "TRUE", "errorMessage": "x",
                                               "errorDisplayField": ["Phone"]}},
        {"FullName": "Lead-Page", "Metadata": {"layoutSections": ["x"]}},
        {"FullName": "Lead-Page", "Metadata": {"layoutSections": [{"layoutColumns": [{"layoutItems": [1]}]}]}},
    ],
    ids=lambda body: json.dumps(body)[:60],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_never_breaks(http: Http, kind: str, body: Any) -> None:
    answer = http("POST", f"tooling/sobjects/{kind}", body)

    assert answer.status == 400
    assert answer.json()[0]["errorCode"]
