"""What rules may read, as a mapping gives it: objects with their fields, other names for them, and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from config.yaml_file import Loc, YamlFile
from crm.record import Side
from crm.values import dump
from rules.compile import CompiledRule, compile_rules
from rules.events import Event, Named, renamed
from rules.facts import Catalog, ObjectFacts
from rules.language import RuleSet, load_rules
from rules.previews import Shown, Sight
from sync.mapping import FieldMap
from sync.mapping import Mapping as FieldMapping


@dataclass(frozen=True, slots=True)
class Readable:
    """What rules may read, and what they call it."""

    catalog: Catalog
    names: Mapping[str, Named]


def readable(mapping: FieldMapping, document: YamlFile) -> Readable:
    """What rules may read of the objects that are read at all. Raises ConfigError with the mapping's lines."""
    problems: list[tuple[Loc, str]] = []
    names = {
        name: document.validate(Named, at=("names", name)) if isinstance(said, dict) else Named(object=str(said))
        for name, said in mapping.names.items()
    }
    for name, each in names.items():
        if each.object not in mapping.objects:
            problems.append(
                (("names", name), f"there is no object {each.object} under objects; name one that is there")
            )
        if name in mapping.objects:
            problems.append((("names", name), "is an object of this mapping already; remove this line"))
    if problems:
        raise document.refusal(problems)
    objects = {
        name: ObjectFacts(
            object_map.fact_types,
            mapping.funnel_of(name).names,
            {field.name: field.to for field in object_map.fields.values() if field.to in mapping.objects and field.to},
        )
        for name, object_map in mapping.objects.items()
        if object_map.is_chosen
    }
    events: dict[str, Event] = {}
    for name in mapping.events:
        event = document.validate(Event, at=("events", name))
        canonical = renamed({"start": name}, names)["start"]
        events[canonical] = Event.model_validate(renamed(event.model_dump(by_alias=True, exclude_none=True), names))
    return Readable(Catalog(objects, events), names)


def read_rules(document: YamlFile, known: Readable) -> tuple[RuleSet, tuple[CompiledRule, ...]]:
    """The rules of a file, every object called as the mapping calls it, and compiled. Raises ConfigError with a line
    for each that cannot run."""
    written = load_rules(document)
    called = renamed(written.model_dump(by_alias=True, exclude_unset=True), known.names)
    rules = RuleSet.model_validate(called)
    kinds = {rule.id: kind for rule in written.rules if (kind := _kind(rule.object, known))}
    return rules, compile_rules(rules, known.catalog, document, kinds)


def _kind(name: str, known: Readable) -> str | None:
    return known.names[name].kind if name in known.names else None


def sight(mapping: FieldMapping, name: str, side: Side, object_name: str, placeholders: Iterable[str] = ()) -> Sight:
    """What a preview may ask one object of a system about the records of a mapped object."""
    object_map = mapping.objects[name]
    fields = {
        each.name: Shown(native_name, each.type, _writer(each, side))
        for native_name, each in object_map.fields_on(side, object_name).items()
    }
    stages = [(stage.name, stage.words.get(object_name, {})) for stage in mapping.funnel_of(name).stages]
    return Sight(name, fields, stages, sorted(placeholders), frozenset(object_map.fields))


def _writer(field: FieldMap, side: Side) -> Callable[[str], str]:
    return lambda value: dump(field.write(side, value)) or ""
