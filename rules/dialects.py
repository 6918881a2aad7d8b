"""How Salesforce writes a test: in the formula of a validation rule, and in SOQL to count what it would meet.

Both say the same of a record; what only a formula can ask (what changes now, how long a text is) SOQL leaves out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from rules.conditions import Scalar

_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NUMBERS = {"int", "double", "currency", "percent", "long"}
_DATES = {"date", "datetime"}


@dataclass(frozen=True, slots=True)
class SalesField:
    """A field of Salesforce: its name, its type as a describe says it, and what a picklist offers."""

    name: str
    type: str
    offered: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.type not in {*_NUMBERS, *_DATES, "picklist", "multipicklist", "boolean", "reference"}


class Dialect(Protocol):
    """Every method returns one test; `equals` and `blank` count placeholders as blank."""

    never: str

    def all(self, parts: Sequence[str]) -> str: ...
    def any(self, parts: Sequence[str]) -> str: ...
    def negated(self, part: str) -> str: ...
    def blank(self, field: SalesField, placeholders: Collection[str]) -> str: ...
    def equals(self, field: SalesField, value: Scalar, placeholders: Collection[str]) -> str:
        """Raises ValueError where the field cannot be compared with the value."""

    def ordered(self, field: SalesField, op: str, value: Scalar | None) -> str:
        """Raises ValueError where the field has no order."""

    def changed(self, fields: Sequence[SalesField]) -> list[str]:
        """One of them becomes what it is; empty where it cannot be asked."""

    def shorter(self, field: SalesField, characters: int) -> list[str]:
        """Fewer characters than this; empty where it cannot be asked."""

    def not_asked(self, asked: str, name: str, is_there: bool) -> list[str]:
        """Nobody answered "asked, not known" about a fact; empty where it cannot be asked."""


class _Formula:
    """https://help.salesforce.com/s/articleView?id=platform.customize_functions.htm"""

    never = "FALSE"

    def all(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"AND({', '.join(parts)})"

    def any(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"OR({', '.join(parts)})"

    def negated(self, part: str) -> str:
        return f"NOT({part})"

    def blank(self, field: SalesField, placeholders: Collection[str]) -> str:
        match field.type:
            case "boolean":
                return self.never
            case "picklist":
                stand_ins = [each for each in field.offered if each.strip().casefold() in placeholders]
                return self.any([f'ISPICKVAL({field.name}, "{_quoted(each)}")' for each in ("", *stand_ins)])
        if not field.is_text or not (listed := sorted(each for each in placeholders if "|" not in each)):
            return f"ISBLANK({field.name})"
        stand_ins = [f'"|{_quoted("|".join(listed))}|"', f'"|" & LOWER(TRIM({field.name})) & "|"']
        return f"OR(ISBLANK({field.name}), CONTAINS({', '.join(stand_ins)}))"

    def equals(self, field: SalesField, value: Scalar, placeholders: Collection[str]) -> str:
        match field.type:
            case "picklist":
                return f'ISPICKVAL({field.name}, "{_quoted(_text(field, value))}")'
            case "multipicklist":
                return f'INCLUDES({field.name}, "{_quoted(_text(field, value))}")'
            case "boolean":
                return field.name if _bool(field, value) else f"NOT({field.name})"
            case "date" | "datetime":
                start, end = _span(field, value)
                return f"AND(NOT(ISBLANK({field.name})), {field.name} >= {start}, {field.name} < {end})"
            case "reference":
                raise ValueError(f"{field.name} leads to a record, which a formula cannot compare: use is_set")
        if field.type in _NUMBERS:
            return f"AND(NOT(ISBLANK({field.name})), {field.name} = {_number(field, value)})"
        if _text(field, value).strip().casefold() in placeholders:
            return self.never
        shown = f"LOWER({field.name})" if field.type == "email" else field.name
        text = _text(field, value).lower() if field.type == "email" else _text(field, value)
        return f'{shown} = "{_quoted(text)}"'

    def ordered(self, field: SalesField, op: str, value: Scalar | None) -> str:
        filled = f"NOT(ISBLANK({field.name}))"
        return f"AND({filled}, {field.name} {_ordered(field, op, value)})"

    def changed(self, fields: Sequence[SalesField]) -> list[str]:
        return [f"OR(ISNEW(), {', '.join(f'ISCHANGED({each.name})' for each in fields)})"]

    def shorter(self, field: SalesField, characters: int) -> list[str]:
        text = f"TEXT({field.name})" if field.type == "picklist" else field.name
        return [f"LEN(TRIM({text})) < {characters}"]

    def not_asked(self, asked: str, name: str, is_there: bool) -> list[str]:
        return [f'NOT(CONTAINS(";" & SUBSTITUTE({asked}, " ", "") & ";", ";{name};"))']


class _Soql:
    """https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm"""

    never = "Id = null"

    def all(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"

    def any(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def negated(self, part: str) -> str:
        return f"(NOT {part})" if part.startswith("(") else f"(NOT ({part}))"

    def blank(self, field: SalesField, placeholders: Collection[str]) -> str:
        if field.type == "boolean":
            return self.never
        if not placeholders or not (field.is_text or field.type == "picklist"):
            return f"{field.name} = null"
        listed = ", ".join(_literal(each) for each in sorted(placeholders))
        return f"({field.name} = null OR {field.name} IN ({listed}))"

    def equals(self, field: SalesField, value: Scalar, placeholders: Collection[str]) -> str:
        match field.type:
            case "multipicklist":
                return f"{field.name} INCLUDES ({_literal(_text(field, value))})"
            case "boolean":
                return f"{field.name} = {'true' if _bool(field, value) else 'false'}"
            case "date":
                return f"{field.name} = {_day(field, value).isoformat()}"
            case "datetime":
                start, end = (_moment(each) for each in _moments(field, value))
                return f"({field.name} >= {start} AND {field.name} < {end})"
        if field.type in _NUMBERS:
            return f"{field.name} = {_number(field, value)}"
        return f"{field.name} = {_literal(_text(field, value))}"

    def ordered(self, field: SalesField, op: str, value: Scalar | None) -> str:
        if field.type == "datetime":
            start, end = (_moment(each) for each in _moments(field, value))
            return f"({field.name} != null AND {field.name} {_edge(op, start, end)})"
        if field.type == "date":
            return f"({field.name} != null AND {field.name} {_SIGNS[op]} {_day(field, value).isoformat()})"
        return f"({field.name} != null AND {field.name} {_SIGNS[op]} {_number(field, value)})"

    def changed(self, fields: Sequence[SalesField]) -> list[str]:
        return []

    def shorter(self, field: SalesField, characters: int) -> list[str]:
        return []

    def not_asked(self, asked: str, name: str, is_there: bool) -> list[str]:
        return [f"({asked} = null OR (NOT ({asked} LIKE {_literal(f'%{name}%')})))"] if is_there else []


FORMULA: Dialect = _Formula()
SOQL: Dialect = _Soql()


def _ordered(field: SalesField, op: str, value: Scalar | None) -> str:
    if field.type in _DATES:
        start, end = _span(field, value)
        return _edge(op, start, end)
    return f"{_SIGNS[op]} {_number(field, value)}"


def _edge(op: str, start: str, end: str) -> str:
    """A moment or a day is a stretch: later than it means from its end on."""
    return {"gt": f">= {end}", "gte": f">= {start}", "lt": f"< {start}", "lte": f"< {end}"}[op]


def _span(field: SalesField, value: Scalar | None) -> tuple[str, str]:
    if field.type == "date":
        day = _day(field, value)
        return _formula_day(day), _formula_day(day + timedelta(days=1))
    first, after = _moments(field, value)
    return (f'DATETIMEVALUE("{first:%Y-%m-%d %H:%M:%S}")', f'DATETIMEVALUE("{after:%Y-%m-%d %H:%M:%S}")')


def _moments(field: SalesField, value: Scalar | None) -> tuple[datetime, datetime]:
    """A moment and the one after it; of a day its begin and its end (UTC). Formulas know seconds."""
    if isinstance(value, datetime):
        moment = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        return moment, moment + timedelta(seconds=1)
    day = datetime.combine(_day(field, value), datetime.min.time(), UTC)
    return day, day + timedelta(days=1)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _formula_day(day: date) -> str:
    return f"DATE({day.year}, {day.month}, {day.day})"


def _day(field: SalesField, value: Scalar | None) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"{field.name} is a date in Salesforce: compare it with YYYY-MM-DD, without quotes")
    return value


def _number(field: SalesField, value: Scalar | None) -> str:
    if field.type not in _NUMBERS or isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{field.name} is of type {field.type} in Salesforce: it cannot be compared with {value}")
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _bool(field: SalesField, value: Scalar | None) -> bool:
    if isinstance(value, bool) or value in ("true", "false"):
        return value in (True, "true")
    raise ValueError(f"{field.name} is a checkbox in Salesforce: compare it with true or false")


def _text(field: SalesField, value: Scalar | None) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field.name} is of type {field.type} in Salesforce: it cannot be compared with {value}")
    return value


def _quoted(text: str) -> str:
    r"""A text within a formula's quotes.

    >>> _quoted('the "big" one')
    'the \\"big\\" one'
    """
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _literal(text: str) -> str:
    r"""A text as SOQL writes it.

    >>> print(_literal("O'Neil"))
    'O\'Neil'
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"
