"""Field history and shared activities: off until an administrator turns them on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def history_of(http: Http, object_name: str) -> list[tuple[Any, ...]]:
    shown = ("Field", "OldValue", "NewValue", "DataType")
    rows = http.query(f"SELECT {', '.join(shown)} FROM {object_name} ORDER BY Id")["records"]
    return [tuple(row[name] for name in shown) for row in rows]


def test_a_tracked_field_leaves_its_old_value(http: Http, sandbox: SandboxClient) -> None:
    untracked = http.lead()
    http("PATCH", f"sobjects/Lead/{untracked}", {"Phone": "0"})
    sandbox.admin("salesforce", "history", object="Lead", fields=["Phone", "Rating"])

    lead = http.lead(Phone="1")
    http("PATCH", f"sobjects/Lead/{lead}", {"Phone": "2", "City": "Paris"})
    http("PATCH", f"sobjects/Lead/{lead}", {"Phone": "2"})
    http("PATCH", f"sobjects/Lead/{lead}", {"Phone": None})

    assert history_of(http, "LeadHistory") == [
        ("created", None, None, "Text"), ("Phone", "1", "2", "Text"), ("Phone", "2", None, "Text")
    ]  # fmt: skip
    row = http.query("SELECT LeadId, CreatedBy.Name, CreatedDate FROM LeadHistory LIMIT 1")["records"][0]
    assert (row["LeadId"], row["CreatedBy"]["Name"]) == (lead, "Otto Ops")
    nested = http.query(f"SELECT (SELECT Field FROM Histories) FROM Lead WHERE Id = '{lead}'")["records"][0]
    assert nested["Histories"]["totalSize"] == 3


def test_a_tracked_reference_leaves_names_and_ids(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "history", object="Contact", fields=["AccountId"])
    acme, other = http.create("Account", Name="Acme"), http.create("Account", Name="Other")
    contact = http.create("Contact", LastName="Roux", AccountId=acme)

    http("PATCH", f"sobjects/Contact/{contact}", {"AccountId": other})

    assert history_of(http, "ContactHistory")[1:] == [
        ("Account", "Acme", "Other", "Text"), ("Account", acme, other, "EntityId")
    ]  # fmt: skip


def test_a_write_that_is_taken_back_leaves_no_history(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "history", object="Lead", fields=["Phone"])
    lead = http.lead()
    good = {"attributes": {"type": "Lead"}, "id": lead, "Phone": "1"}
    bad = {"attributes": {"type": "Lead"}, "id": lead, "Email": "no address"}

    http("PATCH", "composite/sobjects", {"allOrNone": True, "records": [good, bad]})

    assert history_of(http, "LeadHistory") == [("created", None, None, "Text")]


def test_history_cannot_be_written(http: Http) -> None:
    answer = http("POST", "sobjects/LeadHistory", {"Field": "Phone"})

    assert answer.status == 400
    assert http("GET", "sobjects/LeadHistory/describe").json()["createable"] is False


@pytest.mark.parametrize(
    ("control", "body"),
    [("history", {"object": "Task", "fields": []}), ("history", {"object": "Lead", "fields": ["Nope"]}),
     ("records", {"object": "Task", "records": [{"Nope": 1}]}), ("records", {"object": "Nope", "records": [{}]}),
     ("activities", {"shared": "yes"}), ("activities", {"share": True})],
)  # fmt: skip
def test_a_control_that_does_not_fit_is_refused(sandbox: SandboxClient, control: str, body: dict[str, Any]) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/{control}", json=body)

    assert answer.status == 400


def test_a_shared_activity_is_with_several_contacts(http: Http, sandbox: SandboxClient) -> None:
    contacts = [http.create("Contact", LastName=f"Roux {number}") for number in range(51)]
    task = http.create("Task", Subject="x", WhoId=contacts[0])
    assert http("GET", "sobjects/TaskRelation/describe").status == 404

    sandbox.admin("salesforce", "activities", shared=True)
    added = [http("POST", "sobjects/TaskRelation", {"TaskId": task, "RelationId": contact}) for contact in contacts[1:]]
    lead = http("POST", "sobjects/TaskRelation", {"TaskId": task, "RelationId": http.lead()})

    assert [answer.status for answer in added] == [201] * 49 + [400]
    assert (lead.status, lead.json()[0]["errorCode"]) == (400, "FIELD_INTEGRITY_EXCEPTION")
    found = http.query("SELECT Subject, (SELECT Relation.Name, IsWhat FROM TaskRelations) FROM Task")
    assert found["records"][0]["TaskRelations"]["totalSize"] == 50


def test_a_new_shared_activity_is_related_and_follows_its_who(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "activities", shared=True)
    first, second = (http.create("Contact", LastName=name) for name in ("Roux", "Petit"))
    account = http.create("Account", Name="Acme")

    event = http.create("Event", Subject="x", WhoId=first, WhatId=account, StartDateTime="2026-11-02T09:00:00Z",
                        DurationInMinutes=5)  # fmt: skip
    http("PATCH", f"sobjects/Event/{event}", {"WhoId": second})

    rows = http.query("SELECT RelationId, IsWhat, EventId FROM EventRelation ORDER BY IsWhat")["records"]
    assert [(row["RelationId"], row["IsWhat"], row["EventId"]) for row in rows] == [
        (second, False, event), (account, True, event)
    ]  # fmt: skip


def test_a_relation_that_went_is_in_the_delete_log_and_in_no_query(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "activities", shared=True)
    task = http.create("Task", Subject="x", WhoId=http.create("Contact", LastName="Roux"))
    relation = http.query("SELECT Id FROM TaskRelation")["records"][0]["Id"]

    http("PATCH", f"sobjects/Task/{task}", {"WhoId": None})
    sandbox.admin("salesforce", "clock", advance=600)

    gone = http("GET", "sobjects/TaskRelation/deleted?start=2026-11-02T08:00:00Z&end=2026-11-02T09:05:00Z").json()
    assert [item["id"] for item in gone["deletedRecords"]] == [relation]
    assert http.query("SELECT Id FROM TaskRelation", "queryAll")["records"] == []


def test_records_of_any_object_can_be_put_there_unlogged(http: Http, sandbox: SandboxClient) -> None:
    lead = http.lead()
    before = sandbox.look("salesforce", "writes")["count"]
    mail = {"Subject": "Offer", "TextBody": "Hello", "Incoming": True, "MessageDate": "2026-10-01T08:00:00Z"}
    past = {"LeadId": lead, "Field": "Phone", "OldValue": "1", "CreatedDate": "2026-01-02T03:04:05Z"}

    ids = sandbox.admin("salesforce", "records", object="EmailMessage", records=[mail])["ids"]
    sandbox.admin("salesforce", "records", object="LeadHistory", records=[past])
    sandbox.admin("salesforce", "records", object="Task", records=[{"Subject": "x", "Status": "Completed"}])

    assert ids[0].startswith("02s")
    assert http.read("EmailMessage", ids[0])["MessageDate"] == "2026-10-01T08:00:00.000+0000"
    history = http.query("SELECT OldValue, CreatedDate FROM LeadHistory")["records"][0]
    assert (history["OldValue"], history["CreatedDate"]) == ("1", "2026-01-02T03:04:05.000+0000")
    assert http.query("SELECT IsClosed FROM Task")["records"][0]["IsClosed"] is True
    assert sandbox.look("salesforce", "writes")["count"] == before


def test_reset_turns_both_off(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "activities", shared=True)
    sandbox.admin("salesforce", "history", object="Lead", fields=["Phone"])

    sandbox.admin("salesforce", "reset")

    http.lead()
    assert http.query("SELECT COUNT() FROM LeadHistory")["totalSize"] == 0
    assert http("GET", "query?q=SELECT%20Id%20FROM%20TaskRelation").json()[0]["errorCode"] == "INVALID_TYPE"
