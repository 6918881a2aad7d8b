"""Account, User, Organization, and the three objects that say who may see a custom field."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import (
    FIXED,
    INDUSTRIES,
    RATINGS,
    SOURCES,
    STAMP,
    address,
    clean_status,
    full_name,
    identity,
    owner,
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

ACCOUNT_TYPES = ("Prospect", "Customer - Direct", "Customer - Channel", "Channel Partner / Reseller",
                 "Installation Partner", "Technology Partner", "Other")  # fmt: skip
OWNERSHIP = ("Public", "Private", "Subsidiary", "Other")
USER_TYPES = ("Standard", "PowerPartner", "PowerCustomerSuccess", "CustomerSuccess", "Guest", "CspLitePortal",
              "CsnOnly", "SelfService")  # fmt: skip
ZONES = ("Europe/Paris", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "GMT")
LOCALES = ("en_US", "en_GB", "fr_FR", "de_DE")
LANGUAGES = ("en_US", "fr", "de", "es")
EDITIONS = ("Team Edition", "Professional Edition", "Enterprise Edition", "Developer Edition", "Unlimited Edition")
PLAIN: dict[str, Any] = {"permissionable": False}


def account() -> SObject:
    fields = [*identity("Account", "Account"), *_account_business(), *stamps(), *_account_rest()]
    return sobject("Account", "001", fields, mergeable=True)


def _account_business() -> list[Field]:
    of_name: dict[str, Any] = {"name_field": True, "extra": "switchablepersonname", "part_of": "Name", **PLAIN}
    return [
        text("Name", 255, "Account Name", nillable=False, **of_name),
        choice("Type", ACCOUNT_TYPES, 40, "Account Type"),
        link("ParentId", "Account", "Parent Account ID", lookup=True, children="ChildAccounts"),
        *address("Billing"),
        *address("Shipping"),
        phone("Phone", "Account Phone"),
        phone("Fax", "Account Fax"),
        text("AccountNumber", 40),
        url("Website"),
        seen(url("PhotoUrl", label="Photo URL", extra="imageurl")),
        text("Sic", 20, "SIC Code"),
        choice("Industry", INDUSTRIES, 40),
        money("AnnualRevenue"),
        whole("NumberOfEmployees", "Employees"),
        choice("Ownership", OWNERSHIP, 40),
        text("TickerSymbol", 20),
        area("Description", 32000, "Account Description"),
        choice("Rating", RATINGS, 40, "Account Rating"),
        text("Site", 80, "Account Site"),
        owner(),
    ]


def _account_rest() -> list[Field]:
    return [
        day("LastActivityDate", "Last Activity", **FIXED),
        moment("LastViewedDate", **FIXED),
        moment("LastReferencedDate", **FIXED),
        text("Jigsaw", 20, "Data.com Key"),
        text("JigsawCompanyId", 20, "Jigsaw Company ID", relationship="JigsawCompany", **FIXED),
        clean_status(),
        choice("AccountSource", SOURCES, 40),
        text("DunsNumber", 9, "D-U-N-S Number"),
        text("NaicsCode", 8, "NAICS Code"),
        text("NaicsDesc", 120, "NAICS Description"),
        text("Tradestyle", 255),
        text("YearStarted", 4),
        text("SicDesc", 80, "SIC Description"),
    ]


def user() -> SObject:
    needed: dict[str, Any] = {"nillable": False, "permissionable": False}
    fields = [
        *identity("User", deletable=False),
        text("Username", 80, id_lookup=True, unique=True, **needed),
        text("LastName", 80, part_of="Name", extra="personname", **needed),
        text("FirstName", 40, part_of="Name", extra="personname", **PLAIN),
        full_name(),
        text("CompanyName", 80),
        text("Division", 80),
        text("Department", 80),
        text("Title", 80),
        *address(),
        email(length=128, id_lookup=False, **needed),
        phone("Phone"),
        phone("Fax"),
        phone("MobilePhone", "Cell"),
        text("Alias", 8, **needed),
        flag("IsActive", "Active", permissionable=False),
        choice("TimeZoneSidKey", ZONES, 40, "Time Zone", restricted=True, **needed),
        link("UserRoleId", "UserRole", permissionable=False),
        choice("LocaleSidKey", LOCALES, 40, "Locale", restricted=True, **needed),
        choice("EmailEncodingKey", ("UTF-8", "ISO-8859-1"), 40, "Email Encoding", restricted=True, **needed),
        link("ProfileId", "Profile", **needed),
        choice("UserType", USER_TYPES, 40, restricted=True, **STAMP),
        choice("LanguageLocaleKey", LANGUAGES, 40, "Language", restricted=True, **needed),
        text("EmployeeNumber", 20),
        link("ManagerId", "User", "Manager ID", children="ManagedUsers"),
        moment("LastLoginDate", "Last Login", **FIXED),
        *stamps(),
        text("FederationIdentifier", 512, "SAML Federation ID"),
    ]
    return sobject("User", "005", fields, deletable=False, keeps_deleted=False, traits={"replicateable": True})


def organization() -> SObject:
    fields = [
        *identity("Organization", deletable=False),
        text("Name", 80, name_field=True, createable=False, nillable=False, **PLAIN),
        text("Division", 80, createable=False, **PLAIN),
        *(seen(part) for part in address()),
        seen(phone("Phone")),
        seen(phone("Fax")),
        text("PrimaryContact", 80, createable=False, **PLAIN),
        choice("DefaultLocaleSidKey", LOCALES, 40, "Locale", restricted=True, createable=False, **PLAIN),
        choice("TimeZoneSidKey", ZONES, 40, "Time Zone", restricted=True, createable=False, **PLAIN),
        choice("LanguageLocaleKey", LANGUAGES, 40, "Language", restricted=True, createable=False, **PLAIN),
        whole("FiscalYearStartMonth", digits=9, createable=False, **PLAIN),
        choice("OrganizationType", EDITIONS, 40, "Edition", restricted=True, **FIXED),
        text("NamespacePrefix", 15, **FIXED),
        text("InstanceName", 5, **FIXED),
        seen(flag("IsSandbox")),
        seen(flag("IsReadOnly", "Is Read Only")),
        moment("TrialExpirationDate", **FIXED),
        *stamps(),
    ]
    return sobject("Organization", "00D", fields, createable=False, deletable=False, layoutable=False,
                   keeps_deleted=False, triggerable=False, traits={"replicateable": True})  # fmt: skip


def permission_objects() -> list[SObject]:
    """PermissionSet, PermissionSetAssignment and FieldPermissions: deleted for good, without a recycle bin."""
    kept: dict[str, Any] = {"keeps_deleted": False, "layoutable": False, "triggerable": False}
    stamp = moment("SystemModstamp", "System Modstamp", **STAMP)
    permission_set = [
        *identity("PermissionSet", deletable=False),
        text("Name", 80, "Permission Set Name", name_field=True, nillable=False, unique=True, **PLAIN),
        text("Label", 80, "Permission Set Label", nillable=False, **PLAIN),
        text("Description", 255, **PLAIN),
        seen(flag("IsCustom", "Is Custom")),
        seen(flag("IsOwnedByProfile", "Is Owned By Profile")),
        *stamps(),
    ]
    assignment = [
        *identity("PermissionSetAssignment", deletable=False),
        link("PermissionSetId", "PermissionSet", nillable=False, updateable=False, **PLAIN),
        link("AssigneeId", "User", nillable=False, updateable=False, **PLAIN),
        seen(flag("IsActive")),
        stamp,
    ]
    field_permissions = [
        *identity("FieldPermissions", deletable=False),
        link("ParentId", "PermissionSet", nillable=False, updateable=False, **PLAIN),
        choice("SobjectType", (), 40, "Sobject Type Name", nillable=False, updateable=False, **PLAIN),
        choice("Field", (), 255, "Field Name", nillable=False, updateable=False, **PLAIN),
        flag("PermissionsEdit", "Edit Field", permissionable=False),
        flag("PermissionsRead", "Read Field", permissionable=False),
        stamp,
    ]
    return [
        sobject("PermissionSet", "0PS", permission_set, **kept),
        sobject("PermissionSetAssignment", "0Pa", assignment, updateable=False, **kept),
        sobject("FieldPermissions", "01k", field_permissions, plural="Field Permissions", **kept),
    ]
