"""Where Bulk API 2.0 stands below a version's address."""

from __future__ import annotations

from sandbox.salesforce.bulk import ingest_calls, query_calls
from sandbox.salesforce.calls import Handler

JOB = "([A-Za-z0-9]+)"
HANDLERS: list[tuple[str, dict[str, Handler]]] = [
    ("jobs/ingest", {"GET": ingest_calls.jobs, "POST": ingest_calls.create}),
    (f"jobs/ingest/{JOB}", {"GET": ingest_calls.look, "PATCH": ingest_calls.change, "DELETE": ingest_calls.remove}),
    (f"jobs/ingest/{JOB}/batches", {"PUT": ingest_calls.upload}),
    (f"jobs/ingest/{JOB}/successfulResults", {"GET": ingest_calls.successful}),
    (f"jobs/ingest/{JOB}/failedResults", {"GET": ingest_calls.failed}),
    (f"jobs/ingest/{JOB}/unprocessed[rR]ecords", {"GET": ingest_calls.unprocessed}),
    ("jobs/query", {"GET": query_calls.jobs, "POST": query_calls.create}),
    (f"jobs/query/{JOB}", {"GET": query_calls.look, "PATCH": query_calls.change, "DELETE": query_calls.remove}),
    (f"jobs/query/{JOB}/results", {"GET": query_calls.results}),
    (f"jobs/query/{JOB}/resultPages", {"GET": query_calls.result_pages}),
]
