"""A value means the same in both systems' writing, and nothing else means the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.record import Value, Wire
from crm.values import FieldType, dump, load, parse, same

PLAIN_TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC) | st.timezones()
)
WIRES: dict[FieldType, st.SearchStrategy[Wire]] = {
    FieldType.TEXT: PLAIN_TEXT | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    FieldType.EMAIL: PLAIN_TEXT | st.emails(),
    FieldType.PHONE: PLAIN_TEXT,
    FieldType.DOMAIN: PLAIN_TEXT | st.sampled_from(["x.com", "https://www.X.com/de", "http://x.com:80"]),
    FieldType.PICKLIST: PLAIN_TEXT,
    FieldType.MULTI: st.lists(PLAIN_TEXT, max_size=5).map(";".join),
    FieldType.NUMBER: NUMBERS.map(str) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    FieldType.BOOL: st.booleans() | st.sampled_from(["true", "False", " TRUE "]),
    FieldType.DATE: st.dates().map(date.isoformat),
    FieldType.REFERENCE: PLAIN_TEXT,
    FieldType.REFERENCES: st.lists(PLAIN_TEXT, max_size=5).map(";".join),
    FieldType.OWNER: PLAIN_TEXT,
    FieldType.DATETIME: MOMENTS.map(datetime.isoformat) | st.integers(-(10**12), 10**14).map(str),
}


@pytest.mark.parametrize(
    ("field_type", "wire", "expected"),
    [
        ("text", "Rita", "Rita"),
        ("text", True, "true"),
        ("text", 3.0, "3"),
        ("text", 1.5, "1.5"),
        ("email", "Rita@Nordlicht.example", "Rita@Nordlicht.example"),
        ("multi", " b ; a;;a", frozenset({"a", "b"})),
        ("multi", " ; ", None),
        ("number", "1.50", Decimal("1.5")),
        ("number", 0, Decimal(0)),
        ("number", "1e3", Decimal(1000)),
        ("bool", "TRUE", True),
        ("bool", False, False),
        ("date", "2026-03-29", date(2026, 3, 29)),
        ("date", "1774742400000", date(2026, 3, 29)),
        ("date", 1774742400000, date(2026, 3, 29)),
        ("datetime", "2026-03-29T10:00:00.000+0000", datetime(2026, 3, 29, 10, tzinfo=UTC)),
        ("datetime", "2026-03-29T12:00:00+02:00", datetime(2026, 3, 29, 10, tzinfo=UTC)),
        ("datetime", "1774778400123", datetime(2026, 3, 29, 10, 0, 0, 123000, tzinfo=UTC)),
    ],
)
def test_a_wire_value_is_read_by_its_type(field_type: str, wire: Wire, expected: Value) -> None:
    assert parse(FieldType(field_type), wire) == expected


@pytest.mark.parametrize("field_type", FieldType)
@pytest.mark.parametrize("wire", [None, "", "   ", "\t\n"])
def test_blank_is_blank_in_every_type(field_type: FieldType, wire: Wire) -> None:
    assert parse(field_type, wire) is None


@pytest.mark.parametrize(
    ("field_type", "wire"),
    [
        ("number", "1.234,56"),
        ("number", "twelve"),
        ("number", "1_000"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", "1e999999"),
        ("number", True),
        ("bool", "yes"),
        ("bool", 1),
        ("bool", "0"),
        ("date", "29.03.2026"),
        ("date", "99999999999999999999"),
        ("datetime", "2026-03-29T10:00:00"),
        ("datetime", "2026-03-29"),
        ("datetime", "9" * 30),
        ("datetime", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused_not_guessed(field_type: str, wire: Wire) -> None:
    with pytest.raises(ValueError):
        parse(FieldType(field_type), wire)


@pytest.mark.parametrize("field_type", FieldType)
@given(data=st.data())
def test_a_value_written_down_and_read_again_is_the_same_value(field_type: FieldType, data: st.DataObject) -> None:
    value = parse(field_type, data.draw(WIRES[field_type]))

    again = load(field_type, dump(value))

    assert again == value
    assert same(field_type, value, again)
    assert dump(again) == dump(value)


@pytest.mark.parametrize("field_type", FieldType)
@given(data=st.data())
def test_sameness_does_not_depend_on_the_order(field_type: FieldType, data: st.DataObject) -> None:
    one, other = (parse(field_type, data.draw(WIRES[field_type])) for _ in range(2))

    assert same(field_type, one, other) == same(field_type, other, one)


@pytest.mark.parametrize(
    ("field_type", "one", "other"),
    [
        ("text", " Lang ", "Lang"),
        ("email", "Ann@X.com ", "ann@x.com"),
        ("phone", "+33 6 12 34 56 78", "+33612345678"),
        ("phone", "+1 650-253-0000 ext. 12", "+16502530000 x12"),
        ("number", "1", "1.00"),
        ("number", 1, "1.0"),
        ("multi", "b;a", "a; b"),
        ("bool", "true", True),
        ("date", "2026-03-29", "1774742400000"),
        ("datetime", "2026-03-29T10:00:00.000+0000", "1774778400000"),
    ],
)
def test_one_value_in_two_writings_is_the_same(field_type: str, one: Wire, other: Wire) -> None:
    kind = FieldType(field_type)

    assert same(kind, parse(kind, one), parse(kind, other))


@pytest.mark.parametrize(
    ("field_type", "one", "other"),
    [
        ("bool", "false", None),
        ("number", 0, None),
        ("text", "0", None),
        ("text", "false", None),
        ("text", "Lang", "lang"),
        ("picklist", "Hot", "hot"),
        ("phone", "+33612345678", "+33612345679"),
        ("phone", "+1 650-253-0000 ext. 12", "+1 650-253-0000"),
        ("phone", "+1 650-253-0000 ext. 12", "+1 650-253-0000 ext. 13"),
        ("phone", "0000", "00 00"),
        ("number", "1.005", "1.00"),
        ("multi", "a;b", "a"),
        ("date", "2026-03-29", "2026-03-30"),
        ("datetime", "2026-03-29T10:00:00.001Z", "2026-03-29T10:00:00.002Z"),
    ],
)
def test_two_values_are_not_taken_for_one(field_type: str, one: Wire, other: Wire) -> None:
    kind = FieldType(field_type)

    assert not same(kind, parse(kind, one), parse(kind, other))


def test_false_zero_and_blank_are_three_values() -> None:
    assert parse(FieldType.BOOL, "false") is False
    assert parse(FieldType.NUMBER, "0") == Decimal(0)
    assert parse(FieldType.BOOL, "") is None
    assert [dump(False), dump(Decimal(0)), dump(None)] == ["false", "0", None]


@given(day=st.dates(date(1970, 1, 2), date(2200, 1, 1)))
def test_a_day_is_the_same_day_in_both_systems_whatever_the_clock_of_this_machine(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)

    wires: list[Wire] = [day.isoformat(), str(int(midnight.timestamp() * 1000)), f"{day.isoformat()}T23:59:59.000+0000"]

    assert {parse(FieldType.DATE, wire) for wire in wires} == {day}


@given(moment=MOMENTS, hours=st.integers(-14, 14))
def test_a_moment_is_the_same_moment_in_every_time_zone(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))

    here, there = (parse(FieldType.DATETIME, each.isoformat()) for each in (moment, elsewhere))

    assert same(FieldType.DATETIME, here, there)
    assert dump(here) == dump(there)
