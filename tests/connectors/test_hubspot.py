"""HubSpot's connector over real HTTP: the contract, and what is HubSpot's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from connectors.base import (
    Archive,
    Connector,
    Create,
    Policy,
    Refused,
    RequestRefused,
    Unauthorized,
    Unavailable,
    Unknown,
    Update,
)
from connectors.hubspot import HubSpotConnector
from connectors.hubspot.wire import Problem, to_milliseconds
from connectors.hubspot.writes import refused
from crm.record import Record, Ref, Side, Value
from tests.connectors.contract import ConnectorContract, shown
from tests.connectors.cutting import Cutter, cutting, silence
from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "recorded" / "hubspot_errors"
FIELDS = ["email", "lastname", "company", "phone"]


def connect(url: str, sleep: Callable[[float], None] = lambda seconds: None) -> HubSpotConnector:
    connector = HubSpotConnector(url, "pat-otto", sleep=sleep)
    connector.set_up(connector.setup_steps(["contacts"]))
    return connector


class TestHubSpot(ConnectorContract):
    object_name = "contacts"
    names: ClassVar = {"email": "email", "last_name": "lastname", "company": "company", "phone": "phone"}
    page_size = 200
    bad_value = ("email", "rita at nordlicht")

    @pytest.fixture
    def connector(self, sandbox: SandboxClient) -> Connector:
        return connect(sandbox.hubspot_url)

    @pytest.fixture
    def refuse_calls(self, sandbox: SandboxClient) -> Callable[[int], None]:
        return lambda calls: sandbox.admin("hubspot", "quota", calls=calls) and None


@pytest.fixture
def hubspot(sandbox: SandboxClient) -> HubSpotConnector:
    return connect(sandbox.hubspot_url)


@pytest.fixture
def cutter(sandbox: SandboxClient) -> Iterator[Cutter]:
    with cutting(sandbox.hubspot_url) as cutter:
        yield cutter


def create(key: str, **fields: Value) -> Create:
    return Create(Side.MARKETING, "contacts", key, {"lastname": "Lang", "email": f"{key}@nordlicht.example", **fields})


def add(connector: HubSpotConnector, *keys: str) -> list[Record]:
    return [shown(a) for a in connector.write_many("contacts", [create(key) for key in keys], FIELDS)]


def change(record: Record, **fields: Value) -> Update:
    return Update(Side.MARKETING, record.ref, fields)


def ids_of(connector: HubSpotConnector, cursor: str | None) -> tuple[list[str], str]:
    ids: list[str] = []
    for page in connector.changes("contacts", FIELDS, cursor):
        ids += [record.ref.id for record in page.records]
        cursor = page.cursor
    assert cursor
    return ids, cursor


def test_typed_values_arrive_as_hubspot_writes_them(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    fields = [
        {"name": "score", "type": "number", "fieldType": "number"},
        {"name": "met_on", "type": "date", "fieldType": "date"},
        {"name": "seen_at", "type": "datetime", "fieldType": "date"},
        {"name": "topics", "type": "enumeration", "fieldType": "checkbox", "options": options},
        {"name": "vip", "type": "bool", "fieldType": "booleancheckbox"},
    ]
    sandbox.admin("hubspot", "fields", object="contacts", fields=fields)
    values: dict[str, Value] = {
        "score": Decimal("1E+3"),
        "met_on": date(2026, 3, 29),
        "seen_at": datetime(2026, 3, 29, 1, 2, 3, 456_000, tzinfo=UTC),
        "topics": frozenset({"b", "a"}),
        "vip": True,
    }

    [answer] = hubspot.write_many("contacts", [create("rita", **values)], list(values))

    [record] = hubspot.get_many("contacts", [shown(answer).ref.id], list(values))
    assert record.fields == {
        "score": "1000",
        "met_on": "2026-03-29",
        "seen_at": "2026-03-29T01:02:03.456Z",
        "topics": "a;b",
        "vip": "true",
    }


def test_the_owner_comes_with_the_record_though_nobody_asked(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=40, seed=1)
    hubspot = connect(sandbox.hubspot_url)
    owners = {rep.ref.id for rep in hubspot.reps()}

    records = [record for page in hubspot.changes("contacts", ["email"], None) for record in page.records]

    assert {record.owner for record in records} <= owners | {None}
    assert any(record.owner for record in records)
    assert all(record.fields.keys() == {"email"} for record in records)


def test_reps_are_owners_active_and_archived(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=0, seed=1)

    reps = HubSpotConnector(sandbox.hubspot_url, "pat-otto").reps()

    assert "Rita Lang" in {rep.name for rep in reps}
    assert {rep.is_active for rep in reps} == {True, False}
    assert all("@" in rep.email for rep in reps)


def test_the_full_list_goes_on_where_it_broke_off(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=500, seed=1)
    hubspot = connect(sandbox.hubspot_url)
    pages = hubspot.changes("contacts", FIELDS, None)
    first = next(pages)
    everybody = {record.ref.id for page in [first, *pages] for record in page.records}

    rest, cursor = ids_of(hubspot, first.cursor)

    assert len(first.records) == 100
    assert first.cursor.startswith("list:")
    assert {record.ref.id for record in first.records} | set(rest) == everybody
    assert first.total == len(everybody)
    assert cursor.startswith("since:")


def test_what_changes_while_the_full_list_is_read_is_read_again(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=300, seed=1)
    hubspot = connect(sandbox.hubspot_url)
    pages = hubspot.changes("contacts", FIELDS, None)
    early = next(pages).records[0]
    hubspot.write_many("contacts", [change(early, phone="+49 30 1")], FIELDS)
    cursor = [page.cursor for page in pages][-1]

    again, _ = ids_of(hubspot, cursor)

    assert early.ref.id in again


def test_a_record_that_is_changed_while_we_read_pushes_nobody_out_of_sight(
    sandbox: SandboxClient, hubspot: HubSpotConnector
) -> None:
    people = add(hubspot, *(f"p{number}" for number in range(500)))
    pages = hubspot.changes("contacts", FIELDS, "since:0")
    first = next(pages)
    sandbox.admin("hubspot", "clock", advance=3600)
    hubspot.write_many("contacts", [change(record, phone="+49 30 1") for record in first.records[:50]], FIELDS)

    seen = {record.ref.id for page in [first, *pages] for record in page.records}

    assert seen == {person.ref.id for person in people}


def test_a_thousand_changes_cost_five_calls(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    people = add(hubspot, *(f"p{number}" for number in range(1000)))
    _, cursor = ids_of(hubspot, None)
    sandbox.admin("hubspot", "clock", advance=3600)
    hubspot.write_many("contacts", [change(person, phone="+49 30 1") for person in people], FIELDS)
    calls = hubspot.calls

    ids, _ = ids_of(hubspot, cursor)

    assert {person.ref.id for person in people} <= set(ids)
    assert hubspot.calls - calls == 5
    assert len(ids) == len(set(ids))


def test_changes_that_share_one_millisecond_are_all_read(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    people = add(hubspot, *(f"p{number}" for number in range(450)))
    for person in people:
        sandbox.admin("hubspot", "clock", set="2030-05-01T09:00:00Z")
        hubspot.write_many("contacts", [change(person, phone="+49 30 1")], ["phone"])
    stamps = {record.modified_at for page in hubspot.changes("contacts", FIELDS, None) for record in page.records}
    calls = hubspot.calls

    ids, cursor = ids_of(hubspot, f"since:{to_milliseconds(datetime(2030, 5, 1, 9, tzinfo=UTC))}")

    assert len(stamps) == 1
    assert set(ids) == {person.ref.id for person in people}
    assert hubspot.calls - calls == 5
    assert ids_of(hubspot, cursor)[1] == cursor


def test_many_fields_do_not_burst_a_search(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    names = [f"a_rather_long_property_name_for_testing_{number}" for number in range(80)]
    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": name} for name in names])
    [answer] = hubspot.write_many("contacts", [create("rita", **{names[79]: "here"})], names)

    found = hubspot.find_many("contacts", {"lastname": ["Lang"]}, names)
    [page] = hubspot.changes("contacts", names, "since:0")

    assert [record.fields[names[79]] for record in found] == ["here"]
    assert [record.fields[names[79]] for record in page.records] == ["here"]
    assert shown(answer).fields[names[79]] == "here"


def test_an_email_that_somebody_has_names_who_has_it(hubspot: HubSpotConnector) -> None:
    [rita] = add(hubspot, "rita")

    writes = [create("double", email="RITA@nordlicht.example"), create("otto")]
    [conflict, done] = hubspot.write_many("contacts", writes, FIELDS)

    assert isinstance(conflict, Refused)
    assert (conflict.policy, conflict.code, conflict.existing) == (Policy.LATER, "CONFLICT", rita.ref)
    assert "nordlicht.example" not in conflict.message.lower()
    assert shown(done).fields["email"] == "otto@nordlicht.example"


def test_an_update_to_an_email_that_somebody_has_names_who_has_it(hubspot: HubSpotConnector) -> None:
    [rita, otto] = add(hubspot, "rita", "otto")

    [conflict] = hubspot.write_many("contacts", [change(otto, email="rita@nordlicht.example")], FIELDS)

    assert isinstance(conflict, Refused)
    assert (conflict.policy, conflict.field, conflict.existing) == (Policy.LATER, "email", rita.ref)


def test_a_batch_that_is_refused_whole_is_taken_apart_until_the_bad_record_is_found(cutter: Cutter) -> None:
    cutter.swap = (b"objectWriteTraceId", b"objectWriteTraceXX")
    hubspot = connect(cutter.url)
    people = add(hubspot, *(f"p{number}" for number in range(20)))
    writes = [change(person, lifecyclestage="lead") for person in people]
    writes[7] = change(people[7], lifecyclestage="champion")
    calls = hubspot.calls

    answers = hubspot.write_many("contacts", writes, FIELDS)

    assert [number for number, answer in enumerate(answers) if isinstance(answer, Refused)] == [7]
    assert [shown(answer).ref for answer in answers if answer is not answers[7]] == [
        person.ref for person in people if person is not people[7]
    ]
    assert hubspot.calls - calls <= 11


def test_a_batch_that_is_refused_whole_for_a_named_record_is_sent_once_more(cutter: Cutter) -> None:
    cutter.swap = (b"objectWriteTraceId", b"objectWriteTraceXX")
    hubspot = connect(cutter.url)
    people = add(hubspot, *(f"p{number}" for number in range(20)))
    writes = [change(person, phone="+49 30 1") for person in people]
    writes[7] = change(people[7], email="p1@nordlicht.example")
    calls = hubspot.calls

    answers = hubspot.write_many("contacts", writes, FIELDS)

    conflict = answers[7]
    assert isinstance(conflict, Refused)
    assert conflict.existing == people[1].ref
    assert len([answer for answer in answers if isinstance(answer, Refused)]) == 1
    assert hubspot.calls - calls == 2


def test_an_invalid_option_holds_its_field_only(hubspot: HubSpotConnector) -> None:
    [rita] = add(hubspot, "rita")

    [answer] = hubspot.write_many("contacts", [change(rita, lifecyclestage="champion", phone="+49 30 1")], FIELDS)

    assert isinstance(answer, Refused)
    assert (answer.policy, answer.code, answer.field) == (Policy.HELD, "INVALID_OPTION", "lifecyclestage")


def test_a_written_owner_is_shown(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "seed", people=0, seed=1)
    hubspot = connect(sandbox.hubspot_url)
    owner = next(rep.ref.id for rep in hubspot.reps() if rep.name == "Rita Lang")

    [answer] = hubspot.write_many("contacts", [create("new", hubspot_owner_id=owner)], FIELDS)

    assert shown(answer).owner == owner


def test_a_create_whose_answer_is_lost_is_sent_again_and_makes_one_record(
    sandbox: SandboxClient, cutter: Cutter
) -> None:
    waits: list[float] = []
    hubspot = connect(cutter.url, waits.append)
    cutter.after = 1

    [answer] = hubspot.write_many("contacts", [create("rita")], FIELDS)

    assert shown(answer).fields["email"] == "rita@nordlicht.example"
    assert len(sandbox.look("hubspot", "state", object="contacts")["contacts"]) == 1
    assert len(waits) == 1


def test_a_write_that_gets_no_answer_at_all_is_unknown(cutter: Cutter) -> None:
    waits: list[float] = []
    hubspot = connect(cutter.url, waits.append)
    cutter.before = 10

    answers = hubspot.write_many("contacts", [create(f"p{number}") for number in range(150)], FIELDS)

    assert [type(answer) for answer in answers] == [Unknown] * 100 + [Refused] * 50
    assert waits == [1.0, 2.0, 4.0]


def test_a_read_that_breaks_is_repeated(cutter: Cutter) -> None:
    hubspot = connect(cutter.url)
    [rita] = add(hubspot, "rita")
    cutter.before = 1

    [record] = hubspot.get_many("contacts", [rita.ref.id], FIELDS)

    assert record.ref == rita.ref


def test_a_read_that_keeps_breaking_is_an_unavailable_system_named_by_its_address(cutter: Cutter) -> None:
    hubspot = connect(cutter.url)
    cutter.before = 10

    with pytest.raises(Unavailable, match=cutter.url):
        hubspot.get_many("contacts", ["1"], FIELDS)


def test_a_server_that_never_answers_is_not_waited_for_for_ever() -> None:
    with silence() as url:
        hubspot = HubSpotConnector(url, "pat-otto", timeout=(1, 0.05), sleep=lambda seconds: None)

        [answer] = hubspot.write_many("contacts", [create("rita")], FIELDS)

    assert isinstance(answer, Unknown)


def test_a_server_that_is_not_there_is_unavailable_and_counts_no_call() -> None:
    hubspot = HubSpotConnector("http://127.0.0.1:1", "pat-otto", sleep=lambda seconds: None)

    with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1: "):
        hubspot.account()

    assert hubspot.calls == 0


def test_a_full_window_is_waited_for(sandbox: SandboxClient) -> None:
    waits: list[float] = []
    hubspot = connect(sandbox.hubspot_url, waits.append)
    sandbox.admin("hubspot", "quota", calls=2)

    hubspot.account()

    assert waits == [10.0, 10.0]


def test_a_window_that_stays_full_is_unavailable_for_a_while(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    sandbox.admin("hubspot", "quota", calls=50)

    with pytest.raises(Unavailable) as raised:
        hubspot.account()

    assert raised.value.retry_after == 10.0


def test_a_batch_that_is_refused_later_leaves_the_earlier_ones_done(sandbox: SandboxClient, cutter: Cutter) -> None:
    hubspot = connect(cutter.url)
    [rita] = add(hubspot, "rita")
    cutter.when[cutter.requests + 2] = lambda: sandbox.admin("hubspot", "quota", calls=50)

    writes = [change(rita, phone="1"), change(rita, phone="2"), change(rita, phone="3")]
    [done, *later] = hubspot.write_many("contacts", writes, FIELDS)

    assert shown(done).fields["phone"] == "1"
    assert [answer.policy for answer in later if isinstance(answer, Refused)] == [Policy.LATER, Policy.LATER]


def test_a_refused_token_says_what_to_check(sandbox: SandboxClient) -> None:
    with pytest.raises(Unauthorized, match="ENTENTE_HUBSPOT_TOKEN") as raised:
        HubSpotConnector(sandbox.hubspot_url, "expired-secret").account()

    assert "expired-secret" not in str(raised.value)


def test_a_token_is_not_sent_in_the_clear_to_another_machine() -> None:
    with pytest.raises(RequestRefused, match="https"):
        HubSpotConnector("http://api.hubapi.example", "pat-otto")


def test_answers_travel_compressed_over_one_connection(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    add(hubspot, *(f"p{number}" for number in range(50)))

    list(hubspot.changes("contacts", FIELDS, None))

    assert hubspot.client.api.client.last_response.headers["content-encoding"] == "gzip"
    pools = hubspot.client.api.client.rest_client.pool_manager.pools
    assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118 (it is no dict)


def test_describe_tells_options_and_what_cannot_be_written(hubspot: HubSpotConnector) -> None:
    described = hubspot.describe("contacts")

    assert described["lifecyclestage"].options is not None
    assert "marketingqualifiedlead" in described["lifecyclestage"].options
    assert not described["hs_object_id"].writable
    assert described["phone"].max_length == 65_536
    assert described["lastmodifieddate"].max_length is None


def test_setup_makes_a_unique_property_and_refuses_one_that_is_not(sandbox: SandboxClient) -> None:
    hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto")
    sandbox.admin("hubspot", "fields", object="companies", fields=[{"name": "entente_key"}])

    [step] = hubspot.setup_steps(["contacts"])
    hubspot.set_up([step])

    assert hubspot.setup_steps(["contacts"]) == []
    with pytest.raises(RequestRefused, match="not unique"):
        hubspot.setup_steps(["companies"])


def test_companies_have_their_own_stamp(sandbox: SandboxClient) -> None:
    hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto")
    hubspot.set_up(hubspot.setup_steps(["companies"]))
    [answer] = hubspot.write_many(
        "companies", [Create(Side.MARKETING, "companies", "k1", {"name": "Nordlicht"})], ["name"]
    )

    [page] = hubspot.changes("companies", ["name"], None)
    [again] = hubspot.changes("companies", ["name"], page.cursor)

    assert [record.ref for record in again.records] == [shown(answer).ref]
    assert again.records[0].modified_at == shown(answer).modified_at


def test_archives_are_many_a_call(hubspot: HubSpotConnector) -> None:
    people = add(hubspot, *(f"p{number}" for number in range(120)))
    calls = hubspot.calls

    answers = hubspot.write_many("contacts", [Archive(Side.MARKETING, person.ref) for person in people], FIELDS)

    assert all(shown(answer).deleted for answer in answers)
    assert hubspot.calls - calls == 4


def recorded(name: str) -> Problem:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not beside the project: {path} is missing")
    return msgspec.convert(json.loads(path.read_text())["body"], Problem)


@pytest.mark.parametrize(
    ("name", "existing"),
    [
        ("409_contact_exists.json", "37765128953"),
        ("409_contact_exists_php59.json", "6001"),
        ("400_email_already_has_value_A.json", "552239500007"),
        ("400_email_already_has_value_B.json", "552313406190"),
    ],
)
def test_recorded_conflicts_name_the_record_in_the_way(name: str, existing: str) -> None:
    write = create("rita")

    answer = refused(recorded(name), write, "contacts")

    assert (answer.policy, answer.code) == (Policy.LATER, "CONFLICT")
    assert answer.existing == Ref("hubspot", "contacts", existing)
    assert "@" not in answer.message
