"""Compares a fact with a value, in SQL: what `eq`, `in`, `gt` and the others mean for each type.

A blank is neither equal to nor greater or less than anything, so `ne` and `not_in` hold for it; a placeholder counts
as blank. A multi-select equals a value that is among its choices. Stages are ordered by the funnel. A datetime
compared with a date means the whole day (UTC).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crm.values import FieldType, normal_email
from rules.conditions import Scalar
from rules.facts import Fact, Parameter, Sql, joined

ORDER = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
OPPOSITE = {"ne": "eq", "not_in": "in", "is_blank": "is_set"}

LARGEST_NUMBER = 2**53
"""Beyond it, a number is not the one that was written: facts keep numbers in double precision."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fact, an operation and its values; the stages where the fact is one."""

    fact: Fact
    op: str
    values: tuple[Scalar, ...]
    stages: Sequence[str] = ()

    def sql(self) -> Sql:
        """True or false for every record. Raises ValueError where the values do not suit the fact."""
        if self.op in OPPOSITE:
            return ~Comparison(self.fact, OPPOSITE[self.op], self.values, self.stages).sql()
        if self.op == "is_set":
            return self.fact.is_set()
        return self.fact.through(joined("AND", [self.fact.is_set_here(), self._shown_here()]))

    def shown(self) -> Sql:
        """The same for what stands in the field, be it a placeholder; `eq`, `in` and the orders only."""
        return self.fact.through(self._shown_here())

    def _shown_here(self) -> Sql:
        test = self._test()
        return Sql(f"COALESCE({test.text}, FALSE)", test.parameters)

    def _test(self) -> Sql:
        match self.fact.type:
            case None:
                return self._stage()
            case FieldType.MULTI | FieldType.REFERENCES:
                return self._multi()
            case FieldType.DATETIME:
                return joined("OR", [self._moment(*span(value)) for value in self.values])
            case FieldType.EMAIL:
                addresses = [normal_email(_text(value)) for value in self.values]
                return self._plain(addresses, f"LOWER({self.fact.column})")
            case FieldType.PHONE:
                raise ValueError("phone numbers are written in many ways; only is_set and is_blank are read here")
            case FieldType.NUMBER:
                return self._plain([_number(value) for value in self.values])
            case FieldType.DATE:
                return self._plain([_day(value) for value in self.values])
            case FieldType.BOOL:
                return self._plain([_bool(value) for value in self.values])
            case FieldType.TEXT | FieldType.PICKLIST | FieldType.DOMAIN | FieldType.REFERENCE | FieldType.OWNER:
                return self._plain([_text(value) for value in self.values])

    def _plain(self, values: Sequence[Parameter], column: str | None = None) -> Sql:
        column = column or self.fact.column
        if self.op in ORDER:
            if self.fact.type not in (FieldType.NUMBER, FieldType.DATE):
                raise ValueError(f"{self.op} needs an order, which {self.fact.type} has not; use eq or in")
            return Sql(f"({column} {ORDER[self.op]} %s)", tuple(values))
        return Sql(f"({column} IN ({_marks(values)}))", tuple(values))

    def _stage(self) -> Sql:
        places = [self._place(value) for value in self.values]
        if self.op in ORDER:
            order = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}[self.op]
            places = [place for place in range(len(self.stages)) if order(place, places[0])]
        names = [self.stages[place] for place in places]
        return Sql(f"({self.fact.column} IN ({_marks(names)}))", tuple(names)) if names else Sql("(1 = 0)")

    def _place(self, value: Scalar) -> int:
        if value not in self.stages:
            raise ValueError(f'unknown stage "{value}"; the funnel has: {", ".join(self.stages)}')
        return list(self.stages).index(str(value))

    def _multi(self) -> Sql:
        """A choice is among those joined by `;`: taking it out of the text changes the text (LIKE ignores case)."""
        if self.op in ORDER:
            raise ValueError(f"{self.op} needs an order, which {self.fact.type} has not; use eq or in")
        choices = f"(';' || {self.fact.column} || ';')"
        return joined(
            "OR", [Sql(f"REPLACE({choices}, %s, '') <> {choices}", (_choice(value),)) for value in self.values]
        )

    def _moment(self, start: int, end: int) -> Sql:
        """The stretch from `start` up to, not including, `end`, in epoch milliseconds."""
        column = self.fact.column
        match self.op:
            case "gt":
                return Sql(f"({column} >= %s)", (end,))
            case "gte":
                return Sql(f"({column} >= %s)", (start,))
            case "lt":
                return Sql(f"({column} < %s)", (start,))
            case "lte":
                return Sql(f"({column} < %s)", (end,))
        return Sql(f"({column} >= %s AND {column} < %s)", (start, end))


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _text(value: Scalar) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{value} is no text; put it in quotes: "{value}"')
    return value


def _choice(value: Scalar) -> str:
    if ";" in _text(value):
        raise ValueError(f'"{value}" holds a ";", which separates choices; use in with a list')
    return f";{value};"


def _number(value: Scalar) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value} is no number; write digits without quotes")
    if not abs(value) <= LARGEST_NUMBER or not math.isfinite(value):
        raise ValueError(f"{value} cannot be compared exactly; stay within {LARGEST_NUMBER}")
    return float(value)


def _bool(value: Scalar) -> int:
    if not isinstance(value, bool):
        raise ValueError(f"{value} is neither true nor false; write true or false without quotes")
    return int(value)


def _day(value: Scalar) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"{value} is no date; write YYYY-MM-DD without quotes")
    return value.isoformat()


def span(value: Scalar) -> tuple[int, int]:
    """What a moment or a day covers, in epoch milliseconds; a moment without a zone is in UTC."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return _milliseconds(moment), _milliseconds(moment) + 1
    if not isinstance(value, date):
        raise ValueError(
            f"{value} is neither a date nor a time; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ without quotes"
        )
    start = datetime.combine(value, time(), UTC)
    return _milliseconds(start), _milliseconds(start) + 86_400_000


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
