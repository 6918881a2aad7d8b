"""The properties of contacts and companies."""

from __future__ import annotations

from sandbox.hubspot.schema.definitions import BOOL_OPTIONS
from sandbox.hubspot.standard.parts import (
    INDUSTRIES,
    LANGUAGES,
    LEAD_STATUS,
    LIFECYCLE,
    OWNER,
    SOURCES,
    choice,
    flag,
    moment,
    number,
    read_only,
    text,
)  # fmt: skip

# The property is documented, its values are not.
BOUNCES = (("Unknown user", "UNKNOWN_USER"), ("Mailbox full", "MAILBOX_FULL"), ("Other", "OTHER"))

SHARED = (
    text("address", "Street Address"),
    text("city", "City"),
    text("state", "State/Region"),
    text("zip", "Postal Code"),
    text("country", "Country/Region"),
    text("phone", "Phone Number", "phonenumber"),
    text("website", "Website URL"),
    number("annualrevenue", "Annual Revenue"),
    choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE, "radio"),
    choice("hs_lead_status", "Lead Status", LEAD_STATUS, "radio"),
    read_only(choice("hs_analytics_source", "Original Traffic Source", SOURCES)),
    OWNER,
    moment("hubspot_owner_assigneddate", "Owner assigned date"),
    moment("notes_last_contacted", "Last Contacted"),
    moment("notes_last_updated", "Last Activity Date"),
    read_only(number("num_notes", "Number of Sales Activities")),
    moment("closedate", "Close Date", is_read_only=False),
    moment("createdate", "Create Date"),
    read_only(number("hs_object_id", "Record ID")),
    read_only(text("hs_merged_object_ids", "Merged record IDs")),
)

CONTACT_PROPERTIES = (
    *SHARED,
    text("email", "Email"),
    text("hs_additional_emails", "Additional email addresses"),
    text("work_email", "Work email"),
    text("salutation", "Salutation"),
    text("firstname", "First Name"),
    text("lastname", "Last Name"),
    text("jobtitle", "Job Title"),
    text("job_function", "Job function"),
    text("seniority", "Seniority"),
    text("company", "Company Name"),
    text("industry", "Industry"),
    text("numemployees", "Number of Employees"),
    text("mobilephone", "Mobile Phone Number", "phonenumber"),
    text("fax", "Fax Number"),
    text("message", "Message", "textarea"),
    text("date_of_birth", "Date of birth"),
    text("twitterhandle", "Twitter Username"),
    text("hs_linkedin_url", "LinkedIn URL"),
    choice("hs_language", "Preferred language", LANGUAGES),
    read_only(flag("hs_email_optout", "Unsubscribed from all email")),
    read_only(choice("hs_email_hard_bounce_reason_enum", "Email hard bounce reason", BOUNCES)),
    read_only(choice("hs_marketable_status", "Marketing contact status", BOOL_OPTIONS)),
    read_only(choice("hs_marketable_until_renewal", "Marketing contact until next update", BOOL_OPTIONS)),
    read_only(text("hs_marketable_reason_type", "Marketing contact status source type")),
    read_only(text("hs_marketable_reason_id", "Marketing contact status source name")),
    number("associatedcompanyid", "Primary Associated Company ID"),
    read_only(number("num_associated_deals", "Number of Associated Deals")),
    moment("lastmodifieddate", "Last Modified Date"),
)

COMPANY_PROPERTIES = (
    *SHARED,
    text("name", "Company name"),
    text("domain", "Company Domain Name"),
    text("hs_additional_domains", "Additional Domains"),
    text("description", "Description", "textarea"),
    text("about_us", "About Us", "textarea"),
    choice("industry", "Industry", INDUSTRIES),
    choice(
        "type",
        "Type",
        tuple((each.capitalize(), each) for each in ("PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER")),
    ),
    number("numberofemployees", "Number of Employees"),
    text("founded_year", "Year Founded"),
    text("timezone", "Time Zone"),
    text("linkedin_company_page", "LinkedIn Company Page"),
    read_only(number("num_associated_contacts", "Number of Associated Contacts")),
    moment("hs_lastmodifieddate", "Last Modified Date"),
)
