"""Opportunities, their stages and roles; record types, roles, queues."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


def deal(http: Http, **fields: object) -> str:
    return http.create(
        "Opportunity", **{"Name": "Deal", "StageName": "Qualification", "CloseDate": "2026-12-01", **fields}
    )


def test_a_stage_says_whether_a_deal_is_closed_won_and_how_probable(http: Http) -> None:
    opportunity = deal(http, Amount=1000)
    made = http.read("Opportunity", opportunity)

    http("PATCH", f"sobjects/Opportunity/{opportunity}", {"StageName": "Closed Won"})

    won = http.read("Opportunity", opportunity)
    shown = ("IsClosed", "IsWon", "Probability", "ForecastCategory", "ExpectedRevenue")
    assert [made[name] for name in shown] == [False, False, 10, "Pipeline", 100]
    assert [won[name] for name in shown] == [True, True, 100, "Closed", 1000]
    assert (won["FiscalYear"], won["FiscalQuarter"], won["Fiscal"]) == (2026, 4, "2026 4")
    assert (made["LastStageChangeDate"], bool(won["LastStageChangeDate"])) == (None, True)


def test_a_probability_that_is_sent_is_kept(http: Http) -> None:
    opportunity = deal(http, Probability=42)
    http("PATCH", f"sobjects/Opportunity/{opportunity}", {"NextStep": "Call"})

    assert http.read("Opportunity", opportunity)["Probability"] == 42


def test_a_deal_needs_a_name_a_stage_and_a_date(http: Http) -> None:
    answer = http("POST", "sobjects/Opportunity", {})

    assert answer.status == 400
    assert answer.json() == [{"message": "Required fields are missing: [Name, StageName, CloseDate]",
                              "errorCode": "REQUIRED_FIELD_MISSING",
                              "fields": ["Name", "StageName", "CloseDate"]}]  # fmt: skip


def test_is_closed_cannot_be_written(http: Http) -> None:
    answer = http("POST", "sobjects/Opportunity", {"IsWon": True})

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_the_stages_are_rows_that_the_real_client_reads(sandbox: SandboxClient, http: Http) -> None:
    found = client(sandbox).query_all(
        "SELECT MasterLabel, DefaultProbability, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder"
    )["records"]

    assert (found[0]["MasterLabel"], found[-2]["MasterLabel"], found[-2]["IsWon"]) == (
        "Prospecting",
        "Closed Won",
        True,
    )
    assert http("POST", "sobjects/OpportunityStage", {}).status == 400


def test_open_activities_show_on_a_deal(http: Http) -> None:
    opportunity = deal(http)
    task = http.create("Task", Subject="x", WhatId=opportunity, ActivityDate="2026-11-01")
    opened = http.read("Opportunity", opportunity)

    http("PATCH", f"sobjects/Task/{task}", {"Status": "Completed"})

    closed = http.read("Opportunity", opportunity)
    assert (opened["HasOpenActivity"], opened["HasOverdueTask"], opened["LastActivityDate"]) == (True, True, None)
    assert (closed["HasOpenActivity"], closed["HasOverdueTask"]) == (False, False)
    assert closed["LastActivityDate"] == "2026-11-01"


def test_roles_belong_to_deal_and_contact(http: Http) -> None:
    contact = http.create("Contact", LastName="Roux")
    opportunity = deal(http)
    role = http.create("OpportunityContactRole", OpportunityId=opportunity, ContactId=contact, Role="Decision Maker")
    assert role.startswith("00K")

    found = http.query("SELECT Id, (SELECT Role, Contact.LastName FROM OpportunityContactRoles) FROM Opportunity")

    roles = found["records"][0]["OpportunityContactRoles"]
    assert (roles["totalSize"], roles["done"], roles["records"][0]["Contact"]["LastName"]) == (1, True, "Roux")
    http("DELETE", f"sobjects/Opportunity/{opportunity}")
    assert http.query("SELECT COUNT() FROM OpportunityContactRole")["totalSize"] == 0


def test_the_contact_a_deal_is_made_with_has_its_primary_role(http: Http) -> None:
    contact = http.create("Contact", LastName="Roux")
    deal(http, ContactId=contact)

    roles = http.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole")["records"]

    assert [(role["ContactId"], role["IsPrimary"]) for role in roles] == [(contact, True)]


def test_a_record_type_gives_its_object_a_field_and_new_records_the_default(http: Http) -> None:
    before = http("GET", "query?q=SELECT%20RecordTypeId%20FROM%20Lead")
    record_type = http.create("RecordType", Name="Inbound", DeveloperName="Inbound", SobjectType="Lead", IsActive=True)

    lead = http.lead()

    infos = http("GET", "sobjects/Lead/describe").json()["recordTypeInfos"]
    assert (before.status, record_type[:3]) == (400, "012")
    assert [(info["developerName"], info["defaultRecordTypeMapping"], info["master"]) for info in infos] == [
        ("Inbound", True, False), ("Master", False, True)
    ]  # fmt: skip
    assert http.read("Lead", lead)["RecordTypeId"] == record_type
    found = http.query("SELECT RecordType.DeveloperName FROM Lead")["records"][0]
    assert found["RecordType"]["DeveloperName"] == "Inbound"


def test_a_queue_owns_the_leads_it_was_made_for(http: Http) -> None:
    queue = http.create("Group", Name="New leads", DeveloperName="New_leads", Type="Queue")
    refused = http("POST", "sobjects/Lead", {"LastName": "x", "Company": "y", "OwnerId": queue})
    http.create("QueueSobject", QueueId=queue, SobjectType="Lead")

    lead = http.lead(OwnerId=queue)

    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "INVALID_OPERATION")
    owner = http.query(f"SELECT Owner.Name, Owner.Type FROM Lead WHERE Id = '{lead}'")["records"][0]["Owner"]
    assert (owner["Name"], owner["Type"]) == ("New leads", "Group")


def test_users_have_a_profile_and_may_have_a_role(http: Http) -> None:
    boss = http.create("UserRole", Name="Head of sales")
    role = http.create("UserRole", Name="Rep", ParentRoleId=boss)
    user = http.query("SELECT Id, Profile.Name FROM User")["records"][0]
    http("PATCH", f"sobjects/User/{user['Id']}", {"UserRoleId": role})

    found = http.query("SELECT Name FROM User WHERE UserRole.Name = 'Rep'")

    assert user["Profile"]["Name"] == "System Administrator"
    assert found["totalSize"] == 1
