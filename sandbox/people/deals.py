"""Deals in HubSpot for people of the story, with what reps did for them: a call, an e-mail, a meeting, a note, a task.

Only on request: most tests want nothing but people. Company, contact, deal and activities are associated.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

from sandbox.hubspot.stamps import EPOCH, MILLISECOND
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record
from sandbox.people.person import pick
from sandbox.world import World

STAGES = {
    "salesqualifiedlead": ("appointmentscheduled", "qualifiedtobuy"),
    "opportunity": ("qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin", "contractsent", "closedlost"),
    "customer": ("closedwon",),
    "evangelist": ("closedwon",),
}
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
DAY = timedelta(days=1)


def add_deals(world: World, number: int, seed: int) -> None:
    """A deal for each of the first `number` contacts that are far enough for one."""
    hubspot = world.hubspot
    rng = Random(seed)  # noqa: S311 - made-up deals, not secrets
    companies = {each.properties["domain"]: each for each in hubspot.tables["companies"].all_live()}
    ready = [each for each in hubspot.tables["contacts"].all_live() if each.properties.get("lifecyclestage") in STAGES]
    for contact in ready[:number]:
        company = companies.get(contact.properties.get("email", "").rpartition("@")[2].removeprefix("mail."))
        add_deal(hubspot, contact, company, rng, world.clock.now())


def add_deal(hubspot: HubSpotState, contact: Record, company: Record | None, rng: Random, now: datetime) -> None:
    made = EPOCH + contact.created * MILLISECOND
    opened = min(now, made + (now - made) * rng.random())
    stage = pick(rng, STAGES[contact.properties["lifecyclestage"]])
    name = company.properties["name"] if company else contact.properties.get("lastname", "Unknown")
    fields = {
        "dealname": f"{name}: {pick(rng, ('new business', 'renewal', 'extension'))}",
        "pipeline": "default",
        "dealstage": stage,
        "amount": str(100 * int(20 + 980 * rng.random())),
        "closedate": text(min(now, opened + 30 * DAY) if stage.startswith("closed") else opened + 90 * DAY),
        "closed_lost_reason": "Price" if stage == "closedlost" else "",
        "hubspot_owner_id": contact.properties.get("hubspot_owner_id", ""),
    }
    beside = [("contacts", str(contact.id))]
    if company:
        hubspot.join_seeds(hubspot.tables["contacts"], contact, "companies", str(company.id))
        beside.append(("companies", str(company.id)))
    deal = hubspot.add("deals", fields, opened, associations=beside)
    add_activities(hubspot, contact, [*beside, ("deals", deal)], opened, now)


def add_activities(
    hubspot: HubSpotState, contact: Record, beside: list[tuple[str, str]], opened: datetime, now: datetime
) -> None:
    """One of each kind, all between the opening of the deal and now; the task is still to be done."""
    first, email = contact.properties.get("firstname", ""), contact.properties.get("email", "")
    owner = contact.properties.get("hubspot_owner_id", "")
    headers = {"from": {"email": "sales@vendor.example"}, "to": [{"email": email}], "cc": [], "bcc": []}
    step = (now - opened) / 6
    activities: tuple[tuple[str, dict[str, str]], ...] = (
        ("calls", {"hs_call_title": f"Call with {first}", "hs_call_disposition": CONNECTED,
                   "hs_call_duration": "420000", "hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED"}),
        ("emails", {"hs_email_direction": "EMAIL", "hs_email_subject": "Our offer", "hs_email_status": "SENT",
                    "hs_email_html": f"<p>Hello {first},</p>", "hs_email_headers": json.dumps(headers)}),
        ("meetings", {"hs_meeting_title": "Demonstration", "hs_meeting_outcome": "COMPLETED"}),
        ("notes", {"hs_note_body": "<p>Wants a <b>written offer</b>.</p>"}),
        ("tasks", {"hs_task_subject": f"Call {first} back", "hs_task_status": "NOT_STARTED", "hs_task_type": "CALL"}),
    )  # fmt: skip
    for at, (kind, fields) in enumerate(activities, 1):
        done = opened + at * step
        times = {"hs_timestamp": text(done)}
        if kind == "meetings":
            times |= {"hs_meeting_start_time": text(done), "hs_meeting_end_time": text(done + DAY / 24)}
        hubspot.add(kind, fields | times | {"hubspot_owner_id": owner}, done, associations=beside)


def text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
