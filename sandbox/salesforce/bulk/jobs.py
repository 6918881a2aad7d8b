"""The org's bulk jobs, moved on by the clock: what is due is done before anybody looks at the org again.

https://developer.salesforce.com/docs/platform/api-asynch/guide/how-requests-are-processed.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.log import INSIDE, Caller
from sandbox.salesforce.bulk.csvs import DELIMITERS, Rows
from sandbox.salesforce.bulk.dml import LARGEST, Result, Terms
from sandbox.salesforce.bulk.first import FirstJobs
from sandbox.salesforce.errors import no_such_resource
from sandbox.salesforce.ids import full_id, make_id

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

KEPT = timedelta(days=7)
LARGEST_UPLOAD = 100 * 1024 * 1024
RESULTS_PAGE = 100_000
ENDED = frozenset({"JobComplete", "Failed", "Aborted"})


@dataclass(slots=True)
class Settings:
    """How long jobs take, by the sandbox's clock, and how large an upload and a page of results may be."""

    upload_seconds: float = 0.0
    per_10k_seconds: float = 0.0
    largest_upload: int = LARGEST_UPLOAD
    results_page: int = RESULTS_PAGE


@dataclass(slots=True)
class Job:
    """`rows` is what was uploaded, `results` what became of it; `lines` and `header` are a query's answer in CSV."""

    id: str
    kind: str
    """`ingest` or `query`."""
    version: str
    operation: str
    object_name: str
    created_at: datetime
    created_by: str
    column_delimiter: str = "COMMA"
    line_ending: str = "LF"
    key_field: str | None = None
    assignment_rule: str | None = None
    query: str = ""
    state: str = "Open"
    changed_at: datetime = field(init=False)
    queued_at: datetime | None = None
    caller: Caller = INSIDE
    upload: bytes | None = None
    rows: Rows = field(default_factory=Rows)
    results: list[Result] = field(default_factory=list)
    error: str = ""
    header: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changed_at = self.created_at

    @property
    def terms(self) -> Terms:
        return Terms(self.operation, self.key_field, self.assignment_rule)

    @property
    def separator(self) -> str:
        return DELIMITERS[self.column_delimiter]

    @property
    def newline(self) -> str:
        return "\r\n" if self.line_ending == "CRLF" else "\n"

    @property
    def done(self) -> int:
        """How many records have been gone through."""
        return len(self.results) if self.kind == "ingest" else len(self.lines)

    @property
    def milliseconds(self) -> int:
        """How long it has been worked on."""
        return int((self.changed_at - (self.queued_at or self.changed_at)).total_seconds() * 1000)

    def move(self, state: str, at: datetime, error: str = "") -> None:
        self.state, self.changed_at, self.error = state, at, error


class Jobs:
    """Jobs by id, oldest first; a job is forgotten seven days after it was made."""

    def __init__(self, state: SalesforceState) -> None:
        self.settings = Settings()
        self.first = FirstJobs(state)
        self._state = state
        self._jobs: dict[str, Job] = {}
        self._made = 0
        self._queued: list[Job] = []

    def make(self, **given: Any) -> Job:
        """A new job, open to what its kind takes."""
        self._made += 1
        job = Job(make_id("750", self._made), created_at=self._state.clock.now(), created_by=self._state.user_id,
                  **given)  # fmt: skip
        self._jobs[job.id] = job
        return job

    def find(self, text: str, kind: str) -> Job:
        """Raises `Trouble` NOT_FOUND."""
        job = self._jobs.get(full_id(text) or "")
        if job is None or job.kind != kind:
            raise no_such_resource()
        return job

    def of_kind(self, kind: str) -> list[Job]:
        return [job for job in self._jobs.values() if job.kind == kind]

    def queue(self, job: Job) -> None:
        """All data is there: from now on the clock decides."""
        now = self._state.clock.now()
        job.queued_at, job.caller = now, self._state.log.caller
        job.move("UploadComplete", now)
        self._queued.append(job)

    def drop(self, job: Job) -> None:
        del self._jobs[job.id]

    def abort(self, job: Job) -> None:
        job.move("Aborted", self._state.clock.now())
        self._queued = [each for each in self._queued if each is not job]

    def forget_old(self) -> None:
        now = self._state.clock.now()
        while self._jobs and next(iter(self._jobs.values())).created_at + KEPT < now:
            self._jobs.pop(next(iter(self._jobs)))

    def next_due(self) -> datetime | None:
        return min(map(self.due, self._queued), default=None)

    def due(self, job: Job) -> datetime:
        """When a queued job starts or, once it has, when its next batch or its answer is there."""
        assert job.queued_at is not None
        starts_at = job.queued_at + timedelta(seconds=self.settings.upload_seconds)
        if job.state == "UploadComplete":
            return starts_at
        batches = 1.0 if job.kind == "query" else min(job.done + LARGEST, len(job.rows.records)) / LARGEST
        return starts_at + timedelta(seconds=self.settings.per_10k_seconds * batches)

    def catch_up(self) -> None:
        """Do what is due by now."""
        self.first.catch_up()
        queued, self._queued = self._queued, []
        for job in queued:
            self._advance(job)
            if job.state not in ENDED:
                self._queued.append(job)

    def _advance(self, job: Job) -> None:
        from sandbox.salesforce.bulk import extract, ingest  # noqa: PLC0415 - they work on jobs, this one sets them off

        if self.due(job) > self._state.clock.now():
            return
        caller, self._state.log.caller = self._state.log.caller, job.caller
        work = extract.work if job.kind == "query" else ingest.work
        work(self._state, job)
        self._state.log.caller = caller
