"""Functions of dates, and of dates with a time. `TODAY()` is the running user's day, `NOW()` the moment."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from decimal import Decimal

from sandbox.salesforce.formulas.expression import Expression, Kind, Moment, Value
from sandbox.salesforce.formulas.function import Function, eager, place
from sandbox.salesforce.formulas.trouble import FormulaError, FormulaFailure
from sandbox.salesforce.values import moment_of, read_day, read_moment

DATE, MOMENT, NUMBER, TEXT = Kind.DATE, Kind.DATETIME, Kind.NUMBER, Kind.TEXT


def _date(year: Decimal, month: Decimal, day: Decimal) -> Value:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise FormulaFailure("Invalid date") from None


def _date_value(name: str, arguments: list[Expression]) -> Expression:
    """The date in a text, or the day that a moment belongs to in the running user's time zone."""
    argument = arguments[0]
    if argument.kind not in (TEXT, MOMENT, Kind.NULL):
        raise FormulaError(f"Incorrect argument type for {place(name)}.")
    given = argument.work

    def work(moment: Moment) -> Value:
        value = given(moment)
        if isinstance(value, datetime):
            return value.astimezone(moment.zone).date()
        if value is None:
            return None
        if (day := read_day(str(value))) is None:
            raise FormulaFailure("Invalid date")
        return date.fromisoformat(day)

    return Expression(DATE, work)


def _datetime_value(text: str) -> Value:
    """`2026-11-01 10:11:12`, in UTC."""
    if (stored := read_moment(text.strip().replace(" ", "T").removesuffix("Z") + "Z")) is None:
        raise FormulaFailure("Invalid date/time")
    return moment_of(stored)


def _add_months(start: date, months: Decimal) -> Value:
    """The last day of a month stays a last day."""
    count = start.year * 12 + start.month - 1 + int(months)
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        raise FormulaFailure("Invalid date")
    last = calendar.monthrange(year, month + 1)[1]
    is_last = start.day == calendar.monthrange(start.year, start.month)[1]
    return start.replace(year=year, month=month + 1, day=last if is_last else min(start.day, last))


DATES: dict[str, Function] = {
    "TODAY": Function(0, 0, lambda _name, _arguments: Expression(DATE, lambda moment: moment.today)),
    "NOW": Function(0, 0, lambda _name, _arguments: Expression(MOMENT, lambda m: m.now.replace(microsecond=0))),
    "DATE": eager([NUMBER, NUMBER, NUMBER], DATE, _date),
    "DATEVALUE": Function(1, 1, _date_value),
    "DATETIMEVALUE": eager([TEXT], MOMENT, _datetime_value),
    "YEAR": eager([DATE], NUMBER, lambda day: Decimal(day.year)),
    "MONTH": eager([DATE], NUMBER, lambda day: Decimal(day.month)),
    "DAY": eager([DATE], NUMBER, lambda day: Decimal(day.day)),
    "WEEKDAY": eager([DATE], NUMBER, lambda day: Decimal(day.isoweekday() % 7 + 1)),
    "DAYOFYEAR": eager([DATE], NUMBER, lambda day: Decimal(day.timetuple().tm_yday)),
    "ISOWEEK": eager([DATE], NUMBER, lambda day: Decimal(day.isocalendar().week)),
    "ISOYEAR": eager([DATE], NUMBER, lambda day: Decimal(day.isocalendar().year)),
    "ADDMONTHS": eager([DATE, NUMBER], DATE, _add_months),
}
