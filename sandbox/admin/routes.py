"""The controls of the sandbox, on `/_sandbox/` of each port: reset, seed, fields, clock, quota, who may do what, look.

They are no part of either API: they need no token and stand in no request log. One clock serves both systems; `quota`,
`fields`, `requests`, `writes` and `state` speak of the system whose port they are asked on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.admin import both, hubspot, salesforce
from sandbox.admin.control import Action, BadControl, Body, System, read_body
from sandbox.hubspot.life.due import catch_up
from sandbox.world import World


def routes(world: World, system: System) -> list[BaseRoute]:
    own = hubspot if system == "hubspot" else salesforce
    controls, looks = both.CONTROLS | own.CONTROLS, both.LOOKS | own.LOOKS
    return [
        Route("/_sandbox", listing(controls, looks), methods=["GET"]),
        *(post(world, system, name, action) for name, action in controls.items()),
        *(get(world, system, name, action) for name, action in looks.items()),
    ]


def listing(controls: dict[str, Action], looks: dict[str, Action]) -> Callable[[Request], Awaitable[Response]]:
    """What can be done and looked at on this port, in the words of each control's own docstring."""
    told = {
        kind: {name: " ".join((action.__doc__ or "").split()) for name, action in sorted(actions.items())}
        for kind, actions in (("controls", controls), ("looks", looks))
    }

    async def listed(_request: Request) -> Response:
        return respond(told)

    return listed


def post(world: World, system: System, name: str, action: Action) -> Route:
    async def controlled(request: Request) -> Response:
        try:
            body = read_body(await request.body())
            catch_up(world.hubspot)
            world.salesforce.catch_up()
            outcome = action(world, system, body)
            return respond(await outcome if isinstance(outcome, Awaitable) else outcome)
        except BadControl as error:
            return respond({"error": f"{name}: {error}"}, 400)

    return Route(f"/_sandbox/{name}", controlled, methods=["POST"])


def get(world: World, system: System, name: str, action: Action) -> Route:
    async def looked(request: Request) -> Response:
        try:
            catch_up(world.hubspot)
            world.salesforce.catch_up()
            outcome = action(world, system, dict(request.query_params))
            return respond(await outcome if isinstance(outcome, Awaitable) else outcome)
        except BadControl as error:
            return respond({"error": f"{name}: {error}"}, 400)

    return Route(f"/_sandbox/{name}", looked, methods=["GET"])


def respond(body: Body, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
