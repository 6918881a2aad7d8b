"""Follow-ups: what a plan makes in sales beside its pair, once for a value that marketing shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.base import Create
from crm.record import Record, Ref, Side
from sync import forms, handoff
from sync.forms import task_for_form
from sync.handoff import Standing, hand_off
from sync.mapping import ObjectMap
from sync.mapping.handoff import CAMPAIGN, FORM
from sync.outcomes import FieldChange, FollowUp, Held
from sync.plan import Base, Plan

HINTS = {CAMPAIGN: handoff.HINT, FORM: forms.HINT}
"""What to look at where a system refuses one."""


def with_follow_ups(
    object_map: ObjectMap, plan: Plan, records: Mapping[Ref, Record], key_field: str, standing: Standing
) -> Plan:
    """The plan of a marketing record in scope, with what is to be made beside its pair; beside a sales record that the
    plan makes this is only shown, and made once it is there. `key_field` is where a marketing record tells that it was
    made from one of sales."""
    about = _about(plan, records)
    if about is None:
        return plan
    record = records[marketing_of(plan)]
    plan = _with(plan, hand_off(object_map, plan.link, about.ref, record, key_field, standing))
    return _with(plan, task_for_form(object_map, plan.link, record, about, standing.reps))


def create_of(object_map: ObjectMap, origin: Ref, about: Ref, owner: str | None, change: FieldChange) -> Create:
    """The write that makes a follow-up about a sales record, which belongs to `owner` and is one person with the
    marketing record `origin`."""
    if change.field == FORM:
        return forms.task(object_map, origin, about, owner, change)
    return handoff.member(about, change)


def marketing_of(plan: Plan) -> Ref:
    """The marketing record of a plan that is about one; of another plan its source."""
    return plan.link.marketing if plan.link else plan.source


def _about(plan: Plan, records: Mapping[Ref, Record]) -> Record | None:
    """The sales record of a pair that lives; of one that the plan makes, the record that it is made from."""
    if plan.link is not None:
        are_live = all(_is_live(records.get(plan.link.ref(side))) for side in Side)
        return records[plan.link.sales] if are_live else None
    is_made = any(isinstance(write, Create) and write.side is Side.SALES for write in plan.writes)
    return records.get(plan.source) if is_made else None


def _is_live(record: Record | None) -> bool:
    return record is not None and not record.deleted and record.merged_into is None


def _with(plan: Plan, outcome: FollowUp | Held | Base | None) -> Plan:
    match outcome:
        case FollowUp():
            return replace(plan, follow_ups=(*plan.follow_ups, outcome))
        case Held():
            return replace(plan, held=(*plan.held, outcome))
        case Base():
            marketing, sales = ({**plan.agreed.of(side), **outcome.of(side)} for side in Side)
            return replace(plan, agreed=Base(marketing, sales))
    return plan
