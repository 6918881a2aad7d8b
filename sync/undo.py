"""Undo: which values that a run overwrote can go back, and which are left alone because somebody has moved on.

A value goes back only where its field still shows what the run wrote, and the other side still shows what both agreed
on. The base moves with it: afterwards each side shows what its base says, so that nobody counts as having edited, the
next pass writes nothing, and the next edit by a person travels like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.base import Update
from crm.record import Record, Ref, Side, Value
from crm.values import FieldType, same
from sync.fit import Schema, checked
from sync.mapping import FieldMap, ObjectMap, SyncRule, canonical, native
from sync.mapping.handoff import FOLLOW_UPS
from sync.outcomes import FieldChange
from sync.plan import Base, Link, Plan
from sync.references import NOTHING, Known, carried, visible, with_lone

RULE = "undo"
"""What the history names as the rule of a value that an undo wrote."""
CONSENT = "consent"
"""The rule of an opt-out that travelled: it is never undone."""


class Why(StrEnum):
    """Why a value is left alone."""

    EDITED = "edited"
    """The field shows something else by now."""
    OTHER_SIDE = "other_side"
    """The other side was edited since: the next pass carries that edit over anyway."""
    BESIDE = "beside"
    """It was made beside the pair (a member of a campaign): it is no field that could show the old value."""
    BACK = "back"
    """It shows the old value already."""
    CONSENT = "consent"
    FORGOTTEN = "forgotten"
    """Its values were erased, or are kept no longer."""
    GONE = "gone"
    """The record is; or it is part of another one now, and its values went with that merge."""
    READ_ONLY = "read_only"
    """The mapping only reads the object by now."""
    UNMAPPED = "unmapped"
    """The record has no such field under today's mapping."""
    REFUSED = "refused"
    """The system would not take the old value."""
    UNANSWERED = "unanswered"
    """A write of this pair has had no answer yet: sync first."""


@dataclass(frozen=True, slots=True)
class Written:
    """One field that a run wrote: the side showed `old`, and `new` afterwards."""

    ref: Ref
    side: Side
    field: str
    old: Value
    new: Value
    rule: str


@dataclass(frozen=True, slots=True)
class Left:
    """A value that stays as it is; `note` says more where there is more to say."""

    written: Written
    why: Why
    note: str = ""


@dataclass(slots=True)
class Undo:
    """What an undo comes to: one plan for each pair with something to write, and what is left alone."""

    plans: list[Plan] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def undo_pair(
    object_map: ObjectMap,
    link: Link | None,
    records: Mapping[Side, Record],
    written: Sequence[Written],
    schema: Schema,
    reason: str,
    known: Known = NOTHING,
) -> Undo:
    """The undo of what was written to one pair, or to one record that is linked no more. `records` were just read, and
    are translated."""
    undo = Undo()
    whole = {side: canonical(object_map, side, record)[0] for side, record in records.items()}
    shown = {side: visible(object_map, side, values, NOTHING)[0] for side, values in whole.items()}
    going: list[Written] = []
    for each in written:
        why = _why_left(object_map, link, shown, each, {other.side for other in written if other.field == each.field})
        if each.side in records and records[each.side].ref != each.ref:
            why = Why.GONE
        if why is None:
            going.append(each)
        else:
            undo.left.append(Left(each, why))
    changes = [
        FieldChange(each.field, each.side, each.new, back, _agreed(link, shown, going, each), RULE, reason)
        for each in going
        for back in [_with_lone(object_map, each, whole[each.side][each.field])]
    ]
    objects = {side: record.ref.object for side, record in records.items()}
    changes, waits = carried(object_map, changes, known)
    accepted, held = checked(object_map, objects, changes, schema)
    for refusal in (*waits, *held):
        one = next(each for each in going if (each.field, each.side) == (refusal.field, refusal.side))
        undo.left.append(Left(one, Why.REFUSED, refusal.message))
    if accepted:
        undo.plans.append(_plan(object_map, link, records, accepted))
    return undo


def _with_lone(object_map: ObjectMap, each: Written, shown: Value) -> Value:
    """The old value; of several references with those that lead to no pair, which were never ours to take away."""
    is_several = object_map.fields[each.field].type is FieldType.REFERENCES
    return with_lone(each.old, shown) if is_several else each.old


def _why_left(
    object_map: ObjectMap,
    link: Link | None,
    shown: Mapping[Side, Mapping[str, Value]],
    each: Written,
    wrote: set[Side],
) -> Why | None:
    """Why a value is left alone, or `None` where it goes back. `wrote` are the sides on which the run set the field."""
    field_map = object_map.fields.get(each.field)
    if each.rule == CONSENT or (field_map and field_map.rule is SyncRule.CONSENT):
        return Why.CONSENT
    if each.field in FOLLOW_UPS:
        return Why.BESIDE
    if object_map.is_read_only and not (field_map and field_map.answerable):
        return Why.READ_ONLY
    if each.old is None and each.new is None:
        return Why.FORGOTTEN
    if each.side not in shown:
        return Why.GONE
    if field_map is None or each.field not in shown[each.side]:
        return Why.UNMAPPED
    now = shown[each.side][each.field]
    if not same(field_map.type, now, each.new) or same(field_map.type, each.old, each.new):
        return Why.BACK if same(field_map.type, now, each.old) else Why.EDITED
    other, base = each.side.other, link.base.of(each.side.other) if link else {}
    if other not in wrote and each.field in base and each.field in shown.get(other, {}):
        return None if same(field_map.type, shown[other][each.field], base[each.field]) else Why.OTHER_SIDE
    return None


def _agreed(
    link: Link | None, shown: Mapping[Side, Mapping[str, Value]], going: Sequence[Written], each: Written
) -> Value:
    """What the base says of the other side afterwards: what goes back there as well, else what it says now."""
    other = each.side.other
    for twin in going:
        if (twin.field, twin.side) == (each.field, other):
            return twin.old
    base = link.base.of(other) if link else {}
    return base.get(each.field, shown.get(other, {}).get(each.field))


def _plan(
    object_map: ObjectMap, link: Link | None, records: Mapping[Side, Record], changes: Sequence[FieldChange]
) -> Plan:
    """The writes, with the base as it will be: it moves before anything is sent, so that an undo that breaks off
    anywhere leaves pairs which agree, or are undone, and no value that would travel as an edit."""
    writes = tuple(
        Update(side, record.ref, native(object_map, side, record.ref.object, values))
        for side, record in records.items()
        if (values := {change.field: change.new for change in changes if change.side is side})
    )
    base: dict[Side, dict[str, Value]] = {Side.MARKETING: {}, Side.SALES: {}}
    for change in changes:
        base[change.side][change.field] = change.new
        base[change.side.other].setdefault(change.field, change.source)
    source = link.marketing if link else writes[0].ref
    agreed = Base(base[Side.MARKETING], base[Side.SALES]) if link else Base()
    return Plan(source, link, writes, tuple(changes), agreed=agreed)


def is_untouched(object_map: ObjectMap, link: Link, side: Side, record: Record) -> bool:
    """Whether a record shows nothing but what both sides agreed on: nobody has worked on its mapped fields since."""
    base = link.base.of(side)
    whole, unreadable = canonical(object_map, side, record)
    shown, _ = visible(object_map, side, whole, NOTHING)
    return not unreadable and all(
        _is_as_agreed(object_map.fields[name], base.get(name), value) for name, value in shown.items()
    )


def _is_as_agreed(field_map: FieldMap, agreed: Value, value: Value) -> bool:
    """On fields that never travel, and on opt-outs, nothing is agreed: of these only an opt-out tells of somebody."""
    match field_map.rule:
        case SyncRule.OFF:
            return True
        case SyncRule.CONSENT:
            return value is not True
    return same(field_map.type, agreed, value)
