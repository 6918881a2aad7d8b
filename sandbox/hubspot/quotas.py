"""How many calls may be made: by an app in ten rolling seconds, in an account in a day, and searches in a second.

Every call with a good token is counted, and the headers say what is left; only an enforced quota refuses. A refused
call costs nothing. Limits: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines; those of
associations: https://developers.hubspot.com/docs/api-reference/legacy/crm/associations/associate-records/guide.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.hubspot.access.oauth import Identity
from sandbox.hubspot.errors import PORTAL_ID, HubSpotRefusal
from sandbox.hubspot.stamps import EPOCH, MILLISECOND, milliseconds

Bucket = Literal["general", "search", "associations"]
"""Searches and associations have a window of their own; both count towards the day of a private app."""
SECOND, TEN_SECONDS = 1_000, 10_000
OAUTH_WINDOW = 110
SEARCHES_PER_SECOND = 5


@dataclass(frozen=True, slots=True)
class Tier:
    """What a subscription allows: calls of an app in ten seconds, of the account in a day, of associations."""

    window: int
    daily: int
    associations: int
    associations_daily: int = 500_000


STARTER = Tier(window=100, daily=250_000, associations=100)
TIERS = {
    "free": STARTER,
    "starter": STARTER,
    "professional": Tier(window=190, daily=625_000, associations=150),
    "enterprise": Tier(window=190, daily=1_000_000, associations=150),
}
INCREASES_MOST = 2


def increased(tier: Tier, times: int) -> Tier:
    """A tier with the API limit increase bought so many times."""
    if not times:
        return tier
    return Tier(250, tier.daily + times * 1_000_000, associations=200, associations_daily=1_000_000)


class Window:
    """The calls of the last so many milliseconds: one entry for each millisecond with calls, so it stays small."""

    def __init__(self, length: int) -> None:
        self.length = length
        self._calls: deque[list[int]] = deque()
        self._used = 0

    def used(self, now: int) -> int:
        if self._calls and self._calls[-1][0] > now:
            self._calls.clear()
            self._used = 0
        while self._calls and self._calls[0][0] <= now - self.length:
            self._used -= self._calls.popleft()[1]
        return self._used

    def add(self, now: int) -> None:
        if self._calls and self._calls[-1][0] == now:
            self._calls[-1][1] += 1
        else:
            self._calls.append([now, 1])
        self._used += 1

    def frees_in(self, now: int) -> int:
        """Milliseconds until the oldest call is forgotten."""
        return self._calls[0][0] + self.length - now if self._calls else 0


@dataclass(slots=True)
class Quotas:
    """The counters of one account, and its limits: those of the tier, unless one is set apart from it."""

    is_enforced: bool = False
    tier: str = "professional"
    increases: int = 0
    daily: int | None = None
    window: int | None = None
    search: int | None = None
    sends_retry_after: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    windows: dict[tuple[Identity, Bucket], Window] = field(default_factory=dict)
    seconds: dict[Identity, Window] = field(default_factory=dict)
    searches: Window = field(default_factory=lambda: Window(SECOND))
    used_today: int = 0
    associations_today: int = 0
    day: tuple[int, int] = (0, 0)
    """From when to when today lasts, in the account's time zone."""

    @property
    def limits(self) -> Tier:
        return increased(TIERS[self.tier], self.increases)

    @property
    def daily_limit(self) -> int:
        return self.limits.daily if self.daily is None else self.daily

    @property
    def search_limit(self) -> int:
        return SEARCHES_PER_SECOND if self.search is None else self.search

    def window_limit(self, app: Identity, bucket: Bucket) -> int:
        if bucket == "associations":
            return self.limits.associations
        if self.window is not None:
            return self.window
        return OAUTH_WINDOW if app.is_oauth else self.limits.window

    def forget(self) -> None:
        """All counters start at zero."""
        self.windows.clear()
        self.seconds.clear()
        self.searches = Window(SECOND)
        self.used_today = self.associations_today = 0

    def spend(self, app: Identity, bucket: Bucket, now: int) -> dict[str, str]:
        """Count a call and return the headers that say what is left; raises the refusal of an enforced quota."""
        self.turn_day(now)
        window = self.searches if bucket == "search" else self.window_of(app, bucket)
        if self.is_enforced:
            self.check_day(app, bucket, now)
            self.check_window(app, bucket, window, now)
        window.used(now)
        window.add(now)
        second = self.seconds.setdefault(app, Window(SECOND))
        second.used(now)
        second.add(now)
        if not app.is_oauth:
            self.used_today += 1
            self.associations_today += bucket == "associations"
        return self.headers(app, bucket, now)

    def window_of(self, app: Identity, bucket: Bucket) -> Window:
        return self.windows.setdefault((app, bucket), Window(TEN_SECONDS))

    def check_day(self, app: Identity, bucket: Bucket, now: int) -> None:
        spent = self.used_today >= self.daily_limit
        spent |= bucket == "associations" and self.associations_today >= self.limits.associations_daily
        if spent and not app.is_oauth:
            raise self.refusal("DAILY", app, bucket, now, self.day[1] - now)

    def check_window(self, app: Identity, bucket: Bucket, window: Window, now: int) -> None:
        limit = self.search_limit if bucket == "search" else self.window_limit(app, bucket)
        if window.used(now) >= limit:
            policy = "SECONDLY" if bucket == "search" else "TEN_SECONDLY_ROLLING"
            raise self.refusal(policy, app, bucket, now, window.frees_in(now))

    def refusal(self, policy: str, app: Identity, bucket: Bucket, now: int, frees_in: int) -> HubSpotRefusal:
        refusal = too_many_requests(policy, app.is_oauth)
        refusal.headers = self.headers(app, bucket, now)
        if self.sends_retry_after:
            refusal.headers |= {"Retry-After": str(max(1, -(-frees_in // 1000)))}
        return refusal

    def pretended(self, app: Identity, bucket: Bucket, now: int) -> HubSpotRefusal:
        """The refusal of a call as if the window were full, which a control ordered."""
        self.turn_day(now)
        refusal = self.refusal("TEN_SECONDLY_ROLLING", app, bucket, now, TEN_SECONDS)
        if bucket != "search":
            refusal.headers["X-HubSpot-RateLimit-Remaining"] = "0"
        return refusal

    def headers(self, app: Identity, bucket: Bucket, now: int) -> dict[str, str]:
        """None on a search; no word of the day to an OAuth app, which has no daily quota."""
        if bucket == "search":
            return {}
        limit, second = self.window_limit(app, bucket), self.seconds.get(app)
        left = max(0, limit - self.window_of(app, bucket).used(now))
        left_now = max(0, limit // 10 - (second.used(now) if second else 0))
        shown = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(TEN_SECONDS),
            "X-HubSpot-RateLimit-Max": str(limit),
            "X-HubSpot-RateLimit-Remaining": str(left),
            "X-HubSpot-RateLimit-Secondly": str(limit // 10),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(left_now),
        }
        if not app.is_oauth:
            day = self.daily_limit
            shown["X-HubSpot-RateLimit-Daily"] = str(day)
            shown["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(0, day - self.used_today))
        return shown

    def turn_day(self, now: int) -> None:
        """Start counting anew after midnight in the account's time zone."""
        if self.day[0] <= now < self.day[1]:
            return
        today = (EPOCH + now * MILLISECOND).astimezone(self.zone).date()
        begins, ends = (datetime.combine(day, time(), self.zone) for day in (today, today + timedelta(days=1)))
        self.day = (milliseconds(begins), milliseconds(ends))
        self.used_today = self.associations_today = 0


MESSAGES = {
    "DAILY": "You have reached your daily limit.",
    "SECONDLY": "You have reached your secondly limit.",
    "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
}
GROUPS = {"DAILY": "daily", "SECONDLY": "secondly", "TEN_SECONDLY_ROLLING": "ten-secondly"}


def too_many_requests(policy: str = "TEN_SECONDLY_ROLLING", is_oauth: bool = False) -> HubSpotRefusal:
    """As recorded: no `category`, no Retry-After; only the one for searches has a requestId."""
    kind = "app" if is_oauth else "private-app"
    refusal = HubSpotRefusal(
        429,
        None,
        MESSAGES[policy],
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName=f"publicapi:{kind}-api-calls-{GROUPS[policy]}:{PORTAL_ID}",
    )
    if policy == "SECONDLY":
        refusal.details |= {"requestId": "632b866a6fc6454f32d5423a1166e92a"}
    return refusal
