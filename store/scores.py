"""What scores are made of: weekly counts summed by period in one query, and which gaps a rep has seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from rules.score import Count, Windows
from store.models import RuleWeek, ToldGap

HOURS_FOR_THE_REP = 48
"""So long a rep has seen a gap before the manager does."""
_WAIT = HOURS_FOR_THE_REP * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Periods:
    """The counts of one rule with one rep (or with no rep, the empty one) in each period of a score."""

    rule: str
    rep: str
    before: Count
    now: Count
    first_look: Count
    second_look: Count
    placeholders: int
    system_delay: int


def periods(windows: Windows) -> list[Periods]:
    """Every rule and rep with something in these weeks."""
    between = {
        "before": (windows.before, windows.now), "now": (windows.now, windows.end),
        "first": (windows.first_look, windows.second_look), "second": (windows.second_look, windows.end),
    }  # fmt: skip
    sums = {f"{name}_{column}": _sum(column, *weeks) for name, weeks in between.items() for column in ("s", "n")} | {
        f"all_{column}": _sum(column, *between["now"]) for column in ("placeholders", "system_delay")
    }
    found = RuleWeek.objects.filter(week__gte=windows.before, week__lt=windows.end).values("rule", "rep")
    return [_periods(row) for row in found.annotate(**sums).order_by("rule", "rep")]


@transaction.atomic
def rep_saw(rep: str, families: Collection[str], at: int) -> None:
    """The rep has the page open that shows these gaps, and no others, at a time in milliseconds."""
    ToldGap.objects.filter(rep=rep).exclude(family__in=families).delete()
    ToldGap.objects.bulk_create(
        (ToldGap(rep=rep, family=family, seen_at=at) for family in families), ignore_conflicts=True
    )


@transaction.atomic
def one_to_tell(gaps: Mapping[str, Collection[str]], week: date, at: int) -> tuple[str, str] | None:
    """The one gap of a team (`gaps`: by rep in order, the families) that its manager hears of in this week.

    Only what the rep saw 48 hours ago; of several, the one that was not told for longest. None where there is none.
    """
    seen = {(row.rep, row.family): row for row in ToldGap.objects.filter(rep__in=gaps, seen_at__lte=at - _WAIT)}
    found = [seen[rep, family] for rep, families in gaps.items() for family in families if (rep, family) in seen]
    if not found:
        return None
    chosen = next((row for row in found if row.told_in == week), None)
    if chosen is None:
        chosen = min(found, key=lambda row: row.told_in or date.min)
        ToldGap.objects.filter(id=chosen.id).update(told_in=week)
    return chosen.rep, chosen.family


def _sum(column: str, start: date, end: date) -> Sum:
    return Sum(column, filter=Q(week__gte=start, week__lt=end), default=0)


def _periods(row: Mapping[str, Any]) -> Periods:
    before, now, first, second = (
        Count(row[f"{name}_s"], row[f"{name}_n"]) for name in ("before", "now", "first", "second")
    )
    return Periods(
        row["rule"], row["rep"], before, now, first, second, row["all_placeholders"], row["all_system_delay"]
    )  # fmt: skip
