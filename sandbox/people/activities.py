"""What reps did, on request: half of it logged in HubSpot, half in Salesforce, with people whom both systems know.

Nothing is in both systems: whoever keeps them the same has that to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.hubspot.table import Record
from sandbox.people.deals import CONNECTED, text
from sandbox.people.person import pick
from sandbox.world import World

Person = tuple[Record, str, dict[str, Any]]
"""A HubSpot contact, the Salesforce object that has the same address, and its row."""
TOPICS = ("Introduction", "Needs and budget", "Demonstration", "Offer", "Follow-up", "Renewal")
MOST_AGO = timedelta(days=300)


def add_activities(world: World, number: int, seed: int) -> None:
    """`number` activities in turn with each of the people whom both systems know, all before the clock's now."""
    known = people(world)
    rng = Random(seed)  # noqa: S311 - made-up activities, not secrets
    for at in range(number if known else 0):
        logged = world.clock.now() - MOST_AGO * rng.random()
        whole = logged.replace(microsecond=logged.microsecond // 1000 * 1000)
        make = KINDS[at % len(KINDS)]
        make(world, known[at % len(known)], pick(rng, TOPICS), whole)


def people(world: World) -> list[Person]:
    """Those whose address both systems have once, in the order of HubSpot's ids."""
    rows: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name in ("Contact", "Lead"):
        for row in world.salesforce.tables[name.lower()].live.values():
            rows.setdefault(str(row.get("Email", "")).lower(), []).append((name, row))
    contacts = [each for each in world.hubspot.tables["contacts"].all_live() if each.properties.get("email")]
    return [
        (contact, *found[0])
        for contact in contacts
        if len(found := rows.get(contact.properties["email"].lower(), [])) == 1 and contact.properties.get("lastname")
    ]


def in_hubspot(world: World, person: Person, kind: str, fields: dict[str, str], at: datetime) -> None:
    contact = person[0]
    domain = contact.properties["email"].rpartition("@")[2].removeprefix("mail.")
    companies = world.hubspot.tables["companies"].all_live()
    company = next((each for each in companies if each.properties.get("domain") == domain), None)
    beside = [("contacts", str(contact.id))] + ([("companies", str(company.id))] if company else [])
    owner = contact.properties.get("hubspot_owner_id", "")
    whole = {"hs_timestamp": text(at), "hubspot_owner_id": owner, **fields}
    world.hubspot.add(kind, {name: value for name, value in whole.items() if value}, at, associations=beside)


def in_salesforce(world: World, person: Person, kind: str, fields: dict[str, Any], at: datetime) -> None:
    _, _, row = person
    what = {"WhatId": row["AccountId"]} if row.get("AccountId") else {}
    whole = {"WhoId": row["Id"], "OwnerId": row["OwnerId"], **what, **fields}
    world.salesforce.add(kind, whole, created_at=at)


def call(world: World, person: Person, topic: str, at: datetime) -> None:
    fields = {"hs_call_title": f"Call: {topic}", "hs_call_body": f"<p>{topic}: <b>reached</b>.</p>"}
    fields |= {"hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED", "hs_call_duration": "420000"}
    in_hubspot(world, person, "calls", fields | {"hs_call_disposition": CONNECTED}, at)


def sales_call(world: World, person: Person, topic: str, at: datetime) -> None:
    fields: dict[str, Any] = {
        "Subject": f"Call: {topic}",
        "TaskSubtype": "Call",
        "Status": "Completed",
        "CallType": "Outbound",
    }
    fields |= {"CallDurationInSeconds": 300, "CallDisposition": "Connected", "ActivityDate": at.date().isoformat()}
    in_salesforce(world, person, "Task", fields, at)


def meeting(world: World, person: Person, topic: str, at: datetime) -> None:
    fields = {"hs_meeting_title": topic, "hs_meeting_start_time": text(at)}
    in_hubspot(world, person, "meetings", fields | {"hs_meeting_end_time": text(at + timedelta(hours=1))}, at)


def event(world: World, person: Person, topic: str, at: datetime) -> None:
    in_salesforce(world, person, "Event", {"Subject": topic, "StartDateTime": text(at), "DurationInMinutes": 45}, at)


def note(world: World, person: Person, topic: str, at: datetime) -> None:
    in_hubspot(world, person, "notes", {"hs_note_body": f"<p>{topic}: wants a <b>written offer</b>.</p>"}, at)


def sales_task(world: World, person: Person, topic: str, at: datetime) -> None:
    fields = {"Subject": f"Prepare: {topic}", "Status": "Not Started", "ActivityDate": at.date().isoformat()}
    in_salesforce(world, person, "Task", fields, at)


def email(world: World, person: Person, topic: str, at: datetime) -> None:
    fields = {"hs_email_subject": topic, "hs_email_direction": "EMAIL", "hs_email_status": "SENT"}
    in_hubspot(world, person, "emails", fields | {"hs_email_html": "<p>Our offer is attached.</p>"}, at)


def task(world: World, person: Person, topic: str, at: datetime) -> None:
    fields = {"hs_task_subject": f"To do: {topic}", "hs_task_status": "NOT_STARTED", "hs_task_type": "TODO"}
    in_hubspot(world, person, "tasks", fields | {"hs_task_priority": "HIGH"}, at)


KINDS = (call, sales_call, meeting, event, note, sales_task, email, task)
