"""An ingest job at work: its file is read, and its records are written in batches of 10,000."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.salesforce.bulk.csvs import BadFile, read
from sandbox.salesforce.bulk.dml import LARGEST, Batch, Sent, doubled
from sandbox.salesforce.bulk.jobs import Job
from sandbox.salesforce.describe import SOAP
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.parents import reference_by_relationship
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table
from sandbox.salesforce.values import clean

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

NULL = "#N/A"
OVER_QUOTA = "ExceededQuota : ApiBatchItems Limit exceeded."
TYPED = ("boolean", "int", "double", "currency", "percent", "date", "datetime")


class Column(NamedTuple):
    """One column: a field; or a reference, and by `key` the external id of the record that it leads to."""

    field: Field
    key: str | None = None


def work(state: SalesforceState, job: Job) -> None:
    """Write the batches that are due by now; the last one ends the job."""
    try:
        if job.state == "UploadComplete":
            job.rows = read(job.upload or b"", job.separator, job.line_ending)
            job.move("InProgress", state.clock.now())
        _batches(state, job)
    except BadFile as error:
        job.move("Failed", state.clock.now(), str(error))
    job.upload = None


def _batches(state: SalesforceState, job: Job) -> None:
    table, records = state.tables[job.object_name.lower()], job.rows.records
    columns = columns_of(state, table, job)
    place = next((at for at, column in enumerate(columns) if column.field.name == job.key_field), None)
    state.settings.locks.connection = f"job {job.id}"
    while job.done < len(records):
        if state.jobs.due(job) > state.clock.now():
            return
        numbers = range(job.done, min(job.done + LARGEST, len(records)))
        if state.usage.batches.total >= state.usage.daily_batches:
            raise BadFile(OVER_QUOTA)
        keys = () if place is None else [records[number][place] for number in numbers]
        batch = Batch(state, table, job.terms, doubled(table, job.terms, keys))
        job.results += batch.run(numbers, lambda number: sent_of(columns, job.key_field, records[number]))
        state.usage.batches.add()
    job.move("JobComplete", state.clock.now())


def sent_of(columns: list[Column], key_field: str | None, record: list[str]) -> Sent:
    """A line as a record: empty cells are left out, `#N/A` is null."""
    record_id, key = "", None
    values: dict[str, Any] = {}
    for place, (column, text) in enumerate(zip(columns, record, strict=True)):
        if not text:
            continue
        field, value = column.field, None if text == NULL else text
        if column.key is not None and value is not None:
            values[field.relationship or field.name] = {column.key: value}
        elif field.type == "id":
            record_id = _id_of(text)
        elif field.name == key_field:
            key = value
        else:
            _check_type(field, value, place + 1)
            values[field.name] = value
    return Sent(record_id, values, key)


def columns_of(state: SalesforceState, table: Table, job: Job) -> list[Column]:
    """What each name of the header means; raises BadFile for one that means nothing to the API user."""
    columns = [_column(state, table, name.strip()) for name in job.rows.columns]
    if job.operation in ("delete", "hardDelete") and [column.field.type for column in columns] != ["id"]:
        raise BadFile(f"InvalidBatch : The '{job.operation}' batch must contain only ids")
    return columns


def _column(state: SalesforceState, table: Table, name: str) -> Column:
    relationship, dot, key = name.partition(".")
    if dot:
        if (found := reference_by_relationship(table, relationship)) is not None:
            return Column(found, key)
    elif (field := table.field(name)) is not None and state.permissions.may_read(table.kind, field):
        return Column(field)
    raise BadFile(f"InvalidBatch : Field name not found : {name}")


def _id_of(text: str) -> str:
    record_id = full_id(text)
    if record_id is None:
        raise Trouble("MALFORMED_ID", f"malformed id {text}")
    return record_id


def _check_type(field: Field, value: str | None, column: int) -> None:
    """Text that cannot be read as its field's type is refused by its column's number."""
    if value is None or field.type not in TYPED:
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
    return f"{trouble.code}:{trouble.message}:{fields}--" + "".join(shown(other) for other in trouble.others)
