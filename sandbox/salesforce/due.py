"""What time alone brings, worked out when the org is next asked: each thing at its own moment, in the order of these.

So nothing depends on when somebody looks: a flow that was due before a job's batch wrote before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.salesforce.life.recycle_bin import purge
from sandbox.salesforce.organisation import later
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def catch_up(state: SalesforceState) -> None:
    """Jobs, deployments and automations that are due by now are done, and the old part of the recycle bin is gone."""
    now = state.clock.now()
    while (moments := _moments(state)) and (at := min(moments)) <= now:
        with state.clock.as_of(at):
            state.deployments.settle()
            state.retrievals.settle()
            state.jobs.catch_up()
            later.catch_up(state, Writer)
    state.jobs.forget_old()
    purge(state)


def _moments(state: SalesforceState) -> list[datetime]:
    """When the next thing of each kind is due."""
    parts = (state.deployments, state.retrievals, state.jobs.first, state.jobs)
    moments = [at for part in parts if (at := part.next_due()) is not None]
    return [*moments, state.settings.later[0].at] if state.settings.later else moments
