"""What has come due since the portal was last asked: runs of workflows, and the emptying of the recycle bin.

Nothing waits in the background: whoever asks first finds it done, with the time at which it was due.
"""

from __future__ import annotations

from sandbox.hubspot.associations.effects import settle
from sandbox.hubspot.errors import HubSpotRefusal
from sandbox.hubspot.life.workflows import Run
from sandbox.hubspot.sources import workflow
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.writes import Drafting, commit


def catch_up(state: HubSpotState) -> None:
    while run := state.workflows.next_due(state.now()):
        carry_out(state, run)
    gone = [(table.kind.name, record.id) for table, record in state.bin.empty(state.now())]
    settle(state, [change for end in gone for change in state.associations.forget(end)])


def carry_out(state: HubSpotState, run: Run) -> None:
    """Let a workflow write; a record that is gone, or a value that is refused, ends the run."""
    table, how = state.table(run.workflow.object_name), run.workflow
    record = table.find(str(run.record_id), follows_merges=True)
    values = how.values(record.properties) if record else {}
    if record is None or not values:
        return
    state.workflows.running = run.because_of
    try:
        draft = Drafting(state, table, workflow(how.name, run.number)).draft(values, record)
        commit(state, table, draft, run.at if run.at > record.modified else None)
    except HubSpotRefusal as refusal:
        state.workflows.failed.append({"workflow": how.name, "id": str(record.id), "message": refusal.message})
    finally:
        state.workflows.running = frozenset()
