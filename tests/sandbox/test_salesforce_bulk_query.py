"""Bulk API 2.0, records coming out."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import VERSION, Http, client
from tests.sandbox_client import SandboxClient


@pytest.fixture
def bulk(sandbox: SandboxClient) -> Bulk:
    return Bulk(Http(sandbox))


def page(bulk: Bulk, job_id: str, more: str = "") -> urllib3.BaseHTTPResponse:
    answer = bulk.http("GET", f"jobs/query/{job_id}/results{more}")
    assert answer.status == 200, answer.data
    return answer


def ask(bulk: Bulk, soql: str, **body: Any) -> str:
    return bulk.make("query", **{"operation": "query", "query": soql, **body})


def test_a_query_job_answers_in_quoted_csv_with_times_in_z(bulk: Bulk) -> None:
    bulk.http.sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    account_id = bulk.http.create("Account", Name='Acme, "Sons"')
    bulk.http.create("Contact", LastName="Roux", AccountId=account_id, HasOptedOutOfEmail=True)

    job_id = ask(bulk, "SELECT LastName, Email, HasOptedOutOfEmail, CreatedDate, Account.Name FROM Contact")

    job = bulk.look(job_id, "query")
    assert (job["state"], job["object"], job["jobType"]) == ("JobComplete", "Contact", "V2Query")
    answer = page(bulk, job_id)
    assert answer.data.decode() == (
        '"LastName","Email","HasOptedOutOfEmail","CreatedDate","Account.Name"\n'
        '"Roux","","true","2026-11-02T09:00:00.000Z","Acme, ""Sons"""\n'
    )
    assert (answer.headers["Sforce-NumberOfRecords"], answer.headers["Sforce-Locator"]) == ("1", "null")
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_pages_follow_their_locators_and_may_be_read_again(bulk: Bulk) -> None:
    for number in range(5):
        bulk.http.lead(LastName=f"Lead {number}")
    job_id = ask(bulk, "SELECT LastName FROM Lead ORDER BY LastName")
    bulk.http.lead(LastName="Lead late")
    names, locator = [], ""

    while locator != "null":
        answer = page(bulk, job_id, f"?maxRecords=2{locator and '&locator=' + locator}")
        names.append([row["LastName"] for row in csv.DictReader(io.StringIO(answer.data.decode()))])
        last, locator = locator, answer.headers["Sforce-Locator"]

    assert names[0] == ["Lead 0", "Lead 1"]
    assert [len(each) for each in names][:2] == [2, 2]
    assert page(bulk, job_id, f"?maxRecords=2&locator={last}").data == answer.data


def test_a_finished_job_keeps_what_it_found(bulk: Bulk) -> None:
    lead_id = bulk.http.lead(LastName="Roux")
    job_id = ask(bulk, "SELECT LastName FROM Lead")
    bulk.look(job_id, "query")

    bulk.http("PATCH", f"sobjects/Lead/{lead_id}", {"LastName": "Ruiz"})

    assert page(bulk, job_id).data == b'"LastName"\n"Roux"\n'


def test_query_all_finds_deleted_records_and_options_shape_the_file(bulk: Bulk) -> None:
    bulk.http("DELETE", f"sobjects/Lead/{bulk.http.lead()}")

    job_id = ask(bulk, "SELECT LastName, IsDeleted FROM Lead", operation="queryAll", columnDelimiter="TAB",
                 lineEnding="CRLF")  # fmt: skip

    assert page(bulk, job_id).data == b'"LastName"\t"IsDeleted"\r\n"Roux"\t"true"\r\n'


def test_a_job_waits_for_the_clock_and_can_be_aborted(bulk: Bulk) -> None:
    sandbox = bulk.http.sandbox
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "jobs", upload_seconds=10, per_10k_seconds=20)
    first, second = ask(bulk, "SELECT Id FROM Lead"), ask(bulk, "SELECT Id FROM Lead")
    states = []

    bulk.http("PATCH", f"jobs/query/{second}", {"state": "Aborted"})
    early = bulk.http("GET", f"jobs/query/{first}/results")
    for _ in range(3):
        states.append(bulk.look(first, "query")["state"])
        sandbox.admin("salesforce", "clock", advance=15)

    assert (early.status, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert states == ["UploadComplete", "InProgress", "JobComplete"]
    assert bulk.look(second, "query")["state"] == "Aborted"
    assert bulk.http("DELETE", f"jobs/query/{second}").status == 204
    assert [job["id"] for job in bulk.http("GET", "jobs/query").json()["records"]] == [first]


@pytest.mark.parametrize(("soql", "code"), [
    ("SELECT COUNT() FROM Lead", "API_ERROR"),
    ("SELECT Status, COUNT(Id) FROM Lead GROUP BY Status", "API_ERROR"),
    ("SELECT Id FROM Lead LIMIT 1 OFFSET 1", "API_ERROR"),
    ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR"),
    ("SELECT Id, Address FROM Lead", "API_ERROR"),
    ("SELECT Emial FROM Lead", "INVALID_FIELD"),
    ("SELECT Id FROM Nothing", "INVALID_TYPE"),
    ("SELECT FROM", "MALFORMED_QUERY"),
])  # fmt: skip
def test_what_a_bulk_query_cannot_do_is_refused_at_once(bulk: Bulk, soql: str, code: str) -> None:
    answer = bulk.http("POST", "jobs/query", {"operation": "query", "query": soql})

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)


def test_result_pages_name_five_addresses_at_a_time(bulk: Bulk) -> None:
    bulk.http.sandbox.admin("salesforce", "jobs", results_page=1)
    for number in range(7):
        bulk.http.lead(LastName=f"Lead {number}")
    job_id = ask(bulk, "SELECT LastName FROM Lead")

    first = bulk.http("GET", f"jobs/query/{job_id}/resultPages").json()
    second = bulk.http("GET", first["nextRecordsUrl"].removeprefix(f"/services/data/v{VERSION}/")).json()

    urls = [each["resultUrl"] for each in first["resultPages"] + second["resultPages"]]
    assert (len(first["resultPages"]), first["done"], second["done"], second["nextRecordsUrl"]) == (
        5,
        False,
        True,
        None,
    )
    bodies = {bulk.http("GET", url.removeprefix(f"/services/data/v{VERSION}/")).data for url in urls}
    assert len(bodies) == 7


def test_query_jobs_and_their_results_count_against_the_limits(bulk: Bulk) -> None:
    ask(bulk, "SELECT Id FROM Lead")

    assert bulk.http("GET", "limits").json()["DailyBulkV2QueryJobs"] == {"Max": 10_000, "Remaining": 9_999}


def test_results_are_compressed_for_those_who_ask(bulk: Bulk) -> None:
    for number in range(100):
        bulk.http.lead(LastName=f"Lead {number}")
    job_id = ask(bulk, "SELECT Id, LastName FROM Lead")

    answer = bulk.http("GET", f"jobs/query/{job_id}/results", Accept_Encoding="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data.startswith(b'"Id","LastName"\n')


def test_the_real_client_queries_and_downloads(sandbox: SandboxClient, bulk: Bulk, tmp_path: Path) -> None:
    for number in range(3):
        bulk.http.lead(LastName=f"Élise {number}")
    handler = client(sandbox).bulk2.Lead

    pages = list(handler.query("SELECT LastName FROM Lead", max_records=2, wait=0))
    files = handler.download("SELECT LastName FROM Lead", str(tmp_path), max_records=50, wait=0)

    assert pages == ['"LastName"\n"Élise 0"\n"Élise 1"\n', '"LastName"\n"Élise 2"\n']
    assert files[0]["number_of_records"] == 3
    assert Path(files[0]["file"]).read_text(encoding="utf-8").splitlines()[3] == '"Élise 2"'
