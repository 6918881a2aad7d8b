"""Whether a value fits where it would be written, by what the target system describes; what does not fit is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.base import FieldInfo
from crm.record import Record, Side, Value
from crm.values import FieldType, dump, same
from sync.mapping import FieldMap, ObjectMap, SyncRule
from sync.outcomes import FieldChange, Held

Schema = Mapping[Side, Mapping[str, Mapping[str, FieldInfo]]]
"""By side and object, the fields that the system describes."""


def checked(
    object_map: ObjectMap, objects: Mapping[Side, str], changes: list[FieldChange], schema: Schema
) -> tuple[list[FieldChange], list[Held]]:
    """Each change against the described schema: what may be written as it is, and what must wait."""
    accepted: list[FieldChange] = []
    held: list[Held] = []
    for change in changes:
        field_map = object_map.fields[change.field]
        outcome = _fit(field_map, change, _described(field_map, change.side, objects[change.side], schema))
        if isinstance(outcome, Held):
            held.append(outcome)
        else:
            accepted.append(outcome)
    return accepted, held


def spilled(
    object_map: ObjectMap,
    objects: Mapping[Side, str],
    changes: list[FieldChange],
    shown: Mapping[Side, Mapping[str, Value]],
    schema: Schema,
) -> list[FieldChange]:
    """The changes, with a text that will be cut put in full before the text that takes its overflow.

    `shown` are the values of the sides that are read, by canonical field.
    """
    for name, field_map in object_map.fields.items():
        if (rest := field_map.overflow) is None:
            continue
        for side in {change.side for change in changes if change.field in (name, rest)}:
            whole, info = shown[side.other].get(name), _described(field_map, side, objects[side], schema)
            is_there = object_map.fields[rest].native_name(side, objects[side])
            if is_there and info and info.max_length and isinstance(whole, str) and len(whole) > info.max_length:
                changes = _with_whole(changes, name, rest, side, whole, shown)
    return changes


def _with_whole(
    changes: list[FieldChange],
    name: str,
    rest: str,
    side: Side,
    whole: str,
    shown: Mapping[Side, Mapping[str, Value]],
) -> list[FieldChange]:
    cut = next(change for change in changes if change.side is side and change.field in (name, rest))
    body = shown[side.other].get(rest)
    text = f"{whole}\n\n{body}" if body else whole
    old = shown.get(side, {}).get(rest)
    change = FieldChange(rest, side, old, text, body, cut.rule, f"begins with the whole {name}, which is cut")
    return [each for each in changes if (each.field, each.side) != (rest, side)] + [change]


def _fit(field_map: FieldMap, change: FieldChange, info: FieldInfo | None) -> FieldChange | Held:
    if info is None:
        return change
    if info.paused:
        return Held(change.field, change.side, "schema", f"{info.name}: {info.paused}")
    value = field_map.write(change.side, change.new)
    if not info.writable:
        return Held(change.field, change.side, "read_only", f"{info.name} cannot be written: map it one way, or not")
    if info.required and value is None:
        return Held(change.field, change.side, "required", f"{info.name} may not be blank there")
    if isinstance(value, str) and info.max_length is not None and len(value) > info.max_length:
        if field_map.too_long == "hold":
            why = f"{len(value)} characters, {info.name} takes {info.max_length}: shorten it, or `too_long: truncate`"
            return Held(change.field, change.side, "too_long", why)
        cut = value[: info.max_length]
        return replace(change, new=cut, reason=f"{change.reason}; truncated to {info.max_length} characters")
    unknown = _options(value) - info.options if info.options is not None else frozenset()
    if unknown:
        why = f"{info.name} does not know {', '.join(sorted(unknown))}: add the option, or map it under `values`"
        return Held(change.field, change.side, "picklist", why)
    return change


def is_settled(
    field_map: FieldMap,
    objects: Mapping[Side, str],
    records: Mapping[Side, Record],
    now: Mapping[Side, Value],
    schema: Schema,
) -> bool:
    """Whether there is nothing to merge: both show the same, or one shows as much of the other's as it can."""
    if now[Side.MARKETING] == now[Side.SALES] and field_map.rule not in (SyncRule.OFF, SyncRule.CONSENT):
        return True
    is_short = field_map.too_long == "truncate" and is_cut(field_map, objects, now, schema)
    return is_short or is_further(field_map, records, now)


def is_cut(field_map: FieldMap, objects: Mapping[Side, str], now: Mapping[Side, Value], schema: Schema) -> bool:
    """Of a field that is cut to fit: whether one side shows just what is left of the other's value; nothing differs."""
    for side in Side:
        info = _described(field_map, side, objects[side], schema)
        whole = field_map.write(side, now[side.other])
        if info and info.max_length and isinstance(whole, str) and len(whole) > info.max_length:
            return same(field_map.type, now[side], whole[: info.max_length])
    return False


def is_further(field_map: FieldMap, records: Mapping[Side, Record], now: Mapping[Side, Value]) -> bool:
    """Whether one side shows an address that the other has as a further one: the same person, and nothing differs."""
    if field_map.type is not FieldType.EMAIL or field_map.rule is SyncRule.OFF:
        return False
    return any(
        same(FieldType.EMAIL, now[side.other], email) for side, record in records.items() for email in record.emails
    )


def _described(field_map: FieldMap, side: Side, object_name: str, schema: Schema) -> FieldInfo | None:
    return schema[side].get(object_name, {}).get(field_map.native_name(side, object_name) or "")


def _options(value: Value) -> frozenset[str]:
    match value:
        case None:
            return frozenset()
        case frozenset():
            return value
    return frozenset({dump(value) or ""})
