"""An ingest job at work: its file is read, then record by record written, in batches of 10,000.

https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-limits.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.salesforce.bulk.csvs import BadFile, read
from sandbox.salesforce.bulk.jobs import BATCH, Job
from sandbox.salesforce.describe import SOAP
from sandbox.salesforce.errors import Choices, Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.parents import reference_by_relationship
from sandbox.salesforce.saving import Options
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table
from sandbox.salesforce.values import clean
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

NULL = "#N/A"
CHUNK = 200
TYPED = ("boolean", "int", "double", "currency", "percent", "date", "datetime")


class Result(NamedTuple):
    """What became of the `row`th record: `error` is empty where it was accepted."""

    row: int
    record_id: str
    created: bool
    error: str


class Column(NamedTuple):
    """One column: a field, or by `key` the external id of the record that a relationship leads to."""

    name: str
    field: Field | None
    key: str | None = None


def work(state: SalesforceState, job: Job, starts_at: datetime, now: datetime) -> None:
    """Write the batches that are due; the last one ends the job."""
    table = state.tables[job.object_name.lower()]
    try:
        if job.state == "UploadComplete":
            job.rows = read(job.upload or b"", job.separator, job.line_ending)
            _columns(state, table, job)
            job.move("InProgress", now)
        _batches(state, table, job, starts_at, now)
    except BadFile as error:
        job.move("Failed", now, str(error))
    job.upload = None


def _batches(state: SalesforceState, table: Table, job: Job, starts_at: datetime, now: datetime) -> None:
    while job.done < len(job.rows.records):
        end = min(job.done + BATCH, len(job.rows.records))
        due = starts_at + timedelta(seconds=state.jobs.settings.per_10k_seconds * end / BATCH)
        if now < due:
            return
        batch = Batch(state, table, job, _columns(state, table, job), range(job.done, end))
        job.results += batch.write()
        batch.writer.log()
        state.usage.batches.add()
    job.move("JobComplete", now)


class Batch:
    """Up to 10,000 records under one set of options."""

    def __init__(self, state: SalesforceState, table: Table, job: Job, columns: list[Column], numbers: range) -> None:
        options = Options(assignment_rule=full_id(job.assignment_rule) or "", is_bulk=True)
        self.writer = Writer(state, options)
        self.table = table
        self.job = job
        self.columns = columns
        self.numbers = numbers
        self.given = self._keys()

    def write(self) -> Iterator[Result]:
        """One record after the other; triggers see up to 200 of them at a time.

        https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_bulk_idioms.htm
        """
        for start in range(0, len(self.numbers), CHUNK):
            chunk = self.numbers[start : start + CHUNK]
            self.writer.chunk = len(chunk)
            yield from (self.one(number) for number in chunk)

    def _keys(self) -> Counter[Any]:
        """How often each external id stands in the batch: twice is an error for both."""
        field = self.table.field(self.job.key_field or "Id")
        place = next((at for at, column in enumerate(self.columns) if column.field is field), None)
        if self.job.operation != "upsert" or field is None or field.type == "id" or place is None:
            return Counter()
        return Counter(folded(field, self.job.rows.records[number][place]) for number in self.numbers)

    def one(self, number: int) -> Result:
        """Write one record; a refusal becomes its result."""
        record_id, created = "", False
        try:
            record_id, sent, key = self._read(self.job.rows.records[number])
            record_id, created = self._write(record_id, sent, key)
        except Trouble as trouble:
            return Result(number, record_id if self.table.find_id(record_id) else "", False, shown(trouble))
        return Result(number, record_id, created, "")

    def _write(self, record_id: str, sent: dict[str, Any], key: Any) -> tuple[str, bool]:
        match self.job.operation:
            case "insert":
                return self.writer.create(self.table, sent), True
            case "upsert":
                return self._upsert(record_id, sent, key)
        if not record_id:
            verb = "update" if self.job.operation == "update" else "delete"
            raise Trouble("MISSING_ARGUMENT", f"Id not specified in {'an' if verb == 'update' else 'a'} {verb} call")
        if self.job.operation == "update":
            self.writer.update(self.table, record_id, sent)
        else:
            self.writer.remove(self.table, record_id)
            if self.job.operation == "hardDelete":
                self.table.drop(record_id)
        return record_id, False

    def _upsert(self, record_id: str, sent: dict[str, Any], key: Any) -> tuple[str, bool]:
        name = self.job.key_field or "Id"
        if name.lower() == "id":
            if not record_id:
                return self.writer.create(self.table, sent), True
            self.writer.update(self.table, record_id, sent)
            return record_id, False
        field = self.table.field(name)
        assert field is not None
        if self.given[folded(field, key)] > 1:
            raise Trouble("DUPLICATE_VALUE", f"Duplicate external id specified: {key}", (field.name,))
        try:
            return self.writer.upsert(self.table, field, key, sent)
        except Choices as choices:
            message = f"{field.name}: more than one record found for external id field: [{', '.join(choices.ids)}]"
            raise Trouble("DUPLICATE_EXTERNAL_ID", message, (field.name,)) from None

    def _read(self, record: list[str]) -> tuple[str, dict[str, Any], Any]:
        """The record's id, what is sent, and the value of the external id field: empty cells are left out."""
        record_id, key = "", None
        sent: dict[str, Any] = {}
        for place, (column, text) in enumerate(zip(self.columns, record, strict=True)):
            if not text:
                continue
            value = None if text == NULL else text
            if column.key is not None:
                sent[column.name] = None if value is None else {column.key: value}
            elif column.name == "Id":
                record_id = _id_of(text)
            elif column.name == self.job.key_field:
                key = value
            else:
                _check_type(column.field, value, place + 1)
                sent[column.name] = value
        return record_id, sent, key


def _columns(state: SalesforceState, table: Table, job: Job) -> list[Column]:
    """What each name of the header means; raises BadFile for one that means nothing to the API user."""
    columns = [_column(state, table, name.strip()) for name in job.rows.columns]
    if job.operation in ("delete", "hardDelete") and [column.name for column in columns] != ["Id"]:
        raise BadFile(f"InvalidBatch : The '{job.operation}' batch must contain only ids")
    return columns


def _column(state: SalesforceState, table: Table, name: str) -> Column:
    relationship, dot, key = name.partition(".")
    if dot:
        if (found := reference_by_relationship(table, relationship)) is not None:
            return Column(found.relationship or relationship, None, key)
    elif (field := table.field(name)) is not None and state.permissions.may_read(table.kind, field):
        return Column(field.name, field)
    raise BadFile(f"InvalidBatch : Field name not found : {name}")


def folded(field: Field, value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) and not field.case_sensitive else value


def _id_of(text: str) -> str:
    record_id = full_id(text)
    if record_id is None:
        raise Trouble("MALFORMED_ID", f"malformed id {text}")
    return record_id


def _check_type(field: Field | None, value: str | None, column: int) -> None:
    """Text that cannot be read as its field's type is refused by its column's number."""
    if field is None or value is None or field.type not in TYPED:
        return
    try:
        clean(field, value)
    except Trouble as trouble:
        if trouble.code != "JSON_PARSER_ERROR":
            raise
        message = (
            f"Failed to deserialize field at col {column}. "
            f"Due to, '{value}' is not a valid value for the type {SOAP[field.type]}"
        )
        raise Trouble("INVALID_FIELD", message, (field.name,)) from None


def shown(trouble: Trouble) -> str:
    """`CODE:message:fields --`, as in the `sf__Error` column.

    >>> shown(Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"))
    'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--'
    """
    fields = f"{','.join(trouble.fields)} " if trouble.fields else ""
    return f"{trouble.code}:{trouble.message}:{fields}--"
