"""Salesforce's connector over real HTTP: the contract, and what is Salesforce's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from connectors.base import (
    Archive,
    Connector,
    Create,
    Policy,
    QuotaSpent,
    Refused,
    RequestRefused,
    Unauthorized,
    Unavailable,
    Unknown,
    Update,
)
from connectors.salesforce import ClientCredentials, SalesforceConnector
from connectors.salesforce.client import Fault
from connectors.salesforce.writes import refused
from crm.record import Record, Ref, Side, Value
from tests.connectors.contract import ConnectorContract, shown
from tests.connectors.cutting import Cutter, cutting, silence
from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "recorded"
FIELDS = ["Email", "LastName", "Company", "Phone"]


def connect(url: str, sleep: Callable[[float], None] = lambda seconds: None) -> SalesforceConnector:
    """With a token: the instance is the address, also when that is a way around."""
    connector = SalesforceConnector(url, "00Dtoken", sleep=sleep)
    connector.set_up(connector.setup_steps(["Lead"]))
    return connector


class TestSalesforce(ConnectorContract):
    object_name = "Lead"
    names: ClassVar = {"email": "Email", "last_name": "LastName", "company": "Company", "phone": "Phone"}
    side = Side.SALES
    keeps_times = False
    page_size = 2000
    bad_value = ("Phone", "0" * 41)

    @pytest.fixture
    def connector(self, sandbox: SandboxClient) -> Connector:
        return connect(sandbox.salesforce_url)

    @pytest.fixture
    def refuse_calls(self, sandbox: SandboxClient) -> Callable[[int], None]:
        return lambda calls: sandbox.admin("salesforce", "quota", calls=calls) and None


@pytest.fixture
def salesforce(sandbox: SandboxClient) -> SalesforceConnector:
    return connect(sandbox.salesforce_url)


@pytest.fixture
def cutter(sandbox: SandboxClient) -> Iterator[Cutter]:
    with cutting(sandbox.salesforce_url) as cutter:
        yield cutter


def create(key: str, **fields: Value) -> Create:
    person = {"LastName": "Lang", "Company": "Nordlicht", "Email": f"{key}@nordlicht.example"}
    return Create(Side.SALES, "Lead", key, {**person, **fields})


def add(connector: SalesforceConnector, *keys: str) -> list[Record]:
    return [shown(a) for a in connector.write_many("Lead", [create(key) for key in keys], FIELDS)]


def change(record: Record, **fields: Value) -> Update:
    return Update(Side.SALES, record.ref, fields)


def ids_of(connector: SalesforceConnector, cursor: str | None) -> tuple[list[str], str]:
    ids: list[str] = []
    for page in connector.changes("Lead", FIELDS, cursor):
        ids += [record.ref.id for record in page.records]
        cursor = page.cursor
    assert cursor
    return ids, cursor


def test_client_credentials_log_in_when_they_are_first_needed(sandbox: SandboxClient) -> None:
    salesforce = SalesforceConnector(sandbox.salesforce_url, ClientCredentials("entente", "secret"))
    requests = sandbox.look("salesforce", "requests")["count"]

    account = salesforce.account()

    assert account.startswith("00D")
    assert salesforce.calls == 0
    assert sandbox.look("salesforce", "requests")["count"] == requests + 1
    assert account == connect(sandbox.salesforce_url).account()


def test_refused_credentials_say_what_to_check(sandbox: SandboxClient) -> None:
    salesforce = SalesforceConnector(sandbox.salesforce_url, ClientCredentials("entente", "invalid-secret"))

    with pytest.raises(Unauthorized, match="ENTENTE_SALESFORCE_CLIENT_ID") as raised:
        salesforce.account()

    assert "invalid-secret" not in str(raised.value)


def test_a_refused_session_says_what_to_check(sandbox: SandboxClient) -> None:
    salesforce = SalesforceConnector(sandbox.salesforce_url, "expired-token")

    with pytest.raises(Unauthorized, match="ENTENTE_SALESFORCE") as raised:
        salesforce.reps()

    assert "expired-token" not in str(raised.value)


def test_an_expired_session_is_renewed_by_itself(sandbox: SandboxClient) -> None:
    salesforce = SalesforceConnector(sandbox.salesforce_url, ClientCredentials("entente", "secret"))
    sandbox.admin("salesforce", "auth", strict=True, app={"client_id": "entente", "client_secret": "secret"})
    salesforce.reps()
    sandbox.admin("salesforce", "auth", expire=True)

    reps = salesforce.reps()

    assert reps


def test_a_token_is_not_sent_in_the_clear_to_another_machine() -> None:
    with pytest.raises(RequestRefused, match="https"):
        SalesforceConnector("http://nordlicht.my.salesforce.example", "00Dtoken")


def test_typed_values_arrive_as_salesforce_writes_them(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    fields = [
        {"name": "Score__c", "type": "double"},
        {"name": "Met_On__c", "type": "date"},
        {"name": "Seen_At__c", "type": "datetime"},
        {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["a", "b"], "restricted": True},
        {"name": "Vip__c", "type": "boolean"},
    ]
    sandbox.admin("salesforce", "fields", object="Lead", fields=fields)
    values: dict[str, Value] = {
        "Score__c": Decimal("12.5"),
        "Met_On__c": date(2026, 3, 29),
        "Seen_At__c": datetime(2026, 3, 29, 1, 2, 3, tzinfo=UTC),
        "Topics__c": frozenset({"b", "a"}),
        "Vip__c": True,
    }

    [answer] = salesforce.write_many("Lead", [create("rita", **values)], list(values))

    shown_values = dict(shown(answer).fields)
    assert datetime.fromisoformat(str(shown_values.pop("Seen_At__c"))) == values["Seen_At__c"]
    assert {name: shown_values[name] for name in values if name in shown_values} == {
        "Score__c": 12.5,
        "Met_On__c": "2026-03-29",
        "Topics__c": "a;b",
        "Vip__c": True,
    }


def test_what_salesforce_makes_of_a_value_is_shown(salesforce: SalesforceConnector) -> None:
    [rita] = add(salesforce, "rita")

    [answer] = salesforce.write_many("Lead", [change(rita, Company="  Südwind  ")], FIELDS)

    assert shown(answer).fields["Company"] == "Südwind"


def test_an_answer_to_an_update_shows_all_fields_and_the_owner(salesforce: SalesforceConnector) -> None:
    [rita] = add(salesforce, "rita")

    [answer] = salesforce.write_many("Lead", [change(rita, Phone="+49 30 1")], ["Email"])

    assert shown(answer).fields == {"Email": "rita@nordlicht.example", "Phone": "+49 30 1"}
    assert shown(answer).owner is not None


def test_a_thousand_updates_cost_five_calls(salesforce: SalesforceConnector) -> None:
    people = add(salesforce, *(f"p{number}" for number in range(1000)))
    calls = salesforce.calls

    answers = salesforce.write_many("Lead", [change(person, Phone="1") for person in people], FIELDS)

    assert [shown(answer).ref for answer in answers] == [person.ref for person in people]
    assert salesforce.calls - calls == 5


def test_a_thousand_changes_cost_one_call(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    people = add(salesforce, *(f"p{number}" for number in range(1000)))
    calls = salesforce.calls

    ids, _ = ids_of(salesforce, None)

    assert len(ids) == len(people)
    assert salesforce.calls - calls == 1


def test_a_long_read_goes_page_by_page(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=4000, seed=1)
    salesforce = connect(sandbox.salesforce_url)

    pages = list(salesforce.changes("Lead", FIELDS, None))

    ids = [record.ref.id for page in pages for record in page.records]
    assert len(pages) > 1
    assert len(ids) == len(set(ids)) == pages[0].total
    assert [page.cursor for page in pages] == sorted(page.cursor for page in pages)


def test_a_read_that_rests_for_three_days_goes_on_where_it_was(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=4000, seed=1)
    salesforce = connect(sandbox.salesforce_url)
    everybody, _ = ids_of(salesforce, None)
    pages = salesforce.changes("Lead", FIELDS, None)
    first = next(pages)

    sandbox.admin("salesforce", "clock", advance=3 * 86_400)
    rest = {record.ref.id for page in pages for record in page.records}

    assert len(first.records) == 2000
    assert {record.ref.id for record in first.records} | rest == set(everybody)


def test_what_was_stamped_shortly_before_the_cursor_is_read_again(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    [rita] = add(salesforce, "rita")
    sandbox.admin("salesforce", "clock", advance=100)
    [otto] = add(salesforce, "otto")
    _, cursor = ids_of(salesforce, None)

    ids, again = ids_of(salesforce, cursor)

    assert ids == [rita.ref.id, otto.ref.id]
    assert again == cursor


def test_a_deleted_record_is_told_of(salesforce: SalesforceConnector) -> None:
    [rita] = add(salesforce, "rita")
    _, cursor = ids_of(salesforce, None)
    salesforce.write_many("Lead", [Archive(Side.SALES, rita.ref)], FIELDS)

    [page] = salesforce.changes("Lead", FIELDS, cursor)

    assert [(record.ref, record.deleted) for record in page.records] == [(rita.ref, True)]


def test_a_converted_lead_says_where_it_went_and_takes_no_more_writes(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    [rita] = add(salesforce, "rita")
    contact = sandbox.admin("salesforce", "convert", lead=rita.ref.id)

    [record] = salesforce.get_many("Lead", [rita.ref.id], FIELDS)
    [answer] = salesforce.write_many("Lead", [change(rita, Phone="1")], FIELDS)

    assert record.merged_into is not None
    assert record.merged_into.object == "Contact"
    assert record.merged_into.id in contact.values()
    assert isinstance(answer, Refused)
    assert (answer.policy, answer.code) == (Policy.LATER, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_a_field_of_the_account_is_read_through_the_contact(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=60, seed=1)
    salesforce = connect(sandbox.salesforce_url)
    fields = ["LastName", "Account.Name"]

    [page] = salesforce.changes("Contact", fields, None)
    again = salesforce.get_many("Contact", [record.ref.id for record in page.records], fields)

    assert {record.fields["Account.Name"] for record in page.records} - {None}
    assert {r.ref: r.fields for r in again} == {r.ref: r.fields for r in page.records if not r.deleted}
    stored = salesforce.decode("Contact", page.records[0].payload)
    assert stored.fields["Account.Name"] == page.records[0].fields["Account.Name"]


def test_a_missing_required_field_is_for_a_person(salesforce: SalesforceConnector) -> None:
    creates = [create("rita", Company=None), create("otto")]

    [answer, done] = salesforce.write_many("Lead", creates, FIELDS)

    assert isinstance(answer, Refused)
    assert (answer.policy, answer.code, answer.field) == (Policy.DEAD, "REQUIRED_FIELD_MISSING", "Company")
    assert shown(done).fields["Company"] == "Nordlicht"


def test_an_invalid_email_holds_its_field(salesforce: SalesforceConnector) -> None:
    [rita] = add(salesforce, "rita")

    [answer] = salesforce.write_many("Lead", [change(rita, Email="rita at nordlicht")], FIELDS)

    assert isinstance(answer, Refused)
    assert (answer.policy, answer.code, answer.field) == (Policy.HELD, "INVALID_EMAIL_ADDRESS", "Email")


def test_a_value_that_must_be_unique_names_who_has_it(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Badge__c", "unique": True, "length": 20}])
    [rita] = salesforce.write_many("Lead", [create("rita", Badge__c="7")], FIELDS)

    [answer] = salesforce.write_many("Lead", [create("otto", Badge__c="7")], FIELDS)

    assert isinstance(answer, Refused)
    assert (answer.policy, answer.existing) == (Policy.LATER, shown(rita).ref)


def test_an_unknown_field_is_named_and_no_persons_value_is(salesforce: SalesforceConnector) -> None:
    criteria = {"Email": ["rita@nordlicht.example"], "No_Such__c": ["x"]}

    with pytest.raises(RequestRefused, match="No_Such__c") as raised:
        salesforce.find_many("Lead", criteria, FIELDS)

    assert "Lead" in str(raised.value)
    assert "rita@" not in str(raised.value)


def test_a_spent_quota_is_no_bad_login(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    sandbox.admin("salesforce", "quota", calls=1)

    with pytest.raises(QuotaSpent):
        salesforce.reps()


def test_the_state_of_the_quota_is_known(salesforce: SalesforceConnector) -> None:
    salesforce.reps()

    assert salesforce.usage is not None
    used, allowed = salesforce.usage
    assert 0 < used < allowed


def test_a_create_whose_answer_is_lost_is_sent_again_and_makes_one_record(
    sandbox: SandboxClient, cutter: Cutter
) -> None:
    waits: list[float] = []
    salesforce = connect(cutter.url, waits.append)
    cutter.after = 1

    [answer] = salesforce.write_many("Lead", [create("rita")], FIELDS)

    assert shown(answer).fields["Email"] == "rita@nordlicht.example"
    assert len(sandbox.look("salesforce", "state", object="Lead")["Lead"]) == 1
    assert len(waits) == 1


def test_a_write_that_gets_no_answer_at_all_is_unknown(cutter: Cutter) -> None:
    waits: list[float] = []
    salesforce = connect(cutter.url, waits.append)
    cutter.before = 10

    answers = salesforce.write_many("Lead", [create(f"p{number}") for number in range(250)], FIELDS)

    assert [type(answer) for answer in answers] == [Unknown] * 200 + [Refused] * 50
    assert waits == [1.0, 2.0, 4.0]


def test_a_write_that_cannot_be_read_back_is_unknown(sandbox: SandboxClient, cutter: Cutter) -> None:
    salesforce = connect(cutter.url)
    cutter.when[cutter.requests + 2] = lambda: sandbox.admin("salesforce", "quota", calls=1)

    [answer] = salesforce.write_many("Lead", [create("rita")], FIELDS)

    assert isinstance(answer, Unknown)
    assert "read back" in answer.message


def test_a_quota_that_ends_between_two_calls_leaves_the_first_one_done(sandbox: SandboxClient, cutter: Cutter) -> None:
    salesforce = connect(cutter.url)
    [rita] = add(salesforce, "rita")
    cutter.when[cutter.requests + 2] = lambda: sandbox.admin("salesforce", "quota", calls=1)

    [done, later] = salesforce.write_many("Lead", [change(rita, Phone="1"), change(rita, Phone="2")], FIELDS)

    assert shown(done).fields["Phone"] == "1"
    assert isinstance(later, Refused)
    assert later.policy is Policy.LATER


def test_a_server_that_never_answers_is_not_waited_for_for_ever() -> None:
    with silence() as url:
        salesforce = SalesforceConnector(url, "00Dtoken", timeout=(1, 0.05), sleep=lambda seconds: None)

        [answer] = salesforce.write_many("Lead", [create("rita")], FIELDS)

    assert isinstance(answer, Unknown)


def test_a_login_that_is_never_answered_is_an_unavailable_system() -> None:
    with silence() as url:
        salesforce = SalesforceConnector(url, ClientCredentials("entente", "secret"), timeout=(1, 0.05))

        with pytest.raises(Unavailable, match=url):
            salesforce.account()


def test_a_server_that_is_not_there_is_unavailable_and_counts_no_call() -> None:
    salesforce = SalesforceConnector("http://127.0.0.1:1", "00Dtoken", sleep=lambda seconds: None)

    with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1: "):
        salesforce.reps()

    assert salesforce.calls == 0


def test_no_write_runs_an_assignment_rule_and_no_answer_is_pretty_printed(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    [rita] = add(salesforce, "rita")

    answer = salesforce.client.library.session.get(
        f"{salesforce.client.library.base_url}sobjects/Lead/{rita.ref.id}",
        headers={"Authorization": "Bearer 00Dtoken"},
    )

    assert answer.request.headers["Sforce-Auto-Assign"] == "FALSE"
    assert answer.request.headers["Accept-Encoding"] == "gzip"
    assert "X-PrettyPrint" not in answer.request.headers
    assert "/v66.0/" in answer.request.url


def test_reps_are_users_with_their_managers(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=0, seed=1)

    reps = {rep.name: rep for rep in connect(sandbox.salesforce_url).reps()}

    assert reps["Rita Lang"].manager == reps["Mona Weber"].ref.id
    assert {rep.is_active for rep in reps.values()} == {True, False}
    assert (reps["Rita Lang"].time_zone, reps["Luc Bertrand"].time_zone) == ("Europe/Berlin", "Europe/Paris")
    assert all(rep.since for rep in reps.values())


def test_what_a_picklist_offers_is_told_though_it_takes_other_values(salesforce: SalesforceConnector) -> None:
    industry = salesforce.describe("Lead")["Industry"]

    assert industry.options is None
    assert industry.offered[:2] == ("Agriculture", "Apparel")


def test_describe_tells_what_is_required_and_what_fits(salesforce: SalesforceConnector) -> None:
    described = salesforce.describe("Lead")

    assert {name for name, info in described.items() if info.required} == {"LastName", "Company"}
    assert described["Phone"].max_length == 40
    assert not described["SystemModstamp"].writable
    assert described["LeadSource"].options is None


def test_setup_makes_the_field_visible(sandbox: SandboxClient) -> None:
    salesforce = SalesforceConnector(sandbox.salesforce_url, "00Dtoken")

    steps = salesforce.setup_steps(["Lead", "Contact"])
    salesforce.set_up(steps)

    assert [step.object for step in steps] == ["Lead", "Contact"]
    assert salesforce.setup_steps(["Lead", "Contact"]) == []
    assert salesforce.find_many("Contact", {"Entente_Key__c": ["k"]}, ["LastName"]) == []


@pytest.mark.parametrize("steps_done", range(1, 9))
def test_a_setup_that_broke_off_anywhere_is_mended_by_another(cutter: Cutter, steps_done: int) -> None:
    salesforce = SalesforceConnector(cutter.url, "00Dtoken", sleep=lambda seconds: None)
    steps = salesforce.setup_steps(["Lead"])
    cutter.when[cutter.requests + steps_done] = lambda: setattr(cutter, "after", 4)
    with pytest.raises(Unavailable):
        salesforce.set_up(steps)
    cutter.after = 0

    again = SalesforceConnector(cutter.url, "00Dtoken")
    again.set_up(again.setup_steps(["Lead"]))

    assert again.setup_steps(["Lead"]) == []
    assert "Entente_Key__c" in again.describe("Lead")


def test_setup_refuses_a_field_that_cannot_carry_the_key(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Entente_Key__c", "length": 255}])
    salesforce = SalesforceConnector(sandbox.salesforce_url, "00Dtoken")

    with pytest.raises(RequestRefused, match="not a unique external id"):
        salesforce.setup_steps(["Lead"])


def recorded(name: str) -> Any:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not beside the project: {path} is missing")
    return json.loads(path.read_text())


def test_a_recorded_duplicate_names_the_record_in_the_way() -> None:
    [body] = recorded("salesforce_errors/400_duplicates_detected.json")["body"]

    answer = refused([msgspec.convert(body, Fault)], create("rita"), "Lead")

    assert (answer.policy, answer.code) == (Policy.DEAD, "DUPLICATES_DETECTED")
    assert answer.existing == Ref("salesforce", "Contact", "0031i000013x2TEAAY")


@pytest.mark.parametrize(
    ("code", "message", "fields", "policy", "field"),
    [
        ("STRING_TOO_LONG", "Phone: data value too large: 12345 (max length=40)", ["Phone"], Policy.HELD, "Phone"),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", ["Rating__c"], Policy.HELD, "Rating__c"),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone is required from SQL on", ["Phone"], Policy.HELD, "Phone"),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Ask Otto", [], Policy.HELD, "Phone"),
        ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", [], Policy.LATER, None),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger failed", [], Policy.DEAD, None),
    ],
)
def test_a_refusal_is_sorted_by_what_becomes_of_the_write(
    code: str, message: str, fields: list[str], policy: Policy, field: str | None
) -> None:
    write = Update(Side.SALES, Ref("salesforce", "Lead", "00Q000000000001AAA"), {"Phone": "12345"})

    answer = refused([Fault(message, status_code=code, fields=fields)], write, "Lead")

    assert (answer.policy, answer.code, answer.field) == (policy, code, field)
    assert "12345" not in answer.message


def test_tracked_fields_say_when_they_changed(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    sandbox.admin("salesforce", "history", object="Lead", fields=["Title", "Phone"])
    rita, mark = add(salesforce, "rita", "mark")
    [answer] = salesforce.write_many("Lead", [change(rita, Title="CEO", Phone="1", City="Paris")], FIELDS)

    times = salesforce.change_times("Lead", [rita.ref.id, mark.ref.id], ["Title", "City"])

    assert times == {rita.ref.id: {"Title": shown(answer).modified_at}}
    assert salesforce.change_times("Task", ["00T8d0000000001EAA"], ["Subject"]) == {}
