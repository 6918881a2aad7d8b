"""Bulk API 2.0, records going in."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import VERSION, Http, client, recorded
from tests.sandbox_client import SandboxClient

LEADS = "LastName,Company,Email\nRoux,Acme,rita@acme.example\nRuiz,Acme,mark\n"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin(
        "salesforce", "fields", object="Lead", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


@pytest.fixture
def bulk(http: Http) -> Bulk:
    return Bulk(http)


@pytest.fixture
def slow(sandbox: SandboxClient, bulk: Bulk) -> Bulk:
    """Under a frozen clock, ten seconds in the queue and a minute for 10,000 records."""
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "jobs", upload_seconds=10, per_10k_seconds=60)
    return bulk


def advance(bulk: Bulk, seconds: float) -> None:
    bulk.http.sandbox.admin("salesforce", "clock", advance=seconds)


def leads(count: int) -> str:
    return "LastName,Company\n" + "".join(f"Lead {number},Acme\n" for number in range(count))


def total(bulk: Bulk) -> int:
    return int(bulk.http.query("SELECT COUNT() FROM Lead")["totalSize"])


def test_a_job_goes_from_open_to_complete(bulk: Bulk) -> None:
    job_id = bulk.make("ingest", object="lead", operation="insert", contentType="CSV", lineEnding="LF")
    opened = bulk.look(job_id)
    bulk.upload(job_id, LEADS)

    closed, done = bulk.close(job_id), bulk.look(job_id)

    assert job_id.startswith("750")
    assert (opened["state"], closed["state"], done["state"]) == ("Open", "UploadComplete", "JobComplete")
    assert opened["contentUrl"] == f"services/data/v{VERSION}/jobs/ingest/{job_id}/batches"
    assert (done["object"], done["apiVersion"], done["jobType"]) == ("Lead", float(VERSION), "V2Ingest")
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (2, 1)


def test_results_tell_what_was_made_and_what_was_refused(bulk: Bulk) -> None:
    job_id = bulk.ingest(LEADS)

    (made,), (refused,) = bulk.rows(job_id, "successfulResults"), bulk.rows(job_id, "failedResults")

    assert made == {"sf__Id": made["sf__Id"], "sf__Created": "true", "LastName": "Roux", "Company": "Acme",
                    "Email": "rita@acme.example"}  # fmt: skip
    assert bulk.http.read("Lead", made["sf__Id"])["Email"] == "rita@acme.example"
    assert refused["sf__Error"] == "INVALID_EMAIL_ADDRESS:Email: invalid email address: mark:Email --"
    assert (refused["sf__Id"], refused["LastName"]) == ("", "Ruiz")
    assert bulk.text(job_id, "unprocessedrecords") == "LastName,Company,Email\n"


def test_results_without_a_failure_are_the_recorded_header_alone(bulk: Bulk) -> None:
    lead_id = bulk.http.lead()
    job_id = bulk.ingest(f"Id,Phone\n{lead_id},1\n", operation="update")

    assert (
        bulk.text(job_id, "failedResults")
        == recorded("salesforce_errors/bulk2_failedResults_update_ok_empty.csv").read_text()
    )


def test_a_refused_record_is_written_as_recorded(bulk: Bulk) -> None:
    real = recorded("salesforce_errors/bulk2_failedResults_mixed_quote_header.csv").read_text().splitlines()
    sandbox = bulk.http.sandbox
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "My_Field__c"}])

    job_id = bulk.ingest("Id,My_Field__c\n00Q8d00000zzzzzAAA,value\n", operation="update")

    header, row = bulk.text(job_id, "failedResults").splitlines()
    assert header == real[0]
    assert next(csv.reader([row]))[:2] == next(csv.reader([real[1]]))[:2]


def test_the_order_of_results_is_not_that_of_the_file_and_stays(bulk: Bulk) -> None:
    job_id = bulk.ingest(leads(50))

    first, again = bulk.text(job_id, "successfulResults"), bulk.text(job_id, "successfulResults")

    names = [row["LastName"] for row in bulk.rows(job_id, "successfulResults")]
    assert names != sorted(names, key=lambda name: int(name.split()[1]))
    assert first == again
    assert len(names) == 50


def test_the_clock_moves_a_job_and_records_appear_batch_by_batch(slow: Bulk) -> None:
    job_id = slow.ingest(leads(12_000))
    seen = []

    for seconds in (9, 2, 60, 12):
        advance(slow, seconds)
        seen.append((total(slow), slow.look(job_id)["state"]))

    assert seen == [(0, "UploadComplete"), (0, "InProgress"), (10_000, "InProgress"), (12_000, "JobComplete")]
    assert slow.http("GET", "limits").json()["DailyBulkApiBatches"] == {"Max": 15_000, "Remaining": 14_998}


def test_the_state_shows_what_a_job_wrote_though_nobody_asked_for_the_job(slow: Bulk) -> None:
    slow.ingest(LEADS)

    advance(slow, 11)

    assert len(slow.http.sandbox.look("salesforce", "state", object="Lead")["Lead"]) == 1


def test_an_aborted_job_keeps_what_it_wrote_and_shows_what_it_did_not(slow: Bulk) -> None:
    job_id = slow.ingest(leads(12_000))
    advance(slow, 71)

    answer = slow.http("PATCH", f"jobs/ingest/{job_id}", {"state": "Aborted"})
    advance(slow, 1_000)

    assert answer.json()["state"] == slow.look(job_id)["state"] == "Aborted"
    assert total(slow) == 10_000
    assert len(slow.rows(job_id, "unprocessedrecords")) == 2_000


def test_a_job_that_is_aborted_in_the_queue_shows_all_its_records_as_unprocessed(slow: Bulk) -> None:
    job_id = slow.ingest(LEADS)

    slow.http("PATCH", f"jobs/ingest/{job_id}", {"state": "Aborted"})

    assert [row["LastName"] for row in slow.rows(job_id, "unprocessedrecords")] == ["Roux", "Ruiz"]


def test_an_upsert_finds_by_its_external_id_and_says_what_is_new(bulk: Bulk) -> None:
    lead_id = bulk.http.lead(Key__c="1")
    text = "Key__c,LastName,Company\n1,Roux,Acme\n2,Ruiz,Acme\n,Nobody,Acme\n3,Twice,Acme\n3,Twice,Acme\n"

    job_id = bulk.ingest(text, operation="upsert", externalIdFieldName="key__c")

    made = {row["Key__c"]: row for row in bulk.rows(job_id, "successfulResults")}
    assert (made["1"]["sf__Id"], made["1"]["sf__Created"], made["2"]["sf__Created"]) == (lead_id, "false", "true")
    codes = sorted(row["sf__Error"].split(":")[0] for row in bulk.rows(job_id, "failedResults"))
    assert codes == ["DUPLICATE_VALUE", "DUPLICATE_VALUE", "MISSING_ARGUMENT"]


def test_an_empty_cell_changes_nothing_and_na_clears(bulk: Bulk) -> None:
    lead_id = bulk.http.lead(Phone="1", Title="Buyer")

    bulk.ingest(f"Id,Phone,Title\n{lead_id[:15]},,#N/A\n", operation="update")

    lead = bulk.http.read("Lead", lead_id)
    assert (lead["Phone"], lead["Title"]) == ("1", None)


def test_deletes_go_into_the_bin_and_hard_deletes_do_not(bulk: Bulk) -> None:
    soft, hard = bulk.http.lead(), bulk.http.lead()

    bulk.ingest(f"Id\n{soft}\n", operation="delete")
    bulk.ingest(f"Id\n{hard}\n", operation="hardDelete")

    found = bulk.http.query("SELECT Id, IsDeleted FROM Lead", "queryAll")["records"]
    assert [(row["Id"], row["IsDeleted"]) for row in found] == [(soft, True)]


def test_a_column_may_name_a_parent_by_its_external_id(bulk: Bulk) -> None:
    bulk.http.sandbox.admin("salesforce", "fields", object="Account", fields=[{"name": "Key__c", "externalId": True}])
    account_id = bulk.http.create("Account", Name="Acme", Key__c="7")

    job_id = bulk.ingest("LastName,Account.Key__c\nRoux,7\nRuiz,8\n", object="Contact")

    (made,), (refused,) = bulk.rows(job_id, "successfulResults"), bulk.rows(job_id, "failedResults")
    assert bulk.http.read("Contact", made["sf__Id"])["AccountId"] == account_id
    assert refused["sf__Error"] == (
        "INVALID_FIELD:Foreign key external ID: 8 not found for field Key__c in entity Account:--"
    )


def test_quoted_newlines_delimiters_and_quotes_come_through(bulk: Bulk) -> None:
    text = 'LastName;Company;Description\r\n"Roux";"Acme; ""Sons""";"one\ntwo"\r\n'

    job_id = bulk.ingest(text, columnDelimiter="SEMICOLON", lineEnding="CRLF")

    (lead,) = bulk.http.query("SELECT Company, Description FROM Lead")["records"]
    assert (lead["Company"], lead["Description"]) == ('Acme; "Sons"', "one\ntwo")
    expected = '"sf__Id";"sf__Created";LastName;Company;Description\r\n'
    assert bulk.text(job_id, "successfulResults").startswith(expected)


UNREAD = "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote"
ENDING = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"


@pytest.mark.parametrize(("text", "body", "message"), [
    ("LastName,Emial\nRoux,x\n", {}, "InvalidBatch : Field name not found : Emial"),
    ("LastName,Owner.Emial__c\nRoux,x\n", {}, "INVALID_FIELD"),
    ("LastName,Nobody.Key__c\nRoux,x\n", {}, "InvalidBatch : Field name not found : Nobody.Key__c"),
    ("LastName;Company\nRoux;Acme\n", {}, "InvalidBatch : Field name not found : LastName;Company"),
    ("LastName,Company\r\nRoux,Acme\r\n", {}, f"{ENDING} LF"),
    ("LastName,Company\nRoux,Acme\n", {"lineEnding": "CRLF"}, f"{ENDING} CRLF"),
    ('\ufeff"LastName","Company"\n"Roux","Acme"\n', {}, UNREAD),
    ("\ufeffLastName,Company\nRoux,Acme\n", {}, "InvalidBatch : Field name not found : \ufeffLastName"),
    ("Id,LastName\nx,Roux\n", {"operation": "delete"}, "InvalidBatch : The 'delete' batch must contain only ids"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_fails_its_job_and_writes_nothing(
    bulk: Bulk, text: str, body: dict[str, Any], message: str
) -> None:
    job = bulk.look(job_id := bulk.ingest(text, **body))

    if message == "INVALID_FIELD":  # a parent's field is looked for record by record
        assert bulk.rows(job_id, "failedResults")[0]["sf__Error"].startswith(message)
    else:
        assert (job["state"], job["errorMessage"]) == ("Failed", message)
    assert total(bulk) == 0


def test_a_value_of_the_wrong_type_is_refused_by_its_column(bulk: Bulk) -> None:
    job_id = bulk.ingest("LastName,Company,AnnualRevenue,DoNotCall\nRoux,Acme,much,true\nRuiz,Acme,5,maybe\n")

    errors = {row["LastName"]: row["sf__Error"] for row in bulk.rows(job_id, "failedResults")}

    assert errors["Roux"] == (
        "INVALID_FIELD:Failed to deserialize field at col 3. Due to, 'much' is not a valid value for the type "
        "xsd:double:AnnualRevenue --"
    )
    assert "at col 4. Due to, 'maybe' is not a valid value for the type xsd:boolean:DoNotCall --" in errors["Ruiz"]


def test_a_job_takes_one_upload_within_the_largest(bulk: Bulk) -> None:
    bulk.http.sandbox.admin("salesforce", "jobs", largest_upload=len(LEADS))
    job_id = bulk.make("ingest", object="Lead", operation="insert")

    statuses = [bulk.upload(job_id, text).status for text in (LEADS + "x", LEADS, LEADS)]

    assert statuses == [413, 201, 400]
    bulk.close(job_id)
    late = bulk.upload(job_id, LEADS)
    assert (late.status, late.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")


def test_a_job_and_its_file_may_come_in_one_request(bulk: Bulk) -> None:
    url = f"{bulk.http.sandbox.salesforce_url}/services/data/v{VERSION}/jobs/ingest"
    job = '{"object": "Lead", "operation": "insert", "contentType": "CSV"}'
    fields = {
        "job": ("", job, "application/json"),
        "content": ("content", "LastName,Company\nÉlise,Acme\n", "text/csv"),
    }

    answer = bulk.http.sandbox.pool.request("POST", url, headers={"Authorization": "Bearer rita"}, fields=fields)

    assert (answer.status, answer.json()["state"]) == (200, "UploadComplete")
    assert [row["LastName"] for row in bulk.rows(answer.json()["id"], "successfulResults")] == ["Élise"]


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"object": "Nothing", "operation": "insert"}, 400, "INVALIDENTITY"),
    ({"object": "Lead", "operation": "merge"}, 400, "INVALIDJOB"),
    ({"object": "Lead", "operation": "upsert"}, 400, "INVALIDJOB"),
    ({"object": "Lead", "operation": "upsert", "externalIdFieldName": "Phone"}, 404, "NOT_FOUND"),
    ({"object": "Lead", "operation": "insert", "lineEnding": "CR"}, 400, "INVALIDJOB"),
])  # fmt: skip
def test_a_job_that_makes_no_sense_is_refused(http: Http, body: dict[str, Any], status: int, code: str) -> None:
    answer = http("POST", "jobs/ingest", body)

    assert (answer.status, answer.json()[0]["errorCode"]) == (status, code)


def test_results_come_when_the_job_has_ended_and_under_its_own_version(slow: Bulk) -> None:
    job_id = slow.ingest(LEADS)
    early = slow.http("GET", f"jobs/ingest/{job_id}/failedResults")
    advance(slow, 100)

    other = slow.http.sandbox.pool.request(
        "GET", f"{slow.http.sandbox.salesforce_url}/services/data/v59.0/jobs/ingest/{job_id}/failedResults",
        headers={"Authorization": "Bearer rita"},
    )  # fmt: skip

    assert (early.status, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert other.status == 409
    assert slow.http("GET", f"jobs/ingest/{job_id}/failedResults").status == 200


def test_a_job_is_deleted_once_it_has_ended_and_forgotten_after_a_week(slow: Bulk) -> None:
    first, second = slow.ingest(LEADS), slow.make("ingest", object="Lead", operation="insert")
    open_still = slow.http("DELETE", f"jobs/ingest/{second}")
    advance(slow, 100)

    deleted = slow.http("DELETE", f"jobs/ingest/{first}")
    left = slow.http("GET", "jobs/ingest").json()
    advance(slow, 7 * 86_400)

    assert (open_still.status, deleted.status) == (400, 204)
    assert ([job["id"] for job in left["records"]], left["done"], left["nextRecordsUrl"]) == ([second], True, None)
    assert slow.http("GET", f"jobs/ingest/{first}").status == slow.http("GET", f"jobs/ingest/{second}").status == 404


def test_each_record_is_logged_once_under_the_call_that_closed_its_job(bulk: Bulk) -> None:
    job_id = bulk.ingest(LEADS)
    bulk.look(job_id)

    (write,) = bulk.http.sandbox.look("salesforce", "writes")["writes"]

    assert write["fields"] == {"LastName": "Roux", "Company": "Acme", "Email": "rita@acme.example"}
    assert write["route"] == f"PATCH /services/data/v{VERSION}/jobs/ingest/{job_id}"


def test_the_real_client_upserts_and_deletes(sandbox: SandboxClient, http: Http) -> None:
    handler = client(sandbox).bulk2.Lead
    records = [{"Key__c": str(number), "LastName": "Roux", "Company": "Acme"} for number in range(3)]
    records[2]["Company"] = ""

    (upserted,) = handler.upsert(records=records, external_id_field="Key__c", wait=0)
    results = handler.get_all_ingest_records(upserted["job_id"])
    gone = [{"Id": row["sf__Id"]} for row in results["successfulRecords"]]
    (deleted,) = handler.delete(records=gone, wait=0)

    assert (upserted["numberRecordsProcessed"], upserted["numberRecordsFailed"]) == (3, 1)
    assert results["failedRecords"][0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING:")
    assert results["unprocessedRecords"] == []
    assert (deleted["numberRecordsProcessed"], http.query("SELECT COUNT() FROM Lead")["totalSize"]) == (2, 0)


def test_a_recorded_file_with_newlines_and_commas_inside_values_is_read(bulk: Bulk) -> None:
    text = recorded("jsforce/Account_bulk2_test_backquote.csv").read_text().replace("\r\n", "\n")

    job = bulk.look(bulk.ingest(text, object="Account", columnDelimiter="BACKQUOTE"))

    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 0)
    assert job["numberRecordsProcessed"] == len(list(csv.reader(text.splitlines(), delimiter="`"))) - 1
