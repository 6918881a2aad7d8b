"""What a made-up query finds is what a naive reading of it finds in the same rows."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.soql_org import BOUNDED, CITIES, TODAY, Row, ask, org

Holds = Callable[[Row], bool]
PART = tuple[str, Holds]


def literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "null" if value is None else str(value)


def lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right, "!=": lambda left, right: left != right,
    "<": lambda left, right: None not in (left, right) and left < right,
    "<=": lambda left, right: None not in (left, right) and left <= right,
    ">": lambda left, right: None not in (left, right) and left > right,
    ">=": lambda left, right: None not in (left, right) and left >= right,
}  # fmt: skip
SPANS = {
    "TODAY": (TODAY, TODAY), "YESTERDAY": (date(2026, 11, 1), date(2026, 11, 1)),
    "LAST_N_DAYS:20": (date(2026, 10, 13), TODAY), "NEXT_N_DAYS:20": (date(2026, 11, 3), date(2026, 11, 22)),
    "LAST_MONTH": (date(2026, 10, 1), date(2026, 10, 31)), "THIS_QUARTER": (date(2026, 10, 1), date(2026, 12, 31)),
    "LAST_YEAR": (date(2025, 1, 1), date(2025, 12, 31)), "THIS_WEEK": (TODAY, date(2026, 11, 8)),
    "N_WEEKS_AGO:2": (date(2026, 10, 19), date(2026, 10, 25)), "NEXT_MONTH": (date(2026, 12, 1), date(2026, 12, 31)),
}  # fmt: skip


@st.composite
def comparison(draw: st.DrawFn) -> PART:
    kind = draw(st.sampled_from(("text", "number", "boolean", "like", "in", "multi", "day", "moment")))
    operator = draw(st.sampled_from(tuple(COMPARED)))
    compare = COMPARED[operator]
    match kind:
        case "text":
            value = draw(st.sampled_from(CITIES[1:] if operator not in ("=", "!=") else CITIES))
            return f"City {operator} {literal(value)}", lambda row: compare(lowered(row.get("City")), lowered(value))
        case "number":
            number = draw(st.sampled_from((0, 2.5, 5, 7.5, -1)))
            return f"Score__c {operator} {number}", lambda row: compare(row.get("Score__c"), number)
        case "boolean":
            flag = draw(st.booleans())
            equal = draw(st.booleans())
            return (
                f"DoNotCall {'=' if equal else '!='} {literal(flag)}",
                lambda row: (row["DoNotCall"] == flag) is equal,
            )
        case "like":
            pattern = draw(st.sampled_from(("P%", "%i%", "_yon", "%\\%%", "a\\_b", "%", "l%n", "%o%")))
            return f"City LIKE '{pattern}'", lambda row: row.get("City") is not None and like(row["City"], pattern)
        case "in":
            values = draw(st.lists(st.sampled_from(CITIES), min_size=1, max_size=3))
            negated = draw(st.booleans())
            text = f"City {'NOT ' if negated else ''}IN ({', '.join(map(literal, values))})"
            folded = [lowered(value) for value in values]
            return text, lambda row: (lowered(row.get("City")) in folded) is not negated
        case "multi":
            groups = draw(st.lists(st.sampled_from(("Mail", "Fair", "Mail;Fair", "call")), min_size=1, max_size=2))
            negated = draw(st.booleans())
            text = f"Interests__c {'EXCLUDES' if negated else 'INCLUDES'} ({', '.join(map(literal, groups))})"
            return text, lambda row: includes(row.get("Interests__c"), groups) is not negated
    span = draw(st.sampled_from(tuple(SPANS)))
    field = "Trial__c" if kind == "day" else "CreatedDate"
    return f"{field} {operator} {span}", lambda row: within(row, field, operator, *SPANS[span])


def like(value: str, pattern: str) -> bool:
    """By way of the shell's patterns, an implementation that shares nothing with ours."""
    shell = re.sub(r"([*?\[])", r"[\1]", pattern)
    shell = re.sub(r"\\(.)|%|_", lambda found: found[1] or {"%": "*", "_": "?"}[found[0]], shell)
    return fnmatch.fnmatchcase(value.lower(), shell.lower())


def includes(held: str | None, groups: list[str]) -> bool:
    mine = set((held or "").lower().split(";"))
    return any(set(group.lower().split(";")) <= mine for group in groups)


def within(row: Row, field: str, operator: str, first: date, last: date) -> bool:
    text = row.get(field)
    if text is None:
        return operator == "!="
    on = date.fromisoformat(text[:10])
    if field == "CreatedDate":  # Paris: two hours ahead in summer, one in winter
        at = datetime.fromisoformat(text[:19])
        summer = datetime(2025, 10, 26, 1) > at >= datetime(2025, 3, 30, 1) or (
            datetime(2026, 10, 25, 1) > at >= datetime(2026, 3, 29, 1)
        )
        on = (at + timedelta(hours=2 if summer else 1)).date()
    return {"=": first <= on <= last, "!=": not first <= on <= last, "<": on < first, "<=": on <= last,
            ">": on > last, ">=": on >= first}[operator]  # fmt: skip


def joined(parts: list[PART], word: str) -> PART:
    if len(parts) == 1:
        return parts[0]
    tests = [test for _, test in parts]
    together = all if word == "AND" else any
    return "(" + f" {word} ".join(text for text, _ in parts) + ")", lambda row: together(test(row) for test in tests)


def opposite(part: PART) -> PART:
    return f"(NOT ({part[0]}))", lambda row: not part[1](row)


CONDITIONS = st.recursive(
    comparison(),
    lambda inner: st.one_of(
        st.builds(joined, st.lists(inner, min_size=1, max_size=3), st.sampled_from(("AND", "OR"))),
        st.builds(opposite, inner),
    ),
    max_leaves=6,
)


def leads() -> list[Row]:
    return list(org().tables["lead"].live.values())


@BOUNDED
@given(CONDITIONS)
def test_a_condition_finds_what_a_naive_reading_finds(condition: PART) -> None:
    text, holds = condition

    found = [row["LastName"] for row in ask(f"SELECT LastName FROM Lead WHERE {text} ORDER BY Id")]

    assert found == [row["LastName"] for row in leads() if holds(row)], text


@BOUNDED
@given(
    st.sampled_from(("City", "Score__c", "Trial__c", "DoNotCall")),
    st.sampled_from(("", " ASC", " DESC")),
    st.sampled_from(("", " NULLS FIRST", " NULLS LAST")),
    st.integers(0, 50),
    st.integers(0, 10),
)
def test_rows_come_in_the_order_of_a_naive_reading(
    field: str, direction: str, nulls: str, limit: int, offset: int
) -> None:  # fmt: skip
    text = f"SELECT LastName FROM Lead ORDER BY {field}{direction}{nulls}, LastName DESC LIMIT {limit} OFFSET {offset}"
    rows = sorted(leads(), key=lambda row: row["LastName"], reverse=True)
    known = [row for row in rows if row.get(field) is not None]
    known.sort(key=lambda row: lowered(row[field]), reverse=direction == " DESC")
    unknown = [row for row in rows if row.get(field) is None]
    ordered = known + unknown if nulls == " NULLS LAST" else unknown + known

    assert [row["LastName"] for row in ask(text)] == [row["LastName"] for row in ordered][offset : offset + limit]


@BOUNDED
@given(CONDITIONS, st.sampled_from(("City", "DoNotCall", "Trial__c")), st.integers(0, 4))
def test_groups_hold_what_a_naive_reading_adds_up(condition: PART, field: str, least: int) -> None:
    text, holds = condition
    soql = (
        f"SELECT {field} it, COUNT(Id) n, COUNT(Score__c) scored, SUM(Score__c) total, MAX(Score__c) most, "
        f"COUNT_DISTINCT(City) cities FROM Lead WHERE {text} GROUP BY {field} HAVING COUNT(Id) > {least}"
    )
    gathered: dict[Any, list[Row]] = {}
    for row in filter(holds, leads()):
        gathered.setdefault(lowered(row.get(field)), []).append(row)

    found = {lowered(row.pop("it")): row for row in ask(soql)}

    assert found.keys() == {key for key, rows in gathered.items() if len(rows) > least}
    for key, shown in found.items():
        rows = gathered[key]
        scores = [row["Score__c"] for row in rows if row.get("Score__c") is not None]
        cities = {lowered(row["City"]) for row in rows if row.get("City")}
        assert (shown["n"], shown["scored"], shown["cities"]) == (len(rows), len(scores), len(cities))
        assert (shown["total"], shown["most"]) == ((sum(scores), max(scores)) if scores else (None, None))
