"""What the org has used of its allocations in the last 24 hours, which roll on with the clock.

https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
"""

from __future__ import annotations

from collections import deque

from sandbox.clock import Clock
from sandbox.salesforce.errors import quota_spent

DAY = 86_400
STEP = 60
"""Seconds that are counted together."""
API_CALLS_A_DAY = 100_000


class Rolling:
    """A count over the last 24 hours, kept by the minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: deque[list[float]] = deque()
        self._total = 0.0

    def add(self, amount: float = 1) -> None:
        step = self._clock.now().timestamp() // STEP
        if not self._steps or self._steps[-1][0] != step:
            self._steps.append([step, 0])
        self._steps[-1][1] += amount
        self._total += amount

    @property
    def total(self) -> int:
        oldest = (self._clock.now().timestamp() - DAY) // STEP
        while self._steps and self._steps[0][0] <= oldest:
            self._total -= self._steps.popleft()[1]
        return int(self._total)

    def set(self, amount: int) -> None:
        """As if this much had been used just now."""
        self._steps.clear()
        self._total = 0
        self.add(amount)


class Usage:
    """`daily` calls may be made; bulk work is counted beside them."""

    def __init__(self, clock: Clock) -> None:
        self.daily = API_CALLS_A_DAY
        self.calls = Rolling(clock)
        self.batches = Rolling(clock)
        self.query_jobs = Rolling(clock)
        self.query_bytes = Rolling(clock)

    def count_call(self) -> None:
        """Raises `Trouble` REQUEST_LIMIT_EXCEEDED once the day's calls are spent; a refused call does not count."""
        if self.calls.total >= self.daily:
            raise quota_spent()
        self.calls.add()
