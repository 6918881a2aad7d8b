"""Task, Event and campaign members over HTTP: what is required, what is filled in, what belongs to whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

MORNING = "2026-11-02T09:00:00Z"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    """It is the morning of Monday 2 November 2026, ten o'clock in Paris."""
    sandbox.admin("salesforce", "clock", set=MORNING)
    return Http(sandbox)


def people(http: Http) -> tuple[str, str, str]:
    """An account, a contact of it, and a lead."""
    account = http.create("Account", Name="Acme")
    return account, http.create("Contact", LastName="Roux", AccountId=account), http.lead()


def test_the_real_client_makes_a_call_with_a_contact(sandbox: SandboxClient, http: Http) -> None:
    account, contact, _ = people(http)
    salesforce = client(sandbox)

    made = salesforce.Task.create(
        {"Subject": "Call", "WhoId": contact, "ActivityDate": "2026-11-02", "Status": "Completed",
         "CallType": "Outbound", "TaskSubtype": "Call", "CallDurationInSeconds": 90, "CallDisposition": "Reached"}
    )  # fmt: skip

    task = salesforce.Task.get(made["id"])
    assert made["id"].startswith("00T")
    assert (task["IsClosed"], task["AccountId"], task["Priority"]) == (True, account, "Normal")
    assert (task["ActivityDate"], task["CompletedDateTime"]) == ("2026-11-02", task["CreatedDate"])


def test_a_task_is_open_until_its_status_says_otherwise(http: Http) -> None:
    task = http.create("Task", Subject="Write", Priority="High")

    opened = http.read("Task", task)
    http("PATCH", f"sobjects/Task/{task}", {"Status": "Completed"})

    assert (opened["Status"], opened["IsClosed"], opened["IsHighPriority"]) == ("Not Started", False, True)
    assert (opened["TaskSubtype"], opened["CompletedDateTime"]) == ("Task", None)
    assert http.read("Task", task)["IsClosed"] is True


@pytest.mark.parametrize(
    ("given", "end", "minutes"),
    [
        ({"DurationInMinutes": 45}, "2026-11-05T10:45:00.000+0000", 45),
        ({"EndDateTime": "2026-11-05T12:00:00Z"}, "2026-11-05T12:00:00.000+0000", 120),
        ({"EndDateTime": "2026-11-05T11:00:00Z", "DurationInMinutes": 60}, "2026-11-05T11:00:00.000+0000", 60),
    ],
)
def test_an_event_has_an_end_and_a_duration(http: Http, given: dict[str, Any], end: str, minutes: int) -> None:
    event = http.read("Event", http.create("Event", Subject="Demo", StartDateTime="2026-11-05T10:00:00Z", **given))

    assert (event["EndDateTime"], event["DurationInMinutes"]) == (end, minutes)
    assert event["ActivityDateTime"] == event["StartDateTime"] == "2026-11-05T10:00:00.000+0000"
    assert (event["ActivityDate"], event["EndDate"], event["IsAllDayEvent"]) == ("2026-11-05", "2026-11-05", False)


def test_an_event_is_on_the_day_it_is_for_the_user(http: Http) -> None:
    event = http.create("Event", Subject="Call", ActivityDateTime="2026-11-05T23:30:00Z", DurationInMinutes=15)

    assert http.read("Event", event)["ActivityDate"] == "2026-11-06"


def test_an_all_day_event_has_a_date_and_no_time(http: Http) -> None:
    event = http.create("Event", Subject="Fair", IsAllDayEvent=True, ActivityDate="2026-11-05")

    shown = http.read("Event", event)

    assert (shown["ActivityDate"], shown["EndDate"], shown["DurationInMinutes"]) == ("2026-11-05", "2026-11-05", 1440)
    assert (shown["ActivityDateTime"], shown["StartDateTime"]) == (None, "2026-11-05T00:00:00.000+0000")


def test_moving_an_event_keeps_its_duration(http: Http) -> None:
    event = http.create("Event", Subject="Demo", StartDateTime="2026-11-05T10:00:00Z", DurationInMinutes=30)

    http("PATCH", f"sobjects/Event/{event}", {"StartDateTime": "2026-11-06T08:00:00Z"})

    shown = http.read("Event", event)
    assert (shown["EndDateTime"], shown["ActivityDate"]) == ("2026-11-06T08:30:00.000+0000", "2026-11-06")


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({}, "REQUIRED_FIELD_MISSING", ["DurationInMinutes", "ActivityDateTime"]),
        ({"StartDateTime": "2026-11-05T10:00:00Z"}, "REQUIRED_FIELD_MISSING", ["DurationInMinutes"]),
        ({"IsAllDayEvent": True}, "REQUIRED_FIELD_MISSING", ["ActivityDate"]),
        ({"StartDateTime": "2026-11-05T10:00:00Z", "EndDateTime": "2026-11-05T09:00:00Z"}, "FIELD_INTEGRITY_EXCEPTION",
         ["EndDateTime"]),
        ({"StartDateTime": "2026-11-05T10:00:00Z", "EndDateTime": "2026-11-05T11:00:00Z", "DurationInMinutes": 5},
         "FIELD_INTEGRITY_EXCEPTION", ["DurationInMinutes"]),
    ],
)  # fmt: skip
def test_an_event_without_its_times_is_refused(http: Http, fields: dict[str, Any], code: str, named: list[str]) -> None:
    answer = http("POST", "sobjects/Event", {"Subject": "Demo", **fields})

    assert answer.status == 400
    assert (answer.json()[0]["errorCode"], answer.json()[0]["fields"]) == (code, named)


def test_a_due_date_has_no_time(http: Http) -> None:
    refused = http("POST", "sobjects/Task", {"Subject": "x", "ActivityDate": "2026-11-02T10:00:00Z"})

    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    task = http.create("Task", Subject="x", ActivityDate="2026-03-29")
    assert http.query("SELECT ActivityDate FROM Task")["records"][0]["ActivityDate"] == "2026-03-29"
    assert http.read("Task", task)["ActivityDate"] == "2026-03-29"


def test_an_activity_is_with_a_contact_or_a_lead_and_with_nobody_else(http: Http) -> None:
    account, contact, lead = people(http)

    for who in (contact, lead):
        http.create("Task", Subject="x", WhoId=who)
    with_account = http("POST", "sobjects/Task", {"Subject": "x", "WhoId": account})
    with_both = http("POST", "sobjects/Task", {"Subject": "x", "WhoId": lead, "WhatId": account})

    assert (with_account.status, with_account.json()[0]["errorCode"]) == (400, "MALFORMED_ID")
    assert (with_both.status, with_both.json()[0]["errorCode"]) == (400, "FIELD_INTEGRITY_EXCEPTION")


def test_the_polymorphic_who_is_known_by_its_name_and_type(http: Http) -> None:
    _, contact, lead = people(http)
    http.create("Task", Subject="a", WhoId=contact)
    http.create("Task", Subject="b", WhoId=lead)

    records = http.query("SELECT Who.Name, Who.Type FROM Task WHERE Who.Type != null ORDER BY Subject")["records"]

    assert [record["Who"]["Type"] for record in records] == ["Contact", "Lead"]
    assert records[1]["Who"]["attributes"] == {"type": "Name", "url": f"/services/data/v66.0/sobjects/Lead/{lead}"}


def test_archived_activities_are_found_by_query_all_alone(http: Http) -> None:
    old = [http.create("Task", Subject="old", Status="Completed", ActivityDate="2025-11-01"),
           http.create("Event", Subject="old", StartDateTime="2025-10-01T10:00:00Z", DurationInMinutes=30)]  # fmt: skip
    http.create("Task", Subject="open", ActivityDate="2024-01-01")
    http.create("Task", Subject="closed", ActivityDate="2025-11-03", Status="Completed")

    for kind, count in (("Task", 2), ("Event", 0)):
        assert http.query(f"SELECT COUNT() FROM {kind}")["totalSize"] == count
        archived = http.query(f"SELECT Id, IsArchived FROM {kind} WHERE IsArchived = true", kind="queryAll")["records"]
        assert [record["Id"] for record in archived] == [old[kind == "Event"]]


def test_a_task_is_archived_as_time_goes_by(http: Http, sandbox: SandboxClient) -> None:
    http.create("Task", Subject="done", ActivityDate="2026-11-01", Status="Completed")

    sandbox.admin("salesforce", "clock", advance=370 * 86_400)

    assert http.query("SELECT COUNT() FROM Task")["totalSize"] == 0
    assert http.query("SELECT COUNT() FROM Task", kind="queryAll")["totalSize"] == 1


def test_the_last_activity_of_a_person_is_their_latest_event_or_closed_task(http: Http) -> None:
    account, contact, lead = people(http)
    stamp = http.read("Contact", contact)["SystemModstamp"]
    http.create("Task", Subject="done", WhoId=contact, ActivityDate="2026-10-20", Status="Completed")
    http.create("Task", Subject="open", WhoId=contact, ActivityDate="2026-11-20")
    http.create("Event", Subject="demo", WhoId=contact, StartDateTime="2026-11-01T10:00:00Z", DurationInMinutes=5)

    assert http.read("Contact", contact)["LastActivityDate"] == "2026-11-01"
    assert http.read("Account", account)["LastActivityDate"] == "2026-11-01"
    assert http.read("Lead", lead)["LastActivityDate"] is None
    assert http.read("Contact", contact)["SystemModstamp"] == stamp


def test_a_custom_field_of_activity_is_on_tasks_and_events(http: Http, sandbox: SandboxClient) -> None:
    definition = {"name": "HubSpot_Id__c", "externalId": True, "unique": True}
    sandbox.admin("salesforce", "fields", object="Activity", fields=[definition])

    made = http("PATCH", "sobjects/Task/HubSpot_Id__c/t-1", {"Subject": "Call"})
    again = http("PATCH", "sobjects/Task/HubSpot_Id__c/t-1", {"Subject": "Call back"})
    times = {"Subject": "x", "StartDateTime": MORNING, "DurationInMinutes": 5}
    event = http("PATCH", "composite/sobjects/Event/HubSpot_Id__c",
                 {"records": [{"attributes": {"type": "Event"}, "HubSpot_Id__c": "t-1", **times}]})  # fmt: skip

    assert (made.status, again.status) == (201, 200)
    assert (event.status, event.json()[0]["created"]) == (200, True)
    for name in ("Task", "Event"):
        fields = {item["name"]: item for item in http("GET", f"sobjects/{name}/describe").json()["fields"]}
        assert fields["HubSpot_Id__c"]["externalId"] is True


def test_a_field_made_on_activity_by_the_tooling_api_is_granted_once(http: Http) -> None:
    metadata = {"type": "Text", "label": "Key", "length": 40, "externalId": True}
    on_task = http("POST", "tooling/sobjects/CustomField", {"FullName": "Task.Key__c", "Metadata": metadata})
    made = http("POST", "tooling/sobjects/CustomField", {"FullName": "Activity.Key__c", "Metadata": metadata})
    before = http("GET", "query?q=SELECT%20Key__c%20FROM%20Task").status
    permission_set = http.create("PermissionSet", Name="Sync", Label="Sync")
    user = http.query("SELECT Id FROM User")["records"][0]["Id"]
    http.create("PermissionSetAssignment", PermissionSetId=permission_set, AssigneeId=user)

    http.create("FieldPermissions", ParentId=permission_set, SobjectType="Activity", Field="Activity.Key__c",
                PermissionsRead=True, PermissionsEdit=True)  # fmt: skip

    assert (on_task.status, made.status, before) == (400, 201, 400)
    assert (
        http.query("SELECT Key__c FROM Task")["totalSize"] == http.query("SELECT Key__c FROM Event")["totalSize"] == 0
    )
    http.create("Task", Subject="x", Key__c="k")
    assert http("DELETE", f"tooling/sobjects/CustomField/{made.json()['id']}").status == 204
    assert http("GET", "query?q=SELECT%20Key__c%20FROM%20Event").status == 400


def test_the_activities_of_a_deleted_contact_go_with_it(http: Http) -> None:
    account, contact, lead = people(http)
    gone = http.create("Task", Subject="x", WhoId=contact)
    http.create("Task", Subject="y", WhoId=lead)

    http("DELETE", f"sobjects/Account/{account}")

    assert http.query("SELECT COUNT() FROM Task")["totalSize"] == 1
    deleted = http.query("SELECT Id FROM Task WHERE IsDeleted = true", kind="queryAll")["records"]
    assert [record["Id"] for record in deleted] == [gone]


def test_a_member_is_in_a_campaign_once_and_shows_its_person(http: Http) -> None:
    _, contact, lead = people(http)
    campaign = http.create("Campaign", Name="Fair", IsActive=True)
    http.create("CampaignMember", CampaignId=campaign, ContactId=contact)
    member = http.create("CampaignMember", CampaignId=campaign, LeadId=lead, Status="Responded")

    again = http("POST", "sobjects/CampaignMember", {"CampaignId": campaign, "LeadId": lead})
    nobody = http("POST", "sobjects/CampaignMember", {"CampaignId": campaign})
    http("PATCH", f"sobjects/Lead/{lead}", {"LastName": "Roux-Petit"})

    assert (again.status, again.json()[0]) == (
        400, {"message": "Already a campaign member.", "errorCode": "DUPLICATE_VALUE", "fields": []}
    )  # fmt: skip
    assert (nobody.status, nobody.json()[0]["errorCode"]) == (400, "REQUIRED_FIELD_MISSING")
    shown = http.read("CampaignMember", member)
    assert (shown["LastName"], shown["CompanyOrAccount"], shown["Type"]) == ("Roux-Petit", "Acme", "Lead")
    assert (shown["HasResponded"], shown["FirstRespondedDate"]) == (True, "2026-11-02")
    counted = http.read("Campaign", campaign)
    assert (counted["NumberOfLeads"], counted["NumberOfContacts"], counted["NumberOfResponses"]) == (1, 1, 1)
    found = http.query(
        f"SELECT Id FROM Lead WHERE Id IN (SELECT LeadId FROM CampaignMember WHERE CampaignId = '{campaign}')"
    )
    assert [record["Id"] for record in found["records"]] == [lead]


def test_an_id_of_15_characters_is_stored_whole(http: Http) -> None:
    _, contact, _ = people(http)

    task = http.create("Task", Subject="x", WhoId=contact[:15])

    assert http.read("Task", task)["WhoId"] == contact
    assert http("GET", f"sobjects/Task/{task[:15]}").json()["Id"] == task


def test_writes_within_one_second_have_one_stamp(http: Http) -> None:
    """Salesforce keeps whole seconds: two writes of one second cannot be told apart by their stamps."""
    task = http.create("Task", Subject="x")
    first = http.read("Task", task)["SystemModstamp"]

    http("PATCH", f"sobjects/Task/{task}", {"Subject": "y"})

    assert http.read("Task", task)["SystemModstamp"] == first
    assert first.endswith(":00.000+0000")
    found = http.query(f"SELECT Subject FROM Task WHERE SystemModstamp > {first.replace('+0000', 'Z')}")
    assert found["totalSize"] == 0


def test_a_date_is_compared_with_dates_and_a_moment_with_moments(http: Http) -> None:
    http.create("Task", Subject="x", ActivityDate="2026-11-02")

    assert http.query("SELECT Id FROM Task WHERE ActivityDate = 2026-11-02")["totalSize"] == 1
    for wrong in ("ActivityDate = 2026-11-02T00:00:00Z", "CreatedDate > 2026-11-01"):
        answer = http("GET", f"query?q={quote(f'SELECT Id FROM Task WHERE {wrong}')}")
        assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_an_unknown_status_leaves_a_task_open(http: Http) -> None:
    assert http.read("Task", http.create("Task", Subject="x", Status="Parked"))["IsClosed"] is False
