"""Who travels with whom, and what each write comes to when a call goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from connectors.base import Archive, Create, NoAnswer, Policy, QuotaSpent, Refused, Shown, Unknown, Update, Write
from connectors.batches import Attempt, batches, settle, to_wire, without_values
from crm.record import Record, Ref, Side, Value

AT = datetime(2026, 5, 1, tzinfo=UTC)


def update(record_id: str) -> Update:
    return Update(Side.SALES, Ref("salesforce", "Lead", record_id), {"Phone": "1"})


def done(write: Write) -> Shown:
    assert isinstance(write, Update)
    return Shown(Record(write.ref, {}, None, AT))


def test_kinds_travel_apart_and_nobody_twice_in_one_call() -> None:
    archive = Archive(Side.SALES, Ref("salesforce", "Lead", "1"))
    create = Create(Side.SALES, "Lead", "key", {})
    writes: list[Write] = [archive, update("1"), update("2"), update("1"), create, update("3")]

    assert batches(writes, 10) == [[4], [1, 2], [3, 5], [0]]


def test_a_call_holds_no_more_than_its_size() -> None:
    assert batches([update(str(number)) for number in range(5)], 2) == [[0, 1], [2, 3], [4]]


def test_the_one_bad_write_is_found_by_halving() -> None:
    sizes: list[int] = []

    def send(batch: list[Write]) -> Attempt:
        sizes.append(len(batch))
        if update("13") not in batch:
            return [done(write) for write in batch]
        return [None] * len(batch) if len(batch) > 1 else [Refused(Policy.DEAD, "BAD", "bad")]

    answers = settle([update(str(number)) for number in range(100)], 100, send)

    assert [number for number, answer in enumerate(answers) if isinstance(answer, Refused)] == [13]
    assert len(sizes) <= 1 + 2 * 7


def test_who_is_named_is_answered_and_the_others_are_sent_once_more() -> None:
    calls: list[list[Write]] = []

    def send(batch: list[Write]) -> Attempt:
        calls.append(batch)
        if update("2") not in batch:
            return [done(write) for write in batch]
        return [Refused(Policy.DEAD, "BAD", "bad") if write == update("2") else None for write in batch]

    answers = settle([update("1"), update("2"), update("3")], 10, send)

    assert [type(answer) for answer in answers] == [Shown, Refused, Shown]
    assert calls[1:] == [[update("1"), update("3")]]


def test_trouble_before_any_answer_goes_to_the_caller() -> None:
    def send(batch: list[Write]) -> Attempt:
        raise QuotaSpent("used up")

    with pytest.raises(QuotaSpent):
        settle([update("1")], 10, send)


def test_trouble_after_the_first_call_becomes_answers() -> None:
    def send(batch: list[Write]) -> Attempt:
        if update("3") in batch:
            raise QuotaSpent("used up")
        return [done(write) for write in batch]

    answers = settle([update(str(number)) for number in range(1, 6)], 2, send)

    assert [type(answer) for answer in answers] == [Shown, Shown, Refused, Refused, Refused]
    assert all("used up" in answer.message for answer in answers if isinstance(answer, Refused))


def test_a_first_call_without_an_answer_is_unknown_and_nothing_more_is_sent() -> None:
    def send(batch: list[Write]) -> Attempt:
        raise NoAnswer("broke off")

    answers = settle([update("1"), update("2")], 1, send)

    assert [type(answer) for answer in answers] == [Unknown, Refused]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, None),
        ("", None),
        (False, False),
        (Decimal("3"), 3),
        (Decimal("0.1"), 0.1),
        (AT.date(), "2026-05-01"),
        (datetime(2026, 5, 1, 2, 3, 4, 5_000, tzinfo=timezone(timedelta(hours=2))), "2026-05-01T00:03:04.005Z"),
        (frozenset(), None),
    ],
)
def test_values_become_plain_json(value: Value, wire: object) -> None:
    assert to_wire(value) == wire
    assert type(to_wire(value)) is type(wire)


def test_a_message_loses_the_values_that_were_sent_and_every_address() -> None:
    message = "Email: invalid: rita at nordlicht; otto@nordlicht.example has it"

    assert without_values(message, {"Email": "rita at nordlicht"}) == "Email: invalid: (value); (value) has it"
