"""Who is in a list: pages by record or by date of joining, changes by hand, and the lists of one record."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

import orjson

from sandbox.hubspot.batch import answer, read_inputs
from sandbox.hubspot.call import Answer, Call, named_table
from sandbox.hubspot.errors import bad_request, not_found, unreadable_body
from sandbox.hubspot.lists.handlers import pathed
from sandbox.hubspot.lists.store import Segment
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.table import Record, Table
from sandbox.reading import read_json, read_whole

PAGE_MOST = 250
IDS_MOST = 100_000
Place = tuple[int, int]
"""What a page is sorted by."""


def by_record(call: Call) -> Answer:
    members = call.state.lists.members(pathed(call))
    return page(call, sorted((each, each) for each in members), members)


def by_joining(call: Call) -> Answer:
    members = call.state.lists.members(pathed(call))
    return page(call, sorted((at, each) for each, at in members.items()), members)


def page(call: Call, places: list[Place], members: dict[int, int]) -> Answer:
    """What follows `after`, ascending, or what goes before `before`, descending; both name a record of the list."""
    limit, after, before = call.limit(default=100, most=PAGE_MOST), call.asked("after"), call.asked("before")
    if before:
        start = bisect_left(places, place(before))
        chosen, has_more = places[max(0, start - limit) : start][::-1], start > limit
    else:
        start = bisect_right(places, place(after)) if after else 0
        chosen, has_more = places[start : start + limit], start + limit < len(places)
    results = [{"recordId": str(each), "membershipTimestamp": stamp(members[each])} for _, each in chosen]
    content: dict[str, Any] = {"results": results, "total": len(places)}
    if has_more:
        cursor = "-".join(map(str, chosen[-1]))
        content["paging"] = {"prev": {"before": cursor}} if before else {"next": next_page(call, cursor)}
    return Answer(content)


def next_page(call: Call, cursor: str) -> dict[str, str]:
    return {"after": cursor, "link": call.link(cursor)}


def place(cursor: str) -> Place:
    text, _, number = cursor.partition("-")
    key, record = read_whole(text), read_whole(number)
    if key is None or record is None:
        raise bad_request(f"after and before must be what a page before gave, not {cursor}")
    return key, record


def add(call: Call) -> Answer:
    return changed(call, pathed(call), read_ids(call.raw), [])


def remove(call: Call) -> Answer:
    return changed(call, pathed(call), [], read_ids(call.raw))


def add_and_remove(call: Call) -> Answer:
    body = call.body()
    return changed(call, pathed(call), ids_of(body.get("recordIdsToAdd")), ids_of(body.get("recordIdsToRemove")))


def add_from(call: Call) -> Answer:
    segment, lists = pathed(call), call.state.lists
    other = lists.find(call.path["source_id"])
    if other.table is not segment.table:
        raise bad_request("Both lists must hold records of the same object")
    lists.add_and_remove(segment, [str(each) for each in lists.members(other)], [])
    log(call, segment, {"from": str(other.id)})
    return Answer(status=204)


def remove_all(call: Call) -> Answer:
    segment = pathed(call)
    call.state.lists.add_and_remove(segment, [], [str(each) for each in segment.joined])
    log(call, segment, {"removed": "all"})
    return Answer(status=204)


def changed(call: Call, segment: Segment, add: list[str], remove: list[str]) -> Answer:
    added, removed, missing = call.state.lists.add_and_remove(segment, add, remove)
    log(call, segment, {"recordIdsToAdd": add, "recordIdsToRemove": remove})
    return Answer({"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing})


def log(call: Call, segment: Segment, sent: dict[str, Any]) -> None:
    call.state.log.write("update", "lists", str(segment.id), sent, stamp(call.state.now()))


def of_record(call: Call) -> Answer:
    """The lists in which one record is."""
    table = named_table(call.state, call.path["object_type"])
    record = table.find(call.path["record_id"])
    if record is None:
        raise not_found()
    results = lists_of(call, table, record)
    return Answer({"results": results, "total": len(results)})


def of_records(call: Call) -> Answer:
    """The lists of several records; a record that is not there is in none."""
    results = []
    for each in read_inputs(call.body()):
        table = named_table(call.state, str(each.get("objectTypeId")))
        record = table.find(str(each.get("recordId")))
        named = {"objectTypeId": table.kind.type_id, "recordId": str(each.get("recordId"))}
        results.append(named | {"recordListMemberships": lists_of(call, table, record) if record else []})
    return answer(call, results, [])


def lists_of(call: Call, table: Table, record: Record) -> list[dict[str, Any]]:
    lists = call.state.lists
    found = [each for each in lists.live() if each.table is table and lists.holds(each, record)]
    return [membership(each, lists.members(each)[record.id]) for each in found]


def membership(segment: Segment, at: int) -> dict[str, Any]:
    shape: dict[str, Any] = {"listId": str(segment.id), "listVersion": segment.version}
    return shape | {"firstAddedTimestamp": stamp(at), "lastAddedTimestamp": stamp(at)}


def read_ids(raw: bytes) -> list[str]:
    try:
        return ids_of(read_json(raw))
    except orjson.JSONDecodeError as error:
        raise unreadable_body(str(error)) from error


def ids_of(sent: Any) -> list[str]:
    if not isinstance(sent, list) or not all(isinstance(each, str | int) for each in sent):
        raise unreadable_body("a list of record ids was expected")
    if len(sent) > IDS_MOST:
        raise bad_request(f"At most {IDS_MOST} records can be added or removed at once")
    return [str(each) for each in sent]
