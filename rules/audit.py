"""Compares the gaps that were open with those just found: what opened, what changed, what closed.

Pure: the rows come from `CompiledRule.sql`, the open gaps from the store, and each difference is one event, which
alone feeds alerts and reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crm.record import Ref, Side
from rules.language import Fix, Rule, Words

Row = tuple[str, str | None, str]
"""What a rule's SQL yields: the ref as text, the rep who owes, the missing fields joined by commas."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One obligation that is not met: which rule, on which record, which fields, who owes them, and since when.

    `owed_by` is `None` where both sides owe; `rep` is `None` where no single rep does.
    """

    rule: str
    ref: Ref
    fields: tuple[str, ...]
    owed_by: Side | None
    rep: str | None
    since: datetime
    why: Words
    fix: Fix

    @property
    def key(self) -> tuple[str, Ref]:
        return self.rule, self.ref


@dataclass(frozen=True, slots=True)
class GapEvent:
    """One transition of one gap: `was` is `None` where it opened, `now` where it closed."""

    rule: str
    ref: Ref
    was: Gap | None
    now: Gap | None
    at: datetime

    @property
    def kind(self) -> Literal["opened", "changed", "closed"]:
        if self.was is None:
            return "opened"
        return "closed" if self.now is None else "changed"


@dataclass(frozen=True, slots=True)
class GapChanges:
    """What one comparison came to; a gap that stayed as it was is in none of them."""

    opened: tuple[GapEvent, ...] = ()
    changed: tuple[GapEvent, ...] = ()
    closed: tuple[GapEvent, ...] = ()

    @property
    def events(self) -> tuple[GapEvent, ...]:
        return self.opened + self.changed + self.closed


def gap_from(rule: Rule, row: Row, since: datetime) -> Gap:
    """The gap that a row of a rule's SQL means."""
    ref, rep, missing = row
    return Gap(rule.id, Ref.parse(ref), tuple(missing.split(",")), rule.owed_by, rep, since, rule.why, rule.fix)


def compare_gaps(still_open: Iterable[Gap], found: Iterable[Gap], now: datetime) -> GapChanges:
    """What is different between the open gaps and those found `now`.

    `still_open` holds the open gaps of the rules and records that were checked, and no others: what is open there and
    was not found again closes. A gap whose fields or rep became others changes and keeps its `since`.
    """
    before = {gap.key: gap for gap in still_open}
    opened: list[GapEvent] = []
    changed: list[GapEvent] = []
    for gap in found:
        was = before.pop(gap.key, None)
        if was is None:
            opened.append(GapEvent(gap.rule, gap.ref, None, replace(gap, since=now), now))
        elif _asks(was) != _asks(gap):
            changed.append(GapEvent(gap.rule, gap.ref, was, replace(gap, since=was.since), now))
    closed = tuple(GapEvent(gap.rule, gap.ref, gap, None, now) for gap in before.values())
    return GapChanges(tuple(opened), tuple(changed), closed)


def _asks(gap: Gap) -> tuple[object, ...]:
    """What a gap asks, of whom; wording may change without an event, and the order of fields means nothing."""
    return frozenset(gap.fields), gap.owed_by, gap.rep
