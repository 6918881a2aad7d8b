"""The HTTP side of the org: routes, sessions, the quota, and every refusal in Salesforce's own shape."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.log import Caller, shown_token
from sandbox.salesforce import batches, describe, limits, oauth, queries, rows, tooling
from sandbox.salesforce.calls import Answer, Call, Handler
from sandbox.salesforce.errors import Trouble, no_such_resource, quota_spent, session_invalid

if TYPE_CHECKING:
    from sandbox.world import World

JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
LONGEST_ADDRESS = 16_384
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
NAME = "([A-Za-z][A-Za-z0-9_]*)"
ONE = "([^/]+)"

HANDLERS: list[tuple[str, dict[str, Handler]]] = [
    ("", {"GET": limits.resources}),
    ("limits", {"GET": limits.limits}),
    ("limits/recordCount", {"GET": limits.record_count}),
    ("query", {"GET": queries.query}),
    ("queryAll", {"GET": queries.query_all}),
    (f"(?:query|queryAll)/{ONE}", {"GET": queries.more}),
    ("sobjects", {"GET": describe.describe_global}),
    (f"sobjects/{NAME}", {"GET": rows.basics, "POST": rows.create}),
    (f"sobjects/{NAME}/describe", {"GET": describe.describe}),
    (f"sobjects/{NAME}/{ONE}", {"GET": rows.read, "PATCH": rows.update, "DELETE": rows.remove}),
    (
        f"sobjects/{NAME}/{NAME}/{ONE}",
        {"GET": rows.read_by_key, "PATCH": rows.upsert, "DELETE": rows.remove_by_key},
    ),
    ("composite/sobjects", {"POST": batches.create, "PATCH": batches.update, "DELETE": batches.remove}),
    (f"composite/sobjects/{NAME}", {"GET": batches.retrieve, "POST": batches.retrieve}),
    (f"composite/sobjects/{NAME}/{NAME}", {"PATCH": batches.upsert}),
    ("tooling/query", {"GET": queries.tooling_query}),
    ("tooling/sobjects/CustomField", {"POST": tooling.create_field}),
    (f"tooling/sobjects/CustomField/{ONE}", {"GET": tooling.read_field, "DELETE": tooling.remove_field}),
]
TABLE = [(re.compile(pattern), handlers) for pattern, handlers in HANDLERS]


def routes(world: World) -> list[BaseRoute]:
    """The routes of `world.salesforce`, which is looked up at each call, since a reset replaces it."""

    async def versions(_request: Request) -> Response:
        return _response(Answer(200, limits.versions()))

    async def api(request: Request) -> Response:
        body = await request.body()
        answer = _api(world, request, body)
        answer.headers["Sforce-Limit-Info"] = limits.usage(world.salesforce)
        answer.headers["X-Request-Id"] = f"{world.salesforce_log.request_count + 1:032x}"
        return _response(answer)

    async def token(request: Request) -> Response:
        body = await request.body()
        authorization = request.headers.get("authorization", "")
        return _response(Answer(*oauth.token(world.salesforce, authorization, body, _origin(request))))

    async def user_info(request: Request) -> Response:
        if oauth.session_of(world.salesforce, request.headers.get("authorization", "")) is None:
            return _response(Answer(403, "Bad_OAuth_Token"))
        return _response(Answer(200, oauth.user_info(world.salesforce, _origin(request))))

    return [
        Route("/services/oauth2/token", token, methods=["POST"]),
        Route("/services/oauth2/userinfo", user_info, methods=["GET", "POST"]),
        Route("/services/data", versions),
        Route("/services/data/", versions),
        Route("/services/data/v{version}/{rest:path}", api, methods=METHODS),
        Route("/services/data/v{version}", api, methods=METHODS),
    ]


def _api(world: World, request: Request, body: bytes) -> Answer:
    """The answer to one call within a version, refusals among them."""
    if (too_long := _too_long(request)) is not None:
        return too_long
    try:
        token = shown_token(request.headers.get("authorization", ""))
        world.salesforce_log.caller = Caller(token, f"{request.method} {request.url.path}")
        _admit(world, request)
        handler, call = _find(world, request, body)
        return handler(call)
    except Trouble as trouble:
        return Answer(trouble.status, trouble.as_call())


def _admit(world: World, request: Request) -> None:
    """Check the session and the quota; an admitted call counts."""
    if oauth.session_of(world.salesforce, request.headers.get("authorization", "")) is None:
        raise session_invalid()
    if world.salesforce_log.refuse_next > 0:
        world.salesforce_log.refuse_next -= 1
        raise quota_spent()
    world.salesforce.api_calls += 1


def _find(world: World, request: Request, body: bytes) -> tuple[Handler, Call]:
    """The handler for a path below the version; the path is read as it was sent, so an id may hold an encoded slash."""
    raw = request.scope.get("raw_path", request.url.path.encode()).decode("ascii").split("?")[0]
    version, _, rest = raw.removeprefix("/services/data/v").partition("/")
    if not re.fullmatch(r"\d+\.\d", version):
        raise no_such_resource()
    for pattern, handlers in TABLE:
        found = pattern.fullmatch(rest.rstrip("/"))
        if not found:
            continue
        method = "GET" if request.method == "HEAD" else request.method
        if method not in handlers:
            allowed = ",".join(["HEAD", *handlers] if "GET" in handlers else handlers)
            message = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
            raise Trouble("METHOD_NOT_ALLOWED", message, status=405)
        parts = tuple(unquote(part) for part in found.groups())
        request.scope["sandbox.route"] = template(pattern.pattern)
        call = Call(world.salesforce, method, version, parts, request.query_params, request.headers, body,
                    _origin(request))  # fmt: skip
        return handlers[method], call
    raise no_such_resource()


@cache
def template(pattern: str) -> str:
    """A pattern of the table as people write a route.

    >>> template(f"sobjects/{NAME}/{NAME}/{ONE}")
    '/services/data/v{version}/sobjects/{name}/{name}/{value}'
    """
    return "/services/data/v{version}/" + pattern.replace(NAME, "{name}").replace(ONE, "{value}").replace("(?:", "(")


def _too_long(request: Request) -> Answer | None:
    """Salesforce answers 414 to an address over 16,384 bytes, 431 where it is too long together with the headers.

    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
    """
    address = len(request.scope.get("raw_path", b"")) + 1 + len(request.scope["query_string"])
    together = address + sum(len(name) + len(value) for name, value in request.headers.raw)
    if address > LONGEST_ADDRESS:
        return Answer(414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", {"Content-Type": HTML})
    if together > LONGEST_ADDRESS:
        reason = "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>"
        return Answer(431, reason, {"Content-Type": HTML})
    return None


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _response(answer: Answer) -> Response:
    if answer.body is None or isinstance(answer.body, str):
        content: Any = (answer.body or "").encode()
        return Response(content, answer.status, answer.headers, media_type=None if answer.body is None else HTML)
    return Response(orjson.dumps(answer.body), answer.status, answer.headers, media_type=JSON)
