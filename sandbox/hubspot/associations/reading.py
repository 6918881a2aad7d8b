"""What a request about associations names: objects, records, types; and what a reader sees of a record's neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.hubspot.associations.refusals import invalid_ids, no_types, unknown_type
from sandbox.hubspot.associations.store import End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.call import Answer, Call, named_table
from sandbox.hubspot.errors import bad_request, not_found, unreadable_body
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table
from sandbox.reading import read_json

Beside = list[tuple[int, list[AssociationType]]]
"""Records with the types that join them, in the order of their ids."""
PAGE_MOST = 500
JSON_START = "Invalid input JSON on line 1, column 1"


def other_table(call: Call) -> Table:
    """The table of the second object that the path names."""
    return named_table(call.state, call.path["to_object"])


def end_of(table: Table, record: Record) -> End:
    return (table.kind.name, record.id)


def pathed_end(call: Call) -> End:
    """The record whose associations are asked for; 404 without one."""
    record = call.table.find(str(call.path["record_id"]))
    if record is None:
        raise not_found()
    return end_of(call.table, record)


def both_ends(call: Call) -> tuple[End, End]:
    """The two records that the path names; refuses ids that are not there, both at once."""
    sides = ((call.table, str(call.path["record_id"])), (other_table(call), str(call.path["to_id"])))
    found = [(table, record_id, table.find(record_id)) for table, record_id in sides]
    if wrong := [(table.kind.singular, record_id) for table, record_id, record in found if record is None]:
        raise invalid_ids(wrong)
    start, end = [end_of(table, record) for table, _, record in found if record]
    return start, end


def plain_type(state: HubSpotState, start: Table, end: Table) -> AssociationType:
    plain = state.associations.types.default(start.kind.name, end.kind.name)
    if plain is None:
        raise no_types(start, end)
    return plain


def read_types(state: HubSpotState, sent: Any) -> list[AssociationType]:
    """Types by category and id, as v4 names them; refuses unknown ones."""
    if not isinstance(sent, list) or not sent or not all(isinstance(each, dict) for each in sent):
        raise unreadable_body("a list of association types was expected")
    types = []
    for each in sent:
        missing = [key for key in ("associationCategory", "associationTypeId") if each.get(key) is None]
        if missing:
            raise bad_request(f"{JSON_START}: Some required fields were not set: [{', '.join(missing)}]")
        category, type_id = str(each["associationCategory"]), str(each["associationTypeId"])
        found = state.associations.types.find(category, type_id)
        if found is None:
            raise unknown_type(category, type_id)
        types.append(found)
    return types


def check_types(types: list[AssociationType], start: End, end: End, state: HubSpotState) -> None:
    """A type of other objects makes HubSpot look for records of those objects: it does not find them."""
    for each in types:
        if (each.start, each.end) != (start[0], end[0]):
            singular = state.tables[each.start].kind.singular
            raise invalid_ids([(singular, start[1])])


def list_body(call: Call) -> list[Any]:
    """The JSON list that was sent."""
    if not call.raw:
        raise bad_request("Invalid JSON input: a request body was expected, but none found")
    try:
        body = read_json(call.raw)
    except orjson.JSONDecodeError as error:
        raise unreadable_body(str(error)) from error
    if not isinstance(body, list):
        raise unreadable_body("a list was expected")
    return body


def inputs_of(call: Call, most: int, *keys: str) -> list[dict[str, Any]]:
    """The inputs of a batch, each with these keys; refuses too many of them."""
    inputs = call.body().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
        raise unreadable_body("inputs must be a list of objects")
    if len(inputs) > most:
        number = f"The maximum number of inputs supported in a batch request for associations is {most}"
        raise bad_request(f"{number}. Please reduce the number of items and try again")
    for each in inputs:
        if missing := [key for key in keys if each.get(key) is None]:
            raise bad_request(f"{JSON_START}: Some required fields were not set: [{', '.join(missing)}]")
    return inputs


def sent_id(sent: Any) -> str:
    """The id in `{"id": "51"}`."""
    match sent:
        case {"id": str() | int() as record_id} if not isinstance(record_id, bool):
            return str(record_id)
    raise unreadable_body('an object with an id was expected, such as {"id": "51"}')


def beside(state: HubSpotState, end: End, other: Table) -> Beside:
    """The live records of one object that a record is associated with."""
    joined = state.associations.of(end, other.kind.name)
    return [(each, joined[each]) for each in sorted(joined) if state.is_live((other.kind.name, each))]


def list_page(call: Call, shown: Callable[[Beside], list[Any]]) -> Answer:
    """A page of the records of one object that a record is associated with, in the order of their ids."""
    found = beside(call.state, pathed_end(call), other_table(call))
    results, following = page(found, call.after(), call.limit(default=PAGE_MOST, most=PAGE_MOST))
    return Answer({"results": shown(results)} | call.paging(following))


def page(found: Beside, after: int, limit: int) -> tuple[Beside, int | None]:
    """Up to `limit` neighbours from id `after` on, and the id of the one that follows."""
    rest = [each for each in found if each[0] >= after]
    return rest[:limit], rest[limit][0] if len(rest) > limit else None
