"""What must hold between the parts of a rule and between rules. Laws are errors and do not depend on the day; what
deserves a second look is in `rules/lints.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rules.conditions import Problem

if TYPE_CHECKING:
    from rules.language import Rule, RuleSet

SALES_PER_MARKETING = 3
"""At most this many obligations on sales for each one on marketing (remind or gate; observing asks nobody)."""


def rule_problems(rule: Rule) -> Iterator[Problem]:
    """What one rule breaks, each with its place below the rule and its mend."""
    if rule.is_asked and rule.gives_back is None:
        level = rule.enforcement.level
        yield ("enforcement",), f"{level} needs gives_back; say what the one who answers gets, or use level: observe"
    if rule.enforcement.level == "gate":
        yield from _gate_problems(rule)
    for index, exemption in enumerate(rule.exempt):
        if exemption.when is not None and exemption.when == rule.applies_when and exemption.who is None:
            yield ("exempt", index, "when"), "exempts all that the rule applies to: correct one of them"


def _gate_problems(rule: Rule) -> Iterator[Problem]:
    if rule.enforcement.gate is None:
        mend = 'add "gate: {transition: object.stage -> name, backend: ..., override: ...}"'
        yield ("enforcement",), f"a gate needs its gate block; {mend}, or use level: remind"
    if not {"sales", "marketing"} <= set(rule.agreed_by):
        missing = " and ".join(sorted({"sales", "marketing"} - set(rule.agreed_by)))
        yield ("agreed_by",), f"a gate needs both sides' agreement; {missing} must agree, or use level: remind"
    if not any(use.last_used for use in rule.used_for):
        yield ("used_for",), 'a gate needs proof of use; add "last_used: YYYY-MM-DD" to a use, or use level: remind'
    if rule.check.kind == "required" and rule.check.unknown_ok is None and not rule.exempt:
        yield ("check",), "a gate needs an honest way out; add unknown_ok to the check, or exempt to the rule"


def set_problems(ruleset: RuleSet) -> Iterator[Problem]:
    """What the rules break together, each at the rule that is one too many."""
    yield from _repeated_ids(ruleset)
    yield from _crowded_transitions(ruleset)
    yield from _unbalanced(ruleset)


def _repeated_ids(ruleset: RuleSet) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, rule in enumerate(ruleset.rules):
        if rule.id in seen:
            yield ("rules", index, "id"), f"the id {rule.id} comes twice; give this rule another one"
        seen.add(rule.id)


def _crowded_transitions(ruleset: RuleSet) -> Iterator[Problem]:
    allowed, gates = ruleset.budget.gates_per_transition, Counter[str]()
    for index, rule in enumerate(ruleset.rules):
        if rule.enforcement.level != "gate" or rule.enforcement.gate is None:
            continue
        transition = rule.enforcement.gate.transition
        gates[transition] += 1
        if gates[transition] > allowed:
            message = f"gate number {gates[transition]} on {transition}, at most {allowed}; use level: remind"
            yield ("rules", index, "enforcement", "gate"), message


def _unbalanced(ruleset: RuleSet) -> Iterator[Problem]:
    asked = [(index, rule) for index, rule in enumerate(ruleset.rules) if rule.is_asked]
    on_marketing = sum(rule.direction == "marketing_to_sales" for _, rule in asked)
    on_sales = [index for index, rule in asked if rule.direction == "sales_to_marketing"]
    allowed = SALES_PER_MARKETING * on_marketing
    if len(on_sales) > allowed:
        message = (
            f"{len(on_sales)} obligations on sales against {on_marketing} on marketing (remind or gate), at most "
            f"{SALES_PER_MARKETING} to 1; add one on marketing, or use level: observe from this rule on"
        )
        yield ("rules", on_sales[allowed], "direction"), message
