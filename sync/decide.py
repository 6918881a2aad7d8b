"""What a person decided about a conflict, and what that makes of the merge's outcome: only what was seen is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.record import Ref, Side, Value
from crm.values import dump
from sync.outcomes import Conflict, Copy, Outcome

RULE = "decided"
"""What the history names as the rule of a value that a person chose."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose value of a field is to stand, decided `by` somebody who saw these two values."""

    id: int
    by: str
    keep: Side
    marketing: Value
    sales: Value


@dataclass(frozen=True, slots=True)
class Decisions:
    """The open decisions about a batch of records: `ids` are all of them.

    `fields` by marketing record and field; `pairs` of (marketing, sales) are the same person; `apart` are the
    marketing records of pairs of which one record is gone, and the other is kept without it.
    """

    ids: frozenset[int] = frozenset()
    fields: Mapping[Ref, Mapping[str, Decision]] = field(default_factory=dict)
    pairs: tuple[tuple[Ref, Ref], ...] = ()
    apart: frozenset[Ref] = frozenset()


def decided(outcome: Outcome, decision: Decision | None) -> Outcome:
    """A conflict over the very values that a person saw and decided about travels; anything else stays what it is."""
    if decision is None or not isinstance(outcome, Conflict):
        return outcome
    if (dump(outcome.marketing), dump(outcome.sales)) != (dump(decision.marketing), dump(decision.sales)):
        return outcome
    value = outcome.marketing if decision.keep is Side.MARKETING else outcome.sales
    return Copy(decision.keep.other, value, RULE, f"decision {decision.id} by {decision.by}: {decision.keep} stands")
