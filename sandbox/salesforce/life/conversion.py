"""A lead becomes an account, a contact and perhaps an opportunity, as when a rep presses Convert.

Validation rules, duplicate rules, flows and triggers are passed over, unless the organisation requires them
(`settings.validate_conversion`): https://help.salesforce.com/s/articleView?id=sf.leads_convert_considerations.htm
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.salesforce import steps
from sandbox.salesforce.checks import check_references, check_row, check_unique
from sandbox.salesforce.errors import Trouble, is_deleted, no_such_record
from sandbox.salesforce.objects.derived import derive
from sandbox.salesforce.objects.own_rows import relate, track
from sandbox.salesforce.saving import Save, run
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.writes import Writer, complete, defaults, stamp

SAME = ("FirstName", "LastName", "Salutation", "Title", "Email", "Phone", "MobilePhone", "Fax", "LeadSource",
        "Description", "OwnerId", "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall")  # fmt: skip
PLACE = ("Street", "City", "State", "PostalCode", "Country")
OF_COMPANY = ("Phone", "Fax", "Website", "Industry", "Rating", "AnnualRevenue", "NumberOfEmployees", "OwnerId")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the rep chose: a name for the new account, or records that are there; `owner` gets what is new."""

    account_name: str | None = None
    account_id: str | None = None
    contact_id: str | None = None
    opportunity: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    account_id: str
    contact_id: str
    opportunity_id: str | None


def convert_lead(writer: Writer, lead_id: str, chosen: Conversion) -> Converted:
    """The lead is converted and closed; its activities and campaign memberships are the contact's as well.

    An existing contact keeps its values and takes the lead's where it has none. Custom fields travel to those of the
    same name. Raises `Trouble` for what cannot be converted so.
    """
    state = writer.state
    leads = state.tables["lead"]
    lead = _live(leads, lead_id)
    if lead.get("IsConverted"):
        into = f"Lead {lead_id} has been converted already, into Contact {lead['ConvertedContactId']}"
        raise Trouble("CANNOT_UPDATE_CONVERTED_LEAD", into, ())
    writer.ran.clear()
    at = state.clock.tick()
    owned = {**lead, "OwnerId": _owner(writer, chosen.owner or lead["OwnerId"])}
    account_id = _account(writer, owned, chosen, at)
    contact_id = _contact(writer, owned, account_id, chosen.contact_id, at)
    opportunity_id = _opportunity(writer, owned, account_id, chosen.opportunity, at) if chosen.opportunity else None
    converted: Row = {
        **lead, "IsConverted": True, "ConvertedDate": at.date().isoformat(), "ConvertedAccountId": account_id,
        "ConvertedContactId": contact_id, "Status": "Closed - Converted",
    }  # fmt: skip
    if opportunity_id:
        converted["ConvertedOpportunityId"] = opportunity_id
    _store(writer, leads, converted, lead, "convert", at)
    _move_activities(writer, lead_id, contact_id, opportunity_id or account_id, at)
    _join_campaigns(writer, lead_id, contact_id, at)
    return Converted(account_id, contact_id, opportunity_id)


def _live(table: Table, record_id: str) -> Row:
    if record_id in table.deleted:
        raise is_deleted()
    if record_id not in table.live:
        raise no_such_record()
    return table.live[record_id]


def _owner(writer: Writer, owner_id: str) -> str:
    """A queue owns no account: then the rep who converts gets it all."""
    return owner_id if owner_id in writer.state.tables["user"].live else writer.user_id


def _account(writer: Writer, lead: Row, chosen: Conversion, at: datetime) -> str:
    accounts = writer.state.tables["account"]
    if chosen.account_id:
        return str(_live(accounts, chosen.account_id)["Id"])
    if chosen.contact_id:
        contact = _live(writer.state.tables["contact"], chosen.contact_id)
        if contact.get("AccountId"):
            return str(contact["AccountId"])
    place = {f"Billing{part}": lead[part] for part in PLACE if part in lead}
    name = chosen.account_name or lead["Company"]
    values = {"Name": name, **{part: lead[part] for part in OF_COMPANY if part in lead}, **place}
    return _create(writer, accounts, {**values, **_own(lead, accounts)}, at)


def _contact(writer: Writer, lead: Row, account_id: str, contact_id: str | None, at: datetime) -> str:
    contacts = writer.state.tables["contact"]
    place = {f"Mailing{part}": lead[part] for part in PLACE if part in lead}
    values = {**{name: lead[name] for name in SAME if name in lead}, **_own(lead, contacts), **place}
    if contact_id is None:
        return _create(writer, contacts, {**values, "AccountId": account_id}, at)
    before = _live(contacts, contact_id)
    if before.get("AccountId") not in (None, account_id):
        message = f"The contact {contact_id} does not belong to the account {account_id}"
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", message, ())
    _store(writer, contacts, {**values, "AccountId": account_id, **before}, before, "update", at)
    return str(before["Id"])


def _opportunity(writer: Writer, lead: Row, account_id: str, name: str, at: datetime) -> str:
    """In the first stage, to be closed by the end of the quarter."""
    opportunities = writer.state.tables.get("opportunity")
    if opportunities is None:
        raise Trouble("INVALID_TYPE", "this Salesforce has no object Opportunity", ())
    quarter = (at.month - 1) // 3
    after = at.replace(year=at.year + (quarter == 3), month=(quarter * 3 + 3) % 12 + 1, day=1)
    stages = opportunities.kind.fields["stagename"].values
    values = {"Name": name, "AccountId": account_id, "OwnerId": lead["OwnerId"], "StageName": stages[0],
              "CloseDate": (after - timedelta(days=1)).date().isoformat()}  # fmt: skip
    values |= {"LeadSource": lead["LeadSource"]} if lead.get("LeadSource") else {}
    return _create(writer, opportunities, {**values, **_own(lead, opportunities)}, at)


def _own(lead: Row, table: Table) -> Row:
    """The lead's custom fields that the object has too."""
    return {name: value for name, value in lead.items() if name.endswith("__c") and table.field(name) is not None}


def _create(writer: Writer, table: Table, values: Row, at: datetime) -> str:
    check_references(writer.state, table, values)
    row = {**defaults(writer.state, table, writer.user_id), **values, "Id": table.next_id()}
    _store(writer, table, row, None, "create", at)
    return str(row["Id"])


def _store(writer: Writer, table: Table, row: Row, before: Row | None, action: str, at: datetime) -> None:
    sent = {name: value for name, value in row.items() if name != "Id" and (before or {}).get(name) != value}
    save = Save(writer, table, row, before, sent)
    validates = writer.state.settings.validate_conversion
    if not validates:
        derive(save)
    else:
        run(steps.BEFORE, save)
        complete(table, row)
        check_row(writer.state, table, row)
        run(steps.CHECKS, save)
    check_unique(table, row, row["Id"])
    stamp(table, row, writer.user_id, at, creating=before is None)
    writer.enter(table, row, action, sent)
    run(steps.AFTER if validates else (relate, track), save)


def _move_activities(writer: Writer, lead_id: str, contact_id: str, what_id: str, at: datetime) -> None:
    """Tasks and events of the lead are the contact's, and about its opportunity or account."""
    for name in ("task", "event"):
        if (table := writer.state.tables.get(name)) is not None:
            for record_id in table.ids_referring("WhoId", lead_id):
                _change(writer, table, record_id, {"WhoId": contact_id, "WhatId": what_id}, at)


def _join_campaigns(writer: Writer, lead_id: str, contact_id: str, at: datetime) -> None:
    """A membership names both from now on."""
    if (members := writer.state.tables.get("campaignmember")) is not None:
        for record_id in members.ids_referring("LeadId", lead_id):
            _change(writer, members, record_id, {"ContactId": contact_id}, at)


def _change(writer: Writer, table: Table, record_id: str, values: Row, at: datetime) -> None:
    before = table.live[record_id]
    save = Save(writer, table, {**before, **values}, before, values)
    derive(save)
    stamp(table, save.row, writer.user_id, at, creating=False)
    writer.enter(table, save.row, "update", values, "lead conversion")
    run((relate, track), save)
