"""The trend's memory: a day's counts are written once, or again as a whole; older days thin out to one a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction

from store.models import TrendPoint

KEPT = timedelta(weeks=26)
DAILY = timedelta(weeks=4)
"""How long every day is kept; from then on the last day of each week stands for it."""


def has_day(day: date) -> bool:
    """Whether this day's counts are there already."""
    return TrendPoint.objects.filter(day=day).exists()


@transaction.atomic
def save_day(day: date, points: Sequence[TrendPoint]) -> None:
    """These are the day's counts, whatever was there; days that are too old, or one too many of their week, go."""
    TrendPoint.objects.filter(day=day).delete()
    TrendPoint.objects.bulk_create(points)
    days = TrendPoint.objects.values_list("day", flat=True).distinct()
    if gone := too_many(days, day):
        TrendPoint.objects.filter(day__in=gone).delete()


def points_since(day: date) -> list[TrendPoint]:
    """Every count from this day on, the oldest first."""
    return list(TrendPoint.objects.filter(day__gte=day).order_by("day", "id"))


def too_many(days: Iterable[date], today: date) -> list[date]:
    """The days to forget: those before 26 weeks, and before four weeks all but the last one of each week.

    >>> [str(day) for day in too_many([date(2026, 5, 1), date(2026, 10, 5), date(2026, 10, 6)], date(2026, 11, 24))]
    ['2026-05-01', '2026-10-05']
    """
    last = {day.isocalendar()[:2]: day for day in sorted(days)}
    return [
        day
        for day in sorted(days)
        if day < today - KEPT or (day < today - DAILY and last[day.isocalendar()[:2]] != day)
    ]
