"""What an organisation does to a bulk job: its rules, its triggers by 200 records, its locks and its duplicates."""

from __future__ import annotations

import pytest

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

QUEUE = "00G8d0000000001EAA"
LIMIT = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:ContactTrigger: System.LimitException: Too many SOQL queries: 101:--"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


@pytest.fixture
def bulk(http: Http) -> Bulk:
    assert http.queue() == QUEUE
    return Bulk(http)


def done(bulk: Bulk, sandbox: SandboxClient, text: str, **body: str) -> str:
    """A job that has had the time it needs."""
    job = bulk.ingest(text, **body)
    sandbox.admin("salesforce", "clock", advance=600)
    assert bulk.look(job)["state"] == "JobComplete"
    return job


def owners(http: Http) -> set[str]:
    return {each["OwnerId"] for each in http.query("SELECT OwnerId FROM Lead")["records"]}


def test_a_job_assigns_leads_only_where_it_names_the_rule(http: Http, bulk: Bulk, sandbox: SandboxClient) -> None:
    rule = sandbox.admin("salesforce", "assignment", entries=[{"owner": QUEUE}])["id"]

    done(bulk, sandbox, "LastName,Company\nRoux,Acme\n")
    plain = owners(http)
    done(bulk, sandbox, "LastName,Company\nRuiz,Acme\n", assignmentRuleId=rule)

    assert QUEUE not in plain
    assert QUEUE in owners(http)


def test_triggers_see_200_records_of_a_job_at_a_time(http: Http, bulk: Bulk, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "apex", object="Contact", most=100)
    text = "LastName\n" + "".join(f"Roux {number}\n" for number in range(260))

    job = done(bulk, sandbox, text, object="Contact")

    failed = bulk.rows(job, "failedResults")
    assert {row["sf__Error"] for row in failed} == {LIMIT}
    assert len(failed) == 200
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 60


def test_a_held_account_and_a_duplicate_fail_their_rows_alone(http: Http, bulk: Bulk, sandbox: SandboxClient) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    http.create("Contact", LastName="Roux", Email="rita@acme.example")
    sandbox.admin("salesforce", "duplicates", object="Contact")
    sandbox.admin("salesforce", "locks", hold=acme, seconds=3_600)
    text = (
        f"LastName,Email,AccountId\nA,a@acme.example,{acme}\nB,rita@acme.example,{globex}\nC,c@acme.example,{globex}\n"
    )

    job = done(bulk, sandbox, text, object="Contact")

    failed = {row["LastName"]: row["sf__Error"] for row in bulk.rows(job, "failedResults")}
    assert failed == {
        "A": f"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: {acme}:--",
        "B": "DUPLICATES_DETECTED:Use one of these records?:--",
    }


def test_flows_and_phones_run_for_each_record_of_a_job(http: Http, bulk: Bulk, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "phones", object="Contact", style="e164")
    sandbox.admin("salesforce", "flow", name="Tidy", object="Contact", set={"Title": {"copy": "LastName"}})

    done(bulk, sandbox, "LastName,Phone\nRoux,01 44 58 10 10\nRuiz,\n", object="Contact")

    found = http.query("SELECT LastName, Title, Phone FROM Contact ORDER BY LastName")["records"]
    assert [(each["Title"], each["Phone"]) for each in found] == [("Roux", "+33144581010"), ("Ruiz", None)]


def test_a_hidden_field_fails_the_whole_job(http: Http, bulk: Bulk, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="none")

    job = bulk.ingest("LastName,Company,Phone\nRoux,Acme,1\n")
    sandbox.admin("salesforce", "clock", advance=600)

    assert bulk.look(job)["state"] == "Failed"
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_a_private_contact_of_somebody_else_is_neither_exported_nor_written(
    http: Http, bulk: Bulk, sandbox: SandboxClient
) -> None:
    rita = http.create(
        "User", Username="rita@acme.example", LastName="Rita", Email="rita@acme.example", Alias="rita", IsActive=True,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA",
    )  # fmt: skip
    private, mine = http.create("Contact", LastName="Roux", OwnerId=rita), http.create("Contact", LastName="Mine")
    sandbox.admin("salesforce", "user", admin=False)

    job = done(bulk, sandbox, f"Id,Phone\n{private},1\n{mine},1\n", object="Contact", operation="update")
    query = bulk.make("query", operation="query", query="SELECT Id FROM Contact")
    sandbox.admin("salesforce", "clock", advance=600)
    exported = http("GET", f"jobs/query/{query}/results").data.decode()

    assert [row["sf__Id"] for row in bulk.rows(job, "successfulResults")] == [mine]
    assert bulk.rows(job, "failedResults")[0]["sf__Error"].startswith("INSUFFICIENT_ACCESS_OR_READONLY:")
    assert mine in exported
    assert private not in exported
