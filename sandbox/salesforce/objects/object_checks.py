"""What single objects refuse before a record is filled in: activities, campaign members, owners that are queues."""

from __future__ import annotations

from datetime import timedelta

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Save
from sandbox.salesforce.values import moment_of

MOST_CONTACTS = 50


def check_object(save: Save) -> None:
    """Raises `Trouble` where the record cannot be."""
    match save.table.kind.name:
        case "Task":
            _check_who(save)
        case "Event":
            _check_who(save)
            _check_times(save)
        case "CampaignMember":
            _check_member(save)
        case "TaskRelation" | "EventRelation":
            _check_relation(save)
        case "RecordType" | "QueueSobject":
            _check_object_type(save)
        case "Lead":
            _check_queue(save)


def _check_who(save: Save) -> None:
    """A lead has no account or opportunity that an activity could be about."""
    if save.row.get("WhoId", "").startswith("00Q") and save.row.get("WhatId"):
        message = "Related To ID: an activity with a lead can not be related to another record"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("WhatId",))


def _check_times(save: Save) -> None:
    row, sent = save.row, {name.lower() for name in save.sent}
    start = row.get("ActivityDateTime" if "activitydatetime" in sent and "startdatetime" not in sent else
                    "StartDateTime")  # fmt: skip
    if row.get("IsAllDayEvent"):
        missing = [] if start or row.get("ActivityDate") else ["ActivityDate"]
    else:
        missing = [] if row.get("EndDateTime") or row.get("DurationInMinutes") is not None else ["DurationInMinutes"]
        missing += [] if start else ["ActivityDateTime"]
    if missing:
        raise Trouble("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)
    if (row.get("DurationInMinutes") or 0) < 0:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", "Duration: an event cannot end before it starts",
                      ("DurationInMinutes",))  # fmt: skip
    if "enddatetime" not in sent or not start or not row.get("EndDateTime"):
        return
    lasts = moment_of(row["EndDateTime"]) - moment_of(start)
    if lasts < timedelta():
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", "End Date Time: an event cannot end before it starts",
                      ("EndDateTime",))  # fmt: skip
    agrees = row.get("IsAllDayEvent") or lasts == timedelta(minutes=row.get("DurationInMinutes") or 0)
    if "durationinminutes" in sent and not agrees:
        message = "Duration: the duration does not agree with the end of the event"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("DurationInMinutes",))


def _check_member(save: Save) -> None:
    """One person of one kind, and only once in a campaign."""
    if save.before is not None:
        return
    row, table = save.row, save.table
    given = [name for name in ("LeadId", "ContactId") if row.get(name)]
    if not given:
        message = "Required fields are missing: [LeadId, ContactId]"
        raise Trouble("REQUIRED_FIELD_MISSING", message, ("LeadId", "ContactId"))
    for name in given:
        for other in table.ids_with(table.kind.fields[name.lower()], row[name]):
            if table.live[other].get("CampaignId") == row.get("CampaignId"):
                raise Trouble("DUPLICATE_VALUE", "Already a campaign member.", ())


def _check_relation(save: Save) -> None:
    """An activity is with up to fifty contacts, or with one lead."""
    row, table = save.row, save.table
    reference = table.kind.name.removesuffix("Relation") + "Id"
    if save.before is not None or not row.get(reference) or not row.get("RelationId"):
        return
    others = [table.live[item] for item in table.ids_with(table.kind.fields[reference.lower()], row[reference])]
    people = [other["RelationId"] for other in others if not other.get("IsWhat")]
    if row["RelationId"] in people:
        message = "duplicate value found: RelationId duplicates value on record with id: <unknown>"
        raise Trouble("DUPLICATE_VALUE", message, ())
    if row.get("IsWhat"):
        return
    leads = sum(1 for person in [*people, row["RelationId"]] if person.startswith("00Q"))
    if leads > 1 or (leads and people) or len(people) >= MOST_CONTACTS:
        message = f"an activity can be related to up to {MOST_CONTACTS} contacts, or to one lead"
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ("RelationId",))


def _check_object_type(save: Save) -> None:
    name = save.row.get("SobjectType")
    if name is None:
        return
    table = save.writer.state.tables.get(str(name).lower())
    if table is None or not table.kind.layoutable:
        message = f"SObject Type Name: bad value for restricted picklist field: {name}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ("SobjectType",))
    save.row["SobjectType"] = table.kind.name


def _check_queue(save: Save) -> None:
    """A queue owns only what it was set up for."""
    owner = save.row.get("OwnerId", "")
    tables = save.writer.state.tables
    if not owner.startswith("00G") or owner not in tables["group"].live:
        return
    queues = tables["queuesobject"]
    supported = {queues.live[item]["SobjectType"] for item in queues.ids_with(queues.kind.fields["queueid"], owner)}
    if save.table.kind.name not in supported:
        raise Trouble("INVALID_OPERATION", "Queue not associated with this SObject type", ("OwnerId",))
