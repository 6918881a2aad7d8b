"""Task and Event, the custom fields they share as Activity, and their relations under Shared Activities."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.schema.common import FIXED, identity, stamps
from sandbox.salesforce.schema.fields import (
    Field,
    SObject,
    area,
    choice,
    day,
    flag,
    link,
    moment,
    seen,
    sobject,
    text,
    whole,
)  # fmt: skip
from sandbox.salesforce.schema.organization import PLAIN, ZONES

SUBJECTS = ("Call", "Email", "Meeting", "Send Letter/Quote", "Other")
TASK_STATUS = ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")
PRIORITIES = ("High", "Normal", "Low")
CALL_TYPES = ("Internal", "Inbound", "Outbound")
TASK_SUBTYPES = ("Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
RECURRENCES = ("RecursDaily", "RecursEveryWeekday", "RecursMonthly", "RecursMonthlyNth", "RecursWeekly",
               "RecursYearly", "RecursYearlyNth")  # fmt: skip
WHO = ("Contact", "Lead")
WHAT = ("Account", "Campaign", "Opportunity")
RESTRICTED: dict[str, Any] = {"restricted": True, "permissionable": False}


def task() -> SObject:
    fields = [
        *identity("Activity", deletable=False),
        *_related("Tasks"),
        _subject(),
        day("ActivityDate", "Due Date Only", **PLAIN),
        choice("Status", TASK_STATUS, 255, nillable=False, defaulted=True, default=TASK_STATUS[0], **PLAIN),
        choice("Priority", PRIORITIES, 255, nillable=False, defaulted=True, default="Normal", **PLAIN),
        seen(flag("IsHighPriority", "High Priority")),
        _owner(("Group", "User")),
        area("Description", 32000),
        seen(flag("IsDeleted", "Deleted")),
        _account(),
        seen(flag("IsClosed", "Closed")),
        *stamps(),
        seen(flag("IsArchived", "Archived")),
        whole("CallDurationInSeconds", "Call Duration", permissionable=False),
        choice("CallType", CALL_TYPES, 40, **RESTRICTED),
        text("CallDisposition", 255, "Call Result", **PLAIN),
        text("CallObject", 255, "Call Object Identifier", **PLAIN),
        moment("ReminderDateTime", "Reminder Date/Time", **PLAIN),
        flag("IsReminderSet", "Reminder Set", permissionable=False),
        *_recurrence("Task", "Create Recurring Series of Tasks", day("RecurrenceStartDateOnly", "Recurrence Start",
                                                                    **PLAIN)),
        choice("RecurrenceRegeneratedType", ("RecurrenceRegenerateAfterDueDate", "RecurrenceRegenerateAfterToday",
                                             "RecurrenceRegenerated"), 40, "Repeat This Task", **RESTRICTED),
        choice("TaskSubtype", TASK_SUBTYPES, 40, updateable=False, **RESTRICTED),
        moment("CompletedDateTime", "Completed Date", **FIXED),
    ]  # fmt: skip
    return sobject("Task", "00T", fields)


def event() -> SObject:
    fields = [
        *identity("Activity", deletable=False),
        *_related("Events"),
        _subject(),
        text("Location", 255),
        flag("IsAllDayEvent", "All-Day Event"),
        moment("ActivityDateTime", "Due Date Time", **PLAIN),
        day("ActivityDate", "Due Date Only", abilities="fgs", **PLAIN),
        whole("DurationInMinutes", "Duration", permissionable=False),
        moment("StartDateTime", "Start Date Time", **PLAIN),
        moment("EndDateTime", "End Date Time", **PLAIN),
        day("EndDate", "End Date", **FIXED),
        area("Description", 32000),
        _account(),
        _owner(("Calendar", "User")),
        flag("IsPrivate", "Private", permissionable=False),
        choice("ShowAs", ("Busy", "OutOfOffice", "Free"), 40, "Show Time As", defaulted=True, default="Busy",
               **RESTRICTED),
        seen(flag("IsDeleted", "Deleted")),
        seen(flag("IsChild", "Is Child")),
        seen(flag("IsGroupEvent", "Is Group Event")),
        choice("GroupEventType", ("0", "1", "2", "3"), 40, defaulted=True, default="0", restricted=True, **FIXED),
        *stamps(),
        seen(flag("IsArchived", "Archived")),
        *_recurrence("Event", "Create Recurring Series of Events", moment("RecurrenceStartDateTime",
                                                                          "Recurrence Start", **PLAIN)),
        moment("ReminderDateTime", "Reminder Date/Time", **PLAIN),
        flag("IsReminderSet", "Reminder Set", permissionable=False),
        choice("EventSubtype", ("Event",), 40, updateable=False, **RESTRICTED),
        seen(flag("IsRecurrence2Exclusion", "Historical Event, Not Following Recurrence")),
        area("Recurrence2PatternText", 512, "Recurrence Pattern", updateable=False, **PLAIN),
        choice("Recurrence2PatternVersion", ("1", "2"), 40, "Pattern Version", restricted=True, **FIXED),
        seen(flag("IsRecurrence2", "Repeat")),
        seen(flag("IsRecurrence2Exception", "Is Exception")),
        moment("Recurrence2PatternStartDate", "Recurrence Pattern Start Date", **FIXED),
        text("Recurrence2PatternTimeZone", 255, "Recurrence Pattern Time Zone Reference", **FIXED),
    ]  # fmt: skip
    return sobject("Event", "00U", fields, traits={"feedEnabled": False})


def activity() -> SObject:
    """What Task and Event have in common: nothing but the custom fields that are made on it."""
    return sobject("Activity", None, [], plural="Activities", createable=False, updateable=False, deletable=False,
                   keeps_deleted=False, layoutable=False, queryable=False)  # fmt: skip


def relations() -> list[SObject]:
    """TaskRelation and EventRelation, which only an org with Shared Activities has."""
    return [_relation("Task", "0RT"), _relation("Event", "0RE")]


def _relation(of: str, prefix: str) -> SObject:
    plural = f"{of}Relations"
    fields = [
        *identity(f"{of} Relation", deletable=False),
        link("RelationId", (*WHO, *WHAT), nillable=False, updateable=False, polymorphic=True, children=plural,
             cascade=True, **PLAIN),
        link(f"{of}Id", of, nillable=False, updateable=False, children=plural, cascade=True, **PLAIN),
        flag("IsWhat", "Is What", permissionable=False),
        link("AccountId", "Account", **FIXED),
        *stamps(),
        seen(flag("IsDeleted", "Deleted")),
    ]  # fmt: skip
    return sobject(f"{of}Relation", prefix, fields, keeps_deleted=False, layoutable=False)


def _related(children: str) -> list[Field]:
    more: dict[str, Any] = {"polymorphic": True, "lookup": True, "children": children, "cascade": True}
    return [link("WhoId", WHO, "Name ID", **more), link("WhatId", WHAT, "Related To ID", **more)]


def _subject() -> Field:
    return Field("Subject", "Subject", "combobox", 255, values=SUBJECTS, name_field=True, permissionable=False)


def _owner(to: tuple[str, ...]) -> Field:
    more: dict[str, Any] = {"nillable": False, "defaulted": True, "permissionable": False}
    return link("OwnerId", to, "Assigned To ID", polymorphic=True, **more)


def _account() -> Field:
    return link("AccountId", "Account", lookup=True, **FIXED)


def _recurrence(of: str, label: str, start: Field) -> list[Field]:
    more: dict[str, Any] = PLAIN
    return [
        link("RecurrenceActivityId", of, "Recurrence Activity ID", relationship=None, children=f"Recurring{of}s",
             **FIXED),
        flag("IsRecurrence", label, updateable=False, permissionable=False),
        start,
        day("RecurrenceEndDateOnly", "Recurrence End", **more),
        choice("RecurrenceTimeZoneSidKey", ZONES, 40, "Recurrence Time Zone", **RESTRICTED),
        choice("RecurrenceType", RECURRENCES, 40, **RESTRICTED),
        whole("RecurrenceInterval", digits=9, **more),
        whole("RecurrenceDayOfWeekMask", "Recurrence Day of Week Mask", digits=9, **more),
        whole("RecurrenceDayOfMonth", "Recurrence Day of Month", digits=9, **more),
        choice("RecurrenceInstance", ("First", "Second", "Third", "Fourth", "Last"), 40, **RESTRICTED),
        choice("RecurrenceMonthOfYear", MONTHS, 40, "Recurrence Month of Year", **RESTRICTED),
    ]  # fmt: skip
