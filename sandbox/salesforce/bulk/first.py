"""The first Bulk API, as its JSON clients use it: a job is a bracket around batches, each of them worked on by itself.

https://developer.salesforce.com/docs/platform/api-asynch/guide/asynch-api-intro.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.log import INSIDE, Caller
from sandbox.salesforce.bulk.dml import LARGEST, Batch, Result, Sent, Terms, doubled
from sandbox.salesforce.bulk.extract import found
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id, make_id
from sandbox.salesforce.values import moment_of

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000")
Record = dict[str, Any]


@dataclass(slots=True)
class FirstBatch:
    """`records` are what was sent, or `query` is; `results` or `found` is what became of it."""

    id: str
    made_at: datetime
    caller: Caller = INSIDE
    records: list[Record] = field(default_factory=list)
    query: str = ""
    state: str = "Queued"
    message: str | None = None
    changed_at: datetime = field(init=False)
    results: list[Result] = field(default_factory=list)
    found: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changed_at = self.made_at

    @property
    def failed(self) -> int:
        return sum(result.trouble is not None for result in self.results)


@dataclass(slots=True)
class FirstJob:
    id: str
    version: str
    object_name: str
    terms: Terms
    mode: str
    made_at: datetime
    state: str = "Open"
    batches: dict[str, FirstBatch] = field(default_factory=dict)

    @property
    def is_query(self) -> bool:
        return self.terms.operation in ("query", "queryAll")


class FirstJobs:
    """Jobs by id; a batch is worked on when it is due, whether or not its job is closed."""

    def __init__(self, state: SalesforceState) -> None:
        self._state = state
        self._jobs: dict[str, FirstJob] = {}
        self._made = 0
        self._queued: list[tuple[FirstJob, FirstBatch]] = []

    def make(self, version: str, object_name: str, terms: Terms, mode: str) -> FirstJob:
        self._made += 1
        job = FirstJob(make_id("750", 1_000_000 + self._made), version, object_name, terms, mode,
                       self._state.clock.now())  # fmt: skip
        self._jobs[job.id] = job
        return job

    def find(self, text: str) -> FirstJob:
        if (job := self._jobs.get(full_id(text) or "")) is None:
            raise Trouble("InvalidJob", f"Unable to find object: {text}")
        return job

    def add(self, job: FirstJob, records: list[Record], query: str) -> FirstBatch:
        self._made += 1
        batch = FirstBatch(make_id("751", self._made), self._state.clock.now(), self._state.log.caller, records, query)
        job.batches[batch.id] = batch
        self._queued.append((job, batch))
        return batch

    def next_due(self) -> datetime | None:
        return min((self._due(job, batch) for job, batch in self._queued), default=None)

    def _due(self, job: FirstJob, batch: FirstBatch) -> datetime:
        if job.state == "Aborted":
            return batch.made_at
        settings = self._state.jobs.settings
        seconds = settings.upload_seconds + settings.per_10k_seconds * len(batch.records) / LARGEST
        return batch.made_at + timedelta(seconds=seconds)

    def catch_up(self) -> None:
        """Work on the batches that are due; those of an aborted job are left alone."""
        queued, self._queued = self._queued, []
        for job, batch in queued:
            if self._due(job, batch) > self._state.clock.now():
                self._queued.append((job, batch))
            elif job.state == "Aborted":
                batch.state = "NotProcessed"
            else:
                caller, self._state.log.caller = self._state.log.caller, batch.caller
                self._state.settings.locks.connection = f"batch {batch.id}"
                self._work(job, batch)
                self._state.log.caller = caller

    def _work(self, job: FirstJob, batch: FirstBatch) -> None:
        batch.changed_at = self._state.clock.now()
        try:
            if job.is_query:
                rows, shape = found(self._state, batch.query, job.terms.operation == "queryAll", job.version)
                batch.found = [_in_milliseconds(shape(row)) for row in rows]
            else:
                self._write(job, batch)
            batch.state = "Completed"
        except Trouble as trouble:
            batch.state, batch.message = "Failed", f"InvalidBatch : {trouble.message}"

    def _write(self, job: FirstJob, batch: FirstBatch) -> None:
        table = self._state.table(job.object_name)
        sent = [_sent(record, job.terms.key_field) for record in batch.records]
        given = doubled(table, job.terms, (each.key for each in sent))
        work = Batch(self._state, table, job.terms, given)
        batch.results = work.run(range(len(sent)), lambda number: _checked(sent[number]))
        self._state.usage.batches.add()


def _sent(record: Record, key_field: str | None) -> Sent:
    """A record of JSON: null is null, and what is not there is not changed."""
    lowered = {name.lower(): value for name, value in record.items()}
    key_name = (key_field or "").lower()
    left_out = {"id", "attributes", key_name if key_name != "id" else ""}
    values = {name: value for name, value in record.items() if name.lower() not in left_out}
    return Sent(str(lowered.get("id") or ""), values, lowered.get(key_name))


def _checked(sent: Sent) -> Sent:
    if sent.record_id and full_id(sent.record_id) is None:
        raise Trouble("MALFORMED_ID", f"malformed id {sent.record_id}")
    return sent._replace(record_id=full_id(sent.record_id) or "")


def _in_milliseconds(shown: Any) -> Any:
    """The record with its times as milliseconds since 1970, as this API's JSON has them."""
    if isinstance(shown, dict):
        return {name: _in_milliseconds(value) for name, value in shown.items()}
    if isinstance(shown, str) and MOMENT.fullmatch(shown):
        return int(moment_of(shown).timestamp() * 1000)
    return shown
