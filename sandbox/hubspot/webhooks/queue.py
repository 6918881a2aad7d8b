"""The events that wait to be delivered, and what becomes of those that are refused.

A delivery that fails (no connection, an answer of 4xx or 5xx, none within five seconds) is tried again up to ten times
within 24 hours, at random distances; then its events are lost.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.table import Record, Table
from sandbox.hubspot.webhooks.events import Event, events_of
from sandbox.hubspot.webhooks.subscriptions import Target

if TYPE_CHECKING:
    from sandbox.hubspot.state import HubSpotState

DELAYS = (60, 300, 900, 1_800, 3_600, 6_000, 9_000, 12_000, 16_000, 22_340)
"""Seconds before each further attempt; with a fifth more or less they stay within 24 hours in all."""
JITTER = 0.2
DELIVERIES_KEPT = 1_000


@dataclass(slots=True)
class Pending:
    """An event on its way to one app: due at a moment, after so many attempts."""

    app_id: int
    event: Event
    due: int
    attempts: int = 0


class Webhooks:
    """What the apps of a portal are still to be told, and what was delivered."""

    def __init__(self, state: HubSpotState) -> None:
        self.state = state
        self.targets: dict[int, Target] = {}
        self.pending: list[Pending] = []
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=DELIVERIES_KEPT)
        self.lost = 0
        self.is_automatic = False

    def observe(self, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        """An observer of writes: what the apps asked for waits from now on."""
        for target in self.targets.values():
            for event in events_of(self.state, target, action, table, record, before):
                self.pending.append(Pending(target.app_id, event, self.state.now()))

    def take_due(self, target: Target, now: int) -> list[list[Pending]]:
        """Take the events of an app that are due, some of them twice, in batches; nobody else will deliver them."""
        due = [each for each in self.pending if each.app_id == target.app_id and each.due <= now]
        taken = set(map(id, due))
        self.pending = [each for each in self.pending if id(each) not in taken]
        twice = [each for each in due if target.random.random() < target.duplicate_rate]
        sent = [*due, *(Pending(each.app_id, each.event, each.due, each.attempts) for each in twice)]
        if target.shuffles:
            target.random.shuffle(sent)
        return [sent[at : at + target.max_batch] for at in range(0, len(sent), target.max_batch)]

    def put_back(self, target: Target, batch: list[Pending]) -> None:
        """Let the events of a failed delivery wait for another attempt; those that had all of them are lost."""
        now = self.state.now()
        for each in batch:
            if each.attempts == len(DELAYS):
                self.lost += 1
                continue
            delay = DELAYS[each.attempts] * (1 + target.random.uniform(-JITTER, JITTER))
            self.pending.append(Pending(each.app_id, each.event, now + round(delay * 1_000), each.attempts + 1))

    def forget(self) -> None:
        """No app is told anything any more."""
        self.targets.clear()
        self.pending.clear()
        self.is_automatic = False
