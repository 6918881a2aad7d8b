"""A lead becomes an account and a contact, as when a rep presses Convert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.table import Row
from sandbox.salesforce.writes import stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

SAME = ("FirstName", "LastName", "Salutation", "Title", "Email", "Phone", "MobilePhone", "Fax", "LeadSource",
        "Description", "OwnerId", "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall")  # fmt: skip
PLACE = ("Street", "City", "State", "PostalCode", "Country")
OF_COMPANY = ("Phone", "Fax", "Website", "Industry", "Rating", "AnnualRevenue", "NumberOfEmployees", "OwnerId")


def convert_lead(state: SalesforceState, lead_id: str, account_name: str | None = None) -> str:
    """The lead is converted into a new account and a new contact; returns the contact's id.

    Custom fields travel where the contact has one of the same name. Nothing is logged, for no client wrote.
    Raises ValueError for a lead that cannot be converted.
    """
    leads = state.tables["lead"]
    lead = leads.live.get(leads.find_id(lead_id) or "")
    if lead is None:
        raise ValueError(f"there is no Lead {lead_id}, or it is deleted")
    if lead.get("IsConverted"):
        raise ValueError(f"Lead {lead_id} has been converted already, into Contact {lead['ConvertedContactId']}")
    at = state.clock.tick()
    account_id = state.add("Account", _account_of(lead, account_name), at)
    contact_id = state.add("Contact", {**_contact_of(state, lead), "AccountId": account_id}, at)
    converted = {
        **lead, "IsConverted": True, "ConvertedDate": at.date().isoformat(), "ConvertedAccountId": account_id,
        "ConvertedContactId": contact_id, "Status": "Closed - Converted",
    }  # fmt: skip
    stamp(leads, converted, state.user_id, at, creating=False)
    leads.put(converted)
    return contact_id


def _account_of(lead: Row, name: str | None) -> Row:
    place = {f"Billing{part}": lead[part] for part in PLACE if part in lead}
    return {"Name": name or lead["Company"], **{part: lead[part] for part in OF_COMPANY if part in lead}, **place}


def _contact_of(state: SalesforceState, lead: Row) -> Row:
    custom = state.tables["contact"].kind.fields
    own = [name for name in lead if name.endswith("__c") and name.lower() in custom]
    place = {f"Mailing{part}": lead[part] for part in PLACE if part in lead}
    return {**{name: lead[name] for name in (*SAME, *own) if name in lead}, **place}
