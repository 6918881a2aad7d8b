"""How one side words a value, where the other words it differently: in thousandths, as HTML, with a time of day.

A line of the mapping says so (`scale`, `blank`, `markup`, `at`); all of it concerns marketing's side, so that the
canonical value is what sales shows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from crm.markup import to_markup, to_plain
from crm.record import Value, Wire
from crm.values import FieldType, parse


class Wording(NamedTuple):
    """What the line of a field says about marketing's words for its values."""

    scale: int = 1
    """Marketing's number is this many times sales' whole number."""
    blank: tuple[str, ...] = ()
    """Words of marketing's that mean: no value."""
    markup: bool = False
    """Marketing keeps HTML."""
    at: str | None = None
    """Marketing keeps a moment where sales keeps a day: the time of day that a day gets there."""
    time_zone: str = "UTC"
    """Where a day begins and ends."""

    def read(self, field_type: FieldType, wire: Wire) -> Value:
        """The canonical value of what marketing shows. Raises ValueError where it is none of the type."""
        if isinstance(wire, str) and wire in self.blank:
            return None
        if self.markup and isinstance(wire, str):
            wire = to_plain(wire)
        if self.at is not None and wire not in (None, ""):
            return day_of(parse(FieldType.DATETIME, wire), self.time_zone)
        value = parse(field_type, wire)
        if self.scale != 1 and isinstance(value, Decimal):
            return (value / self.scale).quantize(Decimal(1), ROUND_HALF_UP)
        return value

    def write(self, value: Value) -> Value:
        """The same value in marketing's words."""
        match value:
            case str() if self.markup:
                return to_markup(value)
            case Decimal() if self.scale != 1:
                return value * self.scale
            case date() if self.at is not None and not isinstance(value, datetime):
                return moment_of(value, self.at, self.time_zone)
        return value


def is_time_zone(name: str) -> bool:
    return name in available_timezones()


def fitting(field_type: FieldType, value: Value, at: str | None, time_zone: str) -> Value:
    """A value of another field as one of this type: a day of a moment, a moment of a day (noon, unless `at` says).

    >>> fitting(FieldType.DATE, datetime(2026, 11, 2, 23, 30, tzinfo=UTC), None, "Europe/Paris")
    datetime.date(2026, 11, 3)
    """
    match value:
        case datetime() if field_type is FieldType.DATE:
            return day_of(value, time_zone)
        case datetime():
            return value
        case date() if field_type is FieldType.DATETIME:
            return moment_of(value, at or "12:00", time_zone)
    return value


def day_of(moment: Value, time_zone: str) -> Value:
    return moment.astimezone(ZoneInfo(time_zone)).date() if isinstance(moment, datetime) else None


def moment_of(on: date, at: str, time_zone: str) -> datetime:
    return datetime.combine(on, time.fromisoformat(at), ZoneInfo(time_zone)).astimezone(UTC)
