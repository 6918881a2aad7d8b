"""`/jobs/query`: make a job, look at it, take its results page by page.

https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html
"""

from __future__ import annotations

import base64
from typing import Any

from sandbox.salesforce.bulk import extract
from sandbox.salesforce.bulk.csvs import DELIMITERS, NEWLINES
from sandbox.salesforce.bulk.info import brief, chosen, in_same_version, listing, whole, wrong_state
from sandbox.salesforce.bulk.jobs import ENDED, Job
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble

OPERATIONS = ("query", "queryAll")
PAGES_AT_ONCE = 5
PAGES_SINCE = 58.0


def create(call: Call) -> Answer:
    body = call.record()
    operation = chosen(body, "operation", OPERATIONS, "")
    if not isinstance(text := body.get("query"), str) or not text:
        raise Trouble("INVALIDJOB", "query is needed")
    object_name = extract.check(call.state, text)
    job = call.state.jobs.make(
        kind="query", version=call.version, operation=operation, object_name=object_name, query=text,
        column_delimiter=chosen(body, "columnDelimiter", DELIMITERS, "COMMA"),
        line_ending=chosen(body, "lineEnding", NEWLINES, "LF"),
    )  # fmt: skip
    call.state.usage.query_jobs.add()
    call.state.jobs.queue(job)
    return Answer(200, brief(job))


def look(call: Call) -> Answer:
    return Answer(200, whole(_job(call)))


def change(call: Call) -> Answer:
    """`Aborted` stops a job that has not ended."""
    job, wanted = _job(call), call.record().get("state")
    if wanted != "Aborted":
        raise Trouble("INVALIDJOB", f"state must be Aborted, not {wanted!r}")
    if job.state in ENDED:
        raise wrong_state(f"Aborting already {job.state} Job not allowed")
    call.state.jobs.abort(job)
    return Answer(200, brief(job))


def remove(call: Call) -> Answer:
    job = _job(call)
    if job.state not in ENDED:
        raise wrong_state(f"A job that is {job.state} cannot be deleted")
    call.state.jobs.drop(job)
    return Answer(204)


def jobs(call: Call) -> Answer:
    return listing(call, "query")


def results(call: Call) -> Answer:
    """A page of CSV; `Sforce-Locator` names the next one, and says `null` on the last."""
    job = _complete(call)
    first, most = _place(job, call.parameters.get("locator", "")), _page(call)
    lines = job.lines[first : first + most]
    following = first + most
    headers = {
        "Content-Type": "text/csv",
        "Sforce-NumberOfRecords": str(len(lines)),
        "Sforce-Locator": _locator(following) if following < len(job.lines) else "null",
    }
    return Answer(200, job.newline.join([job.header, *lines, ""]), headers)


def result_pages(call: Call) -> Answer:
    """Up to five addresses whose results can be read side by side."""
    if float(call.version) < PAGES_SINCE:
        raise Trouble("NOT_FOUND", "The requested resource does not exist", status=404)
    job = _complete(call)
    step = call.state.jobs.settings.results_page
    places = range(_place(job, call.parameters.get("locator", "")), max(len(job.lines), 1), step)
    own = f"{call.base}/jobs/query/{job.id}"
    body: dict[str, Any] = {
        "resultPages": [{"resultUrl": f"{own}/results?locator={_locator(at)}"} for at in places[:PAGES_AT_ONCE]],
        "nextRecordsUrl": None,
        "done": len(places) <= PAGES_AT_ONCE,
    }
    if not body["done"]:
        body["nextRecordsUrl"] = f"{own}/resultPages?locator={_locator(places[PAGES_AT_ONCE])}"
    return Answer(200, body)


def _job(call: Call) -> Job:
    return call.state.jobs.find(call.parts[0], "query")


def _complete(call: Call) -> Job:
    job = _job(call)
    in_same_version(call, job)
    if job.state != "JobComplete":
        raise wrong_state(f"The job is {job.state}: its results are there once it is JobComplete")
    return job


def _page(call: Call) -> int:
    asked = call.parameters.get("maxRecords", "")
    if asked and (not asked.isdecimal() or int(asked) < 1):
        raise Trouble("INVALID_MAX_RECORDS", f"maxRecords must be a number from 1 on, not {asked!r}")
    return int(asked) if asked else call.state.jobs.settings.results_page


def _locator(place: int) -> str:
    """Opaque to clients; it stays good as long as the job lives."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(job: Job, locator: str) -> int:
    if not locator:
        return 0
    try:
        place = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except ValueError:
        place = -1
    if not 0 <= place <= len(job.lines):
        raise Trouble("INVALID_QUERY_LOCATOR", "invalid query locator")
    return place
