"""Leads that marketing handed over and nobody in sales has touched, with the campaign they came by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from reports.handoff import HANDED_OVER, REJECTED
from reports.look.found import SHOWN, Lead, Part
from reports.names import called, name_columns
from rules.compile import facts_table
from store.sql import marks, moment, rows
from sync.mapping import Mapping as FieldMapping

Findings = tuple[tuple[Lead, ...], int, int, tuple[tuple[str, int], ...]]
"""Who waits longest, how many wait, out of how many handed over, and how many by campaign."""


def lead_findings(
    mapping: FieldMapping, parts: Mapping[str, Part], now: datetime, could_not: dict[str, str]
) -> Findings:
    """Untouched: not converted, not rejected, still before the stage `mql` in sales, and without any activity."""
    person = parts["person"]
    stages = mapping.funnel_of(person.object).names
    if HANDED_OVER not in stages:
        could_not["untouched"] = "no_mql"
        return (), 0, 0, ()
    if "last_activity" not in person.fields:
        could_not["untouched"] = "no_activity"
        return (), 0, 0, ()
    later = stages[stages.index(HANDED_OVER) :]
    campaigns = _campaigns(parts, could_not)
    found = _leads(mapping, person, later)
    waiting = [row for row in found if not row[1] and row[2] not in (*later, REJECTED)]
    leads = [_lead(row, campaigns, now) for row in waiting]
    leads.sort(key=lambda lead: (-(lead.days or 0), lead.name))
    by_campaign = Counter(lead.campaign for lead in leads)
    return tuple(leads[:SHOWN]), len(leads), len(found), tuple(by_campaign.most_common(SHOWN))


def _leads(mapping: FieldMapping, person: Part, later: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every unconverted lead whose person stands at `mql` or later in marketing: reference, last activity, own stage,
    when it was made, and what names it."""
    table, object_map = facts_table(person.object), mapping.objects[person.object]
    company = 'f."f_company"' if "company" in object_map.fields else "NULL"
    return rows(
        f"""SELECT f.ref, {person.column("last_activity")}, f.own_stage, {person.column("made_at")}, {company},
                   {name_columns(list(object_map.fields))}
            FROM "{table}" f JOIN store_record r ON r.ref = f.ref
            WHERE f.object_name = 'Lead' AND NOT r.deleted AND r.merged_into IS NULL AND r.email IN (
                SELECT o.email FROM "{table}" m JOIN store_record o ON o.ref = m.ref
                WHERE m.side = 'marketing' AND NOT o.deleted AND o.merged_into IS NULL
                AND m.own_stage IN ({marks(later)}))""",
        later,
    )


def _campaigns(parts: Mapping[str, Part], could_not: dict[str, str]) -> dict[str, str]:
    """By a lead's id the name of the campaign that it is a member of: of several the last by name."""
    member, campaign = parts["member"], parts["campaign"]
    if not {"campaign", "lead"} <= set(member.fields) or "name" not in campaign.fields:
        could_not["campaigns"] = "no_campaigns"
        return {}
    found = rows(
        f"""SELECT {member.column("lead")}, MAX({campaign.column("name", "c")})
            FROM "{facts_table(member.object)}" f JOIN "{facts_table(campaign.object)}" c
            ON c.ref = 'salesforce:Campaign:' || {member.column("campaign")}
            WHERE f.counted = 1 AND {member.column("lead")} IS NOT NULL GROUP BY 1"""
    )
    return {lead: name for lead, name in found if name}


def _lead(row: tuple[str, ...], campaigns: Mapping[str, str], now: datetime) -> Lead:
    ref, _, _, made, company, *shown = row
    days = max((now - moment(int(made))).days, 0) if made else None
    return Lead(called(ref, *shown), company or "", campaigns.get(ref.rpartition(":")[2], ""), days)
