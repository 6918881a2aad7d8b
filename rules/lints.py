"""What deserves a second look in a rule file: shown, and nothing is refused for it.

What ages (a use, a review, an exemption) is judged by the day. How much of a rep's time the rules take is what they
say themselves: seconds, and how many times a week one rep is asked (once, where a rule does not say).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules.conditions import Condition, Problem

if TYPE_CHECKING:
    from rules.language import Rule, RuleSet

USE_IS_OLD_AFTER = timedelta(days=90)
SAME = ("required", "format", "fresh")
"""The kinds of check that ask the same where they share a field; the others only where they are equal."""


def lints(ruleset: RuleSet, on: date) -> Iterator[Problem]:
    """What deserves a second look on a day; never a reason to refuse the file."""
    for index, rule in enumerate(ruleset.rules):
        for loc, message in (*_ages(rule, on), *_without_effect(rule)):
            yield ("rules", index, *loc), message
    yield from _same(ruleset)
    spent, budget = sum(effort(ruleset).values()), ruleset.budget.rep_seconds_per_week
    if spent > budget:
        mend = "ask less, make an answer quicker, or raise rep_seconds_per_week"
        yield ("budget", "rep_seconds_per_week"), f"{spent:.0f} s a week are asked of a rep, at most {budget}: {mend}"


def effort(ruleset: RuleSet) -> dict[str, float]:
    """By rule that asks reps, the seconds that it takes of one rep in a week."""
    asked = (rule for rule in ruleset.rules if rule.is_asked and rule.is_owed_by_the_rep)
    return {rule.id: rule.fix.seconds * rule.fix.per_week for rule in asked}


def reciprocity(ruleset: RuleSet) -> tuple[int, int]:
    """How many rules ask sales, and how many marketing."""
    asked = Counter(rule.direction for rule in ruleset.rules if rule.is_asked)
    return asked["sales_to_marketing"], asked["marketing_to_sales"]


def gates(ruleset: RuleSet) -> Counter[str]:
    """By transition, how many rules gate it."""
    built = (rule.enforcement.gate for rule in ruleset.rules if rule.enforcement.level == "gate")
    return Counter(gate.transition for gate in built if gate)


def _same(ruleset: RuleSet) -> Iterator[Problem]:
    """Two rules that ask the same side for the same thing about the same records."""
    for index, rule in enumerate(ruleset.rules):
        for earlier in ruleset.rules[:index]:
            if (shared := _shared(earlier, rule)) is not None and not _are_apart(
                earlier.applies_when, rule.applies_when
            ):
                what = f"asks for {shared} as" if shared else "asks the same as"
                yield ("rules", index, "check"), f"{what} {earlier.id} does: make one rule of them"


def _shared(one: Rule, other: Rule) -> str | None:
    """What both rules ask for; empty where their checks are equal, `None` where they ask for different things."""
    if (one.object, one.direction, one.check.kind) != (other.object, other.direction, other.check.kind):
        return None
    if one.check.kind in SAME:
        return ", ".join(sorted({*one.check.fields_read()} & {*other.check.fields_read()})) or None
    return "" if one.check == other.check else None


def _are_apart(one: Condition | None, other: Condition | None) -> bool:
    """No record meets both: they want different values of one field."""
    if one is None or other is None or one.field is None or one.field != other.field:
        return False
    wanted = [{*(each.value if isinstance(each.value, tuple) else (each.value,))} for each in (one, other)]
    return {one.op, other.op} <= {"eq", "in", "changed_to"} and not wanted[0] & wanted[1]


def _ages(rule: Rule, on: date) -> Iterator[Problem]:
    used = [use.last_used for use in rule.used_for if use.last_used]
    if used and on - max(used) > USE_IS_OLD_AFTER:
        yield (
            ("used_for",),
            f"last used {max(used)}, more than {USE_IS_OLD_AFTER.days} days ago: show a use, or ask less",
        )
    if used and max(used) > on:
        yield ("used_for",), f"last used {max(used)}, which is still to come: correct the date"
    if rule.review_by and rule.review_by < on:
        yield ("review_by",), f"was to be reviewed by {rule.review_by}: review it and set a new date"
    for index, exemption in enumerate(rule.exempt):
        if exemption.until and exemption.until < on:
            yield ("exempt", index, "until"), f"ended on {exemption.until}: remove it, or set a new date"


def _without_effect(rule: Rule) -> Iterator[Problem]:
    level = rule.enforcement.level
    if rule.enforcement.gate is not None and level != "gate":
        yield ("enforcement", "gate"), f"has no effect at level {level}: set level: gate, or remove it"
    if rule.clock is not None and rule.check.kind not in ("within", "cadence"):
        yield ("clock",), f"has no effect on a {rule.check.kind} check: remove it"
