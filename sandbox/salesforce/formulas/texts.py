"""Functions of texts. An empty text is blank: what comes out empty asks as blank."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, DecimalException

from sandbox.salesforce.formulas.expression import Expression, Kind, Moment, Value
from sandbox.salesforce.formulas.function import Function, eager, place, want
from sandbox.salesforce.formulas.java_regex import JavaPattern
from sandbox.salesforce.formulas.trouble import FormulaError, FormulaFailure
from sandbox.salesforce.ids import full_id

TEXT, NUMBER, BOOLEAN = Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN


def shown_number(number: Decimal) -> str:
    """As TEXT() writes it: plain, without trailing zeros, and without the zero before the point.

    >>> shown_number(Decimal("0.50")), shown_number(Decimal("1E+3")), shown_number(Decimal("-0"))
    ('.5', '1000', '0')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    digits = digits.removeprefix("0") if digits.startswith("0.") else digits
    return "0" if digits in ("", "0") else sign + digits


def _text(name: str, arguments: list[Expression]) -> Expression:
    """TEXT() of a picklist, a number, a date or a moment; not of a text or a Boolean."""
    argument = arguments[0]
    if argument.kind in (TEXT, BOOLEAN, Kind.MULTI):
        raise FormulaError(f"Incorrect argument type for {place(name)}.")
    given, is_literal = argument.work, argument.is_literal

    def work(moment: Moment) -> Value:
        value = given(moment)
        if isinstance(value, Decimal):
            return format(value, "f") if is_literal else shown_number(value)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M:%S}Z"
        return value.isoformat() if isinstance(value, date) else value

    return Expression(TEXT, work)


def _value(text: str) -> Value:
    try:
        number = Decimal(text.replace(",", "")) if text == text.strip() else None
    except DecimalException:
        number = None
    if number is None or not number.is_finite():
        raise FormulaFailure(f"The value '{text}' is not a valid number.")
    return number


def _is_number(text: str | None) -> Value:
    try:
        return text is not None and _value(text) is not None
    except FormulaFailure:
        return False


def _mid(text: str, start: Decimal, length: Decimal) -> Value:
    """Counted from 1; a start before the text is its beginning."""
    first = max(int(start), 1) - 1
    return text[first : first + max(int(length), 0)]


def _find(wanted: str | None, text: str | None, start: Decimal = Decimal(1)) -> Value:
    """Counted from 1; 0 where it is not there, or where nothing is looked for."""
    if not wanted or not text or int(start) < 1:
        return Decimal()
    return Decimal(text.find(wanted, int(start) - 1) + 1)


def _padded(left: bool) -> Function:
    def work(text: str, length: Decimal, filling: str = " ") -> Value:
        size = min(int(length), 4_000)
        missing = (filling * size)[: max(size - len(text), 0)]
        return None if size <= 0 else (missing + text if left else text + missing)[:size]

    return eager([TEXT, NUMBER, TEXT], TEXT, work, least=2)


def _begins(name: str, arguments: list[Expression]) -> Expression:
    """Each text begins with a blank one; a blank text gives no answer."""
    want(name, arguments, [TEXT])
    text, start = (argument.work for argument in arguments)

    def work(moment: Moment) -> Value:
        value = text(moment)
        return None if value is None else str(value).startswith(str(start(moment) or ""))

    return Expression(BOOLEAN, work)


def _regex(name: str, arguments: list[Expression]) -> Expression:
    """The whole text follows the pattern. One that is written in the formula is read when the formula is saved."""
    want(name, arguments, [TEXT])
    given, pattern = arguments
    fixed = JavaPattern(str(pattern.work(None) or "")) if pattern.is_literal else None  # type: ignore[arg-type]

    def work(moment: Moment) -> Value:
        text = given.work(moment)
        return (fixed or JavaPattern(str(pattern.work(moment) or ""))).matches(str(text or ""))

    return Expression(BOOLEAN, work)


def _case_safe(text: str) -> Value:
    return full_id(text) if len(text) == 15 else text


TEXTS: dict[str, Function] = {
    "TEXT": Function(1, 1, _text, takes_picklists=True),
    "VALUE": eager([TEXT], NUMBER, _value),
    "ISNUMBER": eager([TEXT], BOOLEAN, _is_number, takes_blanks=True),
    "LEN": eager([TEXT], NUMBER, lambda text: Decimal(len(text or "")), takes_blanks=True),
    "TRIM": eager([TEXT], TEXT, lambda text: text.strip()),
    "LOWER": eager([TEXT, TEXT], TEXT, lambda text, _locale="": text.lower(), least=1),
    "UPPER": eager([TEXT, TEXT], TEXT, lambda text, _locale="": text.upper(), least=1),
    "LEFT": eager([TEXT, NUMBER], TEXT, lambda text, length: text[: max(int(length), 0)]),
    "RIGHT": eager([TEXT, NUMBER], TEXT, lambda text, length: text[-int(length) :] if length >= 1 else ""),
    "MID": eager([TEXT, NUMBER, NUMBER], TEXT, _mid),
    "BEGINS": Function(2, 2, _begins),
    "CONTAINS": eager([TEXT, TEXT], BOOLEAN, lambda text, part: (part or "") in (text or ""), takes_blanks=True),
    "REGEX": Function(2, 2, _regex),
    "FIND": eager([TEXT, TEXT, NUMBER], NUMBER, _find, least=2, takes_blanks=True),
    "SUBSTITUTE": eager(
        [TEXT, TEXT, TEXT], TEXT, lambda text, old, new: (text or "").replace(old, new or "") if old else text,
        takes_blanks=True,
    ),
    "LPAD": _padded(left=True),
    "RPAD": _padded(left=False),
    "CASESAFEID": eager([TEXT], TEXT, _case_safe),
    "BR": Function(0, 0, lambda _name, _arguments: Expression(TEXT, lambda _moment: "\n")),
}  # fmt: skip
