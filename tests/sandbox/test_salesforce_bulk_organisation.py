"""What an organisation does to the rows of a bulk job: triggers see 200 at a time, assignment rules run when named."""

from __future__ import annotations

import pytest

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

QUEUE = "00G8d0000000001EAA"


@pytest.fixture
def bulk(sandbox: SandboxClient) -> Bulk:
    org = Http(sandbox)
    assert org.queue() == QUEUE
    return Bulk(org)


def leads(count: int) -> str:
    return "LastName,Company\n" + "".join(f"Roux {at},Acme\n" for at in range(count))


def test_a_trigger_that_bears_a_hundred_sinks_full_chunks_and_spares_the_last(
    bulk: Bulk, sandbox: SandboxClient
) -> None:
    sandbox.admin("salesforce", "apex", object="Lead", most=100)

    job_id = bulk.ingest(leads(450))

    job = bulk.look(job_id)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (450, 400)
    assert "Too many SOQL queries" in bulk.rows(job_id, "failedResults")[0]["sf__Error"]


def test_an_assignment_rule_runs_in_bulk_only_where_the_job_names_it(bulk: Bulk, sandbox: SandboxClient) -> None:
    rule_id = sandbox.admin("salesforce", "assignment", name="Regions", entries=[{"owner": QUEUE}])["id"]

    bulk.ingest(leads(1))
    bulk.ingest(leads(2), assignmentRuleId=rule_id)

    owners = [row["OwnerId"] for row in sandbox.look("salesforce", "state", object="Lead")["Lead"].values()]
    assert [owner == QUEUE for owner in owners] == [False, True, True]
