"""The ladder of enforcement on the page of operations: rules that fell a level, and gates that were passed by."""

from __future__ import annotations

from typing import Any

from reports.words import percent, titles, whole
from rules.language import Language, RuleSet
from store import ladder
from sync.gates import read_message
from web.times import since
from web.words import say, words
from wiring.configuration import Configuration
from wiring.ladder import overrides


def levels(language: Language, written: Configuration) -> dict[str, Any]:
    """`fallen`: each rule with its levels, why and since when; `gates`: each gate with how often a reason passed it."""
    fallen = ladder.fallen(written.rules)
    word = words(language)
    return {
        "fallen": [
            {
                "rule": getattr(rule.title, language),
                "id": rule.id,
                "levels": f"{word[f'level_{fall.was}']} → {word[f'level_{fall.now}']}",
                "why": ", ".join(word[f"fell_{reason}"] for reason in fall.reasons),
                "since": since(language, at),
            }
            for rule in written.rules.rules
            if rule.id in fallen
            for fall, at in [fallen[rule.id]]
        ],
        "gates": [
            {"rule": getattr(rule.title, language), "id": rule.id, "passed": _passed(language, written, rule.id)}
            for rule in written.rules.rules
            if rule.enforcement.level == "gate" and rule.id not in fallen
        ],
    }


def _passed(language: Language, written: Configuration, name: str) -> str:
    """How often a reason passed a gate, of how many transitions."""
    rule = next(rule for rule in written.rules.rules if rule.id == name)
    made, by_reason = overrides(written, rule)
    if not made:
        return words(language)["gate_no_reasons"]
    return say(
        language, "gate_reasons", n=whole(language, by_reason), of=whole(language, made),
        share=percent(language, by_reason / made),
    )  # fmt: skip


def needed(language: Language, rules: RuleSet, message: str) -> str:
    """What a held transition waits for, in the reader's language; the message as it is where its rule is gone."""
    found = read_message(message)
    rule = next((rule for rule in rules.rules if found and rule.id == found[0]), None)
    if found is None or rule is None:
        return message
    return say(language, "gate_needs", fields=titles(language, found[1]), why=getattr(rule.why, language))
