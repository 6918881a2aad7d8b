"""The rules that have fallen a level by themselves: each until its text in the file changes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from rules.ladder import Fall
from rules.language import Rule, RuleSet
from store import known
from store.sql import now

_KEY = "falls"


def fallen(ruleset: RuleSet) -> dict[str, tuple[Fall, int]]:
    """By rule, its fall and when it was (epoch milliseconds); one that was edited since has not fallen."""
    kept = known.recall(_KEY) or {}
    return {
        rule.id: (Fall(rule.id, each["was"], each["now"], tuple(each["reasons"])), each["at"])
        for rule in ruleset.rules
        if (each := kept.get(rule.id)) and each["of"] == _digest(rule)
    }


def remember(ruleset: RuleSet, falls: Iterable[Fall]) -> None:
    """These rules fall now; those that fell before stay where they are."""
    rules, kept = {rule.id: rule for rule in ruleset.rules}, known.recall(_KEY) or {}
    new = {
        fall.rule: {
            "was": fall.was, "now": fall.now, "reasons": list(fall.reasons), "at": now(),
            "of": _digest(rules[fall.rule]),
        }
        for fall in falls
    }  # fmt: skip
    known.learn(_KEY, {name: each for name, each in kept.items() if name in rules} | new)


def _digest(rule: Rule) -> str:
    return blake2b(rule.model_dump_json().encode(), digest_size=16).hexdigest()
