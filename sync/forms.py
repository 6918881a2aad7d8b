"""A task for each form: whoever owns somebody in sales is told that this person filled in a form.

HubSpot tells of the latest form only, so that of several between two passes the last one is a task. The base remembers
when that was; a task carries it in its key, so that no form is two tasks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from connectors.base import Create
from crm.record import Record, Ref, Side
from crm.values import FieldType, dump, parse
from sync.mapping import ObjectMap
from sync.mapping.handoff import FORM, FORM_NAME, SUBMITTED_AT
from sync.outcomes import FieldChange, FollowUp, Held
from sync.plan import Link
from sync.wording import fitting

TASK = "Task"
REMINDER = "entente:"
"""How the keys of tasks begin that we make as reminders: they never travel."""
HINT = "see that the owner of this lead or contact may have tasks, and that the integration user may give some"
"""What to look at where a system refuses a task."""
_SUBJECT = 255
"""Characters of a task's subject."""


def task_for_form(
    object_map: ObjectMap, link: Link | None, record: Record, about: Record, reps: Collection[str]
) -> FollowUp | Held | None:
    """Whether the form that somebody filled in last is a new task of the owner. `about` is the sales record, or without
    a link what it is to be made from."""
    since, at = object_map.task_per_form, _submitted_at(record)
    if since == "off" or at is None or (on := _day(object_map, at)) < since:
        return None
    source, before = dump(at) or "", link.base.pair(FORM) if link else None
    if before is not None and str(before[Side.MARKETING] or "") >= source:
        return None
    if link is not None and about.owner not in reps:
        why = f"nobody who can have tasks owns {about.ref}: give it to an active user, and the task is made"
        return Held(FORM, Side.SALES, "no_rep", why)
    subject = f"{str(record.fields.get(FORM_NAME) or '')[: _SUBJECT - 12]}, {on}"
    return FollowUp(about.ref, TASK, FieldChange(FORM, Side.SALES, None, subject, source, FORM, "filled in a form"))


def task(object_map: ObjectMap, origin: Ref, about: Ref, owner: str | None, change: FieldChange) -> Create:
    """The write that makes a task about a lead or contact, which belongs to `owner` and is the marketing record
    `origin`."""
    at = parse(FieldType.DATETIME, dump(change.source))
    due = fitting(FieldType.DATE, at, None, object_map.time_zone)
    fields = {"Subject": change.new, "WhoId": about.id, "OwnerId": owner, "ActivityDate": due}
    return Create(Side.SALES, TASK, f"{REMINDER}form:{origin.id}:{change.source}", fields)


def _submitted_at(record: Record) -> datetime | None:
    """When the last form was sent; nothing where HubSpot shows no time."""
    try:
        at = parse(FieldType.DATETIME, record.fields.get(SUBMITTED_AT))
    except ValueError:
        return None
    return at if isinstance(at, datetime) else None


def _day(object_map: ObjectMap, at: datetime) -> date:
    on = fitting(FieldType.DATE, at, None, object_map.time_zone)
    assert isinstance(on, date)
    return on
