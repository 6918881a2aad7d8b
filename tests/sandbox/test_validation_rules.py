"""Validation rules: made through the Tooling API, obeyed by every write."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

RULE = "tooling/sobjects/ValidationRule"
NEEDS_PHONE = {
    "active": True, "description": "Reps call",
    "errorConditionFormula": 'AND(ISPICKVAL(LeadSource, "Web"), ISBLANK(Phone))',
    "errorDisplayField": "Phone", "errorMessage": "Phone is required for leads from the web",
}  # fmt: skip
LEAD = {"LastName": "Roux", "Company": "Acme"}
FROM_WEB = {**LEAD, "LeadSource": "Web"}
KEY = {"name": "Key__c", "type": "string", "externalId": True}
WORKING = {"Status": "Working - Contacted"}
REFUSED = {
    "message": NEEDS_PHONE["errorMessage"],
    "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "fields": ["Phone"],
}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def make_rule(http: Http, name: str = "Lead.Needs_phone", **metadata: Any) -> Any:
    return http("POST", RULE, {"FullName": name, "Metadata": {**NEEDS_PHONE, **metadata}})


def rule_id(http: Http, name: str = "Lead.Needs_phone", **metadata: Any) -> str:
    answer = make_rule(http, name, **metadata)
    assert answer.status == 201, answer.data
    return str(answer.json()["id"])


def test_a_rule_made_through_tooling_is_answered_with_its_id(http: Http) -> None:
    answer = make_rule(http)

    made = answer.json()
    assert (answer.status, made["id"][:3]) == (201, "03d")
    assert {**made, "id": ""} == {"id": "", "success": True, "errors": [], "warnings": [], "infos": []}


def test_a_create_that_breaks_a_rule_is_refused_with_its_message_and_field(http: Http) -> None:
    rule_id(http)

    refused = http("POST", "sobjects/Lead", FROM_WEB)
    accepted = http("POST", "sobjects/Lead", {**FROM_WEB, "Phone": "+33 1"})

    assert (refused.status, refused.json()) == (400, [REFUSED])
    assert accepted.status == 201
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 1


def test_an_update_that_breaks_a_rule_is_refused_and_changes_nothing(http: Http) -> None:
    lead_id = http.lead()
    rule_id(http)
    writes = http.sandbox.look("salesforce", "writes")

    refused = http("PATCH", f"sobjects/Lead/{lead_id}", {"LeadSource": "Web"})

    assert refused.json() == [REFUSED]
    assert http.read("Lead", lead_id)["LeadSource"] is None
    assert http.sandbox.look("salesforce", "writes") == writes


def test_a_rule_looks_at_every_update_even_of_other_fields(http: Http) -> None:
    lead_id = http.lead(LeadSource="Web")
    rule_id(http)

    assert http("PATCH", f"sobjects/Lead/{lead_id}", {"Title": "Buyer"}).status == 400


def test_a_collection_tells_each_record_what_it_broke(http: Http) -> None:
    rule_id(http)
    records = [{"attributes": {"type": "Lead"}, **lead} for lead in (FROM_WEB, LEAD)]

    first, second = http("POST", "composite/sobjects", {"records": records}).json()

    assert first["success"] is False
    assert first["errors"] == [{"statusCode": REFUSED["errorCode"], "message": REFUSED["message"], "fields": ["Phone"]}]
    assert second["success"] is True


def test_an_upsert_obeys_rules(http: Http) -> None:
    http.sandbox.admin("salesforce", "fields", object="Lead", fields=[KEY])
    rule_id(http)

    one = http("PATCH", "sobjects/Lead/Key__c/1", FROM_WEB)
    many = http("PATCH", "composite/sobjects/Lead/Key__c", {"records": [{"Key__c": "2", **FROM_WEB}]})

    assert one.json() == [REFUSED]
    assert many.json()[0]["errors"][0]["statusCode"] == REFUSED["errorCode"]


def test_all_rules_that_fail_are_answered_together(http: Http) -> None:
    rule_id(http)
    rule_id(
        http, "Lead.Needs_title", errorConditionFormula="ISBLANK(Title)", errorDisplayField=None, errorMessage="Title!"
    )

    refused = http("POST", "sobjects/Lead", FROM_WEB)

    assert refused.json() == [REFUSED, {"message": "Title!", "errorCode": REFUSED["errorCode"], "fields": []}]


def test_what_the_service_asks_first_is_refused_before_any_rule(http: Http) -> None:
    rule_id(http)

    assert http("POST", "sobjects/Lead", {"LeadSource": "Web"}).json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_an_inactive_rule_refuses_nothing_until_it_is_switched_on(http: Http) -> None:
    made = rule_id(http, active=False)
    assert http("POST", "sobjects/Lead", FROM_WEB).status == 201

    http("PATCH", f"{RULE}/{made}", {"Metadata": NEEDS_PHONE})

    assert http("POST", "sobjects/Lead", FROM_WEB).status == 400


def test_a_deleted_rule_refuses_nothing(http: Http) -> None:
    made = rule_id(http)

    answer = http("DELETE", f"{RULE}/{made}")

    assert answer.status == 204
    assert http("POST", "sobjects/Lead", FROM_WEB).status == 201
    assert http("GET", f"{RULE}/{made}").status == 404


def test_a_rule_is_read_back_as_it_was_sent(http: Http) -> None:
    made = rule_id(http)

    read = http("GET", f"{RULE}/{made}").json()

    assert read["FullName"] == "Lead.Needs_phone"
    assert {key: read["Metadata"][key] for key in NEEDS_PHONE} == NEEDS_PHONE
    assert (read["ValidationName"], read["Active"], read["ErrorDisplayField"]) == ("Needs_phone", True, "Phone")


def test_rules_are_queried(http: Http) -> None:
    made = rule_id(http)
    rule_id(http, "Contact.Needs_phone", active=False)

    found = http.query(
        "SELECT Id, ValidationName, Active, ErrorMessage, ErrorDisplayField, EntityDefinition.QualifiedApiName "
        "FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Lead' AND Active = true", "tooling/query",
    )["records"]  # fmt: skip

    assert [(row["Id"], row["ValidationName"], row["EntityDefinition"]["QualifiedApiName"]) for row in found] == [
        (made, "Needs_phone", "Lead")
    ]
    both = http("GET", "tooling/query?q=SELECT+Metadata+FROM+ValidationRule")
    assert both.json()[0]["errorCode"] == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("metadata", "code", "words"),
    [
        ({"errorConditionFormula": "ISBLANK(LeadSource)"}, "FIELD_INTEGRITY_EXCEPTION",
         "Field LeadSource is a picklist field. Picklist fields are only supported in certain functions."),
        ({"errorConditionFormula": "ISBLANK(Shoe__c)"}, "FIELD_INTEGRITY_EXCEPTION",
         "Field Shoe__c does not exist. Check spelling."),
        ({"errorMessage": "x" * 256}, "STRING_TOO_LONG", "max length=255"),
        ({"errorMessage": None}, "REQUIRED_FIELD_MISSING", "[errorMessage]"),
        ({"errorDisplayField": "Shoe__c"}, "FIELD_INTEGRITY_EXCEPTION", "no CustomField named Lead.Shoe__c found"),
        ({"severity": "high"}, "INVALID_FIELD", "No such column 'severity'"),
        ({"active": "yes"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Active"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused_when_it_is_made(
    http: Http, metadata: dict[str, Any], code: str, words: str
) -> None:
    answer = make_rule(http, **metadata)

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)
    assert words in answer.json()[0]["message"]
    assert http.query("SELECT Id FROM ValidationRule", "tooling/query")["totalSize"] == 0


@pytest.mark.parametrize("name", ["Lead.9_lives", "Lead.two__lines", "Lead.a space", "Lead.ends_", f"Lead.{'x' * 41}"])
def test_a_rule_has_a_developer_s_name(http: Http, name: str) -> None:
    answer = make_rule(http, name)

    assert answer.json()[0]["errorCode"] in ("FIELD_INTEGRITY_EXCEPTION", "STRING_TOO_LONG")
    assert "Rule Name" in answer.json()[0]["message"]


def test_a_rule_s_name_stands_once_on_its_object(http: Http) -> None:
    rule_id(http)

    again = make_rule(http)

    assert (again.status, again.json()[0]["errorCode"]) == (400, "DUPLICATE_DEVELOPER_NAME")
    assert make_rule(http, "Contact.Needs_phone").status == 201
    assert make_rule(http, "Nothing.Needs_phone").json()[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_a_broken_change_leaves_the_rule_as_it_was(http: Http) -> None:
    made = rule_id(http)

    answer = http("PATCH", f"{RULE}/{made}", {"Metadata": {**NEEDS_PHONE, "errorConditionFormula": "AND("}})

    assert answer.status == 400
    assert http("POST", "sobjects/Lead", FROM_WEB).json() == [REFUSED]


def test_a_division_by_zero_refuses_the_record_and_names_the_rule(http: Http) -> None:
    rule_id(http, errorConditionFormula="1 / LEN(Title) > 1")

    refused = http("POST", "sobjects/Lead", LEAD)

    assert refused.json()[0]["message"] == 'Validation Formula "Needs_phone" Invalid (Division by zero)'


def test_a_rule_may_ask_what_changed(http: Http) -> None:
    rule_id(http, errorConditionFormula='AND(ISCHANGED(LeadSource), ISPICKVAL(PRIORVALUE(LeadSource), "Web"))')
    lead_id = http.lead(LeadSource="Web")

    assert http("PATCH", f"sobjects/Lead/{lead_id}", {"Title": "Buyer"}).status == 204
    assert http("PATCH", f"sobjects/Lead/{lead_id}", {"LeadSource": "Other"}).status == 400


def test_a_rule_may_read_the_account(http: Http) -> None:
    rule_id(http, "Contact.Prospects_need_mail",
            errorConditionFormula='AND(ISPICKVAL(Account.Type, "Prospect"), ISBLANK(Email))')  # fmt: skip
    account_id = http.create("Account", Name="Acme", Type="Prospect")

    refused = http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": account_id})

    assert refused.status == 400
    assert http("POST", "sobjects/Contact", {"LastName": "Roux"}).status == 201


def test_a_field_that_a_rule_reads_cannot_be_deleted(http: Http) -> None:
    field = {"FullName": "Lead.Key__c", "Metadata": {"type": "Text", "label": "Key", "length": 20}}
    field_id = http("POST", "tooling/sobjects/CustomField", field).json()["id"]
    made = rule_id(http, errorConditionFormula="ISBLANK(Key__c)")

    refused = http("DELETE", f"tooling/sobjects/CustomField/{field_id}")
    http("DELETE", f"{RULE}/{made}")

    assert refused.json()[0]["errorCode"] == "DELETE_FAILED"
    assert "Validation Rule - Needs_phone" in refused.json()[0]["message"]
    assert http("DELETE", f"tooling/sobjects/CustomField/{field_id}").status == 204


def test_a_rule_may_be_lifted_for_who_holds_a_custom_permission(http: Http) -> None:
    permission = http.create("CustomPermission", DeveloperName="Bypass_Sync_Rules", MasterLabel="Bypass")
    rule_id(http, errorConditionFormula="AND(NOT($Permission.Bypass_Sync_Rules), ISBLANK(Phone))")
    set_id = http.create("PermissionSet", Name="Sync", Label="Sync")
    http.create("SetupEntityAccess", ParentId=set_id, SetupEntityId=permission)
    assert http("POST", "sobjects/Lead", LEAD).status == 400

    user_id = http.query("SELECT Id FROM User")["records"][0]["Id"]
    assigned = http.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id)

    assert http("POST", "sobjects/Lead", LEAD).status == 201
    http("DELETE", f"sobjects/PermissionSetAssignment/{assigned}")
    assert http("POST", "sobjects/Lead", LEAD).status == 400


def test_a_rule_cannot_name_a_permission_that_is_not_there(http: Http) -> None:
    answer = make_rule(http, errorConditionFormula="NOT($Permission.Bypass_Sync_Rules)")

    assert answer.json()[0]["message"] == "Field $Permission.Bypass_Sync_Rules does not exist. Check spelling."


def test_a_rule_of_the_control_and_one_of_the_org_are_answered_together(http: Http) -> None:
    rule_id(http)
    http.sandbox.admin("salesforce", "rule", object="Lead", field="Title", refused="Spam", message="No spam")

    refused = http("POST", "sobjects/Lead", {**FROM_WEB, "Title": "Spam"})

    assert [error["message"] for error in refused.json()] == [REFUSED["message"], "No spam"]


def test_a_reset_takes_rules_and_settings_back(http: Http) -> None:
    rule_id(http)
    http.sandbox.admin("salesforce", "conversion", validate=True)

    http.sandbox.admin("salesforce", "reset")

    assert http("POST", "sobjects/Lead", FROM_WEB).status == 201
    assert http.sandbox.look("salesforce", "organisation")["conversion"] == {"validate": False}


def test_the_real_client_makes_a_rule_and_is_refused_by_it(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox)

    made = salesforce.toolingexecute(
        "sobjects/ValidationRule", "POST", {"FullName": "Lead.Needs_phone", "Metadata": NEEDS_PHONE}
    )
    with pytest.raises(SalesforceMalformedRequest) as refused:
        salesforce.Lead.create(FROM_WEB)

    assert made["success"] is True
    assert refused.value.content == [REFUSED]


@pytest.mark.parametrize(
    ("formula", "broken_by"),
    [
        ('AND(ISPICKVAL(Status,"Working - Contacted"),OR(ISBLANK(Email),ISBLANK(Phone)))', WORKING),
        ('AND(TEXT(Rating)="Hot",ISBLANK(AnnualRevenue))', {"Rating": "Hot"}),
        ('AND(ISCHANGED(Status),ISPICKVAL(Status,"Working - Contacted"),ISBLANK(Title))', WORKING),
        ('AND(NOT(ISBLANK(PostalCode)),NOT(REGEX(PostalCode,"\\\\d{5}")))', {"PostalCode": "K1A"}),
        ('AND(NOT(ISBLANK(Phone)),NOT(BEGINS(Phone,"+")))', {"Phone": "01 23"}),
    ],
)  # fmt: skip
def test_the_usual_rules_of_a_sales_team_work(http: Http, formula: str, broken_by: dict[str, Any]) -> None:
    rule_id(http, errorConditionFormula=formula)
    lead_id = http.lead()

    assert http("PATCH", f"sobjects/Lead/{lead_id}", {"Company": "Acme"}).status == 204
    assert http("PATCH", f"sobjects/Lead/{lead_id}", broken_by).status == 400
