"""Lets those rules fall that ask too much, and gives everybody the rules at the levels that they have come to."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

from crm.states import FieldState
from crm.values import FieldType
from rules.compile import compile_condition, facts_table
from rules.facts import Catalog, Sql, joined
from rules.gates import compile_gate, target_of
from rules.kinds import Required
from rules.ladder import Fall, Health, fall_of, lowered, share
from rules.language import Rule
from store import ladder
from store.sql import rows
from wiring.configuration import Configuration, override_field

_log = logging.getLogger("entente.rules")


def at_real_levels(configuration: Configuration) -> Configuration:
    """The configuration with the rules at the levels to which some have fallen."""
    falls = [fall for fall, _ in ladder.fallen(configuration.rules).values()]
    return replace(configuration, rules=lowered(configuration.rules, falls)) if falls else configuration


def review(written: Configuration, on: date) -> list[Fall]:
    """Let every rule fall that asks too much, and say so; `written` are the rules as the file has them."""
    before = ladder.fallen(written.rules)
    falls = [
        fall
        for rule in written.rules.rules
        if rule.id not in before and (fall := fall_of(rule, health(written, rule), on)) is not None
    ]
    for fall in falls:
        _log.warning("the rule %s falls from %s to %s: %s", fall.rule, fall.was, fall.now, ", ".join(fall.reasons))
    if falls:
        ladder.remember(written.rules, falls)
    return falls


def health(configuration: Configuration, rule: Rule) -> Health:
    """How a rule fares by the facts as they stand."""
    if not rule.is_asked:
        return Health()
    passed, overridden = overrides(configuration, rule)
    return Health(overrides=share(overridden, passed), placeholders=_placeholders(configuration.catalog, rule))


def overrides(configuration: Configuration, rule: Rule) -> tuple[int, int]:
    """How many records made the transition of a gate, and how many of these without its facts, for a reason. Reasons
    are known where the mapping names the field that holds them."""
    object_map = configuration.mapping.objects[rule.object]
    name = override_field(object_map)
    if rule.enforcement.level != "gate" or name is None:
        return 0, 0
    there = compile_condition(target_of(rule, configuration.catalog), rule.object, configuration.catalog)
    given = configuration.catalog.fact(f"{rule.object}.{name}", rule.object, ()).is_set()
    lacking = compile_gate(rule, configuration.catalog)
    extra = joined("AND", [there, given])
    passed = rows(
        f"SELECT COUNT(*) FROM {facts_table(rule.object)} WHERE counted = 1 AND {there.text}", there.parameters
    )
    counted = rows(
        f"SELECT COUNT(*) FROM ({lacking.sql} AND {extra.text}) AS passed_by", [*lacking.parameters, *extra.parameters]
    )
    return int(passed[0][0]), int(counted[0][0])


def _placeholders(catalog: Catalog, rule: Rule) -> float | None:
    """Of the cells that a rule asks for, the share that holds a placeholder."""
    if not isinstance(rule.check, Required):
        return None
    facts = [catalog.fact(path, rule.object, ()) for path in rule.check.fields]
    facts = [fact for fact in facts if fact.type not in (None, FieldType.BOOL)]
    if not facts:
        return None
    applies = Sql("(1 = 1)")
    if rule.applies_when is not None:
        applies = compile_condition(rule.applies_when, rule.object, catalog)
    sums = [f"SUM(CASE WHEN {fact.has_state(FieldState.PLACEHOLDER).text} THEN 1 ELSE 0 END)" for fact in facts]
    cells = [f"SUM(CASE WHEN {fact.is_there().text} THEN 1 ELSE 0 END)" for fact in facts]
    [found] = rows(
        f"SELECT {', '.join([*sums, *cells])} FROM {facts_table(rule.object)} WHERE counted = 1 AND {applies.text}",
        applies.parameters,
    )
    return share(sum(int(n or 0) for n in found[: len(facts)]), sum(int(n or 0) for n in found[len(facts) :]))
