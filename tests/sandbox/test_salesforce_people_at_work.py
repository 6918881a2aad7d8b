"""What people do in Salesforce itself: edits under their own name, and the conversion of leads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


@pytest.fixture
def rita(http: Http) -> str:
    return http.create(
        "User", Username="rita@acme.example", LastName="Rita", Email="rita@acme.example", Alias="rita", IsActive=True,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA",
    )  # fmt: skip


def admin(sandbox: SandboxClient, action: str, **body: Any) -> Any:
    return sandbox.admin("salesforce", action, **body)


def refused(sandbox: SandboxClient, action: str, **body: Any) -> str:
    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/{action}", json=body)
    assert answer.status == 400
    return str(answer.json()["error"])


def test_a_reps_edit_is_told_from_ours(http: Http, sandbox: SandboxClient, rita: str) -> None:
    lead_id = http.lead(Phone="1")

    admin(sandbox, "edit", object="Lead", id=lead_id, fields={"Phone": "2"}, by=rita)

    lead = http.read("Lead", lead_id)
    assert (lead["Phone"], lead["LastModifiedById"]) == ("2", rita)
    assert lead["CreatedById"] != rita
    entry = sandbox.look("salesforce", "writes")["writes"][-1]
    assert (entry["who"], entry["route"], entry["fields"]) == (f"user {rita}", "", {"Phone": "2"})
    assert (entry["before"]["Phone"], entry["after"]["Phone"]) == ("1", "2")


def test_a_rep_makes_and_deletes_records_of_their_own(http: Http, sandbox: SandboxClient, rita: str) -> None:
    made = admin(sandbox, "edit", object="Lead", fields={"LastName": "Roux", "Company": "Acme"}, by=rita)["id"]
    lead = http.read("Lead", made)

    admin(sandbox, "delete", object="Lead", id=made, by=rita)

    assert (lead["OwnerId"], lead["CreatedById"]) == (rita, rita)
    assert [each["action"] for each in sandbox.look("salesforce", "writes")["writes"][-2:]] == ["create", "archive"]
    assert http("GET", f"sobjects/Lead/{made}").status == 404


def test_the_next_call_of_the_api_is_the_callers_own_again(http: Http, sandbox: SandboxClient, rita: str) -> None:
    lead_id = http.lead()
    admin(sandbox, "edit", object="Lead", id=lead_id, fields={"Phone": "2"}, by=rita)

    http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "3"})

    assert http.read("Lead", lead_id)["LastModifiedById"] != rita
    assert sandbox.look("salesforce", "writes")["writes"][-1]["who"] == "rita"


def test_a_rep_sees_all_fields_and_a_refused_edit_changes_nothing(
    http: Http, sandbox: SandboxClient, rita: str
) -> None:
    admin(sandbox, "permissions", object="Lead", field="Phone", access="none")
    lead_id = http.lead()

    admin(sandbox, "edit", object="Lead", id=lead_id, fields={"Phone": "2"}, by=rita)
    error = refused(sandbox, "edit", object="Lead", id=lead_id, fields={"Phone": "3", "Email": "rita"}, by=rita)

    assert "INVALID_EMAIL_ADDRESS" in error
    assert sandbox.look("salesforce", "state", object="Lead")["Lead"][lead_id]["Phone"] == "2"
    assert "Phone" not in http.read("Lead", lead_id)


def test_a_reps_edit_starts_flows_but_no_assignment(http: Http, sandbox: SandboxClient, rita: str) -> None:
    admin(sandbox, "assignment", entries=[{"owner": http.queue()}])
    admin(sandbox, "flow", name="Tidy", object="Lead", set={"Title": "x"})

    made = admin(sandbox, "edit", object="Lead", fields={"LastName": "Roux", "Company": "Acme"}, by=rita)["id"]

    lead = http.read("Lead", made)
    assert (lead["OwnerId"], lead["Title"]) == (rita, "x")


def test_an_edit_by_nobody_known_is_refused(http: Http, sandbox: SandboxClient) -> None:
    assert "there is no User" in refused(sandbox, "edit", object="Lead", fields={}, by="0058d00000000zzAAA")
    assert "object must be one of" in refused(sandbox, "edit", object="Nope", fields={})
    assert "unknown key" in refused(sandbox, "edit", object="Lead", feilds={})


def test_a_lead_becomes_an_account_a_contact_and_an_opportunity_of_its_converter(
    http: Http, sandbox: SandboxClient, rita: str
) -> None:
    admin(sandbox, "fields", object="Lead", fields=[{"name": "Stage__c"}, {"name": "Only_Lead__c"}])
    admin(sandbox, "fields", object="Contact", fields=[{"name": "Stage__c"}])
    lead_id = http.lead(FirstName="Rita", Stage__c="SQL", Only_Lead__c="x", HasOptedOutOfEmail=True)

    made = admin(sandbox, "convert", lead=lead_id, account="Acme SA", owner=rita, by=rita)

    lead, contact = http.read("Lead", lead_id), http.read("Contact", made["contact"])
    assert (lead["IsConverted"], lead["ConvertedDate"], lead["Status"]) == (True, "2026-11-02", "Closed - Converted")
    assert (lead["ConvertedAccountId"], lead["ConvertedContactId"]) == (made["account"], made["contact"])
    assert lead["ConvertedOpportunityId"] is None
    assert (contact["Stage__c"], contact["HasOptedOutOfEmail"], contact["OwnerId"]) == ("SQL", True, rita)
    assert http.read("Account", made["account"])["Name"] == "Acme SA"
    assert lead["LastModifiedById"] == contact["CreatedById"] == rita


def test_a_lead_may_go_into_a_contact_that_is_there(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    contact_id = http.create("Contact", LastName="Roux", AccountId=account_id, Title="Head")
    lead_id = http.lead(Title="Buyer", Phone="1")

    made = admin(sandbox, "convert", lead=lead_id, contact_id=contact_id)

    contact = http.read("Contact", contact_id)
    assert made == {"contact": contact_id, "account": account_id}
    assert (contact["Title"], contact["Phone"], contact["AccountId"]) == ("Head", "1", account_id)
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_a_lead_may_go_into_an_account_that_is_there(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    lead_id = http.lead()

    made = admin(sandbox, "convert", lead=lead_id, account_id=account_id)

    assert http.read("Contact", made["contact"])["AccountId"] == account_id


def test_a_contact_of_another_account_is_refused_and_nothing_changes(http: Http, sandbox: SandboxClient) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    contact_id = http.create("Contact", LastName="Roux", AccountId=globex)
    lead_id = http.lead()
    before = sandbox.look("salesforce", "state")

    error = refused(sandbox, "convert", lead=lead_id, account_id=acme, contact_id=contact_id)

    assert "does not belong" in error
    assert sandbox.look("salesforce", "state") == before


def test_a_converted_lead_is_closed_to_writes_on_every_way_and_can_still_be_deleted(
    http: Http, sandbox: SandboxClient
) -> None:
    admin(sandbox, "fields", object="Lead", fields=[{"name": "Key__c", "externalId": True, "unique": True}])
    lead_id = http.lead(Key__c="1")
    admin(sandbox, "convert", lead=lead_id)
    row = {"attributes": {"type": "Lead"}, "Phone": "1"}

    single = http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"})
    keyed = http("PATCH", "sobjects/Lead/Key__c/1", {"Phone": "1"})
    rows = [http("PATCH", "composite/sobjects", {"records": [{**row, "Id": lead_id}]}),
            http("PATCH", "composite/sobjects/Lead/Key__c", {"records": [{**row, "Key__c": "1"}]})]  # fmt: skip

    code = "CANNOT_UPDATE_CONVERTED_LEAD"
    assert [(each.status, each.json()[0]["errorCode"]) for each in (single, keyed)] == [(400, code)] * 2
    assert [each.json()[0]["errors"][0]["statusCode"] for each in rows] == [code] * 2
    assert http("DELETE", f"sobjects/Lead/{lead_id}").status == 204


def test_a_conversion_passes_over_rules_unless_the_organisation_requires_them(
    http: Http, sandbox: SandboxClient
) -> None:
    admin(sandbox, "rule", object="Contact", field="Title", refused="Buyer", message="No buyers")
    first, second = http.lead(Title="Buyer"), http.lead(Title="Buyer")
    admin(sandbox, "convert", lead=first)
    admin(sandbox, "conversion", validate=True)

    error = refused(sandbox, "convert", lead=second)

    assert "No buyers" in error
    assert [http.read("Lead", each)["IsConverted"] for each in (first, second)] == [True, False]
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 1


def test_a_queues_lead_goes_to_who_converts_it(http: Http, sandbox: SandboxClient, rita: str) -> None:
    lead_id = http.lead(OwnerId=http.queue())

    made = admin(sandbox, "convert", lead=lead_id, by=rita)

    assert http.read("Contact", made["contact"])["OwnerId"] == rita


def test_a_deal_made_by_conversion_stands_in_its_stage(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead()
    task = http.create("Task", Subject="x", WhoId=lead_id)

    made = admin(sandbox, "convert", lead=lead_id, opportunity="Deal")

    deal = http.query("SELECT StageName, Probability, ForecastCategory, IsClosed FROM Opportunity")["records"][0]
    assert (deal["StageName"], deal["Probability"], deal["IsClosed"]) == ("Prospecting", 10, False)
    assert (deal["ForecastCategory"], http.read("Task", task)["WhoId"]) == ("Pipeline", made["contact"])
    account = http.read("Contact", made["contact"])["AccountId"]
    assert http.read("Task", task)["AccountId"] == account


def test_activities_and_campaigns_go_with_the_contact(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead()
    task = http.create("Task", Subject="Call", WhoId=lead_id)
    campaign = http.create("Campaign", Name="Fair")
    member = http.create("CampaignMember", CampaignId=campaign, LeadId=lead_id)

    made = admin(sandbox, "convert", lead=lead_id, opportunity="Acme - 10 seats")

    moved, joined = http.read("Task", task), http.read("CampaignMember", member)
    opportunity = http.read("Opportunity", made["opportunity"])
    assert (moved["WhoId"], moved["WhatId"]) == (made["contact"], made["opportunity"])
    assert moved["AccountId"] == made["account"]
    assert (joined["LeadId"], joined["ContactId"]) == (lead_id, made["contact"])
    assert (opportunity["Name"], opportunity["AccountId"]) == ("Acme - 10 seats", made["account"])
    assert (opportunity["CloseDate"], opportunity["IsClosed"]) == ("2026-12-31", False)
    assert opportunity["Probability"] is not None
    assert http.read("Lead", lead_id)["ConvertedOpportunityId"] == made["opportunity"]


def test_a_conversion_that_would_give_a_unique_value_to_a_second_contact_changes_nothing(
    http: Http, sandbox: SandboxClient
) -> None:
    for name in ("Lead", "Contact"):
        admin(sandbox, "fields", object=name, fields=[{"name": "Key__c", "externalId": True, "unique": True}])
    contact_id, lead_id = http.create("Contact", LastName="Roux", Key__c="7"), http.lead(Key__c="7")

    error = refused(sandbox, "convert", lead=lead_id)

    assert f"DUPLICATE_VALUE: duplicate value found: Key__c duplicates value on record with id: {contact_id}" in error
    assert http.read("Lead", lead_id)["IsConverted"] is False
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_who_has_left_gets_no_converted_lead(http: Http, sandbox: SandboxClient) -> None:
    (gone,) = admin(sandbox, "records", object="User", records=[{"LastName": "Gone", "IsActive": False}])["ids"]
    lead_id = http.lead()

    assert "INACTIVE_OWNER_OR_USER" in refused(sandbox, "convert", lead=lead_id, owner=gone)
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 0
