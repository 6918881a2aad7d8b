"""What an administrator sets up: record types, roles, profiles, queues, and the statuses of leads and tasks."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, STAMP, identity, stamps
from sandbox.salesforce.schema.fields import SObject, choice, email, flag, link, moment, sobject, text, whole
from sandbox.salesforce.schema.organization import PLAIN, USER_TYPES

GROUP_TYPES = ("Regular", "Role", "RoleAndSubordinates", "Organization", "Queue", "Manager",
               "ManagerAndSubordinatesInternal")  # fmt: skip
PLAIN_SETUP: dict[str, Any] = {"keeps_deleted": False, "layoutable": False, "triggerable": False}
READ_ONLY: dict[str, Any] = {**PLAIN_SETUP, "createable": False, "updateable": False, "deletable": False}


def setup_objects() -> list[SObject]:
    return [_record_type(), _role(), _profile(), *_queues(), _status("Lead", "01J", "IsConverted"),
            _status("Task", "01J", "IsClosed"), _priority()]  # fmt: skip


def _record_type() -> SObject:
    fields = [
        *identity("Record Type", deletable=False),
        text("Name", 80, name_field=True, nillable=False, **PLAIN),
        text("DeveloperName", 80, "Record Type Name", nillable=False, **PLAIN),
        text("NamespacePrefix", 15, **FIXED),
        text("Description", 255, **PLAIN),
        link("BusinessProcessId", "BusinessProcess", **PLAIN),
        choice("SobjectType", (), 40, "SObject Type Name", nillable=False, updateable=False, **PLAIN),
        flag("IsActive", "Active", permissionable=False),
        *stamps(),
    ]
    return sobject("RecordType", "012", fields, deletable=False, **PLAIN_SETUP)


def _role() -> SObject:
    fields = [
        *identity("Role", deletable=False),
        text("Name", 80, name_field=True, nillable=False, **PLAIN),
        link("ParentRoleId", "UserRole", "Parent Role ID", relationship=None, **PLAIN),
        text("RollupDescription", 80, "Description", **PLAIN),
        text("DeveloperName", 80, **PLAIN),
        moment("LastModifiedDate", **STAMP),
        link("LastModifiedById", "User", **STAMP),
        moment("SystemModstamp", "System Modstamp", **STAMP),
    ]
    return sobject("UserRole", "00E", fields, label="Role", plural="Role",
                   traits={"replicateable": True, "searchable": True}, **PLAIN_SETUP)  # fmt: skip


def _profile() -> SObject:
    fields = [
        *identity("Profile", deletable=False),
        text("Name", 255, name_field=True, nillable=False, **PLAIN),
        choice("UserType", USER_TYPES, 40, restricted=True, **FIXED),
        text("Description", 255, **PLAIN),
        *stamps(),
    ]
    return sobject("Profile", "00e", fields, createable=False, deletable=False, **PLAIN_SETUP)


def _queues() -> list[SObject]:
    """A queue is a Group of Type Queue, with a QueueSobject for each object it may own and its members."""
    group = [
        *identity("Group", deletable=False),
        text("Name", 40, name_field=True, nillable=False, **PLAIN),
        text("DeveloperName", 80, **PLAIN),
        link("RelatedId", ("User", "UserRole"), **FIXED),
        choice("Type", GROUP_TYPES, 40, nillable=False, updateable=False, restricted=True, **PLAIN),
        email(id_lookup=False, **PLAIN),
        flag("DoesSendEmailToMembers", "Send Email to Members", permissionable=False),
        flag("DoesIncludeBosses", "Include Bosses", permissionable=False),
        link("OwnerId", ("Organization", "User"), relationship=None, **FIXED),
        *stamps(),
    ]
    queue_object = [
        *identity("Queue Sobject", deletable=False),
        link("QueueId", "Group", nillable=False, updateable=False, children="QueueSobjects", cascade=True, **PLAIN),
        choice("SobjectType", (), 40, "Sobject Type", nillable=False, updateable=False, **PLAIN),
        link("CreatedById", "User", **STAMP),
        moment("SystemModstamp", "System Modstamp", **STAMP),
    ]
    member = [
        *identity("Group Member", deletable=False),
        link("GroupId", "Group", nillable=False, updateable=False, children="GroupMembers", cascade=True, **PLAIN),
        link("UserOrGroupId", ("Group", "User"), nillable=False, updateable=False, relationship=None, **PLAIN),
        moment("SystemModstamp", "System Modstamp", **STAMP),
    ]
    return [
        sobject("Group", "00G", group, **PLAIN_SETUP),
        sobject("QueueSobject", "03g", queue_object, updateable=False, **PLAIN_SETUP),
        sobject("GroupMember", "011", member, updateable=False, **PLAIN_SETUP),
    ]


def _status(of: str, prefix: str, mark: str) -> SObject:
    fields = [
        *identity(f"{of} Status Value", deletable=False),
        text("MasterLabel", 255, name_field=True, **FIXED),
        text("ApiName", 255, "API Name", **FIXED),
        whole("SortOrder", digits=9, **FIXED),
        flag("IsDefault", "Is Default", **FIXED),
        flag(mark, **FIXED),
        *stamps(),
    ]
    plural = f"{of} Status Value"
    return sobject(f"{of}Status", prefix, fields, label=plural, plural=plural, **READ_ONLY)


def _priority() -> SObject:
    fields = [
        *identity("Task Priority Value", deletable=False),
        text("MasterLabel", 255, name_field=True, **FIXED),
        text("ApiName", 255, "API Name", **FIXED),
        whole("SortOrder", digits=9, **FIXED),
        flag("IsDefault", "Is Default", **FIXED),
        flag("IsHighPriority", "Is High Priority", **FIXED),
        *stamps(),
    ]
    plural = "Task Priority Value"
    return sobject("TaskPriority", "01J", fields, label=plural, plural=plural, **READ_ONLY)
