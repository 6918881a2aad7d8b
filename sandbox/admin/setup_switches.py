"""Controls of what an administrator switches on, field history and shared activities, and records of any object."""

from __future__ import annotations

from sandbox.admin.control import Action, BadControl, Body, System, only
from sandbox.salesforce.schema.history import HISTORY
from sandbox.world import World

MOST_TRACKED = 20


def history(world: World, system: System, body: Body) -> Body:
    """Track the changes of these fields of an object from now on; an empty list ends it."""
    only(body, "object", "fields")
    name, fields = body.get("object"), body.get("fields")
    if name not in HISTORY or not isinstance(fields, list):
        raise BadControl(f'send {{"object": one of {", ".join(HISTORY)}, "fields": [name, ...]}}')
    table = world.salesforce.table(name)
    found = [table.field(str(field)) for field in fields]
    if None in found or len(found) > MOST_TRACKED:
        raise BadControl(f"fields must be up to {MOST_TRACKED} fields of {name}")
    world.salesforce.tracked[name] = frozenset(field.name for field in found if field)
    return {"object": name, "fields": sorted(world.salesforce.tracked[name])}


def activities(world: World, system: System, body: Body) -> Body:
    """Turn Shared Activities on or off: with it, activities have relations to several contacts."""
    only(body, "shared")
    if not isinstance(body.get("shared"), bool):
        raise BadControl('send {"shared": true or false}')
    world.salesforce.share_activities(body["shared"])
    return {"shared": body["shared"]}


def records(world: World, system: System, body: Body) -> Body:
    """Records of any object are there, as if they had always been: unchecked, unlogged, with stamps of their own."""
    only(body, "object", "records")
    name, rows = body.get("object"), body.get("records")
    if not isinstance(name, str) or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadControl('send {"object": name, "records": [{field: value}, ...]}')
    try:
        return {"ids": [world.salesforce.add(name, row) for row in rows]}
    except (ValueError, TypeError) as error:
        raise BadControl(str(error)) from error


CONTROLS: dict[str, Action] = {"history": history, "activities": activities, "records": records}
