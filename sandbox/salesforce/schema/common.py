"""What several standard objects share: system fields, names, addresses and picklists."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.fields import Field, area, choice, flag, link, moment, seen, text

ACCURACY = ("Address", "NearAddress", "Block", "Street", "ExtendedZip", "Zip", "Neighborhood", "City", "County",
            "State", "Unknown")  # fmt: skip
CLEAN_STATUS = ("Matched", "Different", "Acknowledged", "NotFound", "Inactive", "Pending", "SelectMatch", "Skipped")
INDUSTRIES = (
    "Agriculture", "Apparel", "Banking", "Biotechnology", "Chemicals", "Communications", "Construction", "Consulting",
    "Education", "Electronics", "Energy", "Engineering", "Entertainment", "Environmental", "Finance",
    "Food & Beverage", "Government", "Healthcare", "Hospitality", "Insurance", "Machinery", "Manufacturing", "Media",
    "Not For Profit", "Recreation", "Retail", "Shipping", "Technology", "Telecommunications", "Transportation",
    "Utilities", "Other",
)  # fmt: skip
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
RATINGS = ("Hot", "Warm", "Cold")
GREETINGS = ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx.")
FIXED: dict[str, Any] = {"createable": False, "updateable": False, "permissionable": False}
JUNCTION = {"feedEnabled": False, "mruEnabled": False, "searchable": False, "undeletable": False}
"""What an object that joins two others is not."""
STAMP: dict[str, Any] = {**FIXED, "nillable": False, "defaulted": True}


def identity(label: str, master: str | None = None, deletable: bool = True) -> list[Field]:
    """Id, and for objects with a recycle bin IsDeleted, and MasterRecordId for those that can be merged."""
    fields = [Field("Id", f"{label} ID", "id", 18, id_lookup=True, **STAMP)]
    if deletable:
        fields.append(seen(flag("IsDeleted", "Deleted")))
    if master:
        fields.append(link("MasterRecordId", master, "Master Record ID", **FIXED))
    return fields


def stamps() -> list[Field]:
    return [
        moment("CreatedDate", **STAMP),
        link("CreatedById", "User", "Created By ID", **STAMP),
        moment("LastModifiedDate", **STAMP),
        link("LastModifiedById", "User", "Last Modified By ID", **STAMP),
        moment("SystemModstamp", "System Modstamp", **STAMP),
    ]


def person_name() -> list[Field]:
    of_person: dict[str, Any] = {"part_of": "Name", "extra": "personname", "permissionable": False}
    return [
        text("LastName", 80, nillable=False, **of_person),
        text("FirstName", 40, **of_person),
        choice("Salutation", GREETINGS, 40, **of_person),
        full_name(),
    ]


def full_name() -> Field:
    return text("Name", 121, "Full Name", name_field=True, extra="personname", nillable=False, **FIXED)


def address(stem: str = "") -> list[Field]:
    """The parts of an address and the compound that shows them together."""
    whole = f"{stem}Address"
    lead = f"{stem} " if stem else ""
    degrees: dict[str, Any] = {"precision": 18, "scale": 15, "part_of": whole}
    return [
        area(f"{stem}Street", part_of=whole),
        text(f"{stem}City", 40, part_of=whole),
        text(f"{stem}State", 80, f"{lead}State/Province", part_of=whole),
        text(f"{stem}PostalCode", 20, f"{lead}Zip/Postal Code", part_of=whole),
        text(f"{stem}Country", 80, part_of=whole),
        Field(f"{stem}Latitude", f"{lead}Latitude", "double", **degrees),
        Field(f"{stem}Longitude", f"{lead}Longitude", "double", **degrees),
        choice(f"{stem}GeocodeAccuracy", ACCURACY, 40, f"{lead}Geocode Accuracy", restricted=True, part_of=whole),
        Field(whole, f"{lead}Address", "address", createable=False, updateable=False),
    ]


def owner(to: str | tuple[str, ...] = "User") -> Field:
    many = isinstance(to, tuple)
    return link("OwnerId", to, nillable=False, defaulted=True, permissionable=False, polymorphic=many)


def clean_status() -> Field:
    return choice("CleanStatus", CLEAN_STATUS, 40, restricted=True)
