"""sObject collections: up to 200 records in one call, each with its own answer in the order of the request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Choices, Trouble, unreadable_json
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.rows import keyed, shape_of_fields
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table
from sandbox.salesforce.values import clean
from sandbox.salesforce.writes import Writer

MOST_WRITTEN = 200
MOST_READ = 2_000
MOST_CHUNKS = 10
Item = dict[str, Any]
Result = dict[str, Any]


def create(call: Call) -> Answer:
    writer = Writer(call.state, call.options)

    def one(item: Item) -> Result:
        return _done(writer.create(_table_of(call, item), item))

    return _each(writer, one, *_records(call))


def update(call: Call) -> Answer:
    writer = Writer(call.state, call.options)

    def one(item: Item) -> Result:
        table = _table_of(call, item)
        given = _value_of(item, "id")
        if not given:
            raise Trouble("MISSING_ARGUMENT", "Id not specified in an update call", ())
        record_id = _well_formed(given)
        writer.update(table, record_id, _without(item, "id"))
        return _done(record_id)

    return _each(writer, one, *_records(call))


def upsert(call: Call) -> Answer:
    """By an external id field, or by Id, where a record without one is new."""
    object_name, field_name = call.parts
    if field_name.lower() == "id":
        return _upsert_by_id(call, call.state.table(object_name))
    table, field = keyed(call, object_name, field_name)
    records, all_or_none = _records(call)
    writer = Writer(call.state, call.options)
    given = Counter(_key_of(item, field) for item in records)

    def one(item: Item) -> Result:
        _check_type(table, item)
        value = _value_of(item, field.name)
        if value is not None and given[_key_of(item, field)] > 1:
            raise Trouble("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (field.name,))
        try:
            record_id, created = writer.upsert(table, field, value, _without(item, field.name))
        except Choices as choices:
            message = f"{field.name}: more than one record found for external id field: [{', '.join(choices.ids)}]"
            raise Trouble("DUPLICATE_EXTERNAL_ID", message, (field.name,)) from None
        return {**_done(record_id), "created": created}

    return _each(writer, one, records, all_or_none)


def _upsert_by_id(call: Call, table: Table) -> Answer:
    writer = Writer(call.state, call.options)

    def one(item: Item) -> Result:
        _check_type(table, item)
        sent = _without(item, "id")
        given = _value_of(item, "id")
        if not given:
            return {**_done(writer.create(table, sent)), "created": True}
        record_id = _well_formed(given)
        writer.update(table, record_id, sent)
        return {**_done(record_id), "created": False}

    return _each(writer, one, *_records(call))


def remove(call: Call) -> Answer:
    ids = _ids(call.required("ids"))
    _check_count(len(ids), MOST_WRITTEN)
    writer = Writer(call.state, call.options)
    by_prefix = {table.kind.prefix: table for table in call.state.tables.values()}

    def one(item: Item) -> Result:
        record_id = _well_formed(item["id"])
        if (table := by_prefix.get(record_id[:3])) is None:
            raise Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        writer.remove(table, record_id)
        return _done(record_id)

    return _each(writer, one, [{"id": text} for text in ids], call.flag("allOrNone"))


def retrieve(call: Call) -> Answer:
    """Records by id, null for those that are not there. By GET, or by POST where the address would grow too long."""
    if call.method == "GET":
        ids, fields = _ids(call.required("ids")), _ids(call.required("fields"))
    else:
        body = call.record()
        ids, fields = body.get("ids") or [], body.get("fields") or []
        if not _are_texts(ids) or not _are_texts(fields):
            raise unreadable_json("ids and fields: lists of text are expected at [line:1, column:1]")
        if not ids or not fields:
            raise Trouble("MISSING_ARGUMENT", "ids and fields are required")
    _check_count(len(ids), MOST_READ)
    table = call.state.table(call.parts[0])
    shape = shape_of_fields(call, table, fields)
    rows = (table.live.get(table.find_id(text) or "") for text in ids)
    return Answer(200, [shape(row) if row and table.shows(row) else None for row in rows])


def _each(writer: Writer, one: Callable[[Item], Result], records: list[Item], all_or_none: bool) -> Answer:
    """Run `one` over the records; with allOrNone, one refusal takes all of them back."""
    results: list[Result] = []
    for item, writer.chunk in zip(records, chunks(records), strict=True):
        try:
            results.append(one(item))
        except Trouble as trouble:
            results.append(trouble.as_row())
    if all_or_none and not all(result["success"] for result in results):
        writer.take_back()
        results = [_rolled_back(result) if result["success"] else result for result in results]
    writer.log()
    return Answer(200, results)


def chunks(records: list[Item]) -> list[int]:
    """For each record, how many of its type stand together with it: one run of a trigger sees them all.

    >>> chunks([{"attributes": {"type": kind}} for kind in ("Lead", "lead", "Contact")])
    [2, 2, 1]
    """
    attributes = [item.get("attributes") for item in records]
    kinds = (str(each.get("type")).lower() if isinstance(each, dict) else "" for each in attributes)
    groups = [len(list(group)) for _, group in groupby(kinds)]
    return [size for size in groups for _ in range(size)]


def _rolled_back(result: Result) -> Result:
    """The row keeps its id: only `success` tells that the record does not stand.

    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm
    """
    message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return {"id": result["id"], **Trouble("ALL_OR_NONE_OPERATION_ROLLED_BACK", message).as_row()}


def _done(record_id: str) -> Result:
    return {"id": record_id, "success": True, "errors": []}


def _records(call: Call) -> tuple[list[Item], bool]:
    """The records of a call, and whether all of them or none shall stand."""
    body = call.record()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise unreadable_json("records: a list of objects is expected at [line:1, column:1]")
    _check_count(len(records), MOST_WRITTEN)
    _check_chunks([_type_of(item).lower() for item in records if _has_type(item)])
    return records, body.get("allOrNone") is True


def _check_count(count: int, most: int) -> None:
    if count > most:
        message = f"record limit reached. cannot submit more than {most} records into this call"
        raise Trouble("EXCEEDED_ID_LIMIT", message)


def _check_chunks(types: list[str]) -> None:
    """Records of one type that stand together are one chunk."""
    if sum(1 for _ in groupby(types)) > MOST_CHUNKS:
        message = (
            f"Cannot have more than {MOST_CHUNKS} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise Trouble("LIMIT_EXCEEDED", message)


def _has_type(item: Item) -> bool:
    return isinstance(item.get("attributes"), dict) and isinstance(item["attributes"].get("type"), str)


def _ids(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)


def _type_of(item: Item) -> str:
    attributes = item.get("attributes")
    type_name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(type_name, str):
        message = "Missing entity type information. sObject requires a separate 'attributes' field map."
        raise Trouble("INVALID_FIELD", message, ())
    return type_name


def _table_of(call: Call, item: Item) -> Table:
    type_name = _type_of(item)
    if (table := call.state.tables.get(type_name.lower())) is None:
        raise Trouble("INVALID_TYPE", f"sObject type '{type_name}' is not supported.", ())
    return table


def _check_type(table: Table, item: Item) -> None:
    """An upsert's records may leave their type out, but not name another."""
    if "attributes" in item and _type_of(item).lower() != table.kind.name.lower():
        raise Trouble(
            "INVALID_TYPE", f"sObject type '{_type_of(item)}' is not the {table.kind.name} of the address", ()
        )


def _value_of(item: Item, wanted: str) -> Any:
    return next((value for name, value in item.items() if name.lower() == wanted.lower()), None)


def _well_formed(text: Any) -> str:
    record_id = full_id(text)
    if record_id is None:
        raise Trouble("MALFORMED_ID", f"malformed id {text}", ())
    return record_id


def _key_of(item: Item, field: Field) -> Any:
    try:
        stored = clean(field, _value_of(item, field.name))
    except Trouble:
        return None
    return stored.lower() if isinstance(stored, str) and not field.case_sensitive else stored


def _without(item: Item, *names: str) -> Item:
    left_out = {name.lower() for name in names}
    return {name: value for name, value in item.items() if name.lower() not in left_out}
