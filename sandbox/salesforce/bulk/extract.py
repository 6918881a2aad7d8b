"""A query job at work: its rows are found and written as CSV once, and pages are cut from that.

https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.asking import names_of
from sandbox.salesforce.bulk.csvs import line
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import Shape, select, shape_of
from sandbox.salesforce.soql.syntax import Fields, TypeOf
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.bulk.jobs import Job
    from sandbox.salesforce.state import SalesforceState


def check(state: SalesforceState, text: str) -> str:
    """The name of the object that is asked; raises `Trouble` for what a bulk query cannot do."""
    names = _names(state, text)
    query = names.query
    if query.counts or query.is_aggregate or query.offset or any(isinstance(item, TypeOf) for item in query.items):
        raise Trouble("API_ERROR", "Aggregate Relationships not supported in Bulk Query")
    if query.has_children:
        raise Trouble("API_ERROR", "Nested queries are not supported in Bulk Query")
    if any(isinstance(item, Fields) for item in query.items):
        raise Trouble("API_ERROR", "The SOQL FIELDS function is not supported in Bulk Query")
    if any(names.find(path).field.type == "address" for path in names.query.fields):
        raise Trouble("API_ERROR", "Selecting compound data not supported in Bulk Query")
    return names.table.kind.name


def work(state: SalesforceState, job: Job) -> None:
    """The job starts; when its answer is due, the rows are found and written."""
    now = state.clock.now()
    if job.state == "UploadComplete":
        job.move("InProgress", now)
    if state.jobs.due(job) > now:
        return
    try:
        names = _names(state, job.query)
        rows = select(names, with_deleted=job.operation == "queryAll")
    except Trouble as trouble:
        job.move("Failed", now, f"{trouble.code}: {trouble.message}")
        return
    job.header = line([".".join(path.names) for path in names.query.fields], job.separator)
    makers = [_maker(names, path) for path in names.query.fields]
    job.lines = [line([make(row) for make in makers], job.separator) for row in rows]
    state.usage.query_bytes.add(sum(len(text) for text in job.lines))
    job.move("JobComplete", now)


def found(state: SalesforceState, text: str, with_deleted: bool, version: str) -> tuple[list[Row], Shape]:
    """The rows of a query, and how each is shown in JSON."""
    names = _names(state, text)
    return select(names, with_deleted), shape_of(names, f"/services/data/v{version}")


def _names(state: SalesforceState, text: str) -> Names:
    return names_of(state, parse(text))


def _maker(names: Names, path: Any) -> Callable[[Any], str]:
    found = names.find(path)
    read, field = found.getter(), found.field
    return lambda row: written(field, read(row))


def written(field: Field, value: Any) -> str:
    """A value as CSV has it: null is empty, a time ends in `Z`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.type == "datetime":
        return str(value).replace("+0000", "Z")
    return str(value)
