"""`/services/async/`: the first Bulk API for clients that speak JSON; the session comes as `X-SFDC-Session`.

https://developer.salesforce.com/docs/platform/api-asynch/guide/asynch-api-reference.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.log import Caller
from sandbox.salesforce.bulk.dml import LARGEST, Terms
from sandbox.salesforce.bulk.first import FirstBatch, FirstJob
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.values import wire_moment

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState
    from sandbox.world import World

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete", "query", "queryAll")
NO_TIME = {"apexProcessingTime": 0, "apiActiveProcessingTime": 0, "totalProcessingTime": 0}
Admit = Callable[["World", str], None]


def routes(world: World, admit: Admit) -> list[BaseRoute]:
    """`admit` checks the session and counts the call."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        state = world.salesforce
        session = request.headers.get("x-sfdc-session", "")
        state.log.caller = Caller(session[:8], f"{request.method} {request.url.path}")
        state.catch_up()
        try:
            admit(world, f"Bearer {session}")
            path = [part for part in request.path_params["rest"].split("/") if part]
            status, found = _answer(state, request.method, request.path_params["version"], path, body)
        except Trouble as trouble:
            code = "InvalidSessionId" if trouble.code == "INVALID_SESSION_ID" else trouble.code
            status, found = 400, {"exceptionCode": code, "exceptionMessage": trouble.message}
        return Response(orjson.dumps(found), status, media_type="application/json")

    return [Route("/services/async/{version}/job{rest:path}", answer, methods=["GET", "POST"])]


def _answer(state: SalesforceState, method: str, version: str, path: list[str], body: bytes) -> tuple[int, Any]:
    """Status and body, by the parts of the path behind `job`."""
    jobs = state.jobs.first
    match method, path:
        case "POST", []:
            return 201, shown_job(state, _make(state, version, body))
        case "GET", [job_id]:
            return 200, shown_job(state, jobs.find(job_id))
        case "POST", [job_id]:
            return 200, shown_job(state, _change(jobs.find(job_id), body))
        case "POST", [job_id, "batch"]:
            return 201, shown_batch(job := jobs.find(job_id), _add(state, job, body))
        case "GET", [job_id, "batch"]:
            job = jobs.find(job_id)
            return 200, {"batchInfo": [shown_batch(job, batch) for batch in job.batches.values()]}
        case "GET", [job_id, "batch", batch_id, *what]:
            job = jobs.find(job_id)
            if (batch := job.batches.get(batch_id)) is not None:
                return 200, _of_batch(job, batch, what)
    raise Trouble("InvalidUrl", "Destination URL not found")


def _of_batch(job: FirstJob, batch: FirstBatch, what: list[str]) -> Any:
    result_id = batch.id.replace("751", "752", 1)
    match what:
        case []:
            return shown_batch(job, batch)
        case ["request"]:
            return batch.records
        case ["result"] if batch.state != "Completed":
            raise Trouble("InvalidBatch", "Batch not completed")
        case ["result"] if job.is_query:
            return [result_id]
        case ["result"]:
            return [_shown_result(result) for result in batch.results]
        case ["result", asked] if asked == result_id:
            return batch.found
    raise Trouble("InvalidUrl", "Destination URL not found")


def _make(state: SalesforceState, version: str, body: bytes) -> FirstJob:
    asked = _read(body)
    if not isinstance(asked, dict) or asked.get("operation") not in OPERATIONS or asked.get("contentType") != "JSON":
        raise Trouble("InvalidJob", "operation and contentType must be given; this service takes JSON alone")
    table = state.tables.get(str(asked.get("object", "")).lower())
    if table is None:
        raise Trouble("InvalidEntity", f"Entity '{asked.get('object')}' is not supported by the Bulk API.")
    key_field = None
    if asked["operation"] == "upsert":
        field = table.field(str(asked.get("externalIdFieldName") or ""))
        if field is None or not (field.type == "id" or field.is_indexed):
            raise Trouble("InvalidJob", f"External ID field does not exist: {asked.get('externalIdFieldName')}")
        key_field = field.name
    terms = Terms(asked["operation"], key_field, asked.get("assignmentRuleId"))
    mode = "Serial" if asked.get("concurrencyMode") in (1, "Serial") else "Parallel"
    return state.jobs.first.make(version, table.kind.name, terms, mode)


def _change(job: FirstJob, body: bytes) -> FirstJob:
    asked = _read(body)
    wanted = asked.get("state") if isinstance(asked, dict) else None
    if wanted not in ("Closed", "Aborted") or job.state != "Open":
        raise Trouble("InvalidJobState", f"The job is {job.state} and cannot become {wanted}")
    job.state = wanted
    return job


def _add(state: SalesforceState, job: FirstJob, body: bytes) -> FirstBatch:
    if job.state != "Open":
        raise Trouble("InvalidJobState", f"The job is {job.state}")
    if job.is_query:
        return state.jobs.first.add(job, [], body.decode("utf-8", "replace"))
    records = _read(body)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Trouble("InvalidBatch", "a list of objects is expected")
    if state.usage.batches.total >= state.usage.daily_batches:
        raise Trouble("ExceededQuota", "ApiBatchItems Limit exceeded.")
    if len(records) > LARGEST:
        raise Trouble("ExceededQuota", f"Batch size limit exceeded: at most {LARGEST} records")
    return state.jobs.first.add(job, records, "")


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Trouble("InvalidJson", str(error)) from None


def shown_job(state: SalesforceState, job: FirstJob) -> dict[str, Any]:
    batches = list(job.batches.values())
    by_state = {name: sum(batch.state == name for batch in batches) for name in ("Queued", "Completed", "Failed")}
    return {
        **NO_TIME,
        "apiVersion": float(job.version),
        "assignmentRuleId": job.terms.assignment_rule,
        "concurrencyMode": job.mode,
        "contentType": "JSON",
        "createdById": state.user_id,
        "createdDate": wire_moment(job.made_at),
        "externalIdFieldName": job.terms.key_field,
        "fastPathEnabled": False,
        "id": job.id,
        "numberBatchesCompleted": by_state["Completed"],
        "numberBatchesFailed": by_state["Failed"],
        "numberBatchesInProgress": 0,
        "numberBatchesQueued": by_state["Queued"],
        "numberBatchesTotal": len(batches),
        "numberRecordsFailed": sum(batch.failed for batch in batches),
        "numberRecordsProcessed": sum(len(batch.results) + len(batch.found) for batch in batches),
        "numberRetries": 0,
        "object": job.object_name,
        "operation": job.terms.operation,
        "state": job.state,
        "systemModstamp": wire_moment(max([job.made_at, *(batch.changed_at for batch in batches)])),
    }


def shown_batch(job: FirstJob, batch: FirstBatch) -> dict[str, Any]:
    return {
        **NO_TIME,
        "createdDate": wire_moment(batch.made_at),
        "id": batch.id,
        "jobId": job.id,
        "numberRecordsFailed": batch.failed,
        "numberRecordsProcessed": len(batch.results) + len(batch.found),
        "state": batch.state,
        "stateMessage": batch.message,
        "systemModstamp": wire_moment(batch.changed_at),
    }


def _shown_result(result: Any) -> dict[str, Any]:
    """In the order of the batch, unlike the results of Bulk API 2.0."""
    trouble = result.trouble
    errors = [] if trouble is None else [
        {"extendedErrorDetails": None, "fields": trouble.fields or [], "message": trouble.message,
         "statusCode": trouble.code}
    ]  # fmt: skip
    return {"success": trouble is None, "created": result.created, "id": result.record_id or None, "errors": errors}
