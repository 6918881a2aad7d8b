"""The first Bulk API, through the real client."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest

from tests.sandbox.salesforce_helper import VERSION, Http, client
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin(
        "salesforce", "fields", object="Lead", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def lead(**fields: Any) -> dict[str, Any]:
    return {"LastName": "Roux", "Company": "Acme", **fields}


def test_the_real_client_writes_and_gets_results_in_the_order_it_sent(sandbox: SandboxClient, http: Http) -> None:
    bulk = client(sandbox).bulk.Lead

    inserted = bulk.insert([lead(Key__c="a"), lead(Email="rita"), lead(Key__c="b")], batch_size=2)
    upserted = bulk.upsert([lead(Key__c="a", Phone="1"), lead(Key__c="c")], "Key__c")
    updated = bulk.update([{"Id": inserted[0]["id"], "Phone": None}])
    deleted = bulk.delete([{"Id": inserted[2]["id"]}])

    assert [(row["success"], row["created"]) for row in inserted] == [(True, True), (False, False), (True, True)]
    assert inserted[1]["errors"] == [{
        "extendedErrorDetails": None, "fields": ["Email"], "message": "Email: invalid email address: rita",
        "statusCode": "INVALID_EMAIL_ADDRESS",
    }]  # fmt: skip
    assert [(row["id"], row["created"]) for row in upserted] == [
        (inserted[0]["id"], False), (upserted[1]["id"], True),
    ]  # fmt: skip
    assert http.read("Lead", inserted[0]["id"])["Phone"] is None
    assert [row["success"] for row in (*updated, *deleted)] == [True, True]
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 2


def test_the_real_client_queries_and_times_are_milliseconds(sandbox: SandboxClient, http: Http) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    lead_id = http.lead()
    http("DELETE", f"sobjects/Lead/{lead_id}")

    (row,) = client(sandbox).bulk.Lead.query_all("SELECT Id, CreatedDate, IsDeleted FROM Lead")

    created_at = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp() * 1000)
    assert (row["Id"], row["CreatedDate"], row["IsDeleted"]) == (lead_id, created_at, True)


def test_a_query_that_is_wrong_fails_its_batch(sandbox: SandboxClient) -> None:
    with pytest.raises(SalesforceGeneralError, match="No such column 'Emial'"):
        client(sandbox).bulk.Lead.query("SELECT Emial FROM Lead")


def test_a_batch_waits_for_the_clock_and_is_left_alone_once_its_job_is_aborted(
    sandbox: SandboxClient, http: Http
) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "jobs", upload_seconds=10)
    bulk = client(sandbox).bulk.Lead
    first, second = (bulk._create_job("insert", use_serial=False)["id"] for _ in range(2))
    batches = [bulk._add_batch(job, [lead()], "insert")["id"] for job in (first, second)]
    bulk._close_job(first)

    url = f"{sandbox.salesforce_url}/services/async/{VERSION}/job/{second}"
    sandbox.pool.request("POST", url, json={"state": "Aborted"}, headers={"X-SFDC-Session": "rita"})
    early = bulk._get_batch(first, batches[0])["state"]
    sandbox.admin("salesforce", "clock", advance=11)

    assert [early, bulk._get_batch(first, batches[0])["state"]] == ["Queued", "Completed"]
    assert bulk._get_batch(second, batches[1])["state"] == "NotProcessed"
    assert bulk._get_job(first)["numberRecordsProcessed"] == http.query("SELECT COUNT() FROM Lead")["totalSize"] == 1


def test_a_job_that_makes_no_sense_and_a_session_that_has_ended_are_refused(sandbox: SandboxClient) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="InvalidEntity"):
        client(sandbox).bulk.Nothing.insert([lead()])
    with pytest.raises(SalesforceMalformedRequest, match="InvalidSessionId"):
        client(sandbox, session_id="expired", instance_url=sandbox.salesforce_url).bulk.Lead.insert([lead()])


def test_a_batch_over_those_of_the_day_is_refused(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", bulk_batches=1)
    bulk = client(sandbox).bulk.Lead
    bulk.insert([lead()])

    with pytest.raises(SalesforceMalformedRequest, match="ApiBatchItems Limit exceeded"):
        bulk.insert([lead()])
