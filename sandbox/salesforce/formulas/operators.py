"""The operators: which kinds they take, and what they make of blanks.

Numbers and dates follow three-valued logic: what is compared or calculated with a blank is blank. Texts do not: a blank
text equals the empty one, and adds nothing to another. https://github.com/salesforce/formula-engine (OperatorEquality).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, DecimalException, DivisionByZero
from typing import Any

from sandbox.salesforce.formulas.expression import Kind, Moment, Value, Work
from sandbox.salesforce.formulas.trouble import FormulaFailure, wrong_type

Step = Callable[[Moment, Value, Work], Value]
PRECISE = Context(prec=39)
LARGEST_POWER = Decimal(10) ** 64
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
DATES = (Kind.DATE, Kind.DATETIME)
DAY = timedelta(days=1)


def step_of(sign: str, left: Kind, right: Kind) -> tuple[Step, Kind]:
    """How the operator goes on from its left value, and the kind that it makes. Raises `FormulaError`."""
    place = f"operator '{sign}'"
    match sign:
        case "&&" | "||":
            _want(place, Kind.BOOLEAN, left, right)
            return (_and if sign == "&&" else _or), Kind.BOOLEAN
        case "=" | "<>" | "<" | ">" | "<=" | ">=":
            if Kind.NULL not in (left, right) and left is not right:
                raise wrong_type(place, left.value, right.value)
            if sign not in ("=", "<>") and Kind.BOOLEAN in (left, right):
                raise wrong_type(place, "Number, Date, DateTime, Text", Kind.BOOLEAN.value)
            return _comparison(sign, left, right), Kind.BOOLEAN
        case "&":
            _want(place, Kind.TEXT, left, right)
            return _join, Kind.TEXT
        case "+" | "-" if Kind.TEXT in (left, right) or left in DATES or right in DATES:
            return _dated_or_text(sign, left, right)
    _want(place, Kind.NUMBER, left, right)
    return _eager(ARITHMETIC[sign]), Kind.NUMBER


def _want(place: str, kind: Kind, *received: Kind) -> None:
    for each in received:
        if each not in (kind, Kind.NULL):
            raise wrong_type(place, kind.value, each.value)


def _dated_or_text(sign: str, left: Kind, right: Kind) -> tuple[Step, Kind]:
    place = f"operator '{sign}'"
    if sign == "+" and Kind.TEXT in (left, right):
        _want(place, Kind.TEXT, left, right)
        return _join, Kind.TEXT
    if left in DATES and right in (Kind.NUMBER, Kind.NULL):
        return _eager(_moved(1 if sign == "+" else -1)), left
    if sign == "+" and right in DATES and left in (Kind.NUMBER, Kind.NULL):
        return _eager(lambda number, day: _moved(1)(day, number)), right
    if sign == "-" and left in DATES and left is right:
        return _eager(_days_between), Kind.NUMBER
    expected = "Number, Date, DateTime" if left is Kind.TEXT or left is Kind.BOOLEAN else "Number"
    raise wrong_type(place, expected, (left if left in (Kind.TEXT, Kind.BOOLEAN) else right).value)


def _and(moment: Moment, left: Value, right: Work) -> Value:
    return bool(left) and bool(right(moment))


def _or(moment: Moment, left: Value, right: Work) -> Value:
    return bool(left) or bool(right(moment))


def _join(moment: Moment, left: Value, right: Work) -> Value:
    return f"{left or ''}{right(moment) or ''}" or None


def _eager(work: Callable[[Any, Any], Value]) -> Step:
    def step(moment: Moment, left: Value, right: Work) -> Value:
        value = right(moment)
        return None if left is None or value is None else work(left, value)

    return step


def _comparison(sign: str, left: Kind, right: Kind) -> Step:
    """Texts are compared with regard to case; a blank one equals the empty one, but is neither more nor less."""
    compare = COMPARISONS[sign]
    if sign in ("=", "<>") and Kind.TEXT in (left, right):
        return lambda moment, value, work: compare(value or "", work(moment) or "")
    if sign in ("=", "<>") and Kind.BOOLEAN in (left, right):
        return lambda moment, value, work: compare(bool(value), bool(work(moment)))
    return _eager(compare)


def _moved(direction: int) -> Callable[[Any, Any], Value]:
    """A date moves by whole days, a date and time by parts of a day too."""

    def moved(start: date | datetime, days: Decimal) -> Value:
        try:
            if isinstance(start, datetime):
                return start + direction * timedelta(milliseconds=round(days * 86_400_000))
            return start + direction * int(days) * DAY
        except (OverflowError, DecimalException):
            raise FormulaFailure("Date value is out of range") from None

    return moved


def _days_between(left: Any, right: Any) -> Value:
    return PRECISE.divide(Decimal((left - right) // timedelta(milliseconds=1)), Decimal(86_400_000))


def _arithmetic(work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Value]:
    def calculated(left: Decimal, right: Decimal) -> Value:
        try:
            return work(left, right)
        except DivisionByZero:
            raise FormulaFailure("Division by zero") from None
        except DecimalException:
            raise FormulaFailure("Numeric value is out of range") from None

    return calculated


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise FormulaFailure("Division by zero")
    return PRECISE.divide(left, right)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Whole exponents alone, and no result beyond 10^64."""
    if exponent != exponent.to_integral_value() or (base == 0 and exponent < 0):
        raise FormulaFailure("Numeric value is out of range")
    result = Decimal(1) if exponent == 0 else PRECISE.power(base, exponent)
    if abs(result) > LARGEST_POWER:
        raise FormulaFailure("Numeric value is out of range")
    return result


ARITHMETIC = {
    "+": _arithmetic(PRECISE.add),
    "-": _arithmetic(PRECISE.subtract),
    "*": _arithmetic(PRECISE.multiply),
    "/": _arithmetic(_divide),
    "^": _arithmetic(_power),
}
