"""What the definitions of standard properties are built from: short constructors, shared options."""

from __future__ import annotations

from dataclasses import replace

from sandbox.hubspot.schema.definitions import BOOL_OPTIONS, Property

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


def flag(name: str, label: str) -> Property:
    return Property(name, label, "bool", "booleancheckbox", options=BOOL_OPTIONS)


def html(name: str, label: str) -> Property:
    return Property(name, label, field_type="html")


OWNER = Property("hubspot_owner_id", "Owner", "enumeration", "select", refers_to_owner=True)
