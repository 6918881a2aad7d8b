"""Transitions that need facts: which plans would carry one over, and in which of their fields.

Only the fields that say the transition can be held; the rest of a record travels, and an opt-out always does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.funnel import Funnel
from crm.record import Ref
from crm.values import dump
from sync.mapping import ObjectMap, SyncRule
from sync.outcomes import FieldChange, Held
from sync.plan import Plan

CODE = "gate"
Holds = Mapping[Ref, Mapping[str, Held]]
"""By a plan's source, the canonical fields that must wait."""
Hold = Callable[[ObjectMap, Sequence[Plan]], Holds]


@dataclass(frozen=True, slots=True)
class Guard:
    """A transition that needs facts: a field of an object becomes a value. `is_stage`: a stage of its funnel."""

    rule: str
    field: str
    value: str
    is_stage: bool


def message_of(rule: str, missing: Sequence[str], why: str) -> str:
    """Why a transition waits, in words; `read_message` reads it back."""
    return f"{rule} needs {', '.join(missing)}: {why}"


def read_message(message: str) -> tuple[str, list[str]] | None:
    """The rule and the missing facts of such a message.

    >>> read_message(message_of("S01", ["job_title", "industry"], "Without them..."))
    ('S01', ['job_title', 'industry'])
    """
    found = re.match(r"(\S+) needs ([^:]+): ", message)
    return (found[1], found[2].split(", ")) if found else None


def nothing_held(_object_map: ObjectMap, _plans: Sequence[Plan]) -> Holds:
    """Where no rule guards anything."""
    return {}


def transitions(object_map: ObjectMap, funnel: Funnel, guard: Guard, plan: Plan) -> Iterator[FieldChange]:
    """The changes of a plan by which a side would come to what is guarded."""
    words = next((each.words for each in funnel.stages if guard.is_stage and each.name == guard.value), {})
    for change in plan.changes:
        field = object_map.fields.get(change.field)
        if field is None or field.rule is SyncRule.CONSENT:
            continue
        if not guard.is_stage:
            if change.field == guard.field and dump(change.new) == guard.value:
                yield change
            continue
        for object_name in {plan.link.ref(change.side).object} if plan.link else object_map.object_names(change.side):
            word = words.get(object_name, {}).get(field.native_name(change.side, object_name) or "")
            if word is not None and (dump(field.write(change.side, change.new)) or "").casefold() == word.casefold():
                yield change
                break
