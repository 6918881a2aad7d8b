"""Lists one by one: make, read, search, rename, filter anew, delete, restore."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.call import Answer, Call, named_table
from sandbox.hubspot.errors import HubSpotRefusal, bad_request, unreadable_body
from sandbox.hubspot.lists.store import RESTORABLE, TYPES, Segment
from sandbox.hubspot.stamps import stamp

SEARCH_MOST = 500


def create(call: Call) -> Answer:
    body = call.body()
    missing = [each for each in ("name", "objectTypeId", "processingType") if not isinstance(body.get(each), str)]
    if missing:
        raise unreadable_body(f"Cannot build ListCreateRequest, some of required attributes are not set {missing}")
    if body["processingType"] not in TYPES:
        raise bad_request(f"processingType must be one of {', '.join(TYPES)}, not {body['processingType']}")
    table = named_table(call.state, body["objectTypeId"])
    made = call.state.lists.create(table, body["name"], body["processingType"], body.get("filterBranch"))
    log(call, "create", made, body)
    return Answer({"list": shape(call, made, with_filters=True)})


def read_many(call: Call) -> Answer:
    """Those of the ids asked for that are there."""
    asked = [value for name, value in call.query if name == "listIds"]
    found = [each for each in call.state.lists.live() if str(each.id) in asked]
    return Answer({"lists": [shape(call, each, call.flag("includeFilters")) for each in found]})


def read_one(call: Call) -> Answer:
    return Answer({"list": shape(call, pathed(call), call.flag("includeFilters"))})


def read_by_name(call: Call) -> Answer:
    table = named_table(call.state, call.path["object_type"])
    found = call.state.lists.named(table, call.path["name"])
    if found is None:
        raise HubSpotRefusal(404, "OBJECT_NOT_FOUND", f"List does not exist with name {call.path['name']}.")
    return Answer({"list": shape(call, found, call.flag("includeFilters"))})


def search(call: Call) -> Answer:
    """By a part of the name; `offset` of the answer is where the next page begins."""
    body = call.body()
    offset, count = whole(body, "offset", 0), whole(body, "count", 20)
    if count > SEARCH_MOST:
        raise bad_request(f"count must be at most {SEARCH_MOST}, not {count}")
    wanted, types = str(body.get("query") or "").lower(), texts(body, "processingTypes") or TYPES
    ids = texts(body, "listIds")
    found = [
        each
        for each in call.state.lists.live()
        if wanted in each.name.lower() and each.type in types and (not ids or str(each.id) in ids)
    ]
    page = found[offset : offset + count]
    names = ["hs_list_size", *texts(body, "additionalProperties")]
    return Answer(
        {
            "offset": offset + len(page),
            "hasMore": offset + len(page) < len(found),
            "lists": [each.shape() | {"additionalProperties": additional(call, each, names)} for each in page],
            "total": len(found),
        }
    )


def additional(call: Call, segment: Segment, names: list[str]) -> dict[str, str]:
    """What a search tells beside the list itself, as texts."""
    members = call.state.lists.members(segment)
    known = {"hs_list_size": str(len(members)), "hs_list_reference_count": "0"}
    if members:
        known["hs_last_record_added_at"] = str(max(members.values()))
    return {name: known[name] for name in names if name in known}


def rename(call: Call) -> Answer:
    segment, name = pathed(call), call.asked("listName")
    if not name:
        raise bad_request("listName must be given")
    call.state.lists.check_name(segment.table, name, segment)
    segment.name, segment.changed = name, call.state.tick()
    log(call, "update", segment, {"name": name})
    return Answer({"updatedList": shape(call, segment, call.flag("includeFilters"))})


def set_filters(call: Call) -> Answer:
    segment, body = pathed(call), call.body()
    call.state.lists.set_filters(segment, body.get("filterBranch"))
    log(call, "update", segment, body)
    return Answer({"updatedList": shape(call, segment, with_filters=True)})


def delete(call: Call) -> Answer:
    segment = pathed(call)
    segment.deleted = call.state.tick()
    call.state.lists.version += 1
    log(call, "delete", segment, {})
    return Answer(status=204)


def restore(call: Call) -> Answer:
    """For 90 days after it was deleted, and as long as its name is free."""
    lists = call.state.lists
    segment = lists.find(call.path["list_id"], is_deleted=True)
    if call.state.now() - (segment.deleted or 0) > RESTORABLE:
        raise bad_request(f"List {segment.id} was deleted more than 90 days ago, at {stamp(segment.deleted or 0)}")
    lists.check_name(segment.table, segment.name)
    segment.deleted, segment.changed = None, call.state.tick()
    lists.version += 1
    log(call, "restore", segment, {})
    return Answer(status=204)


def log(call: Call, action: str, segment: Segment, sent: dict[str, Any]) -> None:
    call.state.log.write(action, "lists", str(segment.id), sent, stamp(call.state.now()))


def pathed(call: Call) -> Segment:
    return call.state.lists.find(call.path["list_id"])


def shape(call: Call, segment: Segment, with_filters: bool) -> dict[str, Any]:
    return segment.shape(with_filters) | {"size": len(call.state.lists.members(segment))}


def texts(body: dict[str, Any], key: str) -> list[str]:
    values = body.get(key) or []
    if not isinstance(values, list):
        raise unreadable_body(f"{key} must be a list")
    return [str(each) for each in values]


def whole(body: dict[str, Any], key: str, default: int) -> int:
    value = body.get(key)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise bad_request(f"{key} must be a whole number, not {value!r}")
    return value
