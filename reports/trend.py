"""The trend of completeness over the days: kept by the passes and audits, read for the page and its files.

A day is counted once, by the first pass that read a change, and again by the audit; the newest point of a line is what
the report counts now, so that a line always ends at the number beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from reports.completeness import FEWEST, TEAM, Completeness, FieldCount, completeness
from reports.spreadsheet.counts import percentage
from reports.stored import NothingRead
from reports.table import Cell
from rules.language import RuleSet
from store import trend as kept
from store.models import Rep, TrendPoint
from sync.mapping import Mapping as FieldMapping

SHOWN = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Point:
    """How many cells were filled on a day."""

    day: date
    filled: int
    records: int

    @property
    def completeness(self) -> float | None:
        return percentage(self.filled, self.records)

    def numbers(self) -> dict[str, Cell]:
        """The point as a row of a table."""
        return {"day": self.day.isoformat(), "records": self.records, "filled": self.filled,
                "completeness": self.completeness}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of their days, each of a day on which there was something to fill."""

    points: tuple[Point, ...] = ()

    @property
    def is_trend(self) -> bool:
        return len(self.points) > 1

    @property
    def change(self) -> float | None:
        """From the first day to the last, in points of a hundred; None where there is one day only."""
        first, *_, last = (point.completeness for point in self.points) if self.is_trend else (None, None)
        return None if first is None or last is None else round(last - first, 1)

    def weekly(self) -> tuple[Point, ...]:
        """The last point of each week."""
        return tuple({point.day.isocalendar()[:2]: point for point in self.points}.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """The last twelve weeks of all fields together, of each field, and of each team that has a line of its own."""

    overall: Line
    fields: Mapping[tuple[str, str], Line]
    teams: Mapping[str, Line]


def keep_trend(mapping: FieldMapping, changed: bool, *, again: bool = False, now: datetime | None = None) -> None:
    """The day's counts are kept: once a day, after something `changed`; `again` counts the day anew."""
    day = (now or datetime.now(UTC)).date()
    if not again and (not changed or kept.has_day(day)):
        return
    try:
        counts = completeness(mapping, RuleSet(version=1))
    except NothingRead:
        return
    kept.save_day(day, list(_points(day, counts)))


def read_trend(counts: Completeness, now: datetime) -> Trend | None:
    """What was kept, ended by what is counted now; None for a part of the records, of which nothing is kept."""
    if counts.only is not None:
        return None
    today = now.date()
    fields: dict[tuple[str, str], list[Point]] = {(each.object, each.field): [] for each in counts.fields}
    teams: dict[str, dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in kept.points_since(today - SHOWN):
        if row.day >= today or (row.object, row.field) not in fields:
            continue
        if row.team:
            teams[row.team][row.day].update(filled=row.filled, records=row.records)
        else:
            fields[row.object, row.field].append(Point(row.day, row.filled, row.records))
    for each in counts.fields:
        fields[each.object, each.field].append(Point(today, each.filled, each.records))
    if counts.by == TEAM:
        for group in counts.groups:
            if group.kind == "team":
                teams[group.key][today].update(filled=group.filled, records=group.cells)
    of_teams = {team: _line(_summed(days)) for team, days in sorted(teams.items())}
    lines = {name: _line(points) for name, points in fields.items()}
    return Trend(_line(_overall(fields.values())), lines, of_teams)


def _points(day: date, counts: Completeness) -> Iterable[TrendPoint]:
    yield from (_point(day, "", each) for each in counts.fields)
    active = Counter(Rep.objects.filter(is_active=True).values_list("team", flat=True))
    for group in counts.groups:
        if group.kind == "team" and min(active[group.key], group.people) >= FEWEST:
            yield from (_point(day, group.key, each) for each in group.fields)


def _point(day: date, team: str, count: FieldCount) -> TrendPoint:
    return TrendPoint(
        day=day, object=count.object, field=count.field, team=team, records=count.records, filled=count.filled
    )


def _overall(fields: Iterable[Iterable[Point]]) -> list[Point]:
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for point in (point for points in fields for point in points):
        days[point.day].update(filled=point.filled, records=point.records)
    return _summed(days)


def _summed(days: Mapping[date, Counter[str]]) -> list[Point]:
    return [Point(day, days[day]["filled"], days[day]["records"]) for day in sorted(days)]


def _line(points: Iterable[Point]) -> Line:
    return Line(tuple(point for point in points if point.records))
