"""What scores look like to whoever shows them. None of it is a `Table`: a person's score is on pages only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.intervals import limits, wilson
from rules.language import Rule
from rules.score import Count, Estimate, Status, Trend, persists

Reason = Literal["hard", "placeholders", "system"]
INNER, OUTER = 1.96, 3.09
"""A funnel's limits: what chance alone explains 95 and 99.8 times in 100."""


@dataclass(frozen=True, slots=True)
class Review:
    """A rule that is looked at instead of people: most miss it, it draws placeholders, or a system is late."""

    rule: Rule
    reasons: tuple[Reason, ...]
    under: int
    scored: int


@dataclass(frozen=True, slots=True)
class Look:
    """One period: what was done of what could be, and what is concluded of it."""

    count: Count
    estimate: Estimate
    status: Status


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """One rep in one family. `now` is None where there is nothing to compare with: a small team, or no occasion."""

    family: str
    target: float
    count: Count
    now: Look | None = None
    looks: tuple[Look, ...] = ()
    trend: Trend | None = None
    peers: tuple[float, float] | None = None

    @property
    def is_gap(self) -> bool:
        """Whether two looks that share no week show a gap."""
        return persists([look.status for look in self.looks])


@dataclass(frozen=True, slots=True)
class TeamScore:
    """A whole team, or marketing, in one family: the plain rate with Wilson's 95 % interval."""

    family: str
    target: float
    count: Count
    trend: Trend | None

    @property
    def rate(self) -> float:
        return self.count.s / self.count.n

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count.s, self.count.n)


@dataclass(frozen=True, slots=True)
class Dots:
    """The reps of a group in a funnel plot, without names: occasions, rate, and how far outside (0, 1 or 2 limits)."""

    count: Count
    places: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Is a difference more than chance? `ours` are the team's reps, `others` all further ones."""

    family: str
    mean: float
    ours: Dots
    others: Dots

    def limits(self, n: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """The inner and the outer limits at `n` occasions."""
        return limits(self.mean, n, INNER), limits(self.mean, n, OUTER)
