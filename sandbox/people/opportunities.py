"""Opportunities in Salesforce for people of the story, with what is usually wrong: no decision-maker, nothing planned.

Only on request, like HubSpot's deals. With them come campaigns with their members, and what mail servers said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.people.person import chance, pick
from sandbox.salesforce.state import SalesforceState
from sandbox.world import World

STAGES = (
    "Prospecting", "Qualification", "Needs Analysis", "Id. Decision Makers", "Proposal/Price Quote",
    "Proposal/Price Quote", "Negotiation/Review", "Closed Won", "Closed Lost",
)  # fmt: skip
SUBJECTS = ("new business", "renewal", "extension", "second site")
CAMPAIGNS = ("Spring webinar", "Trade fair", "Pricing guide", "Customer day")
DAY = timedelta(days=1)


def add_opportunities(world: World, number: int, seed: int) -> None:
    """`number` opportunities, in turn with the contacts that have an account; campaigns of the open leads; bounces and
    opt-outs that one system alone has heard of."""
    salesforce, now = world.salesforce, world.clock.now()
    rng = Random(seed)  # noqa: S311 - made-up deals, not secrets
    contacts = [row for row in salesforce.tables["contact"].live.values() if row.get("AccountId")]
    for at in range(number if contacts else 0):
        add_opportunity(salesforce, contacts[at % len(contacts)], rng, now)
    if number:
        add_campaigns(salesforce, rng, now)
        add_refusals(salesforce, rng, now)


def add_opportunity(salesforce: SalesforceState, contact: dict[str, Any], rng: Random, now: datetime) -> None:
    """Most are open and close within some months; half of them name a decision-maker, half have a task ahead."""
    stage, opened = pick(rng, STAGES), now - 120 * DAY * rng.random()
    is_open = not stage.startswith("Closed")
    closes = now + (150 * rng.random() - 20) * DAY if is_open else now - 60 * DAY * rng.random()
    account = salesforce.tables["account"].live[contact["AccountId"]]
    fields = {
        "Name": f"{account['Name']}: {pick(rng, SUBJECTS)}",
        "StageName": stage,
        "Amount": float(500 * int(4 + 196 * rng.random() ** 2)),
        "CloseDate": closes.date().isoformat(),
        "OwnerId": contact["OwnerId"],
    }
    fields |= {} if chance(rng, 0.12) else {"AccountId": contact["AccountId"]}
    fields |= {"NextStep": "Send the offer"} if chance(rng, 0.4) else {}
    deal = salesforce.add("Opportunity", fields, created_at=opened)
    role = pick(rng, ("Decision Maker", "Decision Maker", "Influencer", "Evaluator"))
    if chance(rng, 0.75):
        about = {"OpportunityId": deal, "ContactId": contact["Id"], "Role": role, "IsPrimary": True}
        salesforce.add("OpportunityContactRole", about, created_at=opened)
    add_tasks(salesforce, deal, contact, rng, opened, now, is_open=is_open)


def add_tasks(
    salesforce: SalesforceState,
    deal: str,
    contact: dict[str, Any],
    rng: Random,
    opened: datetime,
    now: datetime,
    *,
    is_open: bool,
) -> None:
    """A call that was made, mostly; and of every second open deal the next one."""
    of = {"WhatId": deal, "WhoId": contact["Id"], "OwnerId": contact["OwnerId"]}
    if chance(rng, 0.8):
        called = opened + (now - opened) * rng.random()
        done = {"Subject": "Call: needs and budget", "Status": "Completed", "TaskSubtype": "Call"}
        salesforce.add("Task", {**of, **done, "ActivityDate": called.date().isoformat()}, created_at=called)
    if is_open and chance(rng, 0.5):
        due = (now + (1 + 20 * rng.random()) * DAY).date().isoformat()
        ahead = {"Subject": "Call back about the offer", "Status": "Not Started"}
        salesforce.add("Task", {**of, **ahead, "ActivityDate": due}, created_at=now - DAY * rng.random())


def add_campaigns(salesforce: SalesforceState, rng: Random, now: datetime) -> None:
    """Four campaigns; three leads in four are members of one."""
    made = now - 200 * DAY
    ids = [
        salesforce.add("Campaign", {"Name": name, "Status": "Completed", "IsActive": True}, created_at=made)
        for name in CAMPAIGNS
    ]
    for lead in [*salesforce.tables["lead"].live]:
        if chance(rng, 0.75):
            salesforce.add("CampaignMember", {"CampaignId": pick(rng, ids), "LeadId": lead}, created_at=made)


def add_refusals(salesforce: SalesforceState, rng: Random, now: datetime) -> None:
    """Some addresses bounced, and some people told their rep that they want no mail."""
    for name in ("contact", "lead"):
        table = salesforce.tables[name]
        for row in [*table.live.values()]:
            said: dict[str, Any] = {}
            if chance(rng, 0.03):
                said = {
                    "EmailBouncedReason": "550 no such user",
                    "EmailBouncedDate": f"{now:%Y-%m-%d}T08:00:00.000+0000",
                }
            elif chance(rng, 0.03):
                said = {"HasOptedOutOfEmail": True}
            if said:
                table.put({**row, **said})
