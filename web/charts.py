"""The trend as lines to draw, in percent of their picture, and in words: what a chart shows is also said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.completeness import Completeness, label
from reports.trend import Line, Point, Trend
from reports.words import day, percent, whole, words
from rules.language import Language
from web.words import say

_ROOM = 4.0
"""A sparkline shows at least so many points of a hundred, or noise would look like a trend."""
_STEP = 5
"""The axis of the large chart begins and ends at a multiple of this."""


def trend_context(language: Language, trend: Trend | None, counts: Completeness) -> dict[str, Any] | None:
    """Everything that the page says about the trend; None where nothing is kept."""
    if trend is None:
        return None
    lines = [(words(language)["all_fields"], trend.overall)]
    lines += [(label(language, each, counts.fields), trend.fields[each.object, each.field]) for each in counts.fields]
    weeks = sorted({point.day.isocalendar()[:2]: point.day for _, line in lines for point in line.points}.values())
    return {
        "is_trend": trend.overall.is_trend,
        "overall": _plot(language, trend.overall),
        "weeks": [day(language, each, short=True) for each in weeks],
        "rows": [(name, _cells(language, line, [each.isocalendar()[:2] for each in weeks])) for name, line in lines],
        "fields": [spark(language, name, line) for name, line in lines[1:]],
        "teams": {team: spark(language, team, line) for team, line in trend.teams.items()},
    }


def spark(language: Language, name: str, line: Line) -> dict[str, str] | None:
    """A small line without axes; None where there is one day only."""
    if not line.is_trend:
        return None
    shares = [point.completeness or 0.0 for point in line.points]
    low, high = min(shares), max(shares)
    spare = max(0.0, _ROOM - (high - low)) / 2
    return {
        "points": _points(line.points, low - spare, high + spare, height=22, top=1),
        "change": counted_points(language, line.change or 0.0),
        "says": _says(language, name, line),
    }


def counted_points(language: Language, change: float) -> str:
    """A change of a percentage, with its sign.

    >>> counted_points("en", 2.34), counted_points("fr", -1.5), counted_points("en", 0)
    ('+2.3 points', '−1,5 points', 'no change')
    """
    if not round(change, 1):
        return say(language, "no_change")
    text = f"{abs(change):.1f}"
    text = text.replace(".", ",") if language == "fr" else text
    return say(language, "points", change=f"{'+' if change > 0 else '−'}{text}")


def _plot(language: Language, line: Line) -> dict[str, Any] | None:
    if not line.is_trend:
        return None
    shares = [point.completeness or 0.0 for point in line.points]
    low = max(0, int(min(shares) // _STEP) * _STEP)
    high = min(100, -int(-max(shares) // _STEP) * _STEP)
    low, high = (low, high) if high > low else (max(0, low - _STEP), min(100, high + _STEP))
    first, last = line.points[0], line.points[-1]
    return {
        "points": _points(line.points, low, high),
        "axis": [f"{each}\u00a0%" for each in (high, low)],
        "first": day(language, first.day),
        "last": day(language, last.day),
        "change": say(
            language, "since", change=counted_points(language, line.change or 0.0), day=day(language, first.day)
        ),
        "says": _says(language, words(language)["completeness"], line),
    }


def _says(language: Language, name: str, line: Line) -> str:
    first, last = line.points[0], line.points[-1]
    return say(
        language, "trend_says", name=name, was=percent(language, first.completeness), then=day(language, first.day),
        now=percent(language, last.completeness), today=day(language, last.day),
    )  # fmt: skip


def _cells(language: Language, line: Line, weeks: Sequence[tuple[int, int]]) -> list[dict[str, str]]:
    found = {point.day.isocalendar()[:2]: point for point in line.weekly()}
    return [_cell(language, found.get(week)) for week in weeks]


def _cell(language: Language, point: Point | None) -> dict[str, str]:
    if point is None:
        return {"percent": "–", "of": ""}
    filled, records = whole(language, point.filled), whole(language, point.records)
    return {"percent": percent(language, point.completeness), "of": f"{filled} / {records}"}


def _points(points: Sequence[Point], low: float, high: float, height: float = 100, top: float = 0) -> str:
    """Days from left to right, shares from `low` at the bottom to `high` at the top."""
    start, days = points[0].day, (points[-1].day - points[0].day).days
    placed = (
        (100 * (point.day - start).days / days, top + height * (high - (point.completeness or 0)) / (high - low))
        for point in points
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
