"""One internal batch at work: record by record written, each with its own result.

https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-limits.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.salesforce.errors import Choices, Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.saving import Options
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

LARGEST = 10_000
"""Records of an internal batch."""
CHUNK = 200


class Terms(NamedTuple):
    """What a job does to its records; `key_field` is the external id field of an upsert, or Id."""

    operation: str
    key_field: str | None = None
    assignment_rule: str | None = None


class Sent(NamedTuple):
    """A record as it was sent: its id, its values, and the value of the external id field."""

    record_id: str
    values: dict[str, Any]
    key: Any = None


class Result(NamedTuple):
    """What became of the `row`th record: `trouble` is None where it was accepted."""

    row: int
    record_id: str
    created: bool
    trouble: Trouble | None = None


def doubled(table: Table, terms: Terms, keys: Iterable[Any]) -> Counter[Any]:
    """How often each external id stands in a batch: twice is an error for both."""
    field = table.field(terms.key_field) if terms.operation == "upsert" and terms.key_field else None
    if field is None or field.type == "id":
        return Counter()
    return Counter(_folded(field, key) for key in keys)


class Batch:
    """Up to 10,000 records under one set of options."""

    def __init__(self, state: SalesforceState, table: Table, terms: Terms, given: Counter[Any]) -> None:
        self.writer = Writer(state, Options(assignment_rule=full_id(terms.assignment_rule) or "", is_bulk=True))
        self.table = table
        self.terms = terms
        self.given = given

    def run(self, numbers: range, read: Callable[[int], Sent]) -> list[Result]:
        """One record after the other; triggers see up to 200 of them at a time.

        https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_bulk_idioms.htm
        """
        results: list[Result] = []
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            self.writer.chunk = len(chunk)
            results += [self._one(number, read) for number in chunk]
        self.writer.log()
        return results

    def _one(self, number: int, read: Callable[[int], Sent]) -> Result:
        """Read and write one record; a refusal becomes its result."""
        record_id = ""
        try:
            record_id, values, key = read(number)
            record_id, created = self._write(record_id, values, key)
        except Trouble as trouble:
            return Result(number, record_id if self.table.find_id(record_id) else "", False, trouble)
        return Result(number, record_id, created)

    def _write(self, record_id: str, values: dict[str, Any], key: Any) -> tuple[str, bool]:
        match self.terms.operation:
            case "insert":
                return self.writer.create(self.table, values), True
            case "upsert":
                return self._upsert(record_id, values, key)
            case "update":
                self._need(record_id, "an update")
                self.writer.update(self.table, record_id, values)
            case _:
                self._need(record_id, "a delete")
                self.writer.remove(self.table, record_id)
                if self.terms.operation == "hardDelete":
                    self.table.drop(record_id)
        return record_id, False

    def _need(self, record_id: str, what: str) -> None:
        if not record_id:
            raise Trouble("MISSING_ARGUMENT", f"Id not specified in {what} call")

    def _upsert(self, record_id: str, values: dict[str, Any], key: Any) -> tuple[str, bool]:
        field = self.table.field(self.terms.key_field or "Id")
        assert field is not None
        if field.type == "id":
            if not record_id:
                return self.writer.create(self.table, values), True
            self.writer.update(self.table, record_id, values)
            return record_id, False
        if self.given[_folded(field, key)] > 1:
            raise Trouble("DUPLICATE_VALUE", f"Duplicate external id specified: {key}", (field.name,))
        try:
            return self.writer.upsert(self.table, field, key, values)
        except Choices as choices:
            message = f"{field.name}: more than one record found for external id field: [{', '.join(choices.ids)}]"
            raise Trouble("DUPLICATE_EXTERNAL_ID", message, (field.name,)) from None


def _folded(field: Field, value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() if field.case_sensitive else value.strip().lower()
    return value if isinstance(value, int | float) else repr(value)
