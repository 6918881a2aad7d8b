"""Single records: what is stored, what is refused and how, by id and by external id."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceResourceNotFound

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "fields", object="Lead", fields=[
        {"name": "Key__c", "externalId": True, "unique": True},
        {"name": "Legacy_Id__c", "externalId": True},
        {"name": "Tier__c", "type": "picklist", "picklistValues": ["Gold", "Silver"], "restricted": True},
        {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["CRM", "Mail"], "restricted": True},
        {"name": "Score__c", "type": "double"},
        {"name": "Trial_On__c", "type": "date"},
        {"name": "Seen_At__c", "type": "datetime"},
        {"name": "Vip__c", "type": "boolean"},
    ])  # fmt: skip
    return Http(sandbox)


def test_the_real_client_creates_reads_updates_and_deletes(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox)

    made = salesforce.Lead.create({"LastName": "Roux", "Company": "Acme", "Email": "rita@acme.example"})
    updated = salesforce.Lead.update(made["id"], {"Phone": "+33 1 23"})
    lead = salesforce.Lead.get(made["id"])
    deleted = salesforce.Lead.delete(made["id"])

    assert (made["success"], made["errors"], updated, deleted) == (True, [], 204, 204)
    assert (lead["Phone"], lead["Status"], lead["IsConverted"]) == ("+33 1 23", "Open - Not Contacted", False)
    with pytest.raises(SalesforceResourceNotFound):
        salesforce.Lead.get(made["id"])


def test_a_create_answers_as_recorded(http: Http) -> None:
    real = json.loads(recorded("restforce/sobject/create_success_response.json").read_text())

    answer = http("POST", "sobjects/Lead/", {"LastName": "Roux", "Company": "Acme"})

    assert answer.status == 201
    assert answer.json() == real | {"id": answer.json()["id"]}


def test_a_record_reads_with_its_address_and_all_its_fields(http: Http) -> None:
    lead_id = http.lead(FirstName="Rita", City="Paris", Country="France")

    lead = http.read("Lead", lead_id)

    assert lead["attributes"] == {"type": "Lead", "url": f"/services/data/v66.0/sobjects/Lead/{lead_id}"}
    assert lead["Name"] == "Rita Roux"
    assert lead["Address"] == {"city": "Paris", "country": "France", "geocodeAccuracy": None, "latitude": None,
                               "longitude": None, "postalCode": None, "state": None, "street": None}  # fmt: skip
    assert {"Vip__c", "Fax", "SystemModstamp"} <= lead.keys()


def test_fields_narrows_a_read_and_keeps_the_id(http: Http) -> None:
    lead_id = http.lead(Email="rita@acme.example")

    lead = http("GET", f"sobjects/Lead/{lead_id}?fields=email").json()

    assert lead.keys() == {"attributes", "Email", "Id"}


def test_an_id_of_fifteen_characters_is_as_good(http: Http) -> None:
    lead_id = http.lead()

    assert len(lead_id) == 18
    assert http.read("Lead", lead_id[:15])["Id"] == lead_id
    assert http("PATCH", f"sobjects/Lead/{lead_id[:15]}", {"Phone": "1"}).status == 204


def test_values_come_back_in_their_types_trimmed_and_blank_as_null(http: Http) -> None:
    lead_id = http.lead(
        FirstName="  Rita ", Title="   ", Phone="", NumberOfEmployees="250", Score__c=3, Vip__c="true",
        Trial_On__c="2026-03-29", Seen_At__c="2026-11-01T11:11:12.987+01:00", Topics__c="mail;CRM", Rating="hot",
    )  # fmt: skip

    lead = http.read("Lead", lead_id)

    assert (lead["FirstName"], lead["Title"], lead["Phone"]) == ("Rita", None, None)
    assert (lead["NumberOfEmployees"], lead["Score__c"], lead["Vip__c"]) == (250, 3.0, True)
    assert isinstance(lead["Score__c"], float)
    assert (lead["Trial_On__c"], lead["Seen_At__c"]) == ("2026-03-29", "2026-11-01T10:11:12.000+0000")
    assert (lead["Topics__c"], lead["Rating"]) == ("Mail;CRM", "Hot")


REFUSALS: list[tuple[dict[str, Any], str, str, list[str] | None]] = [
    ({"Company": None}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Company]", ["Company"]),
    ({"foo": 1}, "INVALID_FIELD", "No such column 'foo' on sobject of type Lead", None),
    ({"Id": "00Q8d0000000001EAA"}, "INVALID_FIELD", "The Id field should not be specified in the sobject data.", None),
    ({"FirstName": "x" * 41}, "STRING_TOO_LONG",
     f"First Name: data value too large: {'x' * 41} (max length=40)", ["FirstName"]),
    ({"Email": "rita"}, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: rita", ["Email"]),
    ({"Tier__c": "Terrible"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
     "Tier: bad value for restricted picklist field: Terrible", ["Tier__c"]),
    ({"Topics__c": "CRM;Fax"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
     "Topics: bad value for restricted picklist field: Fax", ["Topics__c"]),
    ({"OwnerId": "rita"}, "MALFORMED_ID", "Owner ID: id value of incorrect type: rita", ["OwnerId"]),
    ({"OwnerId": "0058d00000000zzAAA"}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["OwnerId"]),
    ({"Name": "Rita Roux"}, "INVALID_FIELD_FOR_INSERT_UPDATE",
     "Unable to create/update fields: Name. Please check the security settings of this field and verify that it is "
     "read/write for your profile or permission set.", ["Name"]),
    ({"NumberOfEmployees": 10**9}, "NUMBER_OUTSIDE_VALID_RANGE",
     "Employees: value outside of valid range on numeric field: 1000000000", ["NumberOfEmployees"]),
    ({"Phone": 5}, "JSON_PARSER_ERROR",
     "Cannot deserialize instance of string from VALUE_NUMBER_INT value 5 or request may be missing a required field "
     "at [line:1, column:2]", None),
    ({"Trial_On__c": "29/03/2026"}, "JSON_PARSER_ERROR",
     "Cannot deserialize instance of date from VALUE_STRING value 29/03/2026 or request may be missing a required "
     "field at [line:1, column:2]", None),
    ({"Vip__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Vip: value not of required type: ", ["Vip__c"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "code", "message", "named"), REFUSALS, ids=[case[1] for case in REFUSALS])
def test_a_value_that_does_not_fit_is_refused_by_name(
    http: Http, sandbox: SandboxClient, fields: dict[str, Any], code: str, message: str, named: list[str] | None
) -> None:
    answer = http("POST", "sobjects/Lead", {"LastName": "Roux", "Company": "Acme"} | fields)

    expected: dict[str, Any] = {"message": message, "errorCode": code}
    assert (answer.status, answer.json()) == (400, [expected | ({} if named is None else {"fields": named})])
    assert sandbox.look("salesforce", "writes")["count"] == 0


def test_an_open_picklist_takes_an_unknown_value(http: Http) -> None:
    lead_id = http.lead(LeadSource="Trade Fair 2026")

    assert http.read("Lead", lead_id)["LeadSource"] == "Trade Fair 2026"


def test_an_update_cannot_clear_a_required_field(http: Http) -> None:
    lead_id = http.lead()

    answer = http("PATCH", f"sobjects/Lead/{lead_id}", {"LastName": "  "})

    assert answer.json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert http.read("Lead", lead_id)["LastName"] == "Roux"


def test_a_unique_value_is_taken_once_whatever_its_case(http: Http) -> None:
    lead_id = http.lead(Key__c="HS-1")

    answer = http("POST", "sobjects/Lead", {"LastName": "Ruiz", "Company": "Acme", "Key__c": "hs-1"})

    message = f"duplicate value found: Key__c duplicates value on record with id: {lead_id}"
    assert answer.status == 400
    assert answer.json() == [{"message": message, "errorCode": "DUPLICATE_VALUE", "fields": []}]


def test_a_deleted_record_gives_its_unique_value_free(http: Http) -> None:
    lead_id = http.lead(Key__c="HS-1")

    http("DELETE", f"sobjects/Lead/{lead_id}")

    assert http.lead(Key__c="HS-1") != lead_id


def test_a_contact_of_a_deleted_account_is_refused(http: Http) -> None:
    account_id = http.create("Account", Name="Acme")
    http("DELETE", f"sobjects/Account/{account_id}")

    answer = http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": account_id})

    assert answer.json()[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_an_account_takes_its_contacts_into_the_bin(http: Http) -> None:
    account_id = http.create("Account", Name="Acme")
    contact_id = http.create("Contact", LastName="Roux", AccountId=account_id)

    http("DELETE", f"sobjects/Account/{account_id}")

    found = http.query("SELECT Id FROM Contact WHERE IsDeleted = true", "queryAll")
    assert [record["Id"] for record in found["records"]] == [contact_id]


def test_an_owner_who_left_is_refused(http: Http) -> None:
    needed = {"Email": "mona@acme.example", "Alias": "mona", "TimeZoneSidKey": "Europe/Paris", "LocaleSidKey": "en_GB",
              "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US", "ProfileId": "00e8d0000000001AAA"}  # fmt: skip
    mona = http.create("User", Username="mona@acme.example", LastName="Mona", IsActive=False, **needed)

    answer = http("POST", "sobjects/Lead", {"LastName": "Roux", "Company": "Acme", "OwnerId": mona})

    message = f"operation performed with inactive user [{mona}] as owner of lead"
    assert answer.json() == [{"message": message, "errorCode": "INACTIVE_OWNER_OR_USER", "fields": []}]


def test_a_write_moves_the_stamps_even_when_nothing_changes(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    lead_id = http.lead(Phone="1")
    sandbox.admin("salesforce", "clock", advance=90)

    http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"})

    lead = http.read("Lead", lead_id)
    assert lead["CreatedDate"] == "2026-11-02T09:00:00.000+0000"
    assert lead["SystemModstamp"] == lead["LastModifiedDate"] == "2026-11-02T09:01:30.000+0000"


def test_a_deleted_record_cannot_be_written_nor_read(http: Http) -> None:
    lead_id = http.lead()
    http("DELETE", f"sobjects/Lead/{lead_id}")

    answers = [http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"}), http("DELETE", f"sobjects/Lead/{lead_id}")]

    deleted = [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
    assert [(answer.status, answer.json()) for answer in answers] == [(404, deleted), (404, deleted)]
    assert http("GET", f"sobjects/Lead/{lead_id}").status == 404


def test_what_does_not_exist_is_refused_as_recorded(http: Http) -> None:
    unknown = json.loads(recorded("restforce/sobject/sobject_describe_error_response.json").read_text())
    no_id = json.loads(recorded("restforce/sobject/delete_error_response.json").read_text())

    answers = [http("GET", "sobjects/Whizbang/describe"), http("GET", "sobjects/Lead/00Q8d00000zzzzzAAA"),
               http("POST", "sobjects/Whizbang", {})]  # fmt: skip

    assert [(answer.status, answer.json()) for answer in answers] == [(404, unknown)] * 3
    deleted = http("DELETE", "sobjects/Lead/rid")
    assert (deleted.status, deleted.json()) == (404, no_id)


def test_a_method_that_an_address_does_not_know_is_refused(http: Http) -> None:
    answer = http("PUT", "sobjects/Lead")

    assert answer.status == 405
    assert answer.json()[0]["errorCode"] == "METHOD_NOT_ALLOWED"


def test_a_body_that_is_no_json_is_refused(http: Http, sandbox: SandboxClient) -> None:
    url = f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead"

    answer = sandbox.pool.request("POST", url, body=b"{oops", headers={"Authorization": "Bearer rita"})

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_an_address_over_16_kilobytes_is_refused(http: Http) -> None:
    ids = ",".join(f"'{number:018}'" for number in range(800))

    answer = http("GET", f"query?q=SELECT+Id+FROM+Lead+WHERE+Id+IN+({ids})")

    assert answer.status == 414


def test_an_upsert_creates_once_and_then_updates(http: Http) -> None:
    path = "sobjects/Lead/Key__c/HS%2F1"

    first = http("PATCH", path, {"LastName": "Roux", "Company": "Acme"})
    second = http("PATCH", path, {"LastName": "Ruiz"})

    lead_id = first.json()["id"]
    assert (first.status, first.json()["created"]) == (201, True)
    assert (second.status, second.json()) == (200, {"id": lead_id, "success": True, "errors": [], "created": False})
    lead = http("GET", path).json()
    assert (lead["Id"], lead["LastName"], lead["Key__c"]) == (lead_id, "Ruiz", "HS/1")


def test_the_real_client_upserts(sandbox: SandboxClient, http: Http) -> None:
    salesforce = client(sandbox)

    statuses = [salesforce.Lead.upsert("Key__c/HS-1", {"LastName": "Roux", "Company": "Acme"}) for _ in range(2)]

    assert statuses == [201, 200]


def test_an_ambiguous_external_id_gets_the_recorded_300(http: Http) -> None:
    real = json.loads(recorded("restforce/sobject/upsert_multiple_error_response.json").read_text())
    ids = [http.lead(Legacy_Id__c="7"), http.lead(Legacy_Id__c="7")]

    answers = [
        http("PATCH", "sobjects/Lead/Legacy_Id__c/7", {"Phone": "1"}),
        http("GET", "sobjects/Lead/Legacy_Id__c/7"),
    ]

    assert [answer.status for answer in answers] == [300, 300]
    assert answers[0].json() == [f"/services/data/v66.0/sobjects/Lead/{lead_id}" for lead_id in ids]
    assert [type(item) for item in answers[0].json()] == [type(item) for item in real]


def test_an_unknown_external_id_field_gets_the_recorded_404(http: Http) -> None:
    real = json.loads(recorded("restforce/sobject/upsert_error_response.json").read_text())

    answer = http("PATCH", "sobjects/Lead/Namez/1", {"Phone": "1"})

    assert (answer.status, answer.json()) == (404, real)


def test_the_external_id_belongs_into_the_address_alone(http: Http) -> None:
    answer = http("PATCH", "sobjects/Lead/Key__c/1", {"Key__c": "1", "LastName": "Roux", "Company": "Acme"})

    assert answer.status == 400
    assert answer.json()[0]["message"] == "The Key__c field should not be specified in the sobject data."


def test_a_converted_lead_points_to_its_contact_and_is_closed_to_writes(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(FirstName="Rita", Email="rita@acme.example", City="Lyon")

    contact_id = sandbox.admin("salesforce", "convert", lead=lead_id)["contact"]

    lead, contact = http.read("Lead", lead_id), http.read("Contact", contact_id)
    assert (lead["IsConverted"], lead["ConvertedContactId"]) == (True, contact_id)
    assert lead["ConvertedAccountId"] == contact["AccountId"]
    assert (contact["Name"], contact["Email"], contact["MailingCity"]) == ("Rita Roux", "rita@acme.example", "Lyon")
    refused = http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"})
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_the_log_holds_what_was_sent_and_nothing_else(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(Email="rita@acme.example")
    http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": " 1 "})
    http("PATCH", f"sobjects/Lead/{lead_id}", {"foo": 1})
    http("DELETE", f"sobjects/Lead/{lead_id}")

    writes = sandbox.look("salesforce", "writes")["writes"]

    assert [(write["action"], write["id"], write["fields"]) for write in writes] == [
        ("create", lead_id, {"LastName": "Roux", "Company": "Acme", "Email": "rita@acme.example"}),
        ("update", lead_id, {"Phone": " 1 "}),
        ("archive", lead_id, {}),
    ]
