"""Name: what is known of a record that is reached through a reference to several objects.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_name.htm
"""

from __future__ import annotations

from sandbox.salesforce.schema.common import FIXED, identity
from sandbox.salesforce.schema.fields import SObject, choice, email, flag, link, phone, seen, sobject, text

NAMED = ("Id", "Name", "FirstName", "LastName", "Title", "Email", "Phone", "Alias", "IsActive", "Username",
         "ProfileId", "UserRoleId", "RecordTypeId")  # fmt: skip


def name() -> SObject:
    fields = [
        *identity("Name", deletable=False),
        text("Name", 255, name_field=True, **FIXED),
        text("LastName", 80, **FIXED),
        text("FirstName", 40, **FIXED),
        choice("Type", (), 40, restricted=True, **FIXED),
        text("Alias", 8, **FIXED),
        link("UserRoleId", "UserRole", **FIXED),
        link("RecordTypeId", "RecordType", **FIXED),
        seen(flag("IsActive", "Active")),
        link("ProfileId", "Profile", **FIXED),
        text("Title", 128, **FIXED),
        seen(email(id_lookup=False)),
        seen(phone("Phone")),
        text("NameOrAlias", 255, "Name or Alias", **FIXED),
        text("Username", 80, **FIXED),
    ]
    return sobject("Name", None, fields, createable=False, updateable=False, deletable=False, keeps_deleted=False,
                   layoutable=False, triggerable=False, queryable=False)  # fmt: skip


NAME = name()
