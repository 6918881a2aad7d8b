"""What the gates of the rules are in each system: validation rules in Salesforce's own words, and steps by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.yaml_file import Loc
from connectors.base import FieldInfo
from connectors.salesforce import schema
from crm.record import Side
from rules.dialects import SalesField
from rules.facts import CannotCompile
from rules.formula import Place, ValidationRule, validation_rule
from rules.gates import at_target, transition_of
from rules.language import Language, Rule
from store import known

if TYPE_CHECKING:
    from wiring.service import Service


def gates_of(service: Service) -> list[Rule]:
    """The rules whose level is a gate."""
    return [rule for rule in service.configuration.rules.rules if rule.enforcement.level == "gate"]


def backend_of(rule: Rule) -> str:
    """Where the gate lives."""
    assert rule.enforcement.gate is not None, "a gate has its block: see rules/laws.py"
    return rule.enforcement.gate.backend


def validation_rules(service: Service, language: Language) -> list[ValidationRule]:
    """Those of all rules whose gate lives in Salesforce. Raises ConfigError by rule and line."""
    made: list[ValidationRule] = []
    problems: list[tuple[Loc, str]] = []
    for index, rule in enumerate(service.configuration.rules.rules):
        if rule.enforcement.level != "gate" or backend_of(rule) != "salesforce_validation_rule":
            continue
        try:
            reduced = at_target(rule, service.configuration.catalog)
            found = [validation_rule(reduced, place, language) for place in _places(service, rule.object)]
        except CannotCompile as refused:
            problems.append((("rules", index, *refused.where), refused.message))
            continue
        if not any(found):
            into = transition_of(rule)
            message = f"no object of Salesforce shows {into.path} as {into.value}, with a field that is asked for"
            problems.append((("rules", index, "enforcement", "gate", "transition"), message))
        made += [each for each in found if each is not None]
    if problems:
        raise service.configuration.rules_file.refusal(problems)
    return made


def _places(service: Service, name: str) -> Iterator[Place]:
    """Salesforce's objects that hold an object of the mapping, with what their fields are called and are."""
    object_map = service.mapping.objects[name]
    connector = service.connectors[Side.SALES]
    placeholders = service.configuration.rules.folded_placeholders()
    for object_name in sorted(set(object_map.object_names(Side.SALES)) & set(service.configuration.with_ways_out)):
        described = known.described(Side.SALES, connector, object_name)
        fields = {
            each.name: _field(described[native])
            for native, each in object_map.fields_on(Side.SALES, object_name).items()
            if native in described
        }
        stages = {
            stage.name: {
                _field(described[native]): word
                for native, word in stage.words.get(object_name, {}).items()
                if native in described
            }
            for stage in service.mapping.funnel_of(name).stages
        }
        has = frozenset(own for own in schema.WAYS_OUT if own in described)
        yield Place(object_name, fields, stages, placeholders, has)


def _field(info: FieldInfo) -> SalesField:
    return SalesField(info.name, info.type, info.offered)


def in_hubspot(service: Service, rule: Rule) -> list[str]:
    """What an administrator does in HubSpot, which no API does.

    https://knowledge.hubspot.com/properties/set-up-conditional-logic-for-enumeration-properties
    """
    object_map, into = service.mapping.objects[rule.object], transition_of(rule)
    home = (object_map.object_names(Side.MARKETING) or [rule.object])[0]

    def named(name: str) -> str:
        found = object_map.fields.get(name)
        return (found.native_name(Side.MARKETING, home) if found else None) or name

    words = {stage.name: stage.words.get(home, {}) for stage in service.mapping.funnel_of(rule.object).stages}
    shown = words.get(into.value, {}) if into.is_stage else {named(into.field): into.value}
    controls = " and ".join(f"{name} = {word}" for name, word in shown.items()) or f"{into.path} = {into.value}"
    asked = ", ".join(named(path.rpartition(".")[2]) for path in rule.check.fields_read())
    return [
        f"HubSpot: Settings > Properties > {home} > Conditional logic > Create logic.",
        f"Controlling property and option: {controls}. Only an enumeration can control others.",
        f"Dependent properties: {asked}, each required. HubSpot asks this of people; our own writes, by version 3 of "
        "its API, are not held to it.",
    ]
