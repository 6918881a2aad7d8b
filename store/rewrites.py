"""Values that two automations take from each other: what we carry is rewritten on either side, for ever.

One rewrite is a system's normal form: it travels once, and both sides are content. Where the same two values went to
and fro twice within a day, the next write is held: a person must look for the flow or workflow that does not agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm.record import Ref, Side
from crm.values import dump
from store.known import HOUR
from store.sql import now, rows_in
from sync.outcomes import FieldChange, Held
from sync.plan import Plan

CODE = "normalised_by_target"
_MESSAGE = "both systems keep rewriting this value: look for the flow, workflow or rule on one side that does not agree"
_ROUNDS = 4
"""Writes of the same two values in turn."""
Told = tuple[str, str | None]
"""A side, and what was written there."""


def rewritten(plans: Sequence[Plan]) -> dict[Ref, dict[str, Held]]:
    """By a plan's source, the fields that went to and fro often enough."""
    pairs = [(plan, plan.link) for plan in plans if plan.link is not None and plan.link.id and plan.changes]
    owners = {str(link.ref(side)): link.id for _, link in pairs for side in Side}
    sql = f"SELECT id, ref, side, field, new FROM store_change WHERE at > {now() - 24 * HOUR} AND ref IN ({{keys}})"
    past: dict[tuple[int, str], list[Told]] = defaultdict(list)
    for _, ref, side, field, new in sorted(rows_in(sql, owners)):
        past[owners[ref], field].append((side, new))
    found: dict[Ref, dict[str, Held]] = defaultdict(dict)
    for plan, link in pairs:
        for change in plan.changes:
            if _goes_to_and_fro(past[link.id, change.field][-_ROUNDS:], change):
                held = Held(change.field, change.side, CODE, _MESSAGE, change.new)
                found[plan.source][change.field] = held
    return dict(found)


def _goes_to_and_fro(past: Sequence[Told], change: FieldChange) -> bool:
    here, there = change.side.value, change.side.other.value
    sides, values = [side for side, _ in past], [value for _, value in past]
    return sides == [here, there, here, there] and values[:2] == values[2:] and values[0] == dump(change.new)
