"""What every connector promises, as one test class: a subclass names its fields and hands over a connector.

    class TestMemory(ConnectorContract):
        object_name, names = "contacts", {...}

        @pytest.fixture
        def connector(self): return MemoryConnector(...)

`names` translates the words of these stories (`email`, `last_name`, `company`, `phone`) into the system's field names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import pytest

from connectors.base import (
    Answer,
    Archive,
    Connector,
    Create,
    Policy,
    QuotaSpent,
    Refused,
    RequestRefused,
    Shown,
    Unavailable,
    Update,
)
from crm.record import Record, Side, Value, Wire


class ConnectorContract:
    """The promises of `connectors.base.Connector`, told as stories."""

    object_name: ClassVar[str]
    names: ClassVar[dict[str, str]]
    side: ClassVar[Side] = Side.MARKETING
    keeps_times: ClassVar[bool] = True
    """Whether the system knows when each field changed."""
    page_size: ClassVar[int]
    """The most records that one page of `changes` holds."""
    bad_value: ClassVar[tuple[str, str]]
    """A field and a value that the system refuses in it."""

    @pytest.fixture
    def connector(self) -> Connector:
        raise NotImplementedError

    @pytest.fixture
    def refuse_calls(self) -> Callable[[int], None]:
        """Makes the system refuse the next n calls as over quota."""
        raise NotImplementedError

    # Words of the stories.

    @property
    def fields(self) -> list[str]:
        return list(self.names.values())

    def native(self, **values: Value) -> dict[str, Value]:
        return {self.names[name]: value for name, value in values.items()}

    def new(self, key: str, **values: Value) -> Create:
        person = {"last_name": f"Lang {key}", "company": "Nordlicht", "email": f"{key}@nordlicht.example"}
        return Create(self.side, self.object_name, key, self.native(**{**person, **values}))

    def update(self, record: Record, **values: Value) -> Update:
        return Update(self.side, record.ref, self.native(**values))

    def write(self, connector: Connector, writes: Iterable[Any]) -> list[Answer]:
        return connector.write_many(self.object_name, list(writes), self.fields)

    def add(self, connector: Connector, *keys: str, **values: Value) -> list[Record]:
        return [shown(answer) for answer in self.write(connector, [self.new(key, **values) for key in keys])]

    def read(self, connector: Connector, cursor: str | None = None) -> tuple[dict[str, Record], str]:
        """All that changed since the cursor, the newest of each record, and where the reading ended."""
        records: dict[str, Record] = {}
        for page in connector.changes(self.object_name, self.fields, cursor):
            assert len(page.records) <= self.page_size
            records |= {record.ref.id: record for record in page.records}
            cursor = page.cursor
        assert cursor
        return records, cursor

    def find(self, connector: Connector, **values: str) -> list[Record]:
        criteria = {self.names[name]: [value] for name, value in values.items()}
        return connector.find_many(self.object_name, criteria, self.fields)

    def value(self, record: Record, name: str) -> Wire:
        return record.fields[self.names[name]] or None

    # The promises.

    def test_a_created_record_is_shown_as_the_system_shows_it(self, connector: Connector) -> None:
        [answer] = self.write(connector, [self.new("rita", phone="+49 30 1234567")])

        assert isinstance(answer, Shown)
        assert answer.created
        assert answer.record.ref.system == connector.system
        assert answer.record.ref.object == self.object_name
        assert self.value(answer.record, "phone") == "+49 30 1234567"
        assert answer.record.modified_at.utcoffset() is not None

    def test_a_create_that_is_sent_twice_makes_one_record(self, connector: Connector) -> None:
        [first] = self.write(connector, [self.new("rita")])

        [second] = self.write(connector, [self.new("rita")])

        assert isinstance(second, Shown)
        assert not second.created
        assert second.record.ref == shown(first).ref
        assert len(self.read(connector)[0]) == 1

    def test_what_we_created_is_found_by_its_key(self, connector: Connector) -> None:
        [rita, _] = self.add(connector, "rita", "otto")

        found = connector.find_many(self.object_name, {connector.key_field: ["rita", "nobody"]}, self.fields)

        assert [record.ref for record in found] == [rita.ref]

    def test_an_update_sets_the_fields_it_names_and_no_others(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita", phone="+49 30 1234567")

        [answer] = self.write(connector, [self.update(rita, company="Südwind")])

        assert self.value(shown(answer), "company") == "Südwind"
        [now] = connector.get_many(self.object_name, [rita.ref.id], self.fields)
        assert self.value(now, "company") == "Südwind"
        assert self.value(now, "phone") == "+49 30 1234567"

    def test_a_blank_clears_the_field(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita", phone="+49 30 1234567")

        [answer] = self.write(connector, [self.update(rita, phone=None)])

        assert self.value(shown(answer), "phone") is None
        [now] = connector.get_many(self.object_name, [rita.ref.id], self.fields)
        assert self.value(now, "phone") is None

    def test_answers_come_in_the_order_of_the_writes_over_several_calls(self, connector: Connector) -> None:
        keys = [f"p{number}" for number in range(230)]

        answers = self.write(connector, [self.new(key, phone=f"+49 30 {key[1:]}") for key in keys])

        assert [self.value(shown(answer), "phone") for answer in answers] == [f"+49 30 {key[1:]}" for key in keys]
        assert len({shown(answer).ref.id for answer in answers}) == 230

    def test_all_kinds_of_writes_may_come_mixed(self, connector: Connector) -> None:
        [rita, otto] = self.add(connector, "rita", "otto")

        writes = [Archive(self.side, otto.ref), self.new("mona"), self.update(rita, company="Südwind")]
        answers = [shown(answer) for answer in self.write(connector, writes)]

        assert answers[0].ref == otto.ref
        assert self.value(answers[1], "email") == "mona@nordlicht.example"
        assert self.value(answers[2], "company") == "Südwind"

    def test_one_record_may_be_written_twice_and_the_last_write_stays(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita")

        self.write(connector, [self.update(rita, company="Südwind"), self.update(rita, company="Westwind")])

        [now] = connector.get_many(self.object_name, [rita.ref.id], self.fields)
        assert self.value(now, "company") == "Westwind"

    def test_one_bad_record_does_not_sink_its_batch(self, connector: Connector) -> None:
        people = self.add(connector, *(f"p{number}" for number in range(20)))
        field, value = self.bad_value
        writes = [self.update(person, company="Südwind") for person in people]
        writes[7] = Update(self.side, people[7].ref, {field: value})

        answers = self.write(connector, writes)

        assert isinstance(answers[7], Refused)
        assert [number for number, answer in enumerate(answers) if not isinstance(answer, Shown)] == [7]
        assert {self.value(shown(answer), "company") for answer in answers if isinstance(answer, Shown)} == {"Südwind"}

    def test_one_bad_record_does_not_sink_the_creates_of_its_batch(self, connector: Connector) -> None:
        field, value = self.bad_value
        creates = [self.new(f"p{number}") for number in range(20)]
        creates[7] = Create(self.side, self.object_name, "p7", {**creates[7].fields, field: value})

        answers = self.write(connector, creates)

        assert [number for number, answer in enumerate(answers) if not isinstance(answer, Shown)] == [7]
        assert len(self.read(connector)[0]) == 19

    def test_a_refused_value_is_held_and_names_its_field_but_not_the_value(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita")
        field, value = self.bad_value

        [answer] = self.write(connector, [Update(self.side, rita.ref, {field: value})])

        assert isinstance(answer, Refused)
        assert answer.policy is Policy.HELD
        assert answer.field == field
        assert answer.code
        assert answer.message
        assert value not in answer.message

    def test_an_unknown_field_is_refused_for_those_who_carry_it(self, connector: Connector) -> None:
        [rita, otto] = self.add(connector, "rita", "otto")

        writes = [Update(self.side, rita.ref, {"no_such_field": "x"}), self.update(otto, company="Südwind")]
        [refused, done] = self.write(connector, writes)

        assert isinstance(refused, Refused)
        assert refused.field == "no_such_field"
        assert isinstance(done, Shown)

    def test_a_write_to_a_record_that_is_gone_asks_to_read_it_again(self, connector: Connector) -> None:
        [rita, otto] = self.add(connector, "rita", "otto")
        self.write(connector, [Archive(self.side, rita.ref)])

        writes = [self.update(rita, company="Südwind"), self.update(otto, company="Südwind")]
        [gone, done] = self.write(connector, writes)

        assert isinstance(gone, Refused)
        assert gone.policy is Policy.LATER
        assert isinstance(done, Shown)

    def test_writing_nothing_needs_no_call(self, connector: Connector) -> None:
        calls = connector.calls

        assert self.write(connector, []) == []
        assert connector.calls == calls

    def test_without_a_cursor_all_records_come(self, connector: Connector) -> None:
        added = self.add(connector, *(f"p{number}" for number in range(self.page_size + 5)))

        records, _ = self.read(connector)

        assert records.keys() == {record.ref.id for record in added}

    def test_an_empty_system_still_gives_a_cursor_to_go_on_from(self, connector: Connector) -> None:
        records, cursor = self.read(connector)
        [rita] = self.add(connector, "rita")

        assert not records
        assert self.read(connector, cursor)[0].keys() == {rita.ref.id}

    def test_a_record_holds_the_fields_that_were_asked_for(self, connector: Connector) -> None:
        self.add(connector, "rita", phone="+49 30 1234567")
        asked = [self.names["email"], self.names["phone"]]

        [page] = connector.changes(self.object_name, asked, None)

        [record] = page.records
        assert record.fields.keys() == set(asked)
        assert record.fields[self.names["email"]] == "rita@nordlicht.example"

    def test_what_changes_after_the_cursor_is_read_from_there(self, connector: Connector) -> None:
        [rita, _] = self.add(connector, "rita", "otto")
        _, cursor = self.read(connector)
        self.write(connector, [self.update(rita, company="Südwind")])

        records, _ = self.read(connector, cursor)

        assert self.value(records[rita.ref.id], "company") == "Südwind"

    def test_reading_on_from_any_page_misses_nothing(self, connector: Connector) -> None:
        everybody = {record.ref.id for record in self.add(connector, *(f"p{n}" for n in range(self.page_size * 2 + 5)))}
        first = next(iter(connector.changes(self.object_name, self.fields, None)))

        records, _ = self.read(connector, first.cursor)

        assert records.keys() | {record.ref.id for record in first.records} == everybody

    def test_an_idle_pass_is_one_call_and_stays_where_it_was(self, connector: Connector) -> None:
        self.add(connector, "rita")
        _, cursor = self.read(connector)
        _, cursor = self.read(connector, cursor)
        calls = connector.calls

        _, again = self.read(connector, cursor)

        assert connector.calls - calls == 1
        assert again == cursor

    def test_a_cursor_of_another_system_is_refused(self, connector: Connector) -> None:
        with pytest.raises(RequestRefused, match="cursor"):
            list(connector.changes(self.object_name, self.fields, "of:some:other"))

    def test_get_many_reads_whom_it_is_asked_for_and_leaves_out_who_is_gone(self, connector: Connector) -> None:
        [rita, otto, mona] = self.add(connector, "rita", "otto", "mona")
        self.write(connector, [Archive(self.side, otto.ref)])

        records = connector.get_many(
            self.object_name, [mona.ref.id, otto.ref.id, rita.ref.id, rita.ref.id], self.fields
        )

        assert sorted(record.ref.id for record in records if not record.deleted) == sorted([rita.ref.id, mona.ref.id])

    def test_get_many_of_nobody_is_nobody_without_a_call(self, connector: Connector) -> None:
        calls = connector.calls

        assert connector.get_many(self.object_name, [], self.fields) == []
        assert connector.calls == calls

    def test_an_archived_record_is_shown_deleted_and_found_no_more(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita")

        [answer] = self.write(connector, [Archive(self.side, rita.ref)])

        assert shown(answer).ref == rita.ref
        assert shown(answer).deleted
        assert self.find(connector, email="rita@nordlicht.example") == []

    def test_archiving_twice_is_as_good_as_once(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita")
        self.write(connector, [Archive(self.side, rita.ref)])

        [answer] = self.write(connector, [Archive(self.side, rita.ref)])

        assert shown(answer).deleted

    def test_find_ignores_case(self, connector: Connector) -> None:
        [rita, _] = self.add(connector, "rita", "otto")

        found = self.find(connector, email="Rita@Nordlicht.EXAMPLE")

        assert [record.ref for record in found] == [rita.ref]

    def test_find_meets_any_criterion_and_gives_each_record_once(self, connector: Connector) -> None:
        [rita, otto, _] = self.add(connector, "rita", "otto", "mona")

        found = connector.find_many(
            self.object_name,
            {self.names["email"]: ["rita@nordlicht.example"], self.names["last_name"]: ["Lang rita", "lang otto"]},
            self.fields,
        )

        assert sorted(record.ref.id for record in found) == sorted([rita.ref.id, otto.ref.id])

    def test_find_takes_many_values_at_once(self, connector: Connector) -> None:
        keys = [f"somebody.with.a.long.name.{number}" for number in range(150)]
        self.add(connector, *keys)
        criteria = {
            self.names["email"]: [f"{key}@nordlicht.example" for key in keys],
            self.names["last_name"]: [f"Lang {key}" for key in keys],
        }

        found = connector.find_many(self.object_name, criteria, self.fields)

        assert len(found) == 150

    def test_find_takes_quotes_as_they_are(self, connector: Connector) -> None:
        self.add(connector, "rita", last_name='O\'Neil \\ "Ri"')

        found = self.find(connector, last_name='O\'Neil \\ "Ri"')

        assert len(found) == 1

    def test_find_by_nothing_finds_nobody_without_a_call(self, connector: Connector) -> None:
        self.add(connector, "rita")
        calls = connector.calls

        assert connector.find_many(self.object_name, {self.names["email"]: []}, self.fields) == []
        assert connector.calls == calls

    def test_a_refused_call_raises_and_nothing_is_written(
        self, connector: Connector, refuse_calls: Callable[[int], None]
    ) -> None:
        self.add(connector, "otto")
        refuse_calls(10)

        with pytest.raises((QuotaSpent, Unavailable)):
            self.write(connector, [self.new("rita")])

        refuse_calls(0)
        assert len(self.read(connector)[0]) == 1

    def test_an_unknown_object_is_refused_by_its_name(self, connector: Connector) -> None:
        with pytest.raises(RequestRefused):
            connector.get_many("no_such_objects", ["1"], ["email"])

    def test_a_stored_payload_is_the_record_again(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita", phone="+49 30 1234567")
        [record] = connector.get_many(self.object_name, [rita.ref.id], self.fields)

        again = connector.decode(self.object_name, record.payload)

        assert record.payload
        assert (again.ref, again.owner, again.modified_at) == (record.ref, record.owner, record.modified_at)
        assert (again.deleted, again.merged_into) == (record.deleted, record.merged_into)
        assert {name: again.fields[name] for name in self.fields} == record.fields

    def test_a_change_has_its_own_time_where_the_system_keeps_such_a_history(self, connector: Connector) -> None:
        [rita] = self.add(connector, "rita", phone="+49 30 1234567")
        [answer] = self.write(connector, [self.update(rita, company="Südwind")])

        times = connector.change_times(self.object_name, [rita.ref.id], [self.names["company"], self.names["phone"]])

        assert bool(times) == self.keeps_times
        if times:
            changed = times[rita.ref.id]
            assert rita.modified_at <= changed[self.names["company"]] <= shown(answer).modified_at
            assert changed[self.names["phone"]] <= changed[self.names["company"]]

    def test_describe_tells_of_the_fields_that_we_write(self, connector: Connector) -> None:
        described = connector.describe(self.object_name)

        assert set(self.fields) <= described.keys()
        assert all(described[name].writable for name in self.fields)
        assert all(described[name].label and described[name].type for name in described)

    def test_setup_run_twice_changes_nothing_more(self, connector: Connector) -> None:
        assert connector.setup_steps([self.object_name]) == []
        fields = connector.describe(self.object_name)

        connector.set_up(connector.setup_steps([self.object_name]))

        assert connector.describe(self.object_name) == fields
        assert connector.key_field in fields

    def test_the_account_has_an_id_that_stays(self, connector: Connector) -> None:
        assert connector.account()
        assert connector.account() == connector.account()


def shown(answer: Answer) -> Record:
    """The record that a write came to; fails with the answer where it came to none."""
    assert isinstance(answer, Shown), answer
    return answer.record
