"""Rows that another transaction holds: a write that needs one of them is refused with UNABLE_TO_LOCK_ROW.

The sandbox answers one call after the other, so contention is declared. `hold` is a long transaction of somebody else.
With `seconds`, each write keeps its rows for so long, in the sandbox's time, against calls of other connections: what
two workers would do to each other. A client that waits for its answers on one connection never meets its own locks.

A write locks its own row, and the parents that Salesforce locks with it: a contact's account above all.
https://developer.salesforce.com/docs/atlas.en-us.salesforce_record_access_under_the_hood.meta/salesforce_record_access_under_the_hood/uah_granular_locking.htm
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Save
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState
    from sandbox.salesforce.writes import Change

PARENTS: dict[str, tuple[str, ...]] = {
    "Contact": ("AccountId",),
    "Opportunity": ("AccountId",),
    "Case": ("AccountId", "ContactId"),
    "Task": ("WhoId", "WhatId", "AccountId"),
    "Event": ("WhoId", "WhatId", "AccountId"),
    "CampaignMember": ("CampaignId", "ContactId", "LeadId"),
}
OTHERS = "another user"


@dataclass(slots=True)
class Locks:
    """`connection`: where the call that is being answered came from; `held`: by row, who holds it and until when."""

    seconds: float = 0.0
    connection: str = ""
    held: dict[str, tuple[str, float]] = field(default_factory=dict)

    def hold(self, record_id: str, holder: str, until: float) -> None:
        self.held[record_id] = (holder, until)

    def is_held(self, record_id: str, now: float) -> bool:
        """By somebody else than this call; a lock whose time is over is forgotten."""
        holder, until = self.held.get(record_id, ("", 0.0))
        if until <= now:
            self.held.pop(record_id, None)
            return False
        return holder != self.connection

    def shown(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "held": sorted(self.held)}


def check(save: Save) -> None:
    """Refuse the record whose own row, or whose parent's, is held."""
    locks = save.writer.state.settings.locks
    if not locks.held:
        return
    now = save.writer.state.clock.now().timestamp()
    ids = rows_of(save.table.kind.name, save.before, save.row)
    if busy := [record_id for record_id in ids if locks.is_held(record_id, now)]:
        message = f"unable to obtain exclusive access to this record or {len(busy)} records: {','.join(busy)}"
        raise Trouble("UNABLE_TO_LOCK_ROW", message, ())


def hold(state: SalesforceState, changes: Iterable[Change]) -> None:
    """The rows of accepted writes are the call's own for a while."""
    locks = state.settings.locks
    if not locks.seconds:
        return
    until = state.clock.now().timestamp() + locks.seconds
    for change in changes:
        if change.sent is None:
            continue
        for record_id in rows_of(change.table.kind.name, change.before, change.after):
            locks.hold(record_id, locks.connection, until)


def rows_of(object_name: str, before: Row | None, after: Row | None) -> list[str]:
    """The record and its parents, those that it leaves too."""
    names = PARENTS.get(object_name, ())
    ids = [row.get(name) for row in (before or {}, after or {}) for name in ("Id", *names)]
    return list(dict.fromkeys(record_id for record_id in ids if record_id))
