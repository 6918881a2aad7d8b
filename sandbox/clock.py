"""One clock for both systems: it runs with the machine's until it is set; then it moves only when it is told to.

Each system reads it through a `SystemClock`, which may run ahead of it or behind, as the clocks of two vendors do.

Everything that depends on time (stamps, quotas, expiry) reads this clock, so a test never sleeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

TICK = timedelta(milliseconds=1)


class Clock:
    """`now()` in UTC with whole milliseconds, never going back between two readings of a running clock."""

    def __init__(self) -> None:
        self._frozen_at: datetime | None = None
        self._ahead = timedelta()
        self._as_of: datetime | None = None

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    @contextmanager
    def as_of(self, at: datetime) -> Iterator[None]:
        """Within the block it is that moment, and nothing moves it: for what was due before anybody looked."""
        self._as_of = at
        try:
            yield
        finally:
            self._as_of = None

    def now(self) -> datetime:
        if self._as_of is not None:
            return self._as_of
        if self._frozen_at is not None:
            return self._frozen_at
        moment = datetime.now(UTC) + self._ahead
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def set(self, at: datetime) -> None:
        """Freeze the clock at `at` (aware); from now on it moves by `advance` and by one tick per accepted write."""
        self._frozen_at = at.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Move forward; a running clock keeps running from there."""
        if self._frozen_at is not None:
            self._frozen_at += timedelta(seconds=seconds)
        else:
            self._ahead += timedelta(seconds=seconds)

    def run(self) -> None:
        """Let the clock run again, from where it stands."""
        if self._frozen_at is not None:
            self._ahead = self._frozen_at - datetime.now(UTC)
            self._frozen_at = None

    def tick(self) -> datetime:
        """The time of an accepted write: under a frozen clock each write has its own millisecond."""
        if self._frozen_at is not None and self._as_of is None:
            self._frozen_at += TICK
        return self.now()


class SystemClock(Clock):
    """The common clock as one system sees it: `skew` ahead (or, negative, behind). It is moved with the common one."""

    def __init__(self, common: Clock) -> None:
        super().__init__()
        self.common = common
        self.skew = timedelta()

    @property
    def is_frozen(self) -> bool:
        return self.common.is_frozen

    def now(self) -> datetime:
        return self._as_of or self.common.now() + self.skew

    def set(self, at: datetime) -> None:
        self.common.set(at - self.skew)

    def advance(self, seconds: float) -> None:
        self.common.advance(seconds)

    def run(self) -> None:
        self.common.run()

    def tick(self) -> datetime:
        return self._as_of or self.common.tick() + self.skew
