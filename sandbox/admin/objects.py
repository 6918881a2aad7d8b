"""The controls of HubSpot's objects: what activities may have, and a look at what joins records."""

from __future__ import annotations

from sandbox.admin.control import BadControl, Body, System, only
from sandbox.world import World


def unique_activities(world: World, system: System, body: Body) -> Body:
    """Whether calls, emails, meetings, notes and tasks may have unique properties: allowed until this says no."""
    only(body, "allowed")
    if not isinstance(body.get("allowed"), bool):
        raise BadControl('send {"allowed": true} or {"allowed": false}')
    world.hubspot.has_unique_activities = body["allowed"]
    return {"allowed": body["allowed"]}


def associations(world: World, system: System, query: Body) -> Body:
    """Which records are joined: object, id, object, id and the type's name from there, each pair from both sides."""
    only(query)
    joined = world.hubspot.associations.joined
    rows = [
        [*start, other, other_id, type_.name]
        for start, beside in joined.items()
        for other, ids in beside.items()
        for other_id, types in ids.items()
        for type_ in types
    ]
    return {"count": len(rows), "associations": sorted(rows)}
