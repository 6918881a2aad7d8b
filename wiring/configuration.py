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
from rules.language import RuleSet
from sync.mapping import Mapping as FieldMapping
from sync.mapping import Scope, load_mapping
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
    return Configuration(mapping, mapping_file, rules, compiled, catalog, _scopes(mapping, mapping_file, catalog))


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
