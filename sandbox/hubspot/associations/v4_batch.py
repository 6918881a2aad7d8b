"""Associations of many records in one call, as v4 and the dated versions have it."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.changing import associate, dissociate
from sandbox.hubspot.associations.limits import as_error
from sandbox.hubspot.associations.reading import (
    PAGE_MOST,
    beside,
    check_types,
    end_of,
    inputs_of,
    other_table,
    page,
    plain_type,
    read_types,
    sent_id,
)
from sandbox.hubspot.associations.refusals import missing_end, no_associations
from sandbox.hubspot.associations.store import End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.associations.v4 import default_results, labels_between, neighbours
from sandbox.hubspot.batch import answer
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request, unreadable_body
from sandbox.hubspot.table import Table
from sandbox.reading import read_whole

READ_MOST, WRITE_MOST = 1_000, 2_000
Errors = list[dict[str, Any]]


def read_batch(call: Call) -> Answer:
    """Each record with its neighbours; one without any is an error of a 207."""
    table, other = call.table, other_table(call)
    results, errors = [], []
    for each in inputs_of(call, READ_MOST, "id"):
        record_id = sent_id(each)
        record = table.find(record_id)
        found = beside(call.state, end_of(table, record), other) if record else []
        shown, following = page(found, read_after(each), PAGE_MOST)
        if not shown:
            errors.append(no_associations(table.kind.singular, record_id, other.kind.singular))
            continue
        result: dict[str, Any] = {"from": {"id": record_id}, "to": neighbours(shown)}
        if following is not None:
            result["paging"] = {"next": {"after": str(following)}}
        results.append(result)
    return answer(call, results, errors)


def read_after(each: dict[str, Any]) -> int:
    text = str(each.get("after") or "0")
    after = read_whole(text)
    if after is None:
        raise bad_request(f"after must be the value that the page before gave as paging.next.after, not {text}")
    return after


def create_batch(call: Call) -> Answer:
    """Join pairs by the types that each input names."""
    errors: Errors = []
    wanted: list[tuple[End, End, list[AssociationType]]] = []
    for each in inputs_of(call, WRITE_MOST, "from", "to", "types"):
        types = read_types(call.state, each["types"])
        if pair := found_pair(call, sent_id(each["from"]), sent_id(each["to"]), errors):
            check_types(types, *pair, call.state)
            wanted.append((*pair, types))
    results = [
        labels_between(call.state, start, end, types)
        for start, end, types in wanted
        if associated(call, start, end, types, errors)
    ]
    return answer(call, results, errors, 201)


def associated(call: Call, start: End, end: End, types: list[AssociationType], errors: Errors) -> bool:
    """Whether a pair of a batch could be joined; if not, the errors say why."""
    try:
        associate(call.state, start, end, types)
    except HubSpotRefusal as refusal:
        errors.append(as_error(refusal))
        return False
    return True


def create_default_batch(call: Call) -> Answer:
    """Join pairs by the plain type."""
    errors: Errors = []
    plain = plain_type(call.state, call.table, other_table(call))
    inputs = inputs_of(call, WRITE_MOST, "from", "to")
    pairs = [found_pair(call, sent_id(each["from"]), sent_id(each["to"]), errors) for each in inputs]
    results: list[dict[str, Any]] = []
    for pair in pairs:
        if pair and associated(call, *pair, [plain], errors):
            results += default_results(call.state, *pair, plain)
    return answer(call, results, errors)


def archive_batch(call: Call) -> Answer:
    """Take all associations away between each record and those named with it; 204 whatever was there."""
    pairs = []
    for each in inputs_of(call, WRITE_MOST, "from", "to"):
        if not isinstance(each["to"], list):
            raise unreadable_body("to must be a list of objects with ids")
        pairs += [found_pair(call, sent_id(each["from"]), sent_id(to), []) for to in each["to"]]
    for pair in pairs:
        if pair:
            dissociate(call.state, *pair)
    return Answer(status=204)


def archive_labels_batch(call: Call) -> Answer:
    """Take only the named types away; with the plain type, the labels of that pair go as well."""
    wanted = []
    for each in inputs_of(call, WRITE_MOST, "from", "to", "types"):
        types = read_types(call.state, each["types"])
        wanted.append((found_pair(call, sent_id(each["from"]), sent_id(each["to"]), []), types))
    for pair, types in wanted:
        if pair:
            dissociate(call.state, *pair, types)
    return Answer(status=204)


def found_pair(call: Call, start_id: str, end_id: str, errors: Errors) -> tuple[End, End] | None:
    """Both records of an input; None, with an error for each that is not there."""
    sides: tuple[tuple[str, Table, str], ...] = (("FROM", call.table, start_id), ("TO", other_table(call), end_id))
    ends = []
    for side, table, record_id in sides:
        record = table.find(record_id)
        if record is None:
            errors.append(missing_end(side, table.kind.singular, record_id))
        else:
            ends.append(end_of(table, record))
    return (ends[0], ends[1]) if len(ends) == len(sides) else None
