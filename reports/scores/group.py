"""Peers in one family: which rules are looked at instead of people, and the scores without these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from reports.scores.shapes import Look, Reason, Review
from rules.language import Rule
from rules.score import (
    ENOUGH,
    MOST_DELAY,
    MOST_PLACEHOLDERS,
    Count,
    Judged,
    Trend,
    judge,
    middle_half,
    trend,
)
from store.scores import Periods


class Group:
    """The periods of one group; each is judged when it is first asked for."""

    def __init__(
        self, found: list[Periods], reps: frozenset[str], target: float, rules: Mapping[str, Rule], new: set[str]
    ) -> None:
        self._reps, self._target, self._new = reps, target, new
        names = dict.fromkeys(each.rule for each in found)
        reviewed = (self._review(rules[name], [each for each in found if each.rule == name]) for name in names)
        self.reviews = tuple(review for review in reviewed if review)
        out = {review.rule.id for review in self.reviews}
        self._found = [each for each in found if each.rule not in out]
        self._judged: dict[str, tuple[dict[str, Count], Judged | None]] = {}

    def look(self, period: str, rep: str) -> Look | None:
        """A rep in a period; None where the group had no occasion in it."""
        counts, judged = self._judge(period)
        return Look(counts[rep], judged.estimates[rep], judged.statuses[rep]) if judged else None

    def trend(self, rep: str) -> Trend | None:
        """A rep against the thirteen weeks before; None where either had too few occasions."""
        counts, judged = self._judge("now")
        before = self._judge("before")[0][rep]
        is_early = min(before.n, counts[rep].n) < ENOUGH
        return None if judged is None or is_early else trend(before, counts[rep], judged.peers)

    @cached_property
    def middle_half(self) -> tuple[float, float] | None:
        """Between which rates half of the group lies."""
        counts, judged = self._judge("now")
        return middle_half([each.rate for rep, each in judged.estimates.items() if counts[rep].n]) if judged else None

    def _judge(self, period: str) -> tuple[dict[str, Count], Judged | None]:
        if period not in self._judged:
            counts = summed(self._found, period, self._reps)
            self._judged[period] = counts, judge(counts, self._target, self._new)
        return self._judged[period]

    def _review(self, rule: Rule, found: list[Periods]) -> Review | None:
        """Whether a rule is looked at instead of people (system first)."""
        n, late = sum(each.now.n for each in found), sum(each.system_delay for each in found)
        judged = judge(summed(found, "now", self._reps), self._target, self._new)
        reasons: dict[Reason, bool] = {
            "hard": judged is not None and judged.is_systemic,
            "placeholders": sum(each.placeholders for each in found) > MOST_PLACEHOLDERS * n,
            "system": late > MOST_DELAY * n,
        }
        why = tuple(reason for reason, holds in reasons.items() if holds)
        scored = judged.scored if judged else []
        return Review(rule, why, sum(each.rate < self._target for each in scored), len(scored)) if why else None


def summed(found: Iterable[Periods], period: str, reps: Collection[str]) -> dict[str, Count]:
    """By rep, everything of a period; nothing where there was nothing."""
    counts = dict.fromkeys(reps, Count())
    for each in found:
        if each.rep in counts:
            counts[each.rep] += getattr(each, period)
    return counts
