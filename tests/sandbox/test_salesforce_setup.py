"""What a setup does: a custom field through Tooling, and the permission that lets the API user see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

KEY = {"type": "Text", "label": "Entente key", "length": 255, "externalId": True, "unique": True, "caseSensitive": True}
FIELD = "tooling/sobjects/CustomField"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def make_key(http: Http, **metadata: Any) -> Any:
    return http("POST", FIELD, {"FullName": "Lead.Entente_Key__c", "Metadata": {**KEY, **metadata}})


def allow(http: Http, edit: bool = True) -> dict[str, str]:
    """A permission set that shows the key, assigned to the running user."""
    user_id = http.query("SELECT Id FROM User")["records"][0]["Id"]
    set_id = http.create("PermissionSet", Name="Entente", Label="Entente")
    http.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id)
    row_id = http.create(
        "FieldPermissions", ParentId=set_id, SobjectType="Lead", Field="Lead.Entente_Key__c", PermissionsRead=True,
        PermissionsEdit=edit,
    )  # fmt: skip
    return {"set": set_id, "row": row_id, "user": user_id}


def field_names(http: Http) -> set[str]:
    return {field["name"] for field in http("GET", "sobjects/Lead/describe").json()["fields"]}


def test_a_field_made_through_tooling_is_answered_with_its_id(http: Http) -> None:
    answer = make_key(http)

    assert answer.status == 201
    field_id = answer.json().pop("id")
    assert field_id.startswith("00N")
    assert answer.json() == {"id": field_id, "success": True, "errors": [], "warnings": [], "infos": []}


def test_nobody_sees_a_new_field_before_a_permission_names_it(http: Http) -> None:
    make_key(http)

    write = http("POST", "sobjects/Lead", {"LastName": "Roux", "Company": "Acme", "Entente_Key__c": "1"})
    query = http("GET", "query?q=SELECT+Entente_Key__c+FROM+Lead")
    upsert = http("PATCH", "sobjects/Lead/Entente_Key__c/1", {"LastName": "Roux", "Company": "Acme"})

    assert "Entente_Key__c" not in field_names(http)
    assert [answer.json()[0]["errorCode"] for answer in (write, query, upsert)] == [
        "INVALID_FIELD", "INVALID_FIELD", "NOT_FOUND",
    ]  # fmt: skip


def test_a_permission_on_an_assigned_set_shows_the_field(http: Http) -> None:
    make_key(http)

    allow(http)

    assert "Entente_Key__c" in field_names(http)
    upsert = http("PATCH", "sobjects/Lead/Entente_Key__c/HS-1", {"LastName": "Roux", "Company": "Acme"})
    assert upsert.status == 201
    found = http.query("SELECT Id FROM Lead WHERE Entente_Key__c = 'HS-1'")
    assert [record["Id"] for record in found["records"]] == [upsert.json()["id"]]


def test_a_permission_to_read_does_not_let_write(http: Http) -> None:
    make_key(http)

    allow(http, edit=False)

    answer = http("POST", "sobjects/Lead", {"LastName": "Roux", "Company": "Acme", "Entente_Key__c": "1"})
    described = next(
        field for field in http("GET", "sobjects/Lead/describe").json()["fields"] if field["name"] == "Entente_Key__c"
    )
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert (described["createable"], described["updateable"]) == (False, False)


def test_a_permission_that_is_taken_back_hides_the_field_again(http: Http) -> None:
    make_key(http)
    rows = allow(http)

    http("DELETE", f"sobjects/FieldPermissions/{rows['row']}")

    assert "Entente_Key__c" not in field_names(http)


def test_permissions_are_queried_like_records(http: Http) -> None:
    make_key(http)
    rows = allow(http)

    found = http.query(
        "SELECT Field, Parent.Name FROM FieldPermissions WHERE SobjectType = 'Lead' AND PermissionsEdit = true "
        f"AND ParentId = '{rows['set']}'"
    )
    assigned = http.query(f"SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '{rows['user']}'")

    assert found["records"][0]["Field"] == "Lead.Entente_Key__c"
    assert found["records"][0]["Parent"]["Name"] == "Entente"
    assert assigned["records"][0]["PermissionSet"]["Name"] == "Entente"


def test_a_permission_for_a_field_that_is_not_there_is_refused(http: Http) -> None:
    set_id = http.create("PermissionSet", Name="Entente", Label="Entente")
    row = {"ParentId": set_id, "SobjectType": "Lead", "Field": "Lead.Nowhere__c", "PermissionsRead": True}

    answer = http("POST", "sobjects/FieldPermissions", row)

    assert answer.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_permission_rows_stand_once(http: Http) -> None:
    make_key(http)
    rows = allow(http)

    assignment = {"AssigneeId": rows["user"], "PermissionSetId": rows["set"]}
    answers = [
        http("POST", "sobjects/PermissionSet", {"Name": "entente", "Label": "Again"}),
        http("POST", "sobjects/PermissionSetAssignment", assignment),
    ]

    assert [answer.json()[0]["errorCode"] for answer in answers] == ["DUPLICATE_VALUE"] * 2


def test_a_second_field_of_the_same_name_is_refused(http: Http) -> None:
    make_key(http)

    answer = make_key(http)

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "DUPLICATE_DEVELOPER_NAME")


def test_metadata_that_lacks_something_is_refused_by_name(http: Http) -> None:
    answer = make_key(http, length=None)

    assert answer.status == 400
    assert answer.json()[0]["message"] == "Must specify 'length' for a CustomField of type Text"


def test_custom_fields_are_found_by_name_and_object(http: Http) -> None:
    field_id = make_key(http).json()["id"]

    found = http.query(
        "SELECT Id, DeveloperName, TableEnumOrId, EntityDefinition.QualifiedApiName FROM CustomField "
        "WHERE DeveloperName = 'Entente_Key' AND EntityDefinition.QualifiedApiName = 'Lead'",
        "tooling/query",
    )

    record = found["records"][0]
    assert (record["Id"], record["TableEnumOrId"]) == (field_id, "Lead")
    assert record["EntityDefinition"]["QualifiedApiName"] == "Lead"
    assert record["attributes"]["url"] == f"/services/data/v66.0/tooling/sobjects/CustomField/{field_id}"


def test_full_names_are_shown_for_one_row_alone(http: Http) -> None:
    make_key(http)
    other = {"FullName": "Contact.Entente_Key__c", "Metadata": KEY}
    field_id = http("POST", FIELD, other).json()["id"]

    one = http.query(f"SELECT FullName, Metadata FROM CustomField WHERE Id = '{field_id}'", "tooling/query")
    both = http("GET", "tooling/query?q=SELECT+FullName+FROM+CustomField")

    assert one["records"][0]["FullName"] == "Contact.Entente_Key__c"
    assert one["records"][0]["Metadata"]["label"] == "Entente key"
    assert (both.status, both.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_a_deleted_field_takes_its_values_and_permissions_along(http: Http) -> None:
    field_id = make_key(http).json()["id"]
    allow(http)
    lead_id = http.lead(Entente_Key__c="1")

    answer = http("DELETE", f"{FIELD}/{field_id}")

    assert answer.status == 204
    assert "Entente_Key__c" not in http.read("Lead", lead_id)
    assert http.query("SELECT COUNT() FROM FieldPermissions")["totalSize"] == 0


def test_the_real_client_makes_a_checkbox_that_every_record_has(sandbox: SandboxClient, http: Http) -> None:
    lead_id = http.lead()
    checkbox = {"type": "Checkbox", "label": "Key", "defaultValue": "false"}

    made = client(sandbox).toolingexecute(
        "sobjects/CustomField", "POST", {"FullName": "Lead.Entente_Key__c", "Metadata": checkbox}
    )
    allow(http)

    assert made["success"] is True
    assert http.read("Lead", lead_id)["Entente_Key__c"] is False
