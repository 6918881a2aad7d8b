"""The reference connector keeps the contract, and misbehaves as it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.base import Connector, Create, FieldInfo, NoAnswer, Policy, Refused, Shown, Unavailable, Unknown, Update
from connectors.memory import MemoryConnector
from crm.record import Ref, Side
from tests.connectors.contract import ConnectorContract, shown

FIELDS: list[str | FieldInfo] = ["email", "lastname", "company", FieldInfo("phone", "Phone", "string", max_length=40)]


def make_memory(system: str = "memory") -> MemoryConnector:
    connector = MemoryConnector(system, {"contacts": FIELDS, "leads": FIELDS}, unique=frozenset({"email"}))
    connector.set_up(connector.setup_steps(["contacts", "leads"]))
    return connector


class TestMemory(ConnectorContract):
    object_name = "contacts"
    names = {"email": "email", "last_name": "lastname", "company": "company", "phone": "phone"}  # noqa: RUF012
    page_size = 100
    bad_value = ("phone", "0" * 41)

    @pytest.fixture
    def connector(self) -> Connector:
        return make_memory()

    @pytest.fixture
    def refuse_calls(self, connector: MemoryConnector) -> Callable[[int], None]:
        return lambda calls: setattr(connector, "quota_refusals", calls)


@pytest.fixture
def memory() -> MemoryConnector:
    return make_memory()


def add_rita(memory: MemoryConnector) -> Ref:
    return memory.add("contacts", {"email": "rita@nordlicht.example", "phone": "1"})


def call_rita(ref: Ref, phone: str) -> Update:
    return Update(Side.MARKETING, ref, {"phone": phone})


def test_a_lost_answer_leaves_the_write_done(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    memory.lose_answers()

    [answer] = memory.write_many("contacts", [call_rita(rita, "2")], ["phone"])

    assert isinstance(answer, Unknown)
    assert memory.look(rita).fields["phone"] == "2"


def test_a_cut_call_leaves_the_write_undone(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    memory.cut()

    [answer] = memory.write_many("contacts", [call_rita(rita, "2")], ["phone"])

    assert isinstance(answer, Unknown)
    assert memory.look(rita).fields["phone"] == "1"


def test_after_a_call_without_an_answer_no_more_calls_are_sent(memory: MemoryConnector) -> None:
    memory.batch_size = 2
    memory.cut()
    creates = [Create(Side.MARKETING, "contacts", f"k{n}", {"lastname": f"Lang {n}"}) for n in range(5)]

    answers = memory.write_many("contacts", creates, ["lastname"])

    assert [type(answer) for answer in answers] == [Unknown, Unknown, Refused, Refused, Refused]
    assert {answer.policy for answer in answers if isinstance(answer, Refused)} == {Policy.LATER}
    assert memory.everything("contacts") == []


def test_refusals_come_as_they_were_ordered(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    memory.refuse(1, Policy.HELD, "STRING_TOO_LONG", "phone")

    [first, second] = memory.write_many("contacts", [call_rita(rita, "2"), call_rita(rita, "3")], ["phone"])

    assert isinstance(first, Refused)
    assert (first.policy, first.field) == (Policy.HELD, "phone")
    assert shown(second).fields["phone"] == "3"


def test_a_rewritten_value_is_shown_as_it_was_stored(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    memory.rewrites["phone"] = str.strip

    [answer] = memory.write_many("contacts", [call_rita(rita, " 2 ")], ["phone"])

    assert shown(answer).fields["phone"] == "2"


def test_an_unavailable_system_raises_and_does_nothing(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    memory.unavailable = True

    with pytest.raises(Unavailable):
        memory.write_many("contacts", [call_rita(rita, "2")], ["phone"])

    assert memory.look(rita).fields["phone"] == "1"


def test_a_value_that_must_be_unique_names_who_has_it(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    otto = memory.add("contacts", {"email": "otto@nordlicht.example"})

    [answer] = memory.write_many(
        "contacts", [Update(Side.MARKETING, otto, {"email": "RITA@nordlicht.example"})], ["email"]
    )

    assert isinstance(answer, Refused)
    assert (answer.policy, answer.existing) == (Policy.LATER, rita)


def test_a_merge_shows_on_both_records(memory: MemoryConnector) -> None:
    rita = add_rita(memory)
    double = memory.add("contacts", {"email": "r.lang@nordlicht.example"})
    [start] = memory.changes("contacts", ["email"], None)

    memory.merge(double, rita)

    [page] = memory.changes("contacts", ["email"], start.cursor)
    records = {record.ref: record for record in page.records}
    assert records[double].deleted
    assert records[double].merged_into == rita
    assert records[rita].merged_from == (double.id,)


def test_a_converted_lead_says_where_it_went_and_takes_no_more_writes(memory: MemoryConnector) -> None:
    lead = memory.add("leads", {"lastname": "Lang"})

    contact = memory.convert(lead, "contacts", {"lastname": "Lang"})

    [record] = memory.get_many("leads", [lead.id], ["lastname"])
    [answer] = memory.write_many("leads", [call_rita(lead, "2")], ["phone"])
    assert record.merged_into == contact
    assert isinstance(answer, Refused)


def test_a_system_that_does_not_tell_of_deletions_keeps_quiet_but_moves_on(memory: MemoryConnector) -> None:
    memory.tells_deleted = False
    rita = add_rita(memory)
    [start] = memory.changes("contacts", ["email"], None)
    memory.delete(rita)

    [page] = memory.changes("contacts", ["email"], start.cursor)

    assert page.records == []
    assert page.cursor != start.cursor


def test_a_write_without_an_answer_is_an_unavailable_system_too() -> None:
    assert issubclass(NoAnswer, Unavailable)


def test_a_required_field_is_asked_of_creates_only(memory: MemoryConnector) -> None:
    strict = MemoryConnector("strict", {"leads": [FieldInfo("company", "Company", "string", required=True), "phone"]})
    strict.set_up(strict.setup_steps(["leads"]))

    [refused] = strict.write_many("leads", [Create(Side.SALES, "leads", "k1", {"phone": "1"})], ["phone"])
    [created] = strict.write_many("leads", [Create(Side.SALES, "leads", "k2", {"company": "Nordlicht"})], ["phone"])
    [updated] = strict.write_many("leads", [call_rita(shown(created).ref, "2")], ["phone"])

    assert isinstance(refused, Refused)
    assert refused.field == "company"
    assert isinstance(updated, Shown)
