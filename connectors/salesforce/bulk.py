"""Bulk API 2.0: thousands of writes as one job, whose rows each get their own answer.

A job's id is noted before its file is uploaded. Whoever is killed leaves the note behind: the job is then looked up,
and what it wrote is read like any change; nothing is sent again while it is at work. We wait a while for a job to end.
One that takes longer goes on by itself: its writes are answered as unknown, and `unfinished` names it until its end.
No assignment rule runs, since no job names one. https://developer.salesforce.com/docs/platform/api-asynch/guide/
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec

from connectors.base import ConnectorError, Create, Memory, NoAnswer, Update
from connectors.batches import identity, to_wire
from connectors.salesforce.calls import Result, fields_written
from connectors.salesforce.client import Fault, Refusal, SalesforceClient, decode
from crm.record import Value

FROM = 2_000
"""Salesforce says to use bulk jobs from so many records on."""
MOST = 5_000
"""Writes in one of our jobs: what a worker holds in memory, far below what Salesforce takes."""
PATIENCE = 40.0
"""Seconds for which a job is waited for: less than a step of a pass may take."""
NULL = "#N/A"
NOTES = "salesforce.jobs"
ENDED = {"JobComplete", "Failed", "Aborted"}
Bulky = Create | Update


class _Job(msgspec.Struct, rename="camel"):
    id: str
    state: str = ""
    error_message: str = ""


def fits(write: Bulky) -> bool:
    """Whether a file can carry it: not a text that means "no value" there, nor a create that asks for assignment."""
    return NULL not in write.fields.values() and not (isinstance(write, Create) and write.assign)


def write_in_bulk(
    client: SalesforceClient, memory: Memory, object_name: str, key_field: str, writes: Sequence[Bulky]
) -> dict[str, Result] | None:
    """Writes of one kind as a job: by each write's identity its result (what was not come to is absent), or `None`
    where the job is still at work, or nobody can tell. Raises ConnectorError where nothing was sent."""
    is_create = isinstance(writes[0], Create)
    about = {"operation": "upsert", "externalIdFieldName": key_field} if is_create else {"operation": "update"}
    about |= {"object": object_name, "contentType": "CSV", "lineEnding": "LF"}
    job = decode(_Job, client.request("POST", "jobs/ingest", body=about))
    _note(memory, job.id)
    name = key_field if is_create else "Id"
    try:
        client.request("PUT", f"jobs/ingest/{job.id}/batches", content=_file(name, writes), repeatable=False)
        client.request("PATCH", f"jobs/ingest/{job.id}", body={"state": "UploadComplete"}, repeatable=False)
    except NoAnswer:
        return None  # it may be under way: `unfinished` looks it up
    except ConnectorError:
        _abort(client, memory, job.id)
        raise
    with suppress(ConnectorError):  # what cannot be asked now is looked up by the next pass
        if _wait(client, job.id):
            results = dict(_results(client, job.id, name))
            _forget(memory, job.id)
            return results
    return None


def unfinished(client: SalesforceClient, memory: Memory) -> str:
    """Which noted job is still at work, in words; the others are forgotten, and one that was never closed is ended."""
    for job_id in memory.recall(NOTES) or []:
        try:
            state = decode(_Job, client.request("GET", f"jobs/ingest/{job_id}")).state
        except Refusal:
            state = "Aborted"  # Salesforce keeps jobs for a week
        if state == "Open":
            _abort(client, memory, job_id)
        elif state in ENDED:
            _forget(memory, job_id)
        else:
            return f"Salesforce is still at work on bulk job {job_id} ({state}): the next pass waits for its end"
    return ""


def _wait(client: SalesforceClient, job_id: str) -> bool:
    """Whether the job has ended before our patience."""
    waited, pause = 0.0, 0.5
    while True:
        if decode(_Job, client.request("GET", f"jobs/ingest/{job_id}")).state in ENDED:
            return True
        if waited >= PATIENCE:
            return False
        client.pause(pause)
        waited, pause = waited + pause, min(pause * 2, 8.0)


def _file(name: str, writes: Sequence[Bulky]) -> bytes:
    """One line a write. An empty cell leaves a field alone, as a record without it does in a collection."""
    columns = fields_written(writes)
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([name, *columns])
    for write in writes:
        fields = write.fields
        lines.writerow([identity(write), *(_cell(fields[each]) if each in fields else "" for each in columns)])
    return text.getvalue().encode()


def _cell(value: Value) -> str:
    wire = to_wire(value)
    if isinstance(wire, bool):
        return "true" if wire else "false"
    return NULL if wire is None else str(wire)


def _results(client: SalesforceClient, job_id: str, name: str) -> Iterator[tuple[str, Result]]:
    """The rows come in an order of their own; each repeats the columns that were sent."""
    for row in _rows(client, f"jobs/ingest/{job_id}/successfulResults"):
        yield row[name], Result(success=True, id=row["sf__Id"], created=row["sf__Created"] == "true")
    for row in _rows(client, f"jobs/ingest/{job_id}/failedResults"):
        yield row[name], Result(success=False, id=row["sf__Id"] or None, errors=[fault_of(row["sf__Error"])])


def _rows(client: SalesforceClient, path: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(client.request("GET", path).decode(), newline=""))


def fault_of(text: str) -> Fault:
    """A row's error, as a collection would tell it.

    >>> fault_of("STRING_TOO_LONG:Phone: data value too large:Phone --").fields
    ['Phone']
    """
    code, _, rest = text.partition(":")
    message, _, names = rest.rpartition(":")
    fields = [name.strip() for name in names.removesuffix("--").split(",") if name.strip()]
    return Fault(message=message, status_code=code, fields=fields)


def _note(memory: Memory, job_id: str) -> None:
    memory.learn(NOTES, [*(memory.recall(NOTES) or []), job_id])


def _forget(memory: Memory, job_id: str) -> None:
    memory.learn(NOTES, [each for each in memory.recall(NOTES) or [] if each != job_id])


def _abort(client: SalesforceClient, memory: Memory, job_id: str) -> None:
    """End a job that was not closed: it has written nothing."""
    with suppress(Refusal):
        client.request("PATCH", f"jobs/ingest/{job_id}", body={"state": "Aborted"})
    _forget(memory, job_id)
