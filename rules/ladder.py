"""The ladder of enforcement: when a rule falls one level by itself. It climbs only by somebody's edit of the file.

A rule that nobody uses, that most people cannot meet, or that people pass by or fill with placeholders asks too much:
it is the rule that is looked at, not the people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.language import Rule, RuleSet
from rules.lints import USE_IS_OLD_AFTER

Level = Literal["observe", "remind", "gate"]
Reason = Literal["unused", "missed", "overrides", "placeholders"]
LOWER: dict[Level, Level] = {"gate": "remind", "remind": "observe"}
MOST_MISSED, MOST_OVERRIDES, MOST_PLACEHOLDERS = 0.60, 0.20, 0.20
ENOUGH = 20
"""Of fewer records no share is taken."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a rule fares, as shares from 0 to 1; `None` where too little is known.

    `missed`: of the scored reps, those who miss it; `overrides`: of the records that made the transition, those that
    passed by a reason; `placeholders`: of the cells that are asked for, those that hold one.
    """

    missed: float | None = None
    overrides: float | None = None
    placeholders: float | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """A rule goes down one level, for at least one reason."""

    rule: str
    was: Level
    now: Level
    reasons: tuple[Reason, ...]


def fall_of(rule: Rule, health: Health, on: date) -> Fall | None:
    """Whether a rule falls on a day, and why; an observed one asks nobody, and stays."""
    was = rule.enforcement.level
    used = [use.last_used for use in rule.used_for if use.last_used]
    reasons: list[Reason] = []
    if used and on - max(used) > USE_IS_OLD_AFTER:
        reasons.append("unused")
    if health.missed is not None and health.missed >= MOST_MISSED:
        reasons.append("missed")
    if health.overrides is not None and health.overrides > MOST_OVERRIDES:
        reasons.append("overrides")
    if health.placeholders is not None and health.placeholders > MOST_PLACEHOLDERS:
        reasons.append("placeholders")
    if was not in LOWER or not reasons:
        return None
    return Fall(rule.id, was, LOWER[was], tuple(reasons))


def share(part: int, whole: int) -> float | None:
    """A share of enough records, or `None`.

    >>> share(5, 20), share(1, 2)
    (0.25, None)
    """
    return part / whole if whole >= ENOUGH else None


def lowered(ruleset: RuleSet, falls: Collection[Fall]) -> RuleSet:
    """The rules at the levels to which some have fallen."""
    levels = {fall.rule: fall.now for fall in falls}
    if not levels:
        return ruleset
    rules = tuple(
        rule.model_copy(update={"enforcement": rule.enforcement.model_copy(update={"level": levels[rule.id]})})
        if rule.id in levels
        else rule
        for rule in ruleset.rules
    )
    return ruleset.model_copy(update={"rules": rules})
