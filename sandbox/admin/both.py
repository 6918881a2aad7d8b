"""The controls that both systems have: reset, seed, fields, clock, auth, and looks at what happened."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from sandbox.admin import faults
from sandbox.admin.control import Action, BadControl, Body, System, log_of, only, whole_number
from sandbox.people import populate
from sandbox.people.activities import add_activities
from sandbox.people.deals import add_deals
from sandbox.people.opportunities import add_opportunities
from sandbox.world import World


def reset(world: World, system: System, body: Body) -> Body:
    """Empty both systems, custom fields and logs included; the clock stays as it is."""
    only(body)
    world.reset()
    return {"reset": True}


def seed(world: World, system: System, body: Body) -> Body:
    """Empty both systems and fill them with the people of a seed, (in HubSpot) with `deals` for some of them, (in
    Salesforce) with `opportunities`, and with `activities` of their reps, some in HubSpot and some in Salesforce."""
    only(body, "people", "seed", "deals", "activities", "opportunities")
    people, seed_ = whole_number(body, "people"), whole_number(body, "seed", default=1)
    more = {name: whole_number(body, name, default=0) for name in ("deals", "activities", "opportunities")}
    world.reset()
    populate(world, people, seed_)
    add_deals(world, more["deals"], seed_)
    add_activities(world, more["activities"], seed_)
    add_opportunities(world, more["opportunities"], seed_)
    return {"people": people, "seed": seed_} | {name: number for name, number in more.items() if number}


def fields(world: World, system: System, body: Body) -> Body:
    """Add custom fields to an object of this system."""
    only(body, "object", "fields")
    object_name, definitions = body.get("object"), body.get("fields")
    if not isinstance(object_name, str) or not isinstance(definitions, list):
        raise BadControl('send {"object": name, "fields": [{"name": ...}, ...]}')
    place = world.hubspot if system == "hubspot" else world.salesforce
    for definition in definitions:
        if not isinstance(definition, dict):
            raise BadControl(f"each field must be an object with a name, not {definition!r}")
        try:
            place.add_field(object_name, definition)
        except ValueError as error:
            raise BadControl(str(error)) from error
    return {"object": object_name, "fields": [definition.get("name") for definition in definitions]}


def clock(world: World, system: System, body: Body) -> Body:
    """Freeze the clock at a moment, move it, or let it run; with nothing to do, only say what time it is.

    `skew` makes this system's own clock run that many seconds ahead of the common one (behind it, if negative).
    """
    own = world.clocks[system]
    match body:
        case {"skew": int() | float() as seconds, **rest} if not rest and not isinstance(seconds, bool):
            own.skew = timedelta(milliseconds=round(seconds * 1000))
        case {"advance": int() | float() as seconds, **rest} if not rest and not isinstance(seconds, bool):
            world.clock.advance(seconds)
        case {"set": str(text), **rest} if not rest:
            world.clock.set(read_moment(text))
        case {"run": True, **rest} if not rest:
            world.clock.run()
        case {}:
            if body:
                raise BadControl(
                    'send one of {"advance": seconds}, {"set": ISO date and time}, {"run": true}, {"skew": seconds}'
                )
    now = own.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"now": now, "frozen": world.clock.is_frozen, "skew": own.skew.total_seconds()}


def read_moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadControl(f"set must be an ISO date and time such as 2026-11-02T09:00:00Z, not {text!r}") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def auth(world: World, system: System, body: Body) -> Body:
    """Be strict about tokens; register an app or a key, revoke a refresh token, end all sessions, take scopes away."""
    try:
        if system == "hubspot":
            return world.hubspot.access.control(body, world.hubspot.now())
        return world.salesforce.sessions.control(body)
    except (KeyError, TypeError) as error:
        raise BadControl(f"app lacks a key, or has one that means nothing: {error}") from error
    except ValueError as error:
        raise BadControl(str(error)) from error


def requests(world: World, system: System, query: Body) -> Body:
    """The newest 20,000 calls, and how many took each route; `path` (a pattern), `method` and `status` choose."""
    only(query, "path", "method", "status")
    log = log_of(world, system)
    chosen = [each for each in log.requests if is_asked_for(each, query)]
    by_route = Counter(f"{each['method']} {each['route'] or 'unknown'}" for each in chosen)
    count = len(chosen) if query else log.request_count
    return {"count": count, "by_route": dict(sorted(by_route.items())), "requests": chosen}


def is_asked_for(entry: Body, query: Body) -> bool:
    return (
        fnmatchcase(entry["path"], query.get("path", "*"))
        and str(query.get("method", entry["method"])).upper() == entry["method"]
        and query.get("status", str(entry["status"])) == str(entry["status"])
    )


def writes(world: World, system: System, query: Body) -> Body:
    """What this system accepted (the newest 20,000): who, when, by which route, what was sent, and what it changed."""
    only(query)
    log = log_of(world, system)
    return {"count": log.write_count, "writes": list(log.writes)}


def state(world: World, system: System, query: Body) -> Body:
    """What stands in this system, or in one object of it."""
    only(query, "object")
    place = world.hubspot if system == "hubspot" else world.salesforce
    try:
        return place.snapshot(query.get("object"))
    except ValueError as error:
        raise BadControl(str(error)) from error


CONTROLS: dict[str, Action] = {
    "reset": reset, "seed": seed, "fields": fields, "clock": clock, "auth": auth,
    "faults": faults.faults,
}  # fmt: skip
LOOKS: dict[str, Action] = {"requests": requests, "writes": writes, "state": state, "clock": clock,
                            "faults": faults.look}  # fmt: skip
