"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import preferences, quotas, records, webhooks
from sandbox.admin.control import Action, BadControl, Body, System, only
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


CONTROLS: dict[str, Action] = {
    "quota": quotas.quota,
    "subscription": preferences.subscription,
    "unique_activities": unique_activities,
    "unsubscribe": preferences.unsubscribe,
    "webhooks": webhooks.webhooks,
    **records.CONTROLS,
}
LOOKS: dict[str, Action] = {
    "associations": associations,
    "quota": quotas.look,
    "webhooks": webhooks.look,
    **records.LOOKS,
}
