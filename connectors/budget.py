"""How many calls a system lets us make: rolling windows, and a day of which a share is left to others.

Every call is taken out of the budget before it goes out. A window that is full is waited for in place, since it is
short; what would take longer is `Unavailable`, so that the work goes back to the database. All processes on one Redis
share the windows; without one, each process has its own. What is left of the day the system says itself.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from connectors.base import QuotaSpent, Unavailable

MOST_WAIT = 12.0
"""Seconds that one call may wait in place: a little more than the longest window."""
BELIEVED = 15 * 60
"""Seconds for which it is believed that the day's share is used up; then one call asks again. The day may roll on."""
MARGIN = 0.95
"""Share of a window that is used: the system counts when a call arrives, and we when it leaves."""
USAGE = "usage"
"""The bucket of what asks how much of the day is used: it has no window, and no reserve is kept from it."""
_log = logging.getLogger("entente.budget")


class Window(NamedTuple):
    """At most so many calls in so many seconds."""

    calls: int
    seconds: int

    @property
    def used(self) -> int:
        """How many of them we make.

        >>> Window(190, 10).used, Window(5, 1).used
        (180, 5)
        """
        return self.calls if self.seconds == 1 else max(1, int(self.calls * MARGIN))


@dataclass(slots=True)
class Day:
    """What a system said of its daily quota, and when (by a clock that only goes on)."""

    used: int
    allowed: int
    at: float


@dataclass
class Budget:
    """The budget of one account. `name` is the same in all processes that share it; `redis_url` is where they do.

    `reserve` is the share of the day that is left to the company's other integrations; `ask_end` asks the system when
    its day ends, once only the reserve is left.
    """

    name: str
    windows: dict[str, Window] = field(default_factory=dict)
    redis_url: str = ""
    reserve: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    waited: float = 0.0
    """Seconds that calls have waited so far."""
    day: Day | None = None
    ask_end: Callable[[], datetime | None] = lambda: None
    ends_at: datetime | None = None
    """When the day ends (UTC), as far as the system was asked and told."""

    def take(self, bucket: str) -> None:
        """One call of this kind may go out now. Raises Unavailable where it would have to wait too long, and QuotaSpent
        where only the day's reserve is left, unless it asks about the quota itself."""
        if bucket != USAGE:
            self._check_day()
        window = self.windows.get(bucket)
        if window is None:
            return
        waited = 0.0
        while (wait := self._wait(bucket, window)) > 0:
            if waited + wait > MOST_WAIT:
                text = f"{self.name.partition(':')[0]}'s calls of {window.seconds} s are used up: try again later"
                raise Unavailable(text, wait)
            self.sleep(wait)
            waited += wait
            self.waited += wait

    def allow(self, bucket: str, calls: int) -> None:
        """The system says how many calls a window has."""
        if bucket in self.windows and calls > 0:
            self.windows[bucket] = self.windows[bucket]._replace(calls=calls)

    def learn(self, usage: tuple[int, int] | None) -> None:
        """The system says how much of its day is used, and how much there is."""
        if usage is not None:
            self.day = Day(*usage, self.clock())

    def _check_day(self) -> None:
        if self.ends_at is not None and self.ends_at <= datetime.now(UTC):
            self.day = self.ends_at = None
        day = self.day
        if not self.reserve or day is None or self.clock() - day.at > BELIEVED:
            return
        if day.used >= math.floor(day.allowed * (1 - self.reserve)):
            self.ends_at = self.ends_at or self.ask_end()
            until = f" until {self.ends_at:%Y-%m-%d %H:%M} UTC" if self.ends_at else ""
            raise QuotaSpent(
                f"{self.name.partition(':')[0]}: {day.used} of {day.allowed} API calls of the day are used, and the "
                f"rest is left to others: wait{until}, or lower `budget` in mapping.yaml",
                self.ends_at,
            )

    # -- windows ------------------------------------------------------------------------------------------------------

    def _wait(self, bucket: str, window: Window) -> float:
        """Seconds to wait until one more call fits; 0 where it was taken."""
        from limits.errors import StorageError  # noqa: PLC0415 - takes a quarter of a second

        if self.redis_url:
            try:
                return self._hit(storage_url(self.redis_url), bucket, window)
            except StorageError as error:
                _log.warning("Redis does not answer (%s): this process counts its calls alone", error)
                self.redis_url = ""
        return self._hit("memory://", bucket, window)

    def _hit(self, url: str, bucket: str, window: Window) -> float:
        from limits import RateLimitItemPerSecond  # noqa: PLC0415

        item = RateLimitItemPerSecond(window.used, window.seconds, namespace="entente")
        if _limiter(url).hit(item, self.name, bucket):
            return 0.0
        reset_at = float(_limiter(url).get_window_stats(item, self.name, bucket).reset_time)
        return min(max(reset_at - time.time(), 0.05), float(window.seconds))


@cache
def _limiter(url: str) -> Any:
    """Counts in Redis, or in this process, over all that is built in it."""
    from limits.storage import storage_from_string  # noqa: PLC0415
    from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415

    is_shared = not url.startswith("memory:")
    options = {"socket_timeout": 2, "socket_connect_timeout": 2, "wrap_exceptions": True} if is_shared else {}
    return MovingWindowRateLimiter(storage_from_string(url, **options))


def storage_url(url: str) -> str:
    """Redis's address as `limits` writes it; on a unix socket the queue's library writes another.

    >>> storage_url("redis+socket:///run/redis.sock?virtual_host=2"), storage_url("redis://redis:6379/0")
    ('redis+unix:///run/redis.sock?db=2', 'redis://redis:6379/0')
    """
    if not url.startswith("redis+socket://"):
        return url
    return "redis+unix://" + url.removeprefix("redis+socket://").replace("virtual_host=", "db=")


def hubspot_windows() -> dict[str, Window]:
    """HubSpot's, until its answers say otherwise: those of the smallest account; searches never say.
    https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines"""
    return {"general": Window(100, 10), "search": Window(5, 1), "associations": Window(100, 10)}


def hubspot_bucket(path: str) -> str:
    """Which window a call to a path of HubSpot's counts in.

    >>> [hubspot_bucket(path) for path in ("/crm/v3/objects/contacts/search", "/crm/v4/associations/a/b/batch/read")]
    ['search', 'associations']
    """
    if "/api-usage/" in path:
        return USAGE
    if path.rstrip("/").endswith("/search"):
        return "search"
    return "associations" if "/associations/" in path else "general"


def most_calls(headers: Mapping[str, str]) -> int:
    """How many calls HubSpot's ten seconds have, by an answer's headers; 0 where they do not say."""
    text = headers.get("X-HubSpot-RateLimit-Max", "")
    return int(text) if text.isdigit() else 0
