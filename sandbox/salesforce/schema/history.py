"""The objects that keep what tracked fields held before, and EmailMessage: what reps read and the API cannot change."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, STAMP, identity, stamps
from sandbox.salesforce.schema.fields import Field, SObject, area, choice, flag, link, moment, seen, sobject, text

HISTORY = {"Account": "017", "Contact": "037", "Lead": "00h", "Opportunity": "018"}
"""The objects whose fields can be tracked, and the key prefix of their histories."""
EMAIL_STATUS = ("0", "1", "2", "3", "4", "5")
READ_ONLY: dict[str, Any] = {
    "createable": False, "updateable": False, "deletable": False, "keeps_deleted": False, "layoutable": False,
    "triggerable": False,
}  # fmt: skip


def history_name(object_name: str) -> str:
    return "OpportunityFieldHistory" if object_name == "Opportunity" else f"{object_name}History"


def histories() -> list[SObject]:
    return [_history(name, prefix) for name, prefix in HISTORY.items()]


def _history(of: str, prefix: str) -> SObject:
    fields = [
        *identity("History", deletable=False),
        seen(flag("IsDeleted", "Deleted")),
        link(f"{of}Id", of, children="Histories", cascade=True, **STAMP),
        link("CreatedById", "User", **STAMP),
        moment("CreatedDate", **STAMP),
        choice("Field", (), 255, "Changed Field", restricted=True, **FIXED),
        choice("DataType", ("Text", "EntityId"), 40, "Datatype", restricted=True, **FIXED),
        Field("OldValue", "Old Value", "anyType", **FIXED),
        Field("NewValue", "New Value", "anyType", **FIXED),
    ]
    name = history_name(of)
    return sobject(name, prefix, fields, label=f"{of} History", plural=f"{of} History", **READ_ONLY)


def email_message() -> SObject:
    """https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailmessage.htm"""
    plain: dict[str, Any] = {"permissionable": False}
    fields = [
        *identity("Email Message"),
        link("ParentId", "Case", "Case ID", **plain),
        link("ActivityId", "Task", "Activity ID", updateable=False, **plain),
        *stamps(),
        area("TextBody", 131072, "Text Body", **plain),
        area("HtmlBody", 131072, "HTML Body", **plain),
        area("Headers", 131072, **plain),
        text("Subject", 3000, name_field=True, **plain),
        text("FromName", 1000, **plain),
        text("FromAddress", 1000, **plain),
        text("ToAddress", 4000, **plain),
        text("CcAddress", 4000, "CC Address", **plain),
        text("BccAddress", 4000, "BCC Address", **plain),
        flag("Incoming", "Is Incoming", permissionable=False),
        flag("HasAttachment", "Has Attachment", createable=False, updateable=False, permissionable=False),
        choice("Status", EMAIL_STATUS, 40, nillable=False, defaulted=True, default="3", restricted=True, **plain),
        moment("MessageDate", **plain),
        text("MessageIdentifier", 765, **plain),
        text("ThreadIdentifier", 765, **plain),
        flag("IsBounced", "Is Bounced", createable=False, updateable=False, permissionable=False),
        link("RelatedToId", ("Account", "Campaign", "Opportunity"), "Related To ID", polymorphic=True,
             children="Emails", **plain),
    ]  # fmt: skip
    return sobject("EmailMessage", "02s", fields)
