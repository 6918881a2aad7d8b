"""Search: groups of filters joined by OR, filters in a group by AND, one sort, pages by offset.

The answer to a query is kept until something changes, so a caller who pages through it pays for one scan.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import orjson

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.filters import Test, compile_filter, sort_key, words, wrong
from sandbox.hubspot.table import Record, Table, envelope
from sandbox.reading import read_whole

RESULTS_MOST = 10_000
PAGE_MOST = 200
GROUPS_MOST, FILTERS_MOST, FILTERS_IN_ALL = 5, 6, 18
BODY_MOST = 3_000
ANSWERS_KEPT = 8


def search(call: Call) -> Answer:
    table, body = call.table, call.body()
    if len(call.raw.decode(errors="replace")) > BODY_MOST:
        raise wrong(f"The request body must not be longer than {BODY_MOST} characters")
    limit, after = read_limit(body), read_after(body)
    if after + limit > RESULTS_MOST:
        raise wrong(f"paging: after and limit must not reach beyond {RESULTS_MOST} results; narrow the query instead")
    records = matching(call, table, body)
    names = table.shown_names(call.body_names("properties"))
    page = records[after : after + limit]
    content: dict[str, Any] = {"total": len(records), "results": [envelope(record, names) for record in page]}
    if after + limit < len(records):
        content["paging"] = {"next": {"after": str(after + limit)}}
    return Answer(content)


def matching(call: Call, table: Table, body: dict[str, Any]) -> list[Record]:
    """All records that match, sorted: from the answers kept, or by one pass over the table.

    What is asked about other tables' records is not kept: their versions say nothing here.
    """
    query = {key: body.get(key) for key in ("filterGroups", "sorts", "query")}
    key = table.kind.name.encode() + orjson.dumps(query)
    kept, index = call.state.searches, call.state.index
    version = table.version, index.catch_up(table, call.state.now())
    if key in kept and kept[key][0] == version:
        return kept[key][1]
    records = sort(table, find(table, index.visible(table), body), body.get("sorts") or [])
    kept.pop(key, None)
    while len(kept) >= ANSWERS_KEPT:
        del kept[next(iter(kept))]
    if b'"associations.' not in key:
        kept[key] = (version, records)
    return records


def find(table: Table, seen: Iterable[Record], body: dict[str, Any]) -> list[Record]:
    groups = read_groups(table, body.get("filterGroups") or [])
    records = list(seen)
    if len(groups) == 1:
        for test in groups[0]:
            records = [record for record in records if test(record)]
    elif groups:
        records = [record for record in records if any(all(test(record) for test in group) for group in groups)]
    asked = words(str(body.get("query") or ""))
    return [record for record in records if contains(table, record, asked)] if asked else records


def contains(table: Table, record: Record, asked: list[str]) -> bool:
    """Whether each word asked for begins a word of one of the searched properties."""
    found = words(" ".join(record.properties.get(name, "") for name in table.kind.searched))
    return all(any(word.startswith(each) for word in found) for each in asked)


def sort(table: Table, records: list[Record], sorts: Any) -> list[Record]:
    """By one property; without one, and among equals, the oldest first. Records without a value come last."""
    records = sorted(records, key=attrgetter("created")) if table.merged else records
    if not sorts:
        return records
    if not isinstance(sorts, list):
        raise wrong("sorts must be a list")
    if len(sorts) > 1:
        raise wrong("Only one sort is supported")
    name, is_descending = read_sort(sorts[0])
    key = sort_key(table, name)
    keyed = [(key(record), record) for record in records]
    valued = [pair for pair in keyed if pair[0] is not None]
    valued.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [record for _, record in valued] + [record for value, record in keyed if value is None]


def read_sort(sort_: Any) -> tuple[str, bool]:
    match sort_:
        case {"propertyName": str(name), **rest} if rest.get("direction", "ASCENDING") in ("ASCENDING", "DESCENDING"):
            return name, rest.get("direction") == "DESCENDING"
        case str():
            return sort_.removeprefix("-"), sort_.startswith("-")
    raise wrong("sorts must be a list with one propertyName and a direction, ASCENDING or DESCENDING")


def read_groups(table: Table, groups: Any) -> list[list[Test]]:
    if not isinstance(groups, list) or not all(isinstance(each, dict) for each in groups):
        raise wrong("filterGroups must be a list of objects with filters")
    filters = [each.get("filters") or [] for each in groups]
    if not all(isinstance(each, list) for each in filters):
        raise wrong("filters must be a list of objects")
    sizes = [len(each) for each in filters]
    if len(groups) > GROUPS_MOST or max(sizes, default=0) > FILTERS_MOST or sum(sizes) > FILTERS_IN_ALL:
        limits = f"{GROUPS_MOST} filterGroups, {FILTERS_MOST} filters in each and {FILTERS_IN_ALL} in all"
        raise wrong(f"A search takes at most {limits}")
    return [[compile_filter(table, each) for each in group] for group in filters]


def read_limit(body: dict[str, Any]) -> int:
    limit = read_whole(str(body.get("limit", 10)))
    if limit is None or not 1 <= limit <= PAGE_MOST:
        raise wrong(f"limit must be a whole number from 1 to {PAGE_MOST}, not {body['limit']!r}")
    return limit


def read_after(body: dict[str, Any]) -> int:
    after = read_whole(str(body.get("after") or 0))
    if after is None:
        raise wrong(f"after must be a whole number, not {body['after']!r}")
    return after
