"""Date literals: `TODAY`, `LAST_N_DAYS:30` and the like, as spans of days in the time zone of the running user.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.salesforce.values import wire_moment

UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
PLAIN_PERIODS = frozenset(
    {"TODAY", "YESTERDAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"}
    | {f"{which}_{unit}" for which in ("THIS", "LAST", "NEXT") for unit in UNITS}
)
NUMBERED = frozenset(
    {f"{which}_N_{unit}S" for which in ("LAST", "NEXT") for unit in ("DAY", *UNITS)}
    | {f"N_{unit}S_AGO" for unit in ("DAY", *UNITS)}
)
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Today:
    """The day it is for the running user: the moment, their time zone, and whether their week begins on Sunday."""

    now: datetime
    zone: str = "Europe/Paris"
    sunday_first: bool = False

    @property
    def date(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()


def span(period: str, today: date, sunday_first: bool = False) -> tuple[date, date]:
    """The first day, and the first day after it. A fiscal year begins in January here.

    >>> monday = date(2026, 11, 2)
    >>> [str(day) for day in span("LAST_N_DAYS:7", monday)], [str(day) for day in span("LAST_QUARTER", monday)]
    (['2026-10-26', '2026-11-03'], ['2026-07-01', '2026-10-01'])
    """
    name, _, digits = period.replace("FISCAL_", "").partition(":")
    number = int(digits[:6] or 0)
    match name:
        case "TODAY":
            return today, _later(today, 1)
        case "YESTERDAY":
            return _later(today, -1), today
        case "TOMORROW":
            return _later(today, 1), _later(today, 2)
        case "LAST_90_DAYS":
            return _later(today, -90), _later(today, 1)
        case "NEXT_90_DAYS":
            return _later(today, 1), _later(today, 91)
        case "LAST_N_DAYS":
            return _later(today, -number), _later(today, 1)
        case "NEXT_N_DAYS":
            return _later(today, 1), _later(today, number + 1)
        case "N_DAYS_AGO":
            return _later(today, -number), _later(today, 1 - number)
    return _of_units(name, number, today, sunday_first)


def _of_units(name: str, number: int, today: date, sunday_first: bool) -> tuple[date, date]:
    """Spans of whole weeks, months, quarters and years, counted from the one that today is in."""
    first, last = 0, 1
    match name.split("_"):
        case ["THIS", unit]:
            pass
        case ["LAST", unit]:
            first, last = -1, 0
        case ["NEXT", unit]:
            first, last = 1, 2
        case ["LAST", "N", unit]:
            first, last = -number, 0
        case ["NEXT", "N", unit]:
            first, last = 1, number + 1
        case ["N", unit, "AGO"]:
            first, last = -number, 1 - number
        case _:
            raise ValueError(name)
    unit = unit.removesuffix("S")
    return _start(unit, first, today, sunday_first), _start(unit, last, today, sunday_first)


def _start(unit: str, steps: int, today: date, sunday_first: bool) -> date:
    """The first day of the unit that is so many units after today's."""
    if unit == "WEEK":
        into_week = (today.weekday() + 1) % 7 if sunday_first else today.weekday()
        return _later(today, 7 * steps - into_week)
    months = MONTHS[unit]
    at = today.year * 12 + today.month - 1
    year, month = divmod((at // months + steps) * months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, 1)


def _later(day: date, days: int) -> date:
    try:
        return day + days * DAY
    except OverflowError:
        return date.max if days > 0 else date.min


def midnight(day: date, zone: str) -> str:
    """The moment when a day begins in a time zone, as it is stored.

    >>> midnight(date(2026, 11, 2), "Europe/Paris")
    '2026-11-01T23:00:00.000+0000'
    """
    try:
        return wire_moment(datetime.combine(day, time(), ZoneInfo(zone)))
    except OverflowError:
        return wire_moment(datetime.combine(day, time(), UTC))
