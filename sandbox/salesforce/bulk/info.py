"""A job as the API shows it, and lists of jobs."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.bulk.jobs import Job
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.values import wire_moment

LIST_PAGE = 1_000
TYPES = {"ingest": "V2Ingest", "query": "V2Query"}


def brief(job: Job) -> dict[str, Any]:
    """A job as its create and its changes of state show it."""
    body = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object_name,
        "createdById": job.created_by,
        "createdDate": wire_moment(job.created_at),
        "systemModstamp": wire_moment(job.changed_at),
        "state": job.state,
        "externalIdFieldName": job.key_field,
        "assignmentRuleId": job.assignment_rule,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "contentUrl": None,
        "lineEnding": job.line_ending,
        "columnDelimiter": job.column_delimiter,
    }
    if job.kind == "ingest" and job.state == "Open":
        body["contentUrl"] = f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"
    return {name: value for name, value in body.items() if value is not None}


def listed(job: Job) -> dict[str, Any]:
    return brief(job) | {"jobType": TYPES[job.kind]}


def whole(job: Job) -> dict[str, Any]:
    """A job with how far it has come."""
    body = listed(job) | {"numberRecordsProcessed": job.done}
    if job.kind == "ingest":
        body["numberRecordsFailed"] = sum(bool(result.error) for result in job.results)
    body |= {"retries": 0, "totalProcessingTime": job.milliseconds}
    if job.kind == "ingest":
        body |= {"apiActiveProcessingTime": job.milliseconds, "apexProcessingTime": 0}
    body["isPkChunkingSupported"] = job.kind == "query"
    if job.error:
        body["errorMessage"] = job.error
    return body


def listing(call: Call, kind: str) -> Answer:
    """The jobs of a kind, a thousand a page."""
    jobs = call.state.jobs.of_kind(kind)
    at = call.parameters.get("queryLocator", "0").rpartition("-")[2]
    if not at.isdecimal():
        raise Trouble("INVALID_QUERY_LOCATOR", "invalid query locator")
    end = int(at) + LIST_PAGE
    done = end >= len(jobs)
    following = None if done else f"{call.base}/jobs/{kind}?queryLocator=01g000000000000AAA-{end}"
    records = [listed(job) for job in jobs[int(at) : end]]
    return Answer(200, {"done": done, "nextRecordsUrl": following, "records": records})


def in_same_version(call: Call, job: Job) -> None:
    """Results are read under the version that the job was made with; raises `Trouble` with 409."""
    if job.version != call.version:
        message = f"The job was created with API version {job.version}: get its results with the same version"
        raise Trouble("VERSION_MISMATCH", message, status=409)


def wrong_state(message: str) -> Trouble:
    return Trouble("INVALIDJOBSTATE", message)


def chosen(body: dict[str, Any], name: str, known: Any, default: str) -> str:
    """One of the known values; raises `Trouble`."""
    value = body.get(name) or default
    if value not in known:
        raise Trouble("INVALIDJOB", f"{name}: {value!r} is not one of {', '.join(known)}")
    return str(value)
