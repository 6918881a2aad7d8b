"""The controls of the sandbox, on `/_sandbox/` of each port: reset, seed, fields, clock, quota, who may do what, look.

They are no part of either API: they need no token and stand in no request log. One clock serves both systems; `quota`,
`fields`, `requests`, `writes` and `state` speak of the system whose port they are asked on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.log import Log
from sandbox.people import populate
from sandbox.world import World

System = Literal["hubspot", "salesforce"]
Body = dict[str, Any]
Action = Callable[[World, System, Body], Body]


class BadControl(Exception):
    """A control that cannot be carried out; the message says what to send instead."""


def routes(world: World, system: System) -> list[BaseRoute]:
    controls = {"reset": reset, "seed": seed, "fields": fields, "clock": clock, "quota": quota, "auth": auth}
    looks = {"requests": requests, "writes": writes, "state": state, "clock": clock}
    if system == "salesforce":
        controls |= {"convert": convert, "permissions": permissions, "rule": rule}
    posts = [post(world, system, name, action) for name, action in controls.items()]
    return [*posts, *(get(world, system, name, action) for name, action in looks.items())]


def post(world: World, system: System, name: str, action: Action) -> Route:
    async def controlled(request: Request) -> Response:
        try:
            return respond(action(world, system, read_body(await request.body())))
        except BadControl as error:
            return respond({"error": f"{name}: {error}"}, 400)

    return Route(f"/_sandbox/{name}", controlled, methods=["POST"])


def get(world: World, system: System, name: str, action: Action) -> Route:
    async def looked(request: Request) -> Response:
        try:
            return respond(action(world, system, dict(request.query_params)))
        except BadControl as error:
            return respond({"error": f"{name}: {error}"}, 400)

    return Route(f"/_sandbox/{name}", looked, methods=["GET"])


def respond(body: Body, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def read_body(raw: bytes) -> Body:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadControl(f"the body is not JSON ({error}); send an object such as {{}}") from error
    if not isinstance(body, dict):
        raise BadControl("the body must be a JSON object, such as {}")
    return body


def only(body: Body, *known: str) -> None:
    """Refuse keys that mean nothing here: a misspelt one would otherwise pass unnoticed."""
    unknown = sorted(body.keys() - set(known))
    if unknown:
        raise BadControl(f"unknown key {', '.join(unknown)}; it takes {', '.join(known) or 'none'}")


def whole_number(body: Body, key: str, default: int | None = None) -> int:
    value = body.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadControl(f"{key} must be a whole number from 0 on, not {value!r}")
    return value


def reset(world: World, system: System, body: Body) -> Body:
    """Empty both systems, custom fields and logs included; the clock stays as it is."""
    only(body)
    world.reset()
    return {"reset": True}


def seed(world: World, system: System, body: Body) -> Body:
    """Empty both systems and fill them with the people of a seed."""
    only(body, "people", "seed")
    people, seed_ = whole_number(body, "people"), whole_number(body, "seed", default=1)
    world.reset()
    populate(world, people, seed_)
    return {"people": people, "seed": seed_}


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
    """Freeze the clock at a moment, move it, or let it run; with nothing to do, only say what time it is."""
    match body:
        case {"advance": int() | float() as seconds, **rest} if not rest and not isinstance(seconds, bool):
            world.clock.advance(seconds)
        case {"set": str(text), **rest} if not rest:
            world.clock.set(read_moment(text))
        case {"run": True, **rest} if not rest:
            world.clock.run()
        case {}:
            if body:
                raise BadControl('send one of {"advance": seconds}, {"set": ISO date and time}, {"run": true}')
    now = world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"now": now, "frozen": world.clock.is_frozen}


def read_moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadControl(f"set must be an ISO date and time such as 2026-11-02T09:00:00Z, not {text!r}") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def quota(world: World, system: System, body: Body) -> Body:
    """Let the next calls to this system's API be refused as if its quota were spent."""
    only(body, "calls")
    log_of(world, system).refuse_next = whole_number(body, "calls")
    return {"calls": body["calls"]}


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


def permissions(world: World, system: System, body: Body) -> Body:
    """Take the API user's access to a field away, in part or in whole, or give it back."""
    only(body, "object", "field", "access")
    named = str(body.get("object", "")), str(body.get("field", "")), str(body.get("access", ""))
    try:
        world.salesforce.restrict(*named)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return body


def convert(world: World, system: System, body: Body) -> Body:
    """Convert a Lead into a Contact of a new Account, as a rep does in Salesforce."""
    only(body, "lead", "account")
    if not isinstance(body.get("lead"), str):
        raise BadControl('send {"lead": id, "account"?: name of the new account}')
    try:
        contact_id = world.salesforce.convert_lead(body["lead"], body.get("account"))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"contact": contact_id}


def rule(world: World, system: System, body: Body) -> Body:
    """A validation rule at the top of the page: a record whose field holds this value is refused, naming no field.

    `lift` takes the rules of that object and field away.
    """
    only(body, "object", "field", "refused", "message", "lift")
    object_name, field_name = body.get("object"), body.get("field")
    if not isinstance(object_name, str) or not isinstance(field_name, str):
        raise BadControl('send {"object": name, "field": name, "refused": value, "message": text} or "lift": true')
    try:
        if body.get("lift"):
            world.salesforce.lift_rules(object_name, field_name)
        else:
            world.salesforce.add_rule(object_name, field_name, body.get("refused"), str(body.get("message", "")))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"object": object_name, "field": field_name}


def requests(world: World, system: System, query: Body) -> Body:
    only(query)
    log = log_of(world, system)
    return {"count": log.request_count, "requests": list(log.requests)}


def writes(world: World, system: System, query: Body) -> Body:
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


def log_of(world: World, system: System) -> Log:
    return world.hubspot_log if system == "hubspot" else world.salesforce_log
