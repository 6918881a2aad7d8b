"""A person's card written into each system: in its own field names, stages and owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from zlib import crc32

from sandbox.hubspot.state import HubSpotState
from sandbox.people.person import Company, chance, pick
from sandbox.salesforce.state import SalesforceState

MARKETING_STATUS = {
    "lead": ("NEW", "OPEN", ""),
    "marketingqualifiedlead": ("OPEN", "ATTEMPTED_TO_CONTACT", "IN_PROGRESS", "BAD_TIMING"),
    "salesqualifiedlead": ("CONNECTED", "IN_PROGRESS", "OPEN_DEAL"),
    "opportunity": ("OPEN_DEAL",),
    "other": ("UNQUALIFIED",),
}
SALES_STATUS = {
    "marketingqualifiedlead": ("Open - Not Contacted", "Working - Contacted"),
    "salesqualifiedlead": ("Working - Contacted",),
    "other": ("Closed - Not Converted",),
}
LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
TRAFFIC = ("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "DIRECT_TRAFFIC", "REFERRALS", "OFFLINE")


@dataclass(slots=True)
class Card:
    """What one system has of a person; an empty text is a gap. `newer` names what it heard at `modified`."""

    first: str
    last: str
    email: str
    company: str
    title: str
    phone: str
    mobile: str
    city: str
    country: str
    industry: str
    stage: str
    created: datetime
    modified: datetime
    other_email: str = ""
    is_opted_out: bool = False
    newer: tuple[str, ...] = ()


def add_to_hubspot(hubspot: HubSpotState, card: Card, company: Company, rng: Random, is_owned: bool) -> str:
    fields = {
        "email": card.email,
        "hs_additional_emails": card.other_email,
        "firstname": card.first,
        "lastname": card.last,
        "company": card.company,
        "jobtitle": card.title,
        "phone": card.phone,
        "mobilephone": card.mobile,
        "city": card.city,
        "zip": company.city[1] if card.city else "",
        "country": card.country,
        "industry": card.industry,
        "website": f"https://{company.domain}" if card.company else "",
        "lifecyclestage": card.stage,
        "hs_lead_status": pick(rng, MARKETING_STATUS.get(card.stage, ("",))),
        "hs_analytics_source": pick(rng, TRAFFIC),
        "hubspot_owner_id": company.rep.owner_id if is_owned else "",
        "hs_email_optout": "true" if card.is_opted_out else "",
        **_sending(card),
    }
    return hubspot.add("contacts", fields, card.created, card.modified, card.newer)


def _sending(card: Card) -> dict[str, str]:
    """Whether HubSpot may send to somebody: every eighth is no marketing contact, every thirtieth address bounced."""
    lot = crc32(card.email.encode())
    return {
        "hs_marketable_status": "false" if lot % 8 == 0 else "true",
        "hs_email_hard_bounce_reason_enum": "UNKNOWN_USER" if lot % 30 == 1 else "",
    }


def add_company(hubspot: HubSpotState, company: Company, created: datetime) -> str:
    fields = {
        "name": company.name,
        "domain": company.domain,
        "website": f"https://{company.domain}",
        "industry": company.industry[1],
        "numberofemployees": company.employees,
        "city": company.city[0],
        "country": company.place.country,
        "hubspot_owner_id": company.rep.owner_id,
    }
    return hubspot.add("companies", fields, created)


def add_account(salesforce: SalesforceState, company: Company, created: datetime) -> str:
    fields = {
        "Name": company.name,
        "Website": f"https://{company.domain}",
        "Industry": company.industry[0],
        "NumberOfEmployees": company.employees,
        "BillingCity": company.city[0],
        "BillingCountry": company.place.country,
        "OwnerId": company.rep.user_id,
    }
    return salesforce.add("Account", fields, created_at=created)


def add_to_salesforce(salesforce: SalesforceState, card: Card, company: Company, rng: Random, is_contact: bool) -> str:
    """A Contact of the company's Account, or a Lead."""
    fields: dict[str, Any] = {
        "FirstName": card.first,
        "LastName": card.last,
        "Email": card.email,
        "Title": card.title,
        "Phone": card.phone,
        "MobilePhone": card.mobile,
        "LeadSource": "" if chance(rng, 0.2) else pick(rng, LEAD_SOURCES),
        "HasOptedOutOfEmail": card.is_opted_out,
        "OwnerId": company.rep.user_id,
        "LastModifiedDate": card.modified,
        "SystemModstamp": card.modified,
    }
    zip_code = company.city[1] if card.city else ""
    if is_contact:
        fields |= {"MailingCity": card.city, "MailingPostalCode": zip_code, "MailingCountry": card.country}
        fields |= {"AccountId": company.account_id}
    else:
        fields |= {"City": card.city, "PostalCode": zip_code, "Country": card.country, "Industry": card.industry}
        fields |= {
            "Company": card.company,
            "Status": pick(rng, SALES_STATUS.get(card.stage, ("Open - Not Contacted",))),
        }
    filled = {name: value for name, value in fields.items() if value not in ("", False)}
    return salesforce.add("Contact" if is_contact else "Lead", filled, created_at=card.created)
