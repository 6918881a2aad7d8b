"""`/jobs/ingest`: make a job, give it its file, close it, look at it, take its results.

https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-ingest.html
"""

from __future__ import annotations

from random import Random
from typing import Any

from sandbox.salesforce.bulk.csvs import DELIMITERS, NEWLINES, BadFile, line, read, results_header
from sandbox.salesforce.bulk.dml import Result
from sandbox.salesforce.bulk.info import brief, chosen, in_same_version, listing, whole, wrong_state
from sandbox.salesforce.bulk.ingest import shown
from sandbox.salesforce.bulk.jobs import ENDED, Job
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble, no_such_external_id
from sandbox.salesforce.multipart import parts_of

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
CSV = {"Content-Type": "text/csv"}


def create(call: Call) -> Answer:
    """An open job; a multipart request brings its file along and closes it."""
    body, content = _brought(call)
    object_name = body.get("object")
    if not isinstance(object_name, str) or object_name.lower() not in call.state.tables:
        raise Trouble("INVALIDENTITY", f"The entity '{object_name}' is not supported by the Bulk API.")
    table = call.state.table(object_name)
    operation = chosen(body, "operation", OPERATIONS, "")
    key_field = None
    if operation == "upsert":
        if not isinstance(named := body.get("externalIdFieldName"), str):
            raise Trouble("INVALIDJOB", "externalIdFieldName is needed for an upsert")
        field = table.field(named)
        if field is None or not (field.type == "id" or field.is_indexed):
            raise no_such_external_id(named)
        key_field = field.name
    job = call.state.jobs.make(
        kind="ingest", version=call.version, operation=operation, object_name=table.kind.name, key_field=key_field,
        column_delimiter=chosen(body, "columnDelimiter", DELIMITERS, "COMMA"),
        line_ending=chosen(body, "lineEnding", NEWLINES, "LF"), assignment_rule=body.get("assignmentRuleId"),
    )  # fmt: skip
    if content is not None:
        job.upload = content
        call.state.jobs.queue(job)
    return Answer(200, brief(job))


def upload(call: Call) -> Answer:
    """The job's one file."""
    job = _job(call)
    if job.state != "Open":
        raise wrong_state(f"Data cannot be uploaded: the job is {job.state}")
    if job.upload is not None:
        message = (
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then "
            "create a new Job and make sure you only do 'PUT' once on a given Job."
        )
        raise Trouble("BULK_API_ERROR", message)
    if len(call.body) > (most := call.state.jobs.settings.largest_upload):
        raise Trouble("REQUEST_TOO_LARGE", f"The upload holds {len(call.body)} bytes, the most is {most}", status=413)
    job.upload = call.body
    return Answer(201)


def change(call: Call) -> Answer:
    """`UploadComplete` closes an open job, `Aborted` stops one that has not ended."""
    job, wanted = _job(call), call.record().get("state")
    if wanted == "UploadComplete" and job.state == "Open":
        call.state.jobs.queue(job)
    elif wanted == "Aborted" and job.state not in ENDED:
        _keep_unread(job)
        call.state.jobs.abort(job)
    elif wanted in ("UploadComplete", "Aborted"):
        verb = "Closing" if wanted == "UploadComplete" else "Aborting"
        raise wrong_state(f"{verb} already {job.state} Job not allowed")
    else:
        raise Trouble("INVALIDJOB", f"state must be UploadComplete or Aborted, not {wanted!r}")
    return Answer(200, brief(job))


def look(call: Call) -> Answer:
    return Answer(200, whole(_job(call)))


def remove(call: Call) -> Answer:
    """A job that waits or has ended is forgotten."""
    job = _job(call)
    if job.state in ("Open", "InProgress"):
        raise wrong_state(f"A job that is {job.state} cannot be deleted")
    call.state.jobs.abort(job)
    call.state.jobs.drop(job)
    return Answer(204)


def jobs(call: Call) -> Answer:
    return listing(call, "ingest")


def successful(call: Call) -> Answer:
    job = _ended(call)
    rows = [(result, [result.record_id, str(result.created).lower()]) for result in _shuffled(job, failed=False)]
    return _results(job, ("sf__Id", "sf__Created"), rows)


def failed(call: Call) -> Answer:
    job = _ended(call)
    rows = [
        (result, [result.record_id, shown(result.trouble)]) for result in _shuffled(job, failed=True) if result.trouble
    ]
    return _results(job, ("sf__Id", "sf__Error"), rows)


def unprocessed(call: Call) -> Answer:
    """The records that no batch came to, as they were sent."""
    job = _ended(call)
    if not job.rows.columns:
        return _text(job, [])
    lines = [line(record, job.separator) for record in job.rows.records[job.done :]]
    return _text(job, [job.separator.join(job.rows.columns), *lines])


def _results(job: Job, own: tuple[str, str], rows: list[tuple[Result, list[str]]]) -> Answer:
    lines = [line([*values, *job.rows.records[result.row]], job.separator) for result, values in rows]
    return _text(job, [results_header(own, job.rows.columns, job.separator), *lines])


def _text(job: Job, lines: list[str]) -> Answer:
    return Answer(200, "".join(text + job.newline for text in lines), dict(CSV))


def _shuffled(job: Job, failed: bool) -> list[Result]:
    """Results come in an order of their own, the same each time they are asked for."""
    results = [result for result in job.results if (result.trouble is not None) is failed]
    Random(job.id).shuffle(results)  # noqa: S311 - an order, no secret
    return results


def _job(call: Call) -> Job:
    return call.state.jobs.find(call.parts[0], "ingest")


def _ended(call: Call) -> Job:
    job = _job(call)
    in_same_version(call, job)
    if job.state not in ENDED:
        raise wrong_state(f"The job is {job.state}: its results are there once it has ended")
    return job


def _keep_unread(job: Job) -> None:
    """What was uploaded to a job that is aborted before its start stays readable as unprocessed records."""
    if job.upload is not None and job.state != "InProgress":
        try:
            job.rows = read(job.upload, job.separator, job.line_ending)
        except BadFile:
            job.rows.records.clear()
        job.upload = None


def _brought(call: Call) -> tuple[dict[str, Any], bytes | None]:
    """The job, and its file where the request brings it along."""
    if "multipart/" in call.headers.get("content-type", ""):
        return parts_of(call, "job", "content")
    return call.record(), None
