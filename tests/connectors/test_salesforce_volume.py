"""Writing much to Salesforce: bulk jobs, several collections in a call, and batches that Apex cannot bear."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.base import Create, Policy, Refused, Shown, Unknown, Update, Write
from connectors.salesforce import SalesforceConnector
from crm.record import Side
from tests.sandbox_client import SandboxClient

FIELDS = ["Email", "LastName", "Company", "Phone", "OwnerId"]
MANY = 2_000


@pytest.fixture
def salesforce(sandbox: SandboxClient) -> SalesforceConnector:
    connector = SalesforceConnector(sandbox.salesforce_url, "00Dtoken", sleep=lambda seconds: None)
    connector.set_up(connector.setup_steps(["Lead", "Contact"]))
    return connector


def leads(count: int) -> list[Write]:
    return [
        Create(Side.SALES, "Lead", f"hubspot:contacts:{number}", {"LastName": f"L{number}", "Company": "Acme"})
        for number in range(count)
    ]


def titles(answers: list[Any], title: str) -> list[Write]:
    return [Update(Side.SALES, answer.record.ref, {"Title": title}) for answer in answers]


def routes(sandbox: SandboxClient) -> dict[str, int]:
    found: dict[str, int] = sandbox.look("salesforce", "requests")["by_route"]
    return found


def test_thousands_of_writes_go_as_one_job_and_each_gets_its_own_answer(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    writes, before = leads(MANY), salesforce.calls
    writes[7] = Create(Side.SALES, "Lead", "bad", {"LastName": "L", "Company": "Acme", "Phone": "0" * 41})
    writes[8] = Create(Side.SALES, "Lead", "comma", {"LastName": 'a,"b"\nc', "Company": "Acme", "Title": None})

    answers = salesforce.write_many("Lead", writes, FIELDS)

    refused = answers[7]
    assert isinstance(refused, Refused)
    assert (refused.policy, refused.code, refused.field) == (Policy.HELD, "STRING_TOO_LONG", "Phone")
    made = [answer for answer in answers if isinstance(answer, Shown)]
    assert len(made) == MANY - 1
    assert all(answer.created for answer in made)
    assert isinstance(answers[8], Shown)
    assert answers[8].record.fields["LastName"] == 'a,"b"\nc'
    assert isinstance(answers[1234], Shown)
    assert answers[1234].record.fields["LastName"] == "L1234"
    assert salesforce.calls - before == 7  # job, file, close, look, two results, reading back
    assert salesforce.at_work() == ""

    updates = titles(made, "Buyer") + titles(made[:1], "Head")[:1]
    again = salesforce.write_many("Lead", updates, FIELDS)

    assert all(isinstance(answer, Shown) and not answer.created for answer in again)
    assert routes(sandbox)["POST /services/data/v{version}/jobs/ingest"] == 1  # 1,999 go in collections


def test_a_job_runs_no_assignment_rule(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    queue = _queue(salesforce)
    sandbox.admin("salesforce", "assignment", entries=[{"owner": queue}])

    answers = salesforce.write_many("Lead", leads(MANY), FIELDS)

    owners = {answer.record.owner for answer in answers if isinstance(answer, Shown)}
    assert len(owners) == 1
    assert queue not in owners


def test_a_job_that_takes_long_is_looked_up_and_never_sent_again(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "jobs", upload_seconds=600)

    answers = salesforce.write_many("Lead", leads(MANY), FIELDS)

    assert all(isinstance(answer, Unknown) for answer in answers)
    assert "still at work" in salesforce.at_work()

    restarted = SalesforceConnector(sandbox.salesforce_url, "00Dtoken")
    restarted.memory = salesforce.memory
    sandbox.admin("hubspot", "clock", advance=601)

    assert restarted.at_work() == ""
    assert restarted.at_work() == ""
    found = restarted.find_many("Lead", {restarted.key_field: ["hubspot:contacts:5"]}, FIELDS)
    assert [record.fields["LastName"] for record in found] == ["L5"]
    assert routes(sandbox)["POST /services/data/v{version}/jobs/ingest"] == 1


def test_a_job_that_was_never_closed_is_ended(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    about = {"object": "Lead", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
    job_id = json.loads(salesforce.client.request("POST", "jobs/ingest", body=about))["id"]
    salesforce.memory.learn("salesforce.jobs", [job_id])

    assert salesforce.at_work() == ""

    assert b'"Aborted"' in salesforce.client.request("GET", f"jobs/ingest/{job_id}")
    assert salesforce.memory.recall("salesforce.jobs") == []


def test_where_the_mapping_allows_it_five_collections_share_a_call(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    queue = _queue(salesforce)
    sandbox.admin("salesforce", "assignment", entries=[{"owner": queue}])
    salesforce.together = frozenset({"Lead"})
    before = salesforce.calls

    answers = salesforce.write_many("Lead", leads(1_000), FIELDS)

    assert all(isinstance(answer, Shown) and answer.created for answer in answers)
    assert queue not in {answer.record.owner for answer in answers if isinstance(answer, Shown)}
    assert salesforce.calls - before == 2  # written in one, read back in one


def test_one_collection_of_updates_is_read_back_in_its_own_call(salesforce: SalesforceConnector) -> None:
    made = salesforce.write_many("Lead", leads(200), FIELDS)
    before = salesforce.calls

    answers = salesforce.write_many("Lead", titles(made, "Buyer"), FIELDS)

    assert {answer.record.fields["Title"] for answer in answers if isinstance(answer, Shown)} == {"Buyer"}
    assert salesforce.calls - before == 1


def test_what_apex_cannot_bear_is_halved_until_it_passes_and_the_size_is_remembered(
    sandbox: SandboxClient, salesforce: SalesforceConnector
) -> None:
    sandbox.admin("salesforce", "apex", object="Lead", name="Slow", most=60)
    before = salesforce.calls

    answers = salesforce.write_many("Lead", leads(400), FIELDS)

    assert all(isinstance(answer, Shown) for answer in answers)
    assert salesforce.calls - before == 2 + 8 + 1  # 200, 100, then fifties, then read back
    before = salesforce.calls

    salesforce.write_many("Lead", titles(answers[:100], "Buyer"), FIELDS)

    assert salesforce.calls - before == 2


def test_contacts_of_one_account_go_in_the_same_call(sandbox: SandboxClient, salesforce: SalesforceConnector) -> None:
    accounts = [_account(salesforce, name) for name in ("Acme", "Beta", "Gamma")]
    writes: list[Write] = [
        Create(Side.SALES, "Contact", f"key{number}", {"LastName": f"C{number}", "AccountId": accounts[number % 3]})
        for number in range(300)
    ]
    sandbox.admin("salesforce", "locks", hold=accounts[0], seconds=3600)

    answers = salesforce.write_many("Contact", writes, FIELDS[:2])

    locked = [answer for answer in answers if isinstance(answer, Refused)]
    assert {(answer.policy, answer.code) for answer in locked} == {(Policy.LATER, "UNABLE_TO_LOCK_ROW")}
    assert [position for position, answer in enumerate(answers) if isinstance(answer, Refused)] == [*range(0, 300, 3)]
    sandbox.admin("salesforce", "locks", seconds=30)  # from now on two calls at once would lock each other out
    sandbox.admin("hubspot", "clock", advance=3700)

    again = salesforce.write_many("Contact", writes, FIELDS[:2])

    assert all(isinstance(answer, Shown) for answer in again)


def _account(salesforce: SalesforceConnector, name: str) -> str:
    return _add(salesforce, "Account", Name=name)


def _queue(salesforce: SalesforceConnector) -> str:
    queue = _add(salesforce, "Group", Name="Inbound", Type="Queue")
    _add(salesforce, "QueueSobject", QueueId=queue, SobjectType="Lead")
    return queue


def _add(salesforce: SalesforceConnector, object_name: str, **fields: str) -> str:
    return str(json.loads(salesforce.client.request("POST", f"sobjects/{object_name}", body=fields))["id"])
