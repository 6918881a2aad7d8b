"""`/updated` and `/deleted`: the ids of an object that changed, or went, between two moments.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.values import moment_of, read_moment, wire_moment

UPDATED_DAYS, DELETED_DAYS = 30, 15


class Span(NamedTuple):
    """From `start` on and before `covered`; `covered` stays behind the end by what is not yet committed."""

    start: str
    covered: str


def updated(call: Call) -> Answer:
    """The live records whose SystemModstamp lies within the span, by id."""
    table = call.state.table(call.parts[0])
    span = _span(call, UPDATED_DAYS)
    ids = [row["Id"] for row in table.live.values()
           if span.start <= row["SystemModstamp"] < span.covered and table.shows(row)]  # fmt: skip
    _check_count(call, len(ids))
    return Answer(200, {"ids": sorted(ids), "latestDateCovered": span.covered})


def deleted(call: Call) -> Answer:
    """What was deleted within the span and has not come back, the losers of a merge too, in their order."""
    table = call.state.table(call.parts[0])
    span = _span(call, DELETED_DAYS)
    gone = [(record_id, at) for record_id, at in table.gone.items() if span.start <= at < span.covered]
    _check_count(call, len(gone))
    oldest = wire_moment(_minute(call.state.clock.now() - timedelta(days=DELETED_DAYS)))
    return Answer(200, {
        "deletedRecords": [{"deletedDate": at, "id": record_id} for record_id, at in gone],
        "earliestDateAvailable": oldest,
        "latestDateCovered": span.covered,
    })  # fmt: skip


def _span(call: Call, days: int) -> Span:
    """The span that was asked for: seconds do not count, and it reaches back so many days and no further."""
    start, end = _moment(call, "start"), _moment(call, "end")
    now = call.state.clock.now()
    if start >= end:
        raise Trouble("INVALID_REPLICATION_DATE", "startDate must be before endDate")
    if start < _minute(now - timedelta(days=days)):
        raise Trouble("INVALID_REPLICATION_DATE", f"startDate cannot be more than {days} days ago")
    committed = now - timedelta(seconds=call.state.settings.lag)
    covered = min(end, _minute(committed))
    return Span(wire_moment(start), wire_moment(covered))


def _moment(call: Call, name: str) -> datetime:
    """A date and time with its zone; a `+` that was not encoded came as a blank."""
    text = call.required(name)
    stored = read_moment(text.replace(" ", "+"))
    if stored is None:
        raise Trouble("MALFORMED_QUERY", f"{name} date is not in the correct format")
    return _minute(moment_of(stored))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _check_count(call: Call, count: int) -> None:
    if count > call.state.settings.most_ids:
        message = f"exceeded max id limit: {call.state.settings.most_ids}"
        raise Trouble("EXCEEDED_ID_LIMIT", message)
