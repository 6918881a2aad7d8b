"""Rows that another transaction holds: a write that needs one of them is refused with UNABLE_TO_LOCK_ROW.

The sandbox answers one call after the other, so contention is declared. `hold` is a long transaction of somebody else.
With `seconds`, each write keeps its rows for so long, in the sandbox's time, against calls of other connections: what
two workers would do to each other. A client that waits for its answers on one connection never meets its own locks.

A write locks its own row, and the parents that Salesforce locks with it: a contact's account above all.
https://developer.salesforce.com/docs/atlas.en-us.salesforce_record_access_under_the_hood.meta/salesforce_record_access_under_the_hood/uah_granular_locking.htm
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Save

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
    if busy := [record_id for record_id in rows_of(save) if locks.is_held(record_id, now)]:
        message = f"unable to obtain exclusive access to this record or {len(busy)} records: {','.join(busy)}"
        raise Trouble("UNABLE_TO_LOCK_ROW", message, ())


def hold(save: Save) -> None:
    """The rows of an accepted write are the call's own for a while."""
    locks = save.writer.state.settings.locks
    if not locks.seconds:
        return
    until = save.writer.state.clock.now().timestamp() + locks.seconds
    for record_id in rows_of(save):
        locks.hold(record_id, locks.connection, until)


def rows_of(save: Save) -> list[str]:
    """The record and its parents, those that it leaves too."""
    names = PARENTS.get(save.table.kind.name, ())
    ids = [row.get(name) for row in (save.before or {}, save.row) for name in ("Id", *names)]
    return list(dict.fromkeys(record_id for record_id in ids if record_id))
