"""The controls for what happens to HubSpot's records: people at work in it, workflows, rules, the search index."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sandbox.admin.control import Action, BadControl, Body, System, only
from sandbox.hubspot import writes
from sandbox.hubspot.errors import HubSpotRefusal
from sandbox.hubspot.life import people
from sandbox.hubspot.life.workflows import Workflow
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table
from sandbox.world import World

SECONDS_MOST = 1_000_000_000


def search(world: World, system: System, body: Body) -> Body:
    """How far the search index lags from now on: seconds, or null for until it is released; `stuck` ids likewise.

    `release` lets search see everything now, before the lag is set.
    """
    only(body, "lag_seconds", "jitter_seconds", "seed", "stuck", "release")
    index = world.hubspot.index
    lag = seconds(body, "lag_seconds", math.inf if body.get("lag_seconds", 0) is None else 0)
    jitter, stuck, seed = seconds(body, "jitter_seconds", 0), body.get("stuck", []), body.get("seed", 1)
    if not isinstance(stuck, list) or not isinstance(seed, int):
        raise BadControl("stuck must be a list of ids, and seed a whole number")
    if body.get("release"):
        index.release()
    index.control(lag * 1000, jitter * 1000, seed, [str(each) for each in stuck])
    return search_state(world, system, {})


def search_state(world: World, system: System, query: Body) -> Body:
    """The lag, and the ids of the records whose newest state search does not see yet."""
    only(query)
    hubspot, index = world.hubspot, world.hubspot.index
    for table in hubspot.tables.values():
        index.catch_up(table, hubspot.now())
    waiting = {name: sorted(map(str, each)) for name, each in index.waiting.items() if each}
    lag = None if math.isinf(index.lag) else index.lag / 1000
    return {"lag_seconds": lag, "jitter_seconds": index.jitter / 1000, "stuck": sorted(index.stuck), "waiting": waiting}


def seconds(body: Body, key: str, default: float) -> float:
    value = body.get(key)
    if value is None:
        return default
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= SECONDS_MOST:
        raise BadControl(f"{key} must be a number of seconds from 0 to {SECONDS_MOST:,}, not {value!r}")
    return value


def behaviour(world: World, system: System, body: Body) -> Body:
    """Switch what is not known for sure of the real service; see sandbox/hubspot/behaviour.py."""
    try:
        world.hubspot.behaviour.switch(body)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return world.hubspot.behaviour.shown()


def behaviour_state(world: World, system: System, query: Body) -> Body:
    """How the switches of `behaviour` stand."""
    only(query)
    return world.hubspot.behaviour.shown()


def edit(world: World, system: System, body: Body) -> Body:
    """Write into a record, or without an `id` make one, as a person in HubSpot, a form or an import does."""
    only(body, "object", "id", "properties", "by", "source")
    state, table = world.hubspot, table_of(world, body)
    record = None if body.get("id") is None else record_of(table, body, "id")
    try:
        writer = people.writer(state, str(body.get("source", "CRM_UI")), body.get("by"))
        written = people.edit(state, table, record, body.get("properties"), writer)
    except (HubSpotRefusal, ValueError) as refusal:
        raise BadControl(str(refusal)) from refusal
    return {"object": table.kind.name, "id": str(written.id)}


def merge(world: World, system: System, body: Body) -> Body:
    """Merge two records as a person does; answers with the id of what they have become."""
    only(body, "object", "primary", "merged", "by")
    table = table_of(world, body)
    pair = record_of(table, body, "primary"), record_of(table, body, "merged")
    try:
        writer = people.writer(world.hubspot, "CRM_UI", body.get("by"))
        record = people.merge_by_hand(world.hubspot, table, *pair, writer)
    except HubSpotRefusal as refusal:
        raise BadControl(str(refusal)) from refusal
    return {"object": table.kind.name, "id": str(record.id)}


def archive(world: World, system: System, body: Body) -> Body:
    """Put a record into the recycle bin, as a person does who deletes it."""
    only(body, "object", "id", "by")
    table = table_of(world, body)
    record = record_of(table, body, "id")
    writes.archive(world.hubspot, table, record, people.writer(world.hubspot, "CRM_UI", body.get("by")))
    return {"object": table.kind.name, "id": str(record.id)}


def restore(world: World, system: System, body: Body) -> Body:
    """Take a record out of the recycle bin, as an admin does; refused while another has its address."""
    only(body, "object", "id", "by")
    table = table_of(world, body)
    record = record_of(table, body, "id", is_archived=True)
    try:
        people.restore(world.hubspot, table, record, people.writer(world.hubspot, "CRM_UI", body.get("by")))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"object": table.kind.name, "id": str(record.id)}


def property_rules(world: World, system: System, body: Body) -> Body:
    """What an object's records must have: on create, and while another property has a value; both empty lifts it."""
    only(body, "object", "required_on_create", "conditional")
    try:
        world.hubspot.rules.set(table_of(world, body), body.get("required_on_create", []), body.get("conditional", []))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return body


def workflow(world: World, system: System, body: Body) -> Body:
    """Add a workflow, or with `clear` take all away, their runs to come included."""
    only(body, "object", "name", "when", "set", "copy", "normalise_phone", "after_seconds", "clear")
    state = world.hubspot
    if body.get("clear"):
        state.workflows.all.clear()
        state.workflows.runs.clear()
        return {"workflows": []}
    added = read_workflow(state, table_of(world, body), body)
    if any(each.name == added.name for each in state.workflows.all):
        raise BadControl(f"there is a workflow {added.name!r} already: give it another name")
    state.workflows.all.append(added)
    return {"workflows": [each.name for each in state.workflows.all]}


def read_workflow(state: HubSpotState, table: Table, body: Body) -> Workflow:
    when, sets, copies = (texts(body, key) for key in ("when", "set", "copy"))
    if when.keys() - {"property", "value"}:
        raise BadControl('when must be {"property": name, "value"?: text}')
    named = [when.get("property"), *sets, *copies, *copies.values()]
    unknown = sorted(each for each in named if each is not None and table.definition(each) is None)
    if unknown:
        raise BadControl(f"{table.kind.name} have no property {', '.join(unknown)}")
    if not (sets or copies or body.get("normalise_phone")):
        raise BadControl('say what it does: "set": {name: value}, "copy": {to: from} or "normalise_phone": true')
    return Workflow(
        name=str(body.get("name") or f"number {len(state.workflows.all) + 1}"),
        object_name=table.kind.name,
        property=when.get("property"),
        value=when.get("value"),
        sets=sets,
        copies=copies,
        normalises_phones=bool(body.get("normalise_phone")),
        after=round(seconds(body, "after_seconds", 0) * 1000),
    )


def texts(body: Body, key: str) -> dict[str, str]:
    value = body.get(key) or {}
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise BadControl(f"{key} must be an object of names and texts, not {value!r}")
    return dict(value)


def workflow_state(world: World, system: System, query: Body) -> Body:
    """The workflows, how many runs are to come, and those that failed."""
    only(query)
    all_ = world.hubspot.workflows
    return {"workflows": [each.name for each in all_.all], "to_come": len(all_.runs), "failed": all_.failed}


def table_of(world: World, body: Body) -> Table:
    try:
        return world.hubspot.table(str(body.get("object")))
    except ValueError as error:
        raise BadControl(str(error)) from error


def record_of(table: Table, body: dict[str, Any], key: str, is_archived: bool = False) -> Record:
    record = table.find(str(body.get(key)), is_archived=is_archived, follows_merges=not is_archived)
    if record is None:
        where = f"the recycle bin of {table.kind.name}" if is_archived else table.kind.name
        raise BadControl(f"{key}: there is no {body.get(key)!r} in {where}")
    return record


CONTROLS: dict[str, Action] = {
    "archive": archive, "behaviour": behaviour, "edit": edit, "merge": merge, "property_rules": property_rules,
    "restore": restore, "search": search, "workflow": workflow,
}  # fmt: skip
LOOKS: dict[str, Action] = {"behaviour": behaviour_state, "search": search_state, "workflows": workflow_state}
