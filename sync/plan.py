"""What a round would do to one pair of records: decided here, done elsewhere.

`make_plan` merges a linked pair field by field; `make_create` turns a record that the other side lacks into a new one.
A plan writes at most once per side, and only the changed fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from connectors.base import Archive, Create, Merge, Update, Write
from crm.record import Record, Ref, Side, Value
from crm.values import FieldType, dump
from sync.breaks import held_edits, no_creates, pauses
from sync.decide import Decision, Decisions, decided
from sync.fit import Schema, checked, is_settled, spilled
from sync.mapping import FieldMap, ObjectMap, SyncRule, canonical, native, native_new
from sync.merge import merge_field
from sync.outcomes import Conflict, Copy, FieldChange, FollowUp, Held, Keep, Times
from sync.references import NOTHING, Known, carried, lacks_parent, must_wait, visible, waits, with_lone, with_unshown
from sync.wording import fitting


@dataclass(frozen=True, slots=True)
class Base:
    """What each side showed when we last agreed, by canonical field."""

    marketing: Mapping[str, Value] = field(default_factory=dict)
    sales: Mapping[str, Value] = field(default_factory=dict)

    def of(self, side: Side) -> Mapping[str, Value]:
        return self.marketing if side is Side.MARKETING else self.sales

    def pair(self, name: str) -> dict[Side, Value] | None:
        """Both values of a field, or `None` where the sides never agreed on it."""
        if name not in self.marketing or name not in self.sales:
            return None
        return {Side.MARKETING: self.marketing[name], Side.SALES: self.sales[name]}


@dataclass(frozen=True, slots=True)
class Link:
    """One person in both systems. From the first match on, the link is the identity."""

    id: int
    object: str
    marketing: Ref
    sales: Ref
    base: Base = field(default_factory=Base)
    seen_at: Mapping[Side, datetime] = field(default_factory=dict)

    @property
    def homes(self) -> tuple[str, str]:
        """The systems' objects that its records are in, (marketing, sales)."""
        return self.marketing.object, self.sales.object

    def ref(self, side: Side) -> Ref:
        return self.marketing if side is Side.MARKETING else self.sales


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Records that cannot be matched, or a pair that cannot go on, without a person."""

    ref: Ref
    kind: Literal["match", "deleted", "merged", "consent"]
    reason: str
    others: tuple[Ref, ...] = ()
    edits: Mapping[str, Value] = field(default_factory=dict)
    """Of records that a merge brought together: what was edited on the one that gives way, and did not travel."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with one pair, or with one record that has no counterpart yet (then `link` is `None`)."""

    source: Ref
    link: Link | None = None
    writes: tuple[Write, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    agreed: Base = field(default_factory=Base)
    held: tuple[Held, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    step: int = 0
    """What must be written after other plans of the round has a higher one."""

    @property
    def refs(self) -> set[Ref]:
        """The records that this plan is about."""
        return {self.source, self.link.marketing, self.link.sales} if self.link else {self.source}

    @property
    def awaits_times(self) -> bool:
        """Whether a conflict might be decided by change times that were not at hand."""
        return any(conflict.needs_times for conflict in self.conflicts.values())

    def explain(self) -> Iterator[str]:
        """One line per field, for people; it holds the person's values."""
        for change in (*self.changes, *(each.change for each in self.follow_ups)):
            target = self._target(change.side)
            yield f"{target}  {change.field}: {_shown(change.old)} -> {_shown(change.new)}  ({change.reason})"
        for name, conflict in self.conflicts.items():
            sides = f"marketing {_shown(conflict.marketing)}, sales {_shown(conflict.sales)}"
            yield f"{self.source}  {name}: to decide, {sides}  ({conflict.reason})"
        for held in self.held:
            yield f"{self._target(held.side)}  {held.field}: held  ({held.message})"
        for write in self.writes:
            if isinstance(write, Archive):
                yield f"{write.ref}  goes to the recycle bin  ({write.side.other} has deleted its counterpart)"
            if isinstance(write, Merge):
                yield f"{write.loser}  becomes part of {write.ref}  ({write.side.other} has merged the two)"

    def _target(self, side: Side) -> str:
        return str(self.link.ref(side)) if self.link else f"new in {side}, from {self.source}"


@dataclass(slots=True)
class Batch:
    """What a batch of touched records comes to. A plan whose link has the id 0 makes that link.

    Of the pairs that are `parted`, the records in `remade` are made anew on the other side. `retired` are links that
    say what another one says. Of pairs that are `leaving` (a link, and the side that is gone), the other record follows
    to the recycle bin; of those `merging`, the second link's marketing record becomes part of the first one's.
    `judged` are touched records without a link: what was open about them and is not asked again is settled. `again`
    are to be looked at once more, since what was known of them turned out to be old. `decisions` are those of a person
    that were known when this was planned.
    """

    plans: list[Plan] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    moved: list[tuple[Link, Side, Ref]] = field(default_factory=list)
    parted: list[tuple[Link, Side]] = field(default_factory=list)
    remade: set[Ref] = field(default_factory=set)
    retired: list[Link] = field(default_factory=list)
    leaving: list[tuple[Link, Side]] = field(default_factory=list)
    merging: list[tuple[Link, Link]] = field(default_factory=list)
    judged: set[Ref] = field(default_factory=set)
    again: set[Ref] = field(default_factory=set)
    decisions: Decisions = field(default_factory=Decisions)
    made: dict[int, Ref | None] = field(default_factory=dict)
    """By the ids of creates of which no answer came, the record that each turned out to have made, if it did."""


def make_plan(
    object_map: ObjectMap,
    link: Link,
    records: Mapping[Side, Record],
    schema: Schema,
    times: Mapping[str, Times] | None = None,
    decisions: Mapping[str, Decision] | None = None,
    known: Known = NOTHING,
    paused: Mapping[str, Mapping[Side, str]] | None = None,
) -> Plan:
    """The merge of a linked pair. A field that a side lacks, or that was not read, has no say and is left alone.
    `paused` is what `pauses` says of such a pair, where that is known already."""
    objects = {side: link.ref(side).object for side in Side}
    paused = pauses(object_map, link.homes, schema) if paused is None else paused
    shown: dict[Side, dict[str, Value]] = {}
    whole: dict[Side, dict[str, Value]] = {}
    held: list[Held] = []
    for side, record in records.items():
        whole[side], unreadable = canonical(object_map, side, record)
        shown[side], lone = visible(object_map, side, whole[side], known)
        held += lone
        held += [Held(name, side.other, "unreadable", f"{side} shows: {why}") for name, why in unreadable.items()]
    changes: list[FieldChange] = []
    conflicts: dict[str, Conflict] = {}
    agreed: dict[Side, dict[str, Value]] = {Side.MARKETING: {}, Side.SALES: {}}
    marketing, sales = shown[Side.MARKETING], shown[Side.SALES]
    for name, field_map in object_map.fields.items():
        if name in paused:
            there = {side: shown[side][name] for side in Side if name in shown[side] and side not in paused[name]}
            held += held_edits(field_map, paused[name], there, link.base.pair(name) or {})
            continue
        if name not in marketing or name not in sales:
            continue
        now = {Side.MARKETING: marketing[name], Side.SALES: sales[name]}
        if is_settled(field_map, objects, records, now, schema):
            agreed[Side.MARKETING][name], agreed[Side.SALES][name] = marketing[name], sales[name]
            continue
        at = times.get(name) if times else None
        outcome = merge_field(field_map, link.base.pair(name), now, at, object_map.first_sync)
        match decided(outcome, decisions.get(name)) if decisions else outcome:
            case Keep(agrees=True):
                agreed[Side.MARKETING][name], agreed[Side.SALES][name] = marketing[name], sales[name]
            case Copy(to, value, rule, reason):
                if field_map.type is FieldType.REFERENCES:
                    value = with_unshown(value, now[to], link.base.pair(name), to)
                    value = with_lone(value, whole[to][name])
                changes.append(FieldChange(name, to, now[to], value, now[to.other], rule, reason))
            case Conflict() as conflict:
                conflicts[name] = conflict
    changes = spilled(object_map, objects, changes, shown, schema)
    changes, orphans = carried(object_map, changes, known)
    accepted, refused = checked(object_map, objects, changes, schema)
    writes = tuple(
        Update(side, link.ref(side), native(object_map, side, objects[side], values))
        for side in Side
        if (values := {change.field: change.new for change in accepted if change.side is side})
    )
    base = Base(agreed[Side.MARKETING], agreed[Side.SALES])
    return Plan(link.marketing, link, writes, tuple(accepted), conflicts, base, (*held, *orphans, *refused))


def make_create(
    object_map: ObjectMap, record: Record, source_side: Side, schema: Schema, known: Known = NOTHING
) -> Plan:
    """A record that the other side lacks, as a new one there; held whole where a required field would be blank, or
    while a required reference leads to no pair."""
    target = source_side.other
    values, unreadable = canonical(object_map, source_side, record)
    values, lone = visible(object_map, source_side, values, known)
    object_name, orphan = _becomes(object_map, record, target, values, known)
    if object_name is None or orphan is not None:
        return Plan(record.ref, held=(*lone, *(orphan or ())) if object_name else ())
    if stopped := no_creates(object_map, source_side, record.ref.object, schema):
        return Plan(record.ref, held=(stopped,))
    held = [
        *lone,
        *(Held(name, target, "unreadable", f"{source_side} shows: {why}") for name, why in unreadable.items()),
    ]
    changes = [
        FieldChange(name, target, None, value, values.get(name), "create", f"{target} has no such record")
        for name, field_map in object_map.fields.items()
        if (value := _to_create(field_map, target, stand_in(field_map, values))) is not None
        and field_map.native_name(target, object_name) is not None
    ]
    changes = spilled(object_map, {target: object_name}, changes, {source_side: values}, schema)
    changes, orphans = carried(object_map, changes, known)
    held += orphans
    accepted, refused = checked(object_map, {target: object_name}, changes, schema)
    made_of = {change.field: change.new for change in accepted}
    fields = native_new(object_map, target, object_name, record.ref.object, made_of)
    missing = sorted(
        info.name for info in schema[target].get(object_name, {}).values() if info.required and info.name not in fields
    )
    if missing:
        why = f"{object_name} demands {', '.join(missing)}: fill it in {source_side}, or give it `when_missing`"
        return Plan(record.ref, held=(*held, *refused, Held(", ".join(missing), target, "required", why)))
    write = Create(target, object_name, str(record.ref), fields)
    return Plan(record.ref, None, (write,), tuple(accepted), held=(*held, *refused))


def _becomes(
    object_map: ObjectMap, record: Record, target: Side, values: Mapping[str, Value], known: Known
) -> tuple[str | None, list[Held] | None]:
    """What a record is made as on a side, and what it must wait for first (`None` where for nothing). A contact is
    never made without its account: such a person is made as a lead, or waits."""
    orphan = lacks_parent(object_map, target, values, known)
    account = object_map.account if object_map.create_in_sales == "contact_if_account" else None
    if account is None or target is Side.MARKETING:
        return object_map.created_as(target, record), orphan
    value = values.get(account.name)
    object_name = object_map.created_as(target, has_account=known.reaches(value))
    if orphan is None and object_name in account.sales and not known.reaches(value):
        orphan = [waits(account, target, value)] if value is not None else []
    return object_name, orphan


def hold_back(object_map: ObjectMap, plan: Plan, refused: Mapping[str, Held]) -> Plan:
    """The plan without these fields: what was refused waits, the rest travels; who must not be without is not made."""
    stopped = {change.field: refused[change.field] for change in plan.changes if change.field in refused}
    if not stopped:
        return plan
    changes = tuple(change for change in plan.changes if change.field not in stopped)
    writes: list[Write] = []
    for write in plan.writes:
        match write:
            case Archive() | Merge():
                writes.append(write)
            case Create() if must_wait(object_map, write.object, {change.field for change in changes}):
                changes = ()
            case Create(object=object_name) | Update(ref=Ref(object=object_name)):
                dropped = {object_map.fields[name].native_name(write.side, object_name) for name in stopped}
                if fields := {name: value for name, value in write.fields.items() if name not in dropped}:
                    writes.append(replace(write, fields=fields))
    return replace(plan, writes=tuple(writes), changes=changes, held=(*plan.held, *stopped.values()))


def stand_in(field_map: FieldMap, values: Mapping[str, Value]) -> Value:
    """A field's value for a new record; where it is blank, that of the first field in its place that is filled."""
    filled = (values[name] for name in (field_map.name, *field_map.or_from) if values.get(name) is not None)
    return fitting(field_map.type, next(filled, None), field_map.at, field_map.time_zone)


def _to_create(field_map: FieldMap, target: Side, value: Value) -> Value:
    """What a create writes into a field: by its rule nothing, the value, or the marked stand-in."""
    if field_map.rule in (SyncRule.OFF, f"always_{target}"):
        return None
    if field_map.rule is SyncRule.CONSENT:
        return True if value is True and target is Side.SALES else None
    return field_map.when_missing if value is None and target is Side.SALES else value


def _shown(value: Value) -> str:
    return "(blank)" if value is None else repr(dump(value))
