"""Campaign, and the people who are members of one."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, JUNCTION, SOURCES, address, identity, owner, stamps
from sandbox.salesforce.schema.fields import (
    Field,
    SObject,
    area,
    choice,
    day,
    decimal,
    email,
    flag,
    link,
    moment,
    money,
    phone,
    seen,
    sobject,
    text,
    whole,
)  # fmt: skip
from sandbox.salesforce.schema.organization import PLAIN

TYPES = ("Conference", "Webinar", "Trade Show", "Public Relations", "Partners", "Referral Program", "Advertisement",
         "Banner Ads", "Direct Mail", "Email", "Telemarketing", "Other")  # fmt: skip
STATUSES = ("Planned", "In Progress", "Completed", "Aborted")
MEMBER_STATUSES = ("Sent", "Responded")
NAMES = ("Salutation", "Name", "FirstName", "LastName", "Title", "Street", "City", "State", "PostalCode", "Country",
         "Email", "Phone", "Fax", "MobilePhone", "Description", "DoNotCall", "HasOptedOutOfEmail", "HasOptedOutOfFax",
         "LeadSource", "CompanyOrAccount", "Type", "LeadOrContactId", "LeadOrContactOwnerId")  # fmt: skip
"""What a member shows of the person it stands for: read from the lead or contact whenever it is asked for."""


def campaign() -> SObject:
    fields = [
        *identity("Campaign"),
        text("Name", 80, name_field=True, nillable=False, **PLAIN),
        link("ParentId", "Campaign", "Parent Campaign ID", lookup=True, children="ChildCampaigns"),
        choice("Type", TYPES, 40),
        choice("Status", STATUSES, 40, defaulted=True, default=STATUSES[0]),
        day("StartDate"),
        day("EndDate"),
        money("ExpectedRevenue"),
        money("BudgetedCost"),
        money("ActualCost"),
        decimal("ExpectedResponse", "Expected Response (%)", precision=10, scale=2),
        decimal("NumberSent", "Num Sent"),
        flag("IsActive", "Active"),
        area("Description", 32000),
        *(whole(name, label, digits=8, **FIXED) for name, label in (
            ("NumberOfLeads", "Leads in Campaign"), ("NumberOfContacts", "Contacts in Campaign"),
            ("NumberOfResponses", "Responses in Campaign"))),
        owner(),
        *stamps(),
        day("LastActivityDate", "Last Activity", **FIXED),
        moment("LastViewedDate", **FIXED),
        moment("LastReferencedDate", **FIXED),
    ]  # fmt: skip
    return sobject("Campaign", "701", fields, traits={"deepCloneable": True, "feedEnabled": False})


def member() -> SObject:
    more: dict[str, Any] = {"children": "CampaignMembers", "cascade": True, "permissionable": False}
    fields = [
        *identity("Campaign Member", deletable=False),
        seen(flag("IsDeleted", "Deleted")),
        link("CampaignId", "Campaign", nillable=False, updateable=False, **more),
        link("LeadId", "Lead", updateable=False, **more),
        link("ContactId", "Contact", updateable=False, **more),
        choice("Status", MEMBER_STATUSES, 40, defaulted=True, **PLAIN),
        seen(flag("HasResponded", "Responded")),
        *stamps(),
        day("FirstRespondedDate", **FIXED),
        *_of_person(),
    ]
    return sobject("CampaignMember", "00v", fields, traits=JUNCTION)


def _of_person() -> list[Field]:
    fields = [
        text("Salutation", 40),
        text("Name", 120, "Full Name", name_field=True),
        text("FirstName", 40),
        text("LastName", 80),
        text("Title", 128),
        *(part for part in address() if part.name in NAMES),
        email(id_lookup=False),
        phone("Phone"),
        phone("Fax"),
        phone("MobilePhone", "Mobile"),
        area("Description", 32000),
        flag("DoNotCall"),
        flag("HasOptedOutOfEmail", "Email Opt Out"),
        flag("HasOptedOutOfFax", "Fax Opt Out"),
        choice("LeadSource", SOURCES),
        text("CompanyOrAccount", 255, "Company (Account)"),
        choice("Type", ("Lead", "Contact"), 40),
    ]
    return [
        *(seen(item) for item in fields),
        link("LeadOrContactId", ("Contact", "Lead"), "Related Record ID", relationship=None, **FIXED),
        link("LeadOrContactOwnerId", ("Group", "User"), "Related Record Owner ID", polymorphic=True, **FIXED),
    ]
