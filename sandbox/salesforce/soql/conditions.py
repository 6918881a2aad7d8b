"""A WHERE condition as a function of a row, built once per query, so that a scan is one tight loop.

Nulls follow SOQL: `!=` and `NOT IN` hold for a null, `<` and `>` do not, and an empty text means null.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.schema.fields import ID_TYPES, Field
from sandbox.salesforce.soql.names import Getter, Names
from sandbox.salesforce.soql.periods import midnight, span
from sandbox.salesforce.soql.syntax import (
    Aggregate,
    And,
    Compare,
    Condition,
    Includes,
    Kind,
    Literal,
    Not,
    Or,
    Path,
    Semi,
    Within,
)  # fmt: skip
from sandbox.salesforce.soql.trouble import trouble_at
from sandbox.salesforce.table import Row, folded
from sandbox.salesforce.values import read_day, read_moment

Predicate = Callable[[Row], bool]
ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
NUMBERS = frozenset({"int", "double", "currency", "percent"})
WANTED = {"boolean": Kind.BOOLEAN, "date": Kind.DATE, "datetime": Kind.DATETIME,
          **dict.fromkeys(NUMBERS, Kind.NUMBER)}  # fmt: skip


def predicate(condition: Condition, names: Names) -> Predicate:
    """True for the rows that meet the condition. Raises `Trouble` for fields and values that do not fit."""
    match condition:
        case And(parts):
            return _all([predicate(part, names) for part in parts])
        case Or(parts):
            return _any([predicate(part, names) for part in parts])
        case Not(part):
            test = predicate(part, names)
            return lambda row: not test(row)
        case Within():
            return _within(condition, names)
        case Includes():
            return _includes(condition, names)
        case Semi():
            return _semi(condition, names)
        case Compare():
            return _compare(condition, names)


def _all(tests: list[Predicate]) -> Predicate:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)
    return lambda row: all(test(row) for test in tests)


def _any(tests: list[Predicate]) -> Predicate:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) or second(row)
    return lambda row: any(test(row) for test in tests)


def value_of(literal: Literal, field: Field, names: Names) -> Any:
    """The literal as a stored value of the field, folded for comparison; None for null and empty text."""
    if literal.kind is Kind.NULL or (literal.kind is Kind.TEXT and literal.value == ""):
        return None
    wanted = WANTED.get(field.type, Kind.TEXT)
    if literal.kind is not wanted:
        quotes = "should be" if wanted is Kind.TEXT else "should not be"
        message = (
            f"value of filter criterion for field '{field.name}' must be of type {wanted.value} "
            f"and {quotes} enclosed in quotes"
        )
        raise trouble_at(names.query.text, literal.at, "INVALID_FIELD", message)
    if wanted in (Kind.DATE, Kind.DATETIME):
        return _time(literal, names, wanted)
    if field.type in ID_TYPES:
        return _id(literal, names)
    return folded(literal.value, field)


def _time(literal: Literal, names: Names, wanted: Kind) -> str:
    stored = (read_day if wanted is Kind.DATE else read_moment)(literal.raw)
    if stored is None:
        message = f"line 1:{literal.at} invalid {wanted.value}: {literal.raw}"
        raise trouble_at(names.query.text, literal.at, "MALFORMED_QUERY", message)
    return stored


def _id(literal: Literal, names: Names) -> str:
    if literal.value in names.table.live:
        return str(literal.value)
    whole = full_id(literal.value)
    if whole is None:
        message = f"invalid ID field: {literal.value}"
        raise trouble_at(names.query.text, literal.at, "INVALID_QUERY_FILTER_OPERATOR", message)
    return whole


def _filterable(operand: Path | Aggregate, names: Names) -> tuple[Field, Getter]:
    field, read = names.operand(operand)
    if not field.may("filter") or field.type == "address":
        message = f"field '{field.name}' can not be filtered in a query call"
        raise trouble_at(names.query.text, operand.at, "INVALID_FIELD", message)
    return field, read


def _within(condition: Within, names: Names) -> Predicate:
    field, read = _filterable(condition.path, names)
    values = {value_of(literal, field, names) for literal in condition.literals}
    negated = condition.negated
    if field.type == "multipicklist":
        raise Trouble(
            "INVALID_QUERY_FILTER_OPERATOR", f"{field.name} operator IN is not known for multi-select picklists"
        )
    if not field.is_text:
        return lambda row: (read(row) in values) is not negated
    return lambda row: (folded(read(row), field) in values) is not negated


def _compare(condition: Compare, names: Names) -> Predicate:
    field, read = _filterable(condition.path, names)
    if condition.operator == "LIKE":
        return _like(condition.literal, field, read, names)
    if condition.literal.kind is Kind.PERIOD and field.type in ("date", "datetime"):
        return _period(condition, field, read, names)
    wanted = value_of(condition.literal, field, names)
    if condition.operator in ORDERINGS:
        return _ordering(condition, field, read, wanted, names)
    differs = condition.operator == "!="
    if wanted is None:
        return lambda row: (read(row) is None) is not differs
    if not field.is_text or field.case_sensitive:
        return lambda row: (read(row) == wanted) is not differs
    return lambda row: ((value := read(row)) is not None and value.lower() == wanted) is not differs


def _ordering(condition: Compare, field: Field, read: Getter, wanted: Any, names: Names) -> Predicate:
    if wanted is None or field.type in ("boolean", "multipicklist"):
        message = f"invalid operator on {field.type} field"
        raise trouble_at(names.query.text, condition.path.at, "INVALID_QUERY_FILTER_OPERATOR", message)
    holds = ORDERINGS[condition.operator]
    if not field.is_text:
        return lambda row: (value := read(row)) is not None and holds(value, wanted)
    return lambda row: (value := read(row)) is not None and holds(folded(value, field), wanted)


def _period(condition: Compare, field: Field, read: Getter, names: Names) -> Predicate:
    """A date or a moment against a span of days: `<` is before it, `>` after it, `=` within."""
    if names.setting is None:
        raise trouble_at(names.query.text, condition.literal.at, "MALFORMED_QUERY", "date literals are not known here")
    today = names.setting.today
    days = span(str(condition.literal.value), today.date, today.sunday_first)
    if field.type == "date":
        first, after = days[0].isoformat(), days[1].isoformat()
    else:
        first, after = (midnight(day, today.zone) for day in days)
    match condition.operator:
        case "<":
            return lambda row: (value := read(row)) is not None and value < first
        case "<=":
            return lambda row: (value := read(row)) is not None and value < after
        case ">":
            return lambda row: (value := read(row)) is not None and value >= after
        case ">=":
            return lambda row: (value := read(row)) is not None and value >= first
    differs = condition.operator == "!="
    return lambda row: ((value := read(row)) is not None and first <= value < after) is not differs


def _includes(condition: Includes, names: Names) -> Predicate:
    """`INCLUDES ('a;b', 'c')`: both a and b, or c. `EXCLUDES` is its opposite, and holds for a null."""
    field, read = _filterable(condition.path, names)
    if field.type != "multipicklist":
        message = f"invalid operator on {field.type} field"
        raise trouble_at(names.query.text, condition.path.at, "INVALID_QUERY_FILTER_OPERATOR", message)
    wanted = [str(value_of(literal, field, names) or "").split(";") for literal in condition.literals]
    negated = condition.negated

    def holds(row: Row) -> bool:
        held = (read(row) or "").lower().split(";")
        return any(all(part in held for part in parts) for parts in wanted) is not negated

    return holds


def ids_within(condition: Semi, names: Names) -> set[str]:
    """The ids that the inner query of a semi-join yields. Raises `Trouble` where it may not stand there."""
    from sandbox.salesforce.soql.plan import select  # noqa: PLC0415 - a query inside a condition of a query

    query = condition.query
    if query.object_at in names.found_by:
        return names.found_by[query.object_at]
    inner = names.within(query)
    outer_field = names.find(condition.path).field
    text = names.query.text
    if outer_field.type not in ID_TYPES:
        message = (
            "The left operand field in the where expression for outer query should be an id field, cannot use: "
            f"'{outer_field.name}'"
        )
        raise trouble_at(text, condition.path.at, "INVALID_FIELD", message)
    if len(query.items) != 1 or len(query.fields) != 1:
        message = "The inner query of a semi join sub-select must select exactly one field"
        raise trouble_at(text, query.object_at, "MALFORMED_QUERY", message)
    found = inner.find(query.fields[0])
    if found.field.type not in ID_TYPES:
        message = f"Semi join sub-selects can only query id fields, cannot use: '{found.field.name}'"
        raise trouble_at(text, query.fields[0].at, "INVALID_FIELD", message)
    ours = outer_field.refers_to or (names.table.kind.name,)
    theirs = found.field.refers_to or (inner.table.kind.name,)
    if not set(ours) & set(theirs):
        message = (
            f"The selected field '{found.field.name}' in the subquery and the left operand field in the where "
            f"expression in the outer query '{outer_field.name}' should point to the same object type"
        )
        raise trouble_at(text, condition.path.at, "INVALID_FIELD", message)
    read = found.getter()
    names.found_by[query.object_at] = {value for row in select(inner) if (value := read(row)) is not None}
    return names.found_by[query.object_at]


def _semi(condition: Semi, names: Names) -> Predicate:
    read = names.find(condition.path).getter()
    ids, negated = ids_within(condition, names), condition.negated
    return lambda row: (read(row) in ids) is not negated


def _like(literal: Literal, field: Field, read: Getter, names: Names) -> Predicate:
    if not field.is_text or literal.kind is not Kind.TEXT or field.type == "multipicklist":
        message = f"invalid operator on {field.type} field"
        raise trouble_at(names.query.text, literal.at, "INVALID_QUERY_FILTER_OPERATOR", message)
    pattern = like_pattern(str(literal.value))
    return lambda row: (value := read(row)) is not None and pattern.fullmatch(value) is not None


def like_pattern(text: str) -> re.Pattern[str]:
    r"""`%` stands for any characters, `_` for one, `\%` and `\_` for themselves; case does not count.

    >>> bool(like_pattern("50\\% of_%").fullmatch("50% OFF today")), bool(like_pattern("50\\%").fullmatch("500"))
    (True, False)
    """
    pieces = re.findall(r"\\.|.", text, re.DOTALL)
    segments: list[str] = [""]
    for piece in pieces:
        if piece == "%":
            segments.append("")
        else:
            segments[-1] += "." if piece == "_" else re.escape(piece[-1])
    if len(segments) == 1:
        return re.compile(segments[0], re.DOTALL | re.IGNORECASE)
    # What stands between two % is taken where it first appears and never looked for again, so that no text is slow.
    inner = "".join(f"(?>.*?{segment})" for segment in segments[1:-1] if segment)
    return re.compile(f"{segments[0]}{inner}.*{segments[-1]}", re.DOTALL | re.IGNORECASE)
