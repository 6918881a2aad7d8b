"""Lead and Contact."""

from __future__ import annotations

from sandbox.salesforce.schema.common import (
    FIXED,
    INDUSTRIES,
    RATINGS,
    SOURCES,
    address,
    clean_status,
    identity,
    owner,
    person_name,
    stamps,
)  # fmt: skip
from sandbox.salesforce.schema.fields import (
    Field,
    SObject,
    area,
    choice,
    day,
    email,
    flag,
    link,
    moment,
    money,
    phone,
    seen,
    sobject,
    text,
    url,
    whole,
)  # fmt: skip

LEAD_STATUS = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")


def lead() -> SObject:
    fields = [*identity("Lead", "Lead"), *person_name(), *_lead_business(), *_lead_system()]
    return sobject("Lead", "00Q", fields, mergeable=True)


def _lead_business() -> list[Field]:
    return [
        text("Title", 128),
        text("Company", 255, nillable=False, permissionable=False),
        *address(),
        phone("Phone"),
        phone("MobilePhone"),
        phone("Fax"),
        email(),
        url("Website"),
        seen(url("PhotoUrl", label="Photo URL", extra="imageurl")),
        area("Description", 32000),
        choice("LeadSource", SOURCES),
        choice("Status", LEAD_STATUS, nillable=False, defaulted=True, default=LEAD_STATUS[0], permissionable=False),
        choice("Industry", INDUSTRIES),
        choice("Rating", RATINGS),
        money("AnnualRevenue"),
        whole("NumberOfEmployees", "Employees"),
        owner(("Group", "User")),
        flag("HasOptedOutOfEmail", "Email Opt Out"),
        flag("HasOptedOutOfFax", "Fax Opt Out"),
        flag("DoNotCall"),
    ]


def _lead_system() -> list[Field]:
    return [
        flag("IsConverted", "Converted", updateable=False, permissionable=False),
        day("ConvertedDate", **FIXED),
        link("ConvertedAccountId", "Account", lookup=True, **FIXED),
        link("ConvertedContactId", "Contact", lookup=True, **FIXED),
        link("ConvertedOpportunityId", "Opportunity", lookup=True, **FIXED),
        flag("IsUnreadByOwner", "Unread By Owner", permissionable=False),
        *stamps(),
        day("LastActivityDate", "Last Activity", **FIXED),
        moment("LastViewedDate", **FIXED),
        moment("LastReferencedDate", **FIXED),
        text("Jigsaw", 20, "Data.com Key"),
        text("JigsawContactId", 20, "Jigsaw Contact ID", relationship="JigsawContact", **FIXED),
        clean_status(),
        text("CompanyDunsNumber", 9, "Company D-U-N-S Number"),
        text("EmailBouncedReason", 255, createable=False, permissionable=False),
        moment("EmailBouncedDate", createable=False, permissionable=False),
        link("IndividualId", "Individual", lookup=True, permissionable=False),
    ]


def contact() -> SObject:
    account = link("AccountId", "Account", lookup=True, children="Contacts", cascade=True)
    fields = [*identity("Contact", "Contact"), account, *person_name(), *_contact_business(), *_contact_system()]
    return sobject("Contact", "003", fields, mergeable=True)


def _contact_business() -> list[Field]:
    return [
        *address("Other"),
        *address("Mailing"),
        phone("Phone", "Business Phone"),
        phone("Fax", "Business Fax"),
        phone("MobilePhone"),
        phone("HomePhone"),
        phone("OtherPhone"),
        phone("AssistantPhone", "Asst. Phone"),
        link("ReportsToId", "Contact", lookup=True),
        email(),
        text("Title", 128),
        text("Department", 80),
        text("AssistantName", 40, "Assistant's Name"),
        choice("LeadSource", SOURCES),
        day("Birthdate"),
        area("Description", 32000, "Contact Description"),
        owner(),
        flag("HasOptedOutOfEmail", "Email Opt Out"),
        flag("HasOptedOutOfFax", "Fax Opt Out"),
        flag("DoNotCall"),
    ]


def _contact_system() -> list[Field]:
    return [
        *stamps(),
        day("LastActivityDate", "Last Activity", **FIXED),
        moment("LastCURequestDate", "Last Stay-in-Touch Request Date", **FIXED),
        moment("LastCUUpdateDate", "Last Stay-in-Touch Save Date", **FIXED),
        moment("LastViewedDate", **FIXED),
        moment("LastReferencedDate", **FIXED),
        text("EmailBouncedReason", 255, permissionable=False),
        moment("EmailBouncedDate", permissionable=False),
        seen(flag("IsEmailBounced")),
        seen(url("PhotoUrl", label="Photo URL", extra="imageurl")),
        text("Jigsaw", 20, "Data.com Key"),
        text("JigsawContactId", 20, "Jigsaw Contact ID", relationship="JigsawContact", **FIXED),
        clean_status(),
        link("IndividualId", "Individual", lookup=True, permissionable=False),
    ]
