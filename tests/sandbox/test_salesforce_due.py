"""What is due is done at its own moment and in the order of these, however late somebody looks."""

from __future__ import annotations

import pytest

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


def wait(sandbox: SandboxClient, seconds: float) -> None:
    sandbox.admin("salesforce", "clock", advance=seconds)


def test_a_flow_that_is_due_before_a_jobs_batch_writes_before_it(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "flow", name="Late", object="Lead", on="create", delay=50, set={"Title": "Flow"})
    sandbox.admin("salesforce", "jobs", upload_seconds=100)
    lead_id = http.lead()
    Bulk(http).ingest(f"Id,Title\n{lead_id},Job\n", operation="update")

    wait(sandbox, 3_600)

    lead = http.read("Lead", lead_id)
    assert (lead["Title"], lead["SystemModstamp"]) == ("Job", "2026-11-02T09:01:40.000+0000")
    assert [each["fields"].get("Title") for each in sandbox.look("salesforce", "writes")["writes"]] == [
        None, "Flow", "Job",
    ]  # fmt: skip


def test_the_batches_of_two_jobs_are_written_in_the_order_of_their_moments(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "jobs", upload_seconds=0, per_10k_seconds=10_000)
    lead_id = http.lead()
    slow = Bulk(http).ingest("Id,Title\n" + f"{lead_id},Slow\n" * 5, operation="update")
    wait(sandbox, 1)
    Bulk(http).ingest(f"Id,Title\n{lead_id},Quick\n", operation="update")

    wait(sandbox, 3_600)

    assert Bulk(http).look(slow)["state"] == "JobComplete"
    assert http.read("Lead", lead_id)["Title"] == "Slow"


def test_a_flow_counts_its_delay_from_the_moment_of_the_batch_that_set_it_off(
    http: Http, sandbox: SandboxClient
) -> None:
    sandbox.admin("salesforce", "flow", name="Late", object="Lead", on="create", delay=60, set={"Title": "Flow"})
    sandbox.admin("salesforce", "jobs", upload_seconds=100)
    Bulk(http).ingest("LastName,Company\nRoux,Acme\n")

    wait(sandbox, 3_600)

    (lead,) = http.query("SELECT Title, SystemModstamp FROM Lead")["records"]
    assert (lead["Title"], lead["SystemModstamp"]) == ("Flow", "2026-11-02T09:02:40.000+0000")


def test_what_salesforce_fills_in_has_the_moment_of_the_batch(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "jobs", upload_seconds=100)
    Bulk(http).ingest("Subject,Status\nCall,Completed\n", object="Task")

    wait(sandbox, 3_600)

    (task,) = http.query("SELECT CreatedDate, CompletedDateTime FROM Task")["records"]
    assert task["CompletedDateTime"] == task["CreatedDate"] == "2026-11-02T09:01:40.000+0000"
