"""E-mail addresses that change places: HubSpot gives an address to one contact only, so the order of writes matters.

Rita swaps two addresses in Salesforce. Writing either to HubSpot is refused while the other contact still has it. So
who gives an address up is written before who gets it; where that goes in a circle, the first contact's address is
cleared before all else. The clearing moves the base along: marketing agreed on blank, sales on the address before the
swap. So at any moment the address still to be written is a lone edit of sales, and a crash between two steps means: run
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from connectors.base import Update
from crm.record import Record, Ref, Side, Value
from crm.values import FieldType, dump, normal_email
from sync.mapping import ObjectMap
from sync.outcomes import FieldChange
from sync.plan import Plan, Unresolved

RULE = "swap"
SIDE = Side.MARKETING
"""The side on which an address belongs to one record only."""
OPTED_OUT = ("hs_email_optout", "HasOptedOutOfEmail")
REASON = "e-mail addresses changed places, and one of them has opted out: check whose choice it is"


@dataclass(frozen=True, slots=True)
class Step:
    """A plan that gives a marketing record another address."""

    plan: Plan
    change: FieldChange

    @property
    def wanted(self) -> str:
        return normal_email(dump(self.change.new) or "")


def wanted_emails(object_map: ObjectMap, plans: Sequence[Plan]) -> set[str]:
    """The normalised addresses that these plans would give to marketing records."""
    return {step.wanted for step in _steps(object_map, plans) if step.wanted}


@dataclass(frozen=True, slots=True)
class Ordered:
    """Plans in the order in which they can be written; `moving` are the records whose addresses go to others."""

    plans: list[Plan]
    moving: frozenset[Ref] = frozenset()


def in_order(object_map: ObjectMap, plans: Sequence[Plan], holders: Mapping[str, Ref]) -> Ordered:
    """The plans with their steps: who gives an address up comes before who gets it. `holders` have the wanted addresses
    now. A circle is broken by one more plan, which clears an address first."""
    steps = {step.plan.source: step for step in _steps(object_map, plans)}
    held = {ref: holders.get(step.wanted) for ref, step in steps.items()}
    after = {ref: holder for ref, holder in held.items() if holder is not None and holder in steps and holder != ref}
    if not after:
        return Ordered(list(plans))
    cleared = _one_of_each_circle(after)
    first = [_clearing(object_map, steps[ref]) for ref in sorted(cleared, key=str)]
    depths = {id(step.plan): _depth(ref, after, cleared) for ref, step in steps.items()}
    ordered = [replace(plan, step=depths[id(plan)]) if depths.get(id(plan)) else plan for plan in plans]
    return Ordered([*first, *ordered], frozenset({*after, *after.values()}))


def to_review(ordered: Ordered, records: Mapping[Ref, Record]) -> list[Unresolved]:
    """Of people whose addresses change places, those of whom one has opted out: the choice belongs to an address."""
    moving = {plan.source: plan for plan in ordered.plans if plan.source in ordered.moving}
    refs = {ref for plan in moving.values() for ref in plan.refs}
    if not any(_has_opted_out(records.get(ref)) for ref in refs):
        return []
    return [
        Unresolved(source, "consent", REASON, tuple(sorted(refs - plan.refs, key=str)))
        for source, plan in moving.items()
    ]


def _steps(object_map: ObjectMap, plans: Sequence[Plan]) -> Iterator[Step]:
    for plan in plans:
        for change in plan.changes if plan.link and plan.link.id else ():
            if change.side is SIDE and object_map.fields[change.field].type is FieldType.EMAIL:
                yield Step(plan, change)
                break


def _one_of_each_circle(after: Mapping[Ref, Ref]) -> set[Ref]:
    """Each record waits for one other at most, so that following them ends, or comes back to where it was."""
    chosen: set[Ref] = set()
    passed: set[Ref] = set()
    for start in sorted(after, key=str):
        path: list[Ref] = []
        at: Ref | None = start
        while at is not None and at not in passed:
            passed.add(at)
            path.append(at)
            at = after.get(at)
        if at in path:
            chosen.add(min(path[path.index(at) :], key=str))
    return chosen


def _depth(ref: Ref, after: Mapping[Ref, Ref], cleared: Set[Ref]) -> int:
    """How many writes come before this one: each waits for the one before, up to an address that is free."""
    depth = 0
    while ref in after:
        depth += 1
        ref = after[ref]
        if ref in cleared:
            break
    return depth


def _clearing(object_map: ObjectMap, step: Step) -> Plan:
    """The plan that takes an address from its record, for the time until it gets its new one."""
    link, change = step.plan.link, step.change
    assert link is not None
    agreed: Value = link.base.of(SIDE.other).get(change.field)
    cleared = FieldChange(change.field, SIDE, change.old, None, agreed, RULE, "two addresses change places")
    name = object_map.fields[change.field].native_name(SIDE, link.marketing.object) or ""
    return Plan(step.plan.source, link, (Update(SIDE, link.marketing, {name: None}),), (cleared,))


def _has_opted_out(record: Record | None) -> bool:
    return record is not None and any(record.fields.get(name) in (True, "true") for name in OPTED_OUT)
