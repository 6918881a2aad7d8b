"""Watches the schemas: what each mapped field was when its line was accepted, and what is described now.

A field that was never there is an error of the mapping, and a pass refuses it at its line. A field that was there and
is gone, or holds another kind of value, pauses alone: the pass goes on without it, and reads all of its object again
once the field is back. `entente check` says what broke, and `--accept` takes today's schema for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from connectors.base import FieldInfo
from crm.record import Side
from store import known
from sync.breaks import Break, Kind, breaks
from sync.fit import Schema
from sync.mapping import Mapping as SyncMapping
from wiring.checking import Use, uses

if TYPE_CHECKING:
    from wiring.service import Service

_PAUSED = "schema paused"
"""What is paused now: by side, object and field, the cursor of its object. It outlives what is described."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What broke of one use of a field."""

    side: Side
    use: Use
    what: Break


def broken(mapping: SyncMapping, side: Side, described: Mapping[str, Mapping[str, FieldInfo]]) -> list[Broken]:
    """Everything that broke on a side since the mapping's lines were accepted; `described` is the schema of today."""
    found = []
    for object_name, of_object in _by_object(mapping, side).items():
        accepted = known.accepted(side, object_name)
        now = described.get(object_name, {})
        for use in of_object:
            line, was = accepted.get(use.field, ("", None))
            if was is not None and line == _line(mapping, use):
                all_of_it = breaks(was, now.get(use.field), is_written=use.is_written)
                found += [Broken(side, use, each) for each in all_of_it]
    return found


def watch(service: Service, schema: Schema) -> tuple[Schema, list[Use]]:
    """The schema with every broken field paused, and the uses of fields that never were there. What is new, and what
    only grew, is accepted; what is back is read again. What is optional is left out where it is not there."""
    paused: dict[Side, dict[str, dict[str, FieldInfo]]] = {
        side: {name: dict(fields) for name, fields in objects.items()} for side, objects in schema.items()
    }
    absent: set[tuple[str, str]] = set()
    stopped: dict[str, str] = {}
    for side in schema:
        for each in broken(service.mapping, side, schema[side]):
            if each.what.kind.pauses:
                _pause(paused[side][each.use.object], each)
                stopped[f"{side} {each.use.object} {each.use.field}"] = f"{side}:{each.use.object}"
                absent |= {(each.use.object, each.use.field)} if each.what.kind is Kind.GONE else set()
        _accept_new(service.mapping, side, schema[side])
    missing = list(_missing(service.mapping, schema, absent))
    spared = [(side, use) for side, use in missing if use.is_optional]
    stopped |= {f"{side} {use.object} {use.field}": f"{side}:{use.object}" for side, use in spared}
    absent |= {(use.object, use.field) for _, use in spared}
    gone = [name for objects in schema.values() for name, fields in objects.items() if not fields]
    service.mapping.leave_out(absent, gone)
    _note(service, stopped)
    return paused, [use for _, use in missing if not use.is_optional]


def follow_described(described: Mapping[Side, Mapping[str, Mapping[str, FieldInfo]]]) -> None:
    """Where a schema is no longer what passes go by, the next pass describes it anew: a mend counts at once."""
    for side, objects in described.items():
        if any(dict(fields) != known.last_described(side, name) for name, fields in objects.items()):
            known.forget("schema.")


def paused_now() -> dict[str, str]:
    """What is paused: by side, object and field."""
    return known.recall(_PAUSED) or {}


def accept_all(mapping: SyncMapping, described: Mapping[Side, Mapping[str, Mapping[str, FieldInfo]]]) -> None:
    """From now on, today's schema is what later ones are compared with; what is gone stays so."""
    for side, objects in described.items():
        _accept_new(mapping, side, objects, whatever=True)
    known.forget("schema.")


def _pause(fields: dict[str, FieldInfo], each: Broken) -> None:
    name, why = each.use.field, f"{each.what.text}: {each.what.mend}"
    fields[name] = replace(fields.get(name, FieldInfo(name, name, "")), paused=why)


def _accept_new(
    mapping: SyncMapping, side: Side, described: Mapping[str, Mapping[str, FieldInfo]], *, whatever: bool = False
) -> None:
    """Accept fields that were not compared before, and those of which nothing broke; `whatever` takes all as it is."""
    for object_name, of_object in _by_object(mapping, side).items():
        before = known.accepted(side, object_name)
        after = dict(before)
        for use in of_object:
            now, line = described.get(object_name, {}).get(use.field), _line(mapping, use)
            accepted_line, was = before.get(use.field, ("", None))
            is_new = whatever or was is None or accepted_line != line
            if now and (is_new or (was and not any(breaks(was, now, is_written=use.is_written)))):
                after[use.field] = (line, now)
        names = {use.field for use in of_object}
        after = {name: each for name, each in after.items() if name in names}
        if after != before:
            known.accept(side, object_name, after)


def _note(service: Service, stopped: Mapping[str, str]) -> None:
    """Remember what is paused; an object of which a field is back is read again from its start, since what changed
    meanwhile was not seen."""
    before = paused_now()
    if before == stopped:
        return
    for key in {cursor for field, cursor in before.items() if field not in stopped}:
        service.records.read_again(key)
    known.learn(_PAUSED, dict(stopped))


def _missing(mapping: SyncMapping, schema: Schema, absent: set[tuple[str, str]]) -> Iterator[tuple[Side, Use]]:
    for side in schema:
        for use in uses(mapping, side):
            if use.field not in schema[side][use.object] and (use.object, use.field) not in absent:
                yield side, use


def _by_object(mapping: SyncMapping, side: Side) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses(mapping, side):
        found.setdefault(use.object, []).append(use)
    return found


def _line(mapping: SyncMapping, use: Use) -> str:
    """Changes with the mapping line of a field: a person who corrected it has seen what is there now."""
    for object_map in mapping.objects.values():
        if use.name in object_map.fields and use.object in {*object_map.marketing, *object_map.sales}:
            return blake2b(object_map.fields[use.name].model_dump_json().encode(), digest_size=8).hexdigest()
    return "stage"
