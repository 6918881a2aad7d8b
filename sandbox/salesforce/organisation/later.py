"""What an organisation does some time after a write: flows with a delay, each at its own moment.

https://help.salesforce.com/s/articleView?id=sf.flow_concepts_trigger_scheduled_path.htm
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.organisation.flows import Flow, run_flow

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState
    from sandbox.salesforce.writes import Change, Writer


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A flow that will run for a record at a moment, the `number`th that was scheduled."""

    at: datetime
    number: int
    flow: Flow = field(compare=False)
    object: str
    record_id: str


def schedule(state: SalesforceState, changes: Iterable[Change]) -> None:
    """Accepted creates and updates start the flows that wait; what an automation wrote starts none."""
    waiting = [flow for flow in state.settings.flows if flow.delay]
    for change in changes if waiting else ():
        if change.who is not None or change.after is None or change.action not in ("create", "update"):
            continue
        for flow in waiting:
            if flow.starts(change.table, change.after, change.before is None):
                at = state.clock.now() + timedelta(seconds=flow.delay)
                state.settings.scheduled += 1
                due = Due(at, state.settings.scheduled, flow, change.table.kind.name, change.record_id)
                heappush(state.settings.later, due)


def catch_up(state: SalesforceState, writes: type[Writer]) -> None:
    """Run what is due, in its order. A flow that fails by itself changes nothing: only its administrator hears."""
    now = state.clock.now()
    later = state.settings.later
    while later and later[0].at <= now:
        each = heappop(later)
        table = state.tables[each.object.lower()]
        if (row := table.live.get(each.record_id)) is None:
            continue
        writer = writes(state)
        state.settings.locks.connection = f"flow {each.flow.name}"
        try:
            run_flow(each.flow, writer, table, row)
        except Trouble:
            writer.take_back()
        writer.log()
