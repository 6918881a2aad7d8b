"""Functions of numbers, which are decimals: `0.1 + 0.2` is `0.3`."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException

from sandbox.salesforce.formulas.expression import Kind, Value
from sandbox.salesforce.formulas.function import Function, eager
from sandbox.salesforce.formulas.operators import PRECISE
from sandbox.salesforce.formulas.trouble import FormulaFailure

NUMBER = Kind.NUMBER
MOST_PLACES = 40


def rounded(number: Decimal, places: Decimal, how: str = ROUND_HALF_UP) -> Decimal:
    """To so many decimal places; fewer than none round left of the point. A half goes away from zero."""
    digits = max(-MOST_PLACES, min(MOST_PLACES, int(places)))
    if digits >= -int(number.as_tuple().exponent or 0):
        return number
    return number.scaleb(digits, PRECISE).to_integral_value(how).scaleb(-digits, PRECISE)


def _modulo(number: Decimal, divisor: Decimal) -> Value:
    """The sign of the divisor, as MOD has it; by zero the number itself."""
    if divisor == 0:
        return number
    try:
        return number - divisor * (PRECISE.divide(number, divisor)).to_integral_value("ROUND_FLOOR")
    except DecimalException:
        raise FormulaFailure("Numeric value is out of range") from None


def _square_root(number: Decimal) -> Value:
    if number < 0:
        raise FormulaFailure("Numeric value is out of range")
    return PRECISE.sqrt(number)


NUMBERS: dict[str, Function] = {
    "ABS": eager([NUMBER], NUMBER, abs),
    "ROUND": eager([NUMBER, NUMBER], NUMBER, rounded),
    "MOD": eager([NUMBER, NUMBER], NUMBER, _modulo),
    "MIN": eager([NUMBER], NUMBER, lambda *values: min(values), least=1, most=10_000),
    "MAX": eager([NUMBER], NUMBER, lambda *values: max(values), least=1, most=10_000),
    "FLOOR": eager([NUMBER], NUMBER, lambda number: number.to_integral_value(ROUND_DOWN)),
    "CEILING": eager([NUMBER], NUMBER, lambda number: number.to_integral_value(ROUND_UP)),
    "SQRT": eager([NUMBER], NUMBER, _square_root),
}
