"""Associations as v3 shows them: by the names of their types, a pair once for each type.

The plain type of a pair that knows a primary company is called `contact_to_company_unlabeled`, the primary one
`contact_to_company`. https://developers.hubspot.com/docs/api-reference/crm-associations-v3/guide
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.hubspot.associations.changing import associate, dissociate
from sandbox.hubspot.associations.reading import (
    Beside,
    beside,
    both_ends,
    end_of,
    inputs_of,
    list_page,
    other_table,
    page,
    sent_id,
)
from sandbox.hubspot.associations.refusals import missing_end, no_associations
from sandbox.hubspot.associations.store import End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.associations.v4_batch import READ_MOST, WRITE_MOST, associated, found_pair
from sandbox.hubspot.batch import answer
from sandbox.hubspot.call import Answer, Call, named_table
from sandbox.hubspot.errors import bad_request
from sandbox.hubspot.table import Record, Table

SHOWN_MOST = 100
"""How many neighbours of one object stand in a record that is read with its associations."""


def list_associations(call: Call) -> Answer:
    return list_page(call, named)


def associate_named(call: Call) -> Answer:
    """Join two records by a type's name or id, and show the first record with them."""
    start, end = both_ends(call)
    associate(call.state, start, end, [named_type(call, call.path["type_name"])])
    return Answer({"id": str(start[1]), "associations": shown_beside(call, end_record(call, start), [end[0]])})


def dissociate_named(call: Call) -> Answer:
    start, end = both_ends(call)
    dissociate(call.state, start, end, [named_type(call, call.path["type_name"])])
    return Answer(status=204)


def read_batch(call: Call) -> Answer:
    """Each record with its neighbours; one without any is an error of a 207, as recorded."""
    table, other = call.table, other_table(call)
    results, errors = [], []
    for each in inputs_of(call, READ_MOST, "id"):
        record_id = sent_id(each)
        record = table.find(record_id)
        found = beside(call.state, end_of(table, record), other) if record else []
        if found:
            results.append({"from": {"id": record_id}, "to": named(found)})
        elif record:
            errors.append(no_associations(table.kind.singular, record_id, other.kind.singular))
        else:
            errors.append(missing_end("FROM", table.kind.singular, record_id))
    return answer(call, results, errors)


def create_batch(call: Call) -> Answer:
    """Join pairs, each by the name of its type."""
    errors: list[dict[str, Any]] = []
    wanted: list[tuple[tuple[End, End], AssociationType]] = []
    for each in inputs_of(call, WRITE_MOST, "from", "to", "type"):
        type_ = named_type(call, str(each["type"]))
        if pair := found_pair(call, sent_id(each["from"]), sent_id(each["to"]), errors):
            wanted.append((pair, type_))
    results = [
        {"from": {"id": str(start[1])}, "to": {"id": str(end[1])}, "type": type_.name}
        for (start, end), type_ in wanted
        if associated(call, start, end, [type_], errors)
    ]
    return answer(call, results, errors, 201)


def archive_batch(call: Call) -> Answer:
    """Take the named types away; 204 whatever was there."""
    wanted = []
    for each in inputs_of(call, WRITE_MOST, "from", "to", "type"):
        type_ = named_type(call, str(each["type"]))
        wanted.append((found_pair(call, sent_id(each["from"]), sent_id(each["to"]), []), type_))
    for pair, type_ in wanted:
        if pair:
            dissociate(call.state, *pair, [type_])
    return Answer(status=204)


def named_type(call: Call, name: str) -> AssociationType:
    start, end = call.table.kind.name, other_table(call).kind.name
    found = call.state.associations.types.named(start, end, name)
    if found is None:
        raise bad_request(f"{name} is not a type of association from {start} to {end}")
    return found


def named(found: Beside) -> list[dict[str, str]]:
    return [{"id": str(each), "type": type_.name} for each, types in found for type_ in types]


def end_record(call: Call, end: End) -> Record:
    return call.state.tables[end[0]].records[end[1]]


def asked_objects(call: Call) -> list[str]:
    """The objects whose associations a reader asks for, by the names under which they are shown."""
    return [named_table(call.state, each).kind.name for each in call.names("associations") or ()]


def shown_beside(call: Call, record: Record, others: list[str]) -> dict[str, Any]:
    """The `associations` of a record as it is read or listed; an object without any is left out."""
    shown: dict[str, Any] = {}
    table = call.table
    for name in others:
        other = call.state.tables[name]
        found, following = page(beside(call.state, end_of(table, record), other), 0, SHOWN_MOST)
        if not found:
            continue
        shown[other.kind.full_name or name] = {"results": named(found)}
        if following is not None:
            paging = {"after": str(following), "link": page_link(call, table, record, other, following)}
            shown[other.kind.full_name or name]["paging"] = {"next": paging}
    return shown


def page_link(call: Call, table: Table, record: Record, other: Table, following: int) -> str:
    """The address of the rest: a list of this record's associations."""
    here = urlsplit(call.link("0"))
    path = f"/crm/v3/objects/{table.kind.name}/{record.id}/associations/{other.kind.name}"
    return f"{here.scheme}://{here.netloc}{path}?after={following}&limit={SHOWN_MOST}"
