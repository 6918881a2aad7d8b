"""The fair score: of what one person could share, how much was shared, and what may be concluded from it.

The one idea: few occasions prove little. A rate is drawn towards that of the peers, the more the fewer occasions there
were, and carries the interval in which it probably lies. Nobody is compared with a median, ranked, or given one number
for everything; below ten occasions nothing is concluded at all.

    1. Credits of one episode                      `credit`
    2. The peers' mean, and how much they differ   `peers_of`     (ANOVA moments of the beta-binomial)
    3. The shrunken rate and its 90 % interval     `estimate`     (Beta quantiles)
    4. Status against the agreed target            `judge`        (system first: a rule that most miss is the rule's)
    5. Trend between two windows                   `trend`
    6. A gap is told when two looks show it        `persists`
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import quantiles

from rules.intervals import beta_quantile

FAMILIES = ("completeness", "validity", "timeliness", "sharing")
"""What a person can owe; `reciprocity` is what marketing owes, and is shown beside them."""
ENOUGH = 10
"""Occasions below which nothing is concluded."""
FEWEST = 5
"""Reps below which a group is no group of peers."""
NEW_FOR = timedelta(days=90)
MOST_UNDER, MOST_PLACEHOLDERS, MOST_DELAY = 0.6, 0.2, 0.5
"""From these shares on a rule is reviewed, and nobody is flagged for it."""
CREDITS: Mapping[str, float | None] = {
    "met": 1.0, "met_late": 0.5, "missed": 0.0, "placeholder": 0.0, "met_by_system": None, "open_in_grace": None,
    "exempt": None, "not_attributable": None,
}  # fmt: skip
"""What each status of an obligation gives; None is left out, for and against. `unknown_asked` is as its rule says."""

_WEEK = timedelta(weeks=1)
_WINDOW, _LOOK = 13, 4
_PRIOR_OF_FEW, _WEAKEST, _STRONGEST = 20.0, 5.0, 200.0
_SURE, _NOTICEABLE = 0.9, 0.05


class Status(StrEnum):
    """What is concluded of a rate, given the agreed target."""

    EARLY = "early"
    """Fewer than ten occasions."""
    NEW = "new"
    """Hired less than 90 days ago."""
    ON_TRACK = "on_track"
    LOOK = "look"
    """Below the target, and it may be chance: the rep's own business."""
    GAP = "gap"
    REVIEW = "review"
    """Most people are below the target: what is asked is looked at, and nobody."""


_OPEN = {Status.EARLY, Status.NEW}


@dataclass(frozen=True, slots=True)
class Count:
    """`s` credits of `n` occasions; credits can be halves."""

    s: float = 0.0
    n: float = 0.0

    def __add__(self, other: Count) -> Count:
        return Count(self.s + other.s, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Peers:
    """A group's mean rate, the variance between its reps, and of how many occasions the mean is worth as a prior."""

    mean: float
    variance: float
    strength: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Where a rate probably lies, as a Beta distribution, and how much of it is the rep's own evidence, from 0 to 1."""

    a: float
    b: float
    evidence: float

    @property
    def rate(self) -> float:
        """The shrunken rate."""
        return self.a / (self.a + self.b)

    @property
    def low(self) -> float:
        """Where its 90 % interval begins."""
        return beta_quantile(0.05, self.a, self.b)

    @property
    def high(self) -> float:
        """Where its 90 % interval ends."""
        return beta_quantile(0.95, self.a, self.b)


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of one group for one family or rule."""

    peers: Peers
    estimates: Mapping[str, Estimate]
    statuses: Mapping[str, Status]
    is_systemic: bool

    @property
    def scored(self) -> list[Estimate]:
        """Of those about whom something can be concluded."""
        return [each for rep, each in self.estimates.items() if self.statuses[rep] not in _OPEN]


@dataclass(frozen=True, slots=True)
class Trend:
    """How a shrunken rate changed; `probability` that it moved in that direction."""

    change: float
    z: float
    probability: float

    @property
    def direction(self) -> int:
        """1 or -1; 0 where it is stable, or too early to say."""
        is_clear = abs(self.change) >= _NOTICEABLE and self.probability >= _SURE
        return int(math.copysign(1, self.change)) if is_clear else 0


@dataclass(frozen=True, slots=True)
class Windows:
    """The periods of a score, by the Mondays of their first weeks; each but `end` ends where the next later one begins.
    The running week is in none: a score moves once a week."""

    before: date
    now: date
    first_look: date
    second_look: date
    end: date


def credit(parts: Iterable[tuple[float, float | None]]) -> float | None:
    """The credit of one episode, of its obligations' weights and credits; None where none of them counts.

    >>> credit([(2, 1), (1, 0.5), (1, 0), (400, None)])
    0.625
    """
    counted = [(weight, each) for weight, each in parts if each is not None]
    total = sum(weight for weight, _ in counted)
    return sum(weight * each for weight, each in counted) / total if total else None


def peers_of(counts: Iterable[Count]) -> Peers | None:
    """The mean of a group and its weight as a prior, by ANOVA moments; None where nobody had an occasion."""
    found = [each for each in counts if each.n > 0]
    if not found:
        return None
    total = sum(each.n for each in found)
    mean = sum(each.s for each in found) / total
    chance = mean * (1 - mean)
    spread = sum(each.n * (each.s / each.n - mean) ** 2 for each in found)
    room = total - sum(each.n**2 for each in found) / total
    variance = max(0.0, (spread - (len(found) - 1) * chance) / room) if len(found) > 1 else 0.0
    if variance == 0 or len(found) < FEWEST:
        return Peers(mean, variance, _PRIOR_OF_FEW)
    return Peers(mean, variance, min(max(chance / variance - 1, _WEAKEST), _STRONGEST))


def estimate(count: Count, peers: Peers) -> Estimate:
    """The rate drawn towards the peers' mean, with its 90 % interval of the Beta distribution."""
    k = peers.strength
    return Estimate(k * peers.mean + count.s, k * (1 - peers.mean) + count.n - count.s, count.n / (count.n + k))


def judge(counts: Mapping[str, Count], target: float, new: Collection[str] = ()) -> Judged | None:
    """The scores of a group of peers against a target from 0 to 1; None where nobody had an occasion.

    `new` names those hired less than 90 days ago: they count among the peers, and nothing is concluded about them.
    """
    peers = peers_of(counts.values())
    if peers is None:
        return None
    estimates = {rep: estimate(count, peers) for rep, count in counts.items()}
    alone = {rep: _status(counts[rep], each, target, rep in new) for rep, each in estimates.items()}
    scored = Judged(peers, estimates, alone, False).scored
    is_systemic = bool(scored) and sum(each.rate < target for each in scored) >= MOST_UNDER * len(scored)
    flags = {Status.LOOK, Status.GAP} if is_systemic else set[Status]()
    statuses = {rep: Status.REVIEW if status in flags else status for rep, status in alone.items()}
    return Judged(peers, estimates, statuses, is_systemic)


def persists(looks: Sequence[Status]) -> bool:
    """Whether a gap may be told: both looks show it, and they share no week."""
    return len(looks) > 1 and all(status is Status.GAP for status in looks)


def trend(before: Count, now: Count, peers: Peers) -> Trend:
    """The change from one window to the next, both drawn towards the same peers."""
    k = peers.strength
    rates = [(k * peers.mean + each.s) / (k + each.n) for each in (before, now)]
    spread = sum(rate * (1 - rate) / (each.n + k + 1) for rate, each in zip(rates, (before, now), strict=True))
    change = rates[1] - rates[0]
    z = change / math.sqrt(spread) if spread else 0.0
    return Trend(change, z, 0.5 * (1 + math.erf(abs(z) / math.sqrt(2))))


def peer_group(rep: str, keys: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The reps with whom somebody is compared: those of the narrowest key that five or more share, else nobody.

    `keys` has of each rep the groups from narrow to wide, such as the team and everybody.
    """
    for place, key in enumerate(keys[rep]):
        group = frozenset(other for other, theirs in keys.items() if place < len(theirs) and theirs[place] == key)
        if len(group) >= FEWEST:
            return group
    return frozenset()


def middle_half(rates: Collection[float]) -> tuple[float, float] | None:
    """Between which rates half of a group lies; None of fewer than five, since it would be about persons."""
    if len(rates) < FEWEST:
        return None
    low, _, high = quantiles(rates, n=4, method="inclusive")
    return low, high


def is_new(since: date | None, today: date) -> bool:
    """Whether somebody who began on a day is new; whose first day is not known is not."""
    return since is not None and today - since < NEW_FOR


def windows(today: date) -> Windows:
    """Thirteen whole weeks, the thirteen before, and in the former the two looks of four weeks at its end."""
    end = today - timedelta(days=today.weekday())
    return Windows(
        end - 2 * _WINDOW * _WEEK, end - _WINDOW * _WEEK, end - 2 * _LOOK * _WEEK, end - _LOOK * _WEEK, end
    )  # fmt: skip


def _status(count: Count, found: Estimate, target: float, is_newcomer: bool) -> Status:
    if is_newcomer:
        return Status.NEW
    if count.n < ENOUGH:
        return Status.EARLY
    if found.rate >= target:
        return Status.ON_TRACK
    return Status.LOOK if found.high >= target else Status.GAP
