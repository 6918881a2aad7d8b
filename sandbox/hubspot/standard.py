"""The properties that every portal has, as far as a sync meets them: a table for contacts and one for companies."""

from __future__ import annotations

from dataclasses import replace

from sandbox.hubspot.definitions import BOOL_OPTIONS, Property

MADE = 1_577_836_800_000
"""All standard properties date from 1 January 2020, the day the sandbox's portal was opened."""


def listed(values: str) -> tuple[tuple[str, str], ...]:
    """Options whose labels follow from their values."""
    return tuple((value.replace("_", " ").capitalize(), value) for value in values.split())


LIFECYCLE = (
    ("Subscriber", "subscriber"),
    ("Lead", "lead"),
    ("Marketing Qualified Lead", "marketingqualifiedlead"),
    ("Sales Qualified Lead", "salesqualifiedlead"),
    ("Opportunity", "opportunity"),
    ("Customer", "customer"),
    ("Evangelist", "evangelist"),
    ("Other", "other"),
)
LEAD_STATUS = (
    ("New", "NEW"),
    ("Open", "OPEN"),
    ("In Progress", "IN_PROGRESS"),
    ("Open Deal", "OPEN_DEAL"),
    ("Unqualified", "UNQUALIFIED"),
    ("Attempted to Contact", "ATTEMPTED_TO_CONTACT"),
    ("Connected", "CONNECTED"),
    ("Bad Timing", "BAD_TIMING"),
)
SOURCES = listed("""
    ORGANIC_SEARCH PAID_SEARCH EMAIL_MARKETING SOCIAL_MEDIA REFERRALS OTHER_CAMPAIGNS DIRECT_TRAFFIC OFFLINE
    PAID_SOCIAL AI_REFERRALS
""")
INDUSTRIES = listed("""
    ACCOUNTING AIRLINES_AVIATION ARCHITECTURE_PLANNING AUTOMOTIVE BANKING BIOTECHNOLOGY BROADCAST_MEDIA
    BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT CHEMICALS CIVIL_ENGINEERING COMPUTER_HARDWARE
    COMPUTER_SOFTWARE CONSTRUCTION CONSUMER_GOODS E_LEARNING EDUCATION_MANAGEMENT
    ELECTRICAL_ELECTRONIC_MANUFACTURING ENVIRONMENTAL_SERVICES FACILITIES_SERVICES FINANCIAL_SERVICES FOOD_BEVERAGES
    FURNITURE GOVERNMENT_ADMINISTRATION HIGHER_EDUCATION HOSPITAL_HEALTH_CARE HOSPITALITY HUMAN_RESOURCES
    INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNET LAW_PRACTICE LOGISTICS_AND_SUPPLY_CHAIN MACHINERY
    MANAGEMENT_CONSULTING MARKETING_AND_ADVERTISING MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDICAL_DEVICES
    NON_PROFIT_ORGANIZATION_MANAGEMENT OIL_ENERGY PACKAGE_FREIGHT_DELIVERY PHARMACEUTICALS PLASTICS PRINTING
    PUBLISHING REAL_ESTATE RENEWABLES_ENVIRONMENT RETAIL SECURITY_AND_INVESTIGATIONS STAFFING_AND_RECRUITING
    TELECOMMUNICATIONS TEXTILES TRANSPORTATION_TRUCKING_RAILROAD UTILITIES WHOLESALE WINE_AND_SPIRITS
""")

LANGUAGES = (("English", "en"), ("French", "fr"), ("German", "de"), ("Italian", "it"))
COMPANY_TYPES = listed("PROSPECT PARTNER RESELLER VENDOR OTHER")


def text(name: str, label: str, field_type: str = "text") -> Property:
    return Property(name, label, field_type=field_type)


def number(name: str, label: str) -> Property:
    return Property(name, label, "number", "number")


def choice(name: str, label: str, options: tuple[tuple[str, str], ...], field_type: str = "select") -> Property:
    return Property(name, label, "enumeration", field_type, options=options)


def moment(name: str, label: str, is_read_only: bool = True) -> Property:
    return Property(name, label, "datetime", "date", is_read_only=is_read_only)


def read_only(definition: Property) -> Property:
    return replace(definition, is_read_only=True)


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
    Property("hubspot_owner_id", "Owner", "enumeration", "select", refers_to_owner=True),
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
    Property("hs_email_optout", "Unsubscribed from all email", "bool", "booleancheckbox", options=BOOL_OPTIONS,
             is_read_only=True),
    read_only(choice("hs_marketable_status", "Marketing contact status", BOOL_OPTIONS)),
    read_only(choice("hs_marketable_until_renewal", "Marketing contact until next update", BOOL_OPTIONS)),
    read_only(text("hs_marketable_reason_type", "Marketing contact status source type")),
    read_only(text("hs_marketable_reason_id", "Marketing contact status source name")),
    read_only(number("associatedcompanyid", "Primary Associated Company ID")),
    moment("lastmodifieddate", "Last Modified Date"),
)  # fmt: skip

COMPANY_PROPERTIES = (
    *SHARED,
    text("name", "Company name"),
    text("domain", "Company Domain Name"),
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


def standard_properties(definitions: tuple[Property, ...], group: str) -> dict[str, Property]:
    """Fresh definitions by name: each state has its own, since custom ones are added beside them."""
    return {each.name: replace(each, group=group, created=MADE) for each in definitions}
