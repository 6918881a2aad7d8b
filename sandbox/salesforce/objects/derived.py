"""What Salesforce fills in by itself on a write: fields that follow from others of the same record, or of its parents.

`derive` is the step; `fill` does the same for a record that is seeded. Neither refuses: `activity_checks` does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.salesforce.saving import Save
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import moment_of, wire_moment

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

ALL_DAY = 24 * 60


def derive(save: Save) -> None:
    fill(save.writer.state, save.table, save.row, save.before, {name.lower() for name in save.sent})


def fill(state: SalesforceState, table: Table, row: Row, before: Row | None, sent: Collection[str]) -> None:
    """`sent`: the lower-cased names of what the caller gave."""
    if before is None and "recordtypeid" in table.kind.fields and not row.get("RecordTypeId"):
        row.update(_default_record_type(state, table))
    match table.kind.name:
        case "Opportunity":
            _opportunity(state, row, before, sent)
        case "Task":
            _task(state, row, before)
            _account_of_activity(state, row)
        case "Event":
            _event(state, row, sent)
            _account_of_activity(state, row)
        case "CampaignMember":
            _campaign_member(state, row)


def _default_record_type(state: SalesforceState, table: Table) -> Row:
    return next(
        (
            {"RecordTypeId": record_type["Id"]}
            for record_type in state.tables["recordtype"].live.values()
            if record_type.get("SobjectType") == table.kind.name and record_type.get("IsActive")
        ),
        {},
    )


def _labelled(state: SalesforceState, table_name: str, label: object) -> Row:
    """The setup row of a picklist's value; empty for a value that is not set up."""
    rows = state.tables[table_name].live.values()
    return next((row for row in rows if row.get("MasterLabel") == label), {})


def _put(row: Row, **values: object) -> None:
    for name, value in values.items():
        if value is None:
            row.pop(name, None)
        else:
            row[name] = value


def _opportunity(state: SalesforceState, row: Row, before: Row | None, sent: Collection[str]) -> None:
    """The stage says whether it is closed and won, and how probable it is unless the caller says that."""
    if row.get("StageName") and (before is None or before.get("StageName") != row["StageName"]):
        stage = _labelled(state, "opportunitystage", row["StageName"])
        _put(row, IsClosed=bool(stage.get("IsClosed")), IsWon=bool(stage.get("IsWon")),
             ForecastCategory=stage.get("ForecastCategory", "Omitted"))  # fmt: skip
        if "forecastcategoryname" not in sent:
            _put(row, ForecastCategoryName=stage.get("ForecastCategoryName", "Omitted"))
        if "probability" not in sent:
            _put(row, Probability=stage.get("DefaultProbability", 0.0))
        if before is not None:
            _put(row, LastStageChangeDate=wire_moment(state.clock.now()))
    amount, probability = row.get("Amount"), row.get("Probability")
    _put(row, ExpectedRevenue=None if amount is None else round(amount * (probability or 0) / 100, 2))
    if closes := row.get("CloseDate"):
        year, quarter = int(closes[:4]), (int(closes[5:7]) + 2) // 3
        _put(row, FiscalYear=year, FiscalQuarter=quarter, Fiscal=f"{year} {quarter}")


def _task(state: SalesforceState, row: Row, before: Row | None) -> None:
    is_closed = bool(_labelled(state, "taskstatus", row.get("Status")).get("IsClosed"))
    was_closed = bool(before and before.get("IsClosed"))
    if is_closed and not was_closed:
        _put(row, CompletedDateTime=wire_moment(state.clock.now()))
    elif not is_closed:
        _put(row, CompletedDateTime=None)
    is_high = bool(_labelled(state, "taskpriority", row.get("Priority")).get("IsHighPriority"))
    _put(row, IsClosed=is_closed, IsHighPriority=is_high, TaskSubtype=row.get("TaskSubtype") or "Task")


def _account_of_activity(state: SalesforceState, row: Row) -> None:
    """The account of what it is about, else of the contact it is with.

    https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
    """
    what = row.get("WhatId", "")
    opportunity = state.tables["opportunity"].live.get(what)
    contact = state.tables["contact"].live.get(row.get("WhoId", ""))
    if what in state.tables["account"].live:
        _put(row, AccountId=what)
    elif opportunity is not None:
        _put(row, AccountId=opportunity.get("AccountId"))
    else:
        _put(row, AccountId=contact.get("AccountId") if contact else None)


def _event(state: SalesforceState, row: Row, sent: Collection[str]) -> None:
    """Start, end and duration agree; an all-day event has dates alone."""
    row.setdefault("EventSubtype", "Event")
    start = row.get("ActivityDateTime" if "activitydatetime" in sent and "startdatetime" not in sent else
                    "StartDateTime")  # fmt: skip
    if row.get("IsAllDayEvent"):
        _all_day(row, start, sent)
        return
    if start is None:
        return
    begins = moment_of(start)
    if "enddatetime" in sent and row.get("EndDateTime"):
        ends = moment_of(row["EndDateTime"])
    else:
        ends = begins + timedelta(minutes=row.get("DurationInMinutes") or 0)
    zone = ZoneInfo(state.zone)
    _put(row, StartDateTime=start, ActivityDateTime=start, EndDateTime=wire_moment(ends),
         DurationInMinutes=int((ends - begins).total_seconds() // 60),
         ActivityDate=begins.astimezone(zone).date().isoformat(),
         EndDate=ends.astimezone(zone).date().isoformat())  # fmt: skip


def _all_day(row: Row, start: str | None, sent: Collection[str]) -> None:
    """Its moments are midnights in UTC, and its last day counts whole."""
    first = row.get("ActivityDate") if "activitydate" in sent or not start else start[:10]
    if first is None:
        return
    day = date.fromisoformat(first)
    if "enddatetime" in sent and row.get("EndDateTime"):
        last = date.fromisoformat(row["EndDateTime"][:10])
    else:
        last = day + timedelta(days=max(0, (row.get("DurationInMinutes") or ALL_DAY) // ALL_DAY - 1))
    _put(row, ActivityDate=first, ActivityDateTime=None, StartDateTime=_midnight(day), EndDateTime=_midnight(last),
         EndDate=last.isoformat(), DurationInMinutes=((last - day).days + 1) * ALL_DAY)  # fmt: skip


def _midnight(day: date) -> str:
    return wire_moment(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _campaign_member(state: SalesforceState, row: Row) -> None:
    has_responded = row.setdefault("Status", "Sent") == "Responded"
    _put(row, HasResponded=has_responded)
    if has_responded and not row.get("FirstRespondedDate"):
        _put(row, FirstRespondedDate=state.clock.now().date().isoformat())
