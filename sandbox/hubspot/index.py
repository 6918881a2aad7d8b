"""What search sees: the portal as its index has it, which may be behind.

A new state of a record is found only when its own lag has passed. Until then search filters, sorts and shows the state
it had before, and a new record is not there; one that is archived, merged away or erased leaves the index at once.
Everything else (reading by id, in batches, by list) is immediate. How long HubSpot takes is documented as "a few
moments" without a bound (https://developers.hubspot.com/docs/api-reference/search/guide#limitations).

Only records that wait are kept aside; without a lag there are none.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from sandbox.hubspot.stamps import read_moment
from sandbox.hubspot.table import Record, Table

GONE = frozenset(("archive", "delete", "privacyDeletion"))


@dataclass(slots=True)
class Waiting:
    """A record on its way into the index: what search sees now (None: nothing), and the states to come."""

    seen: Record | None
    coming: list[tuple[float, Record]] = field(default_factory=list)


@dataclass(slots=True)
class SearchIndex:
    """`lag` and `jitter` in milliseconds; an infinite lag, or an id in `stuck`, waits until it is released."""

    lag: float = 0
    jitter: float = 0
    stuck: frozenset[str] = frozenset()
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - delays, not secrets
    waiting: dict[str, dict[int, Waiting]] = field(default_factory=dict)
    due: dict[str, list[float]] = field(default_factory=dict)
    turn: int = 0
    """Grows whenever search comes to see something else than before, but for what a table's version tells."""

    def control(self, lag: float, jitter: float, seed: int, stuck: Collection[str]) -> None:
        """Set the lag of the writes to come, in milliseconds; what waits already keeps its time."""
        self.lag, self.jitter, self.stuck = lag, jitter, frozenset(stuck)
        self.random = Random(seed)  # noqa: S311 - delays, not secrets

    def observe(self, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        """Take in that a record was written: `before` are its properties, or its primary's, before."""
        waiting = self.waiting.get(table.kind.name, {})
        if action in GONE:
            waiting.pop(record.id, None)
            return
        lag = self.lag_of(record)
        if lag == 0:
            waiting.pop(record.id, None)
            return
        if record.id not in waiting:
            is_new = before.get("hs_object_id") != str(record.id) or action == "restore"
            waiting[record.id] = Waiting(None if is_new else earlier(table, record, before))
            self.waiting[table.kind.name] = waiting
        at = record.modified + lag
        waiting[record.id].coming.append((at, copy(record)))
        heappush(self.due.setdefault(table.kind.name, []), at)

    def lag_of(self, record: Record) -> float:
        if str(record.id) in self.stuck or math.isinf(self.lag):
            return math.inf
        return self.lag + (self.random.uniform(0, self.jitter) if self.jitter else 0)

    def release(self) -> None:
        """Let search see everything as it stands."""
        self.waiting.clear()
        self.due.clear()
        self.turn += 1

    def forget(self, table: Table, record_id: int) -> None:
        """A record left its table for good."""
        self.waiting.get(table.kind.name, {}).pop(record_id, None)

    def catch_up(self, table: Table, now: int) -> int:
        """Take in what has come due, and tell which turn it is: as long as it stays, a search finds the same."""
        due = self.due.get(table.kind.name)
        if not due or due[0] > now:
            return self.turn
        while due and due[0] <= now:
            heappop(due)
        waiting = self.waiting.get(table.kind.name, {})
        for record_id, each in list(waiting.items()):
            arrived = [at for at, (moment, _) in enumerate(each.coming) if moment <= now]
            if not arrived:
                continue
            each.seen, each.coming = each.coming[arrived[-1]][1], each.coming[arrived[-1] + 1 :]
            if not each.coming:
                del waiting[record_id]
        self.turn += 1
        return self.turn

    def visible(self, table: Table) -> Iterable[Record]:
        """The records that search sees, in the order in which they were made."""
        waiting = self.waiting.get(table.kind.name)
        if not waiting:
            return table.all_live()
        seen = (waiting[each.id].seen if each.id in waiting else each for each in table.all_live())
        return [each for each in seen if each is not None]


def copy(record: Record) -> Record:
    return snapshot(record, dict(record.properties), record.modified)


def earlier(table: Table, record: Record, before: dict[str, str]) -> Record:
    """The record as it was before a write."""
    return snapshot(record, before, read_moment(before[table.kind.modified_property]) or record.created)


def snapshot(record: Record, properties: dict[str, str], modified: int) -> Record:
    made = Record(record.id, record.created, properties)
    made.modified = modified
    return made
