"""Reading what changed in HubSpot, page by page, and finding records by their values.

The cursor is `list:<after>:<ms>` while the first full list goes on, then `since:<ms>:<mark>`. Search pages are never
asked for by offset: a record that is changed while we read moves to the end, and the one behind it would slip through.
Each page asks instead for what comes after the last record seen, which also makes the limit of 10,000 hits meaningless.

The mark stands for what the next pass will find again in the overlap: where it finds just that, nothing is read in full
and no association asked for, so that a quiet object costs one call however young its last change is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from connectors.base import Page, RequestRefused
from connectors.batches import SETTLED, chunks, settled_at
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.wire import Listing, Reading, decode_listing, to_milliseconds
from crm.record import Record

LIST_PAGE = 100
SEARCH_PAGE = 200
READ_BATCH = 100
HISTORY_BATCH = 50
BODY_LIMIT = 3000
"""Characters of a search body. https://developers.hubspot.com/docs/api-reference/search/guide"""
FRAME = 450
"""Characters of a search body beside the names of the fields and the values."""
MOST_VALUES = 100
"""Values in one IN."""
OVERLAP = 60_000
"""Milliseconds read again by each pass: a record may show in the search index later than its stamp says."""
MOST_TIES = 60
"""Records of one millisecond that a search leaves out by id; more are read by themselves."""

Filter = dict[str, Any]


def read_changes(client: HubSpotClient, reading: Reading, cursor: str | None) -> Iterator[Page]:
    """Pages of changed records. Raises RequestRefused where the cursor is none of ours."""
    match (cursor or "").split(":"):
        case [""]:
            newest, total = _newest(client, reading)
            yield from _list(client, reading, None, newest, total)
        case ["list", after, newest]:
            yield from _list(client, reading, after, int(newest), None)
        case ["since", since, *marks]:
            yield from _since(client, reading, int(since), "".join(marks))
        case _:
            raise RequestRefused(f"{cursor!r} is no cursor of HubSpot's {reading.object_name}: read from the start")


def _newest(client: HubSpotClient, reading: Reading) -> tuple[int, int | None]:
    """The newest stamp before a full list begins: what changes during the list is then read again."""
    body = {
        "filterGroups": [],
        "sorts": [_sort(reading.stamp, "DESCENDING")],
        "properties": [reading.stamp],
        "limit": 1,
    }
    listing = decode_listing(client.call(client.api.search.do_search, reading.object_name, body))
    return max((_stamp(reading.record(raw)) for raw in listing.results), default=0), listing.total


def _list(client: HubSpotClient, reading: Reading, after: str | None, newest: int, total: int | None) -> Iterator[Page]:
    while True:
        options: dict[str, Any] = {"limit": LIST_PAGE, "properties": [",".join(reading.asked)], "archived": "false"}
        if after:
            options["after"] = after
        listing = decode_listing(client.call(client.api.basic.get_page, reading.object_name, **options))
        after = listing.after
        records = [reading.record(raw) for raw in listing.results]
        yield Page(records, f"list:{after}:{newest}" if after else f"since:{newest}", total)
        if not after:
            return


def _since(client: HubSpotClient, reading: Reading, since: int, mark: str) -> Iterator[Page]:
    start, newest, total, began_at = max(since - OVERLAP, 0), since, None, ""
    seen: list[str] = []
    found: set[tuple[int, str]] = set()
    while True:
        hits, listing = _search(client, reading, _after(reading.stamp, start, seen), reading.stamp)
        total, began_at = listing.total if total is None else total, began_at or client.date
        found |= {(_stamp(hit), hit.ref.id) for hit in hits}
        if mark and listing.after is None and _mark(found) == mark:
            hits = []
        last = _stamp(hits[-1]) if hits else start
        ties = [hit.ref.id for hit in hits if _stamp(hit) == last]
        seen = [*seen, *ties] if last == start else ties
        start, newest = last, max(newest, last)
        cursor = f"since:{newest}"
        if listing.after is None:
            cursor = _end(newest, found, began_at)
        yield Page(_in_full(client, reading, hits), cursor, total)
        if listing.after is None:
            return
        if len(seen) > MOST_TIES:
            yield from _ties(client, reading, last, f"since:{newest}", total)
            start, seen = last + 1, []


def _end(newest: int, found: set[tuple[int, str]], date: str) -> str:
    """The cursor of an object that is read to its end. Only what has been still for a while is marked: whoever makes a
    record may join it to others in a call that follows."""
    settled = settled_at(date)
    if settled is None:
        return f"since:{newest}"
    now = to_milliseconds(settled + SETTLED)
    newest = max(newest, to_milliseconds(settled))
    again = {each for each in found if each[0] >= newest - OVERLAP}
    is_still = again and max(again)[0] <= now - OVERLAP
    return f"since:{newest}:{_mark(again)}" if is_still else f"since:{newest}"


def _mark(found: set[tuple[int, str]]) -> str:
    """Stands for these records (their stamps and ids) in a cursor."""
    return blake2b(repr(sorted(found)).encode(), digest_size=8).hexdigest()


def _ties(client: HubSpotClient, reading: Reading, at: int, cursor: str, total: int | None) -> Iterator[Page]:
    """All records of one millisecond (an import makes thousands), in the order of their ids."""
    for hits in _by_id(client, reading, _exactly(reading.stamp, at)):
        yield Page(_in_full(client, reading, hits), cursor, total)


def _after(stamp: str, start: int, seen: Sequence[str]) -> list[list[Filter]]:
    """Filter groups (any of them) for what was changed at `start` and not yet seen, or later."""
    if not seen:
        return [[_filter(stamp, "GTE", str(start))]]
    unseen = {"propertyName": "hs_object_id", "operator": "NOT_IN", "values": list(seen)}
    return [[_filter(stamp, "GT", str(start))], [*_exactly(stamp, start), unseen]]


def _by_id(client: HubSpotClient, reading: Reading, filters: list[Filter]) -> Iterator[list[Record]]:
    """All hits of these filters, however many, in the order of their ids."""
    last = "0"
    while True:
        group = [*filters, _filter("hs_object_id", "GT", last)]
        hits, listing = _search(client, reading, [group], "hs_object_id")
        yield hits
        if listing.after is None or not hits:
            return
        last = hits[-1].ref.id


def _search(
    client: HubSpotClient, reading: Reading, groups: list[list[Filter]], sort: str
) -> tuple[list[Record], Listing]:
    body = {
        "filterGroups": [{"filters": filters} for filters in groups],
        "sorts": [_sort(sort, "ASCENDING")],
        "properties": [reading.stamp] if _is_long(reading) else reading.asked,
        "limit": SEARCH_PAGE,
    }
    listing = decode_listing(client.call(client.api.search.do_search, reading.object_name, body))
    return [reading.record(raw) for raw in listing.results], listing


def _is_long(reading: Reading) -> bool:
    """Whether the names of the fields fill so much of a search that it can only ask who, and not what."""
    return len(msgspec.json.encode(reading.asked)) > BODY_LIMIT // 2


def _in_full(client: HubSpotClient, reading: Reading, hits: list[Record]) -> list[Record]:
    return read_many(client, reading, [hit.ref.id for hit in hits]) if _is_long(reading) else hits


def read_many(
    client: HubSpotClient, reading: Reading, ids: Sequence[str], id_property: str | None = None, archived: bool = False
) -> list[Record]:
    """These records by id or by another unique property, straight from the store: what was just written shows."""
    records = []
    for part in chunks(dict.fromkeys(ids), READ_BATCH):
        body: dict[str, Any] = {
            "inputs": [{"id": value} for value in part],
            "properties": reading.asked,
            "propertiesWithHistory": [],
        }
        if id_property:
            body["idProperty"] = id_property
        answer = client.call(client.api.batch.read, reading.object_name, body, archived=str(archived).lower())
        records += [reading.record(raw) for raw in decode_listing(answer).results]
    return records


def read_change_times(
    client: HubSpotClient, object_name: str, ids: Sequence[str], fields: Sequence[str]
) -> dict[str, dict[str, datetime]]:
    """By id and property, when its newest value was set; a property that never had a value is left out."""
    times: dict[str, dict[str, datetime]] = {}
    reading = Reading(object_name, ())
    for part in chunks(dict.fromkeys(ids), HISTORY_BATCH):
        inputs = [{"id": record_id} for record_id in part]
        body = {"inputs": inputs, "properties": [reading.stamp], "propertiesWithHistory": list(fields)}
        answer = client.call(client.api.batch.read, object_name, body, archived="false")
        for raw in decode_listing(answer).results:
            hit = reading.hit(raw)
            times[hit.id] = {
                name: max(datetime.fromisoformat(version.timestamp) for version in versions)
                for name, versions in hit.properties_with_history.items()
                if versions
            }
    return times


def find_by(client: HubSpotClient, reading: Reading, field: str, values: Sequence[str]) -> list[Record]:
    """Live records whose field holds one of the values, through the search index.

    HubSpot matches text whatever its case, but wants the values of IN in lower case.
    """
    records: list[Record] = []
    for part in _parts(reading, [value.lower() for value in values]):
        for hits in _by_id(client, reading, [{"propertyName": field, "operator": "IN", "values": part}]):
            records += _in_full(client, reading, hits)
    return records


def _parts(reading: Reading, values: Sequence[str]) -> Iterator[list[str]]:
    """The values in as few searches as the limit of a search body allows."""
    names = 0 if _is_long(reading) else len(msgspec.json.encode(reading.asked))
    room = BODY_LIMIT - names - FRAME
    part: list[str] = []
    used = 0
    for value in dict.fromkeys(values):
        size = len(json.dumps(value)) + 2
        if part and (used + size > room or len(part) == MOST_VALUES):
            yield part
            part, used = [], 0
        part.append(value)
        used += size
    if part:
        yield part


def _stamp(record: Record) -> int:
    return to_milliseconds(record.modified_at)


def _filter(name: str, operator: str, value: str) -> Filter:
    return {"propertyName": name, "operator": operator, "value": value}


def _exactly(stamp: str, at: int) -> list[Filter]:
    """One millisecond; nothing says whether EQ means the moment or its day."""
    return [_filter(stamp, "GTE", str(at)), _filter(stamp, "LTE", str(at))]


def _sort(name: str, direction: str) -> dict[str, str]:
    return {"propertyName": name, "direction": direction}
