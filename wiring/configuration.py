"""Reads the configuration files and checks them against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.yaml_file import YamlFile, load_yaml
from crm.record import Side
from rules.compile import CompiledRule, compile_condition
from rules.conditions import Condition
from rules.facts import CannotCompile, Catalog, Sql
from rules.formula import OVERRIDE_FIELD
from rules.gates import compile_gates, has_way_out
from rules.language import RuleSet
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap, Scope, load_mapping
from wiring.catalog import read_rules, readable


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration files, read and checked against each other."""

    mapping: FieldMapping
    mapping_file: YamlFile
    rules: RuleSet
    compiled: tuple[CompiledRule, ...]
    catalog: Catalog
    scopes: Mapping[tuple[str, Side], Sql]
    rules_file: YamlFile
    gates: Mapping[str, CompiledRule]
    """By rule, the records that lack the facts for the transition which its gate guards."""

    @property
    def with_ways_out(self) -> tuple[str, ...]:
        """Salesforce's objects with gates that a person may pass, or with facts that nobody may know."""
        with_gates = {rule.object for rule in self.rules.rules if has_way_out(rule)}
        return tuple(sorted({name for each in with_gates for name in self.mapping.objects[each].sales} - _ACTIVITIES))


_ACTIVITIES = {"Task", "Event"}


def load_configuration(directory: Path, *, everybody: bool = False) -> Configuration:
    """mapping.yaml and rules.yaml of a directory. Raises ConfigError, one line per problem.

    `everybody` takes all records, whatever the mapping's scope: for the sandbox's made-up people.
    """
    mapping_file, rules_file = load_yaml(directory / "mapping.yaml"), load_yaml(directory / "rules.yaml")
    mapping = load_mapping(mapping_file)
    if everybody:
        scope = Scope(marketing="all", sales="all")
        objects = {name: each.model_copy(update={"scope": scope}) for name, each in mapping.objects.items()}
        mapping = mapping.model_copy(update={"objects": objects})
    known = readable(mapping, mapping_file)
    chosen = {name: each for name, each in mapping.objects.items() if each.is_chosen}
    if len(chosen) < len(mapping.objects):
        mapping = mapping.model_copy(update={"objects": chosen})
    rules, compiled = read_rules(rules_file, known)
    catalog = known.catalog
    gates = compile_gates(rules, catalog, rules_file, _reasons(mapping))
    scopes = _scopes(mapping, mapping_file, catalog)
    return Configuration(mapping, mapping_file, rules, compiled, catalog, scopes, rules_file, gates)


def override_field(object_map: ObjectMap) -> str | None:
    """The field of an object that holds why a gate was passed, where the mapping names it."""
    return next((each.name for each in object_map.fields.values() if OVERRIDE_FIELD in each.sales.values()), None)


def _reasons(mapping: FieldMapping) -> dict[str, Condition]:
    """By object, that a reason was given: it passes the gates that our own sync keeps."""
    named = {name: override_field(object_map) for name, object_map in mapping.objects.items()}
    return {name: Condition(field=f"{name}.{field}", op="is_set") for name, field in named.items() if field}


def _scopes(mapping: FieldMapping, document: YamlFile, catalog: Catalog) -> dict[tuple[str, Side], Sql]:
    """By object and side, who takes part, as SQL; a side without a scope has no entry."""
    scopes: dict[tuple[str, Side], Sql] = {}
    for name, object_map in mapping.objects.items():
        for side in Side:
            scope = object_map.scope.of(side)
            if scope is None and mapping.mode == "beside":
                scope = "all"  # nothing is written, and reports are to count everybody once
            if scope is None or object_map.is_read_only:
                continue
            if scope == "all":
                scopes[name, side] = Sql("(1 = 1)")
                continue
            place = ("objects", name, "scope", side.value)
            condition = document.validate(Condition, at=place)
            try:
                scopes[name, side] = compile_condition(condition, name, catalog, place)
            except CannotCompile as refused:
                raise document.refusal([(refused.where, refused.message)]) from None
    return scopes
