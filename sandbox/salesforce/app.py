"""The HTTP side of the org: routes, sessions, the quota, and every refusal in Salesforce's own shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.log import Caller, shown_token
from sandbox.salesforce import batches, describe, limits, queries, rows, sosl, tooling
from sandbox.salesforce.access import oauth, sign_in
from sandbox.salesforce.bulk import first_calls
from sandbox.salesforce.bulk import routes as bulk_routes
from sandbox.salesforce.calls import Answer, Call, Handler
from sandbox.salesforce.composite import batch, requests, tree
from sandbox.salesforce.errors import Trouble, no_such_resource, quota_spent, session_invalid
from sandbox.salesforce.life import partner, replication
from sandbox.salesforce.metadata import rest, soap
from sandbox.salesforce.pages import layouts, views

if TYPE_CHECKING:
    from sandbox.salesforce.metadata.xml_tree import Element
    from sandbox.salesforce.state import SalesforceState
    from sandbox.world import World

JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
XML = "text/xml;charset=UTF-8"
LONGEST_ADDRESS = 16_384
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
NAME = "([A-Za-z][A-Za-z0-9_]*)"
ONE = "([^/]+)"
SETUP = "(CustomField|ValidationRule|Layout)"

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
    (f"sobjects/{NAME}/quickActions", {"GET": limits.quick_actions}),
    (f"sobjects/{NAME}/updated", {"GET": replication.updated}),
    (f"sobjects/{NAME}/deleted", {"GET": replication.deleted}),
    (f"sobjects/{NAME}/describe/layouts", {"GET": layouts.layouts}),
    (f"sobjects/{NAME}/describe/layouts/{ONE}", {"GET": layouts.layout}),
    (f"sobjects/{NAME}/describe/compactLayouts", {"GET": layouts.compact_layouts}),
    (f"sobjects/{NAME}/listviews", {"GET": views.all_views}),
    (f"sobjects/{NAME}/listviews/{ONE}", {"GET": views.view}),
    (f"sobjects/{NAME}/listviews/{ONE}/describe", {"GET": views.describe}),
    (f"sobjects/{NAME}/listviews/{ONE}/results", {"GET": views.results}),
    (f"sobjects/{NAME}/{ONE}", {"GET": rows.read, "PATCH": rows.update, "DELETE": rows.remove}),
    (
        f"sobjects/{NAME}/{NAME}/{ONE}",
        {"GET": rows.read_by_key, "PATCH": rows.upsert, "DELETE": rows.remove_by_key},
    ),
    ("composite/sobjects", {"POST": batches.create, "PATCH": batches.update, "DELETE": batches.remove}),
    (f"composite/sobjects/{NAME}", {"GET": batches.retrieve, "POST": batches.retrieve}),
    (f"composite/sobjects/{NAME}/{NAME}", {"PATCH": batches.upsert}),
    ("composite", {"POST": requests.composite}),
    ("composite/batch", {"POST": batch.batch}),
    ("composite/graph", {"POST": requests.graph}),
    (f"composite/tree/{NAME}", {"POST": tree.create}),
    ("recent", {"GET": limits.recent}),
    ("search", {"GET": sosl.search}),
    ("parameterizedSearch", {"GET": sosl.parameterized}),
    ("quickActions", {"GET": limits.quick_actions}),
    *bulk_routes.HANDLERS,
    ("metadata/deployRequest", {"POST": rest.deploy}),
    (f"metadata/deployRequest/{ONE}", {"GET": rest.status, "PATCH": rest.cancel}),
    ("tooling/query", {"GET": queries.tooling_query}),
    ("tooling/sobjects", {"GET": tooling.describe_global}),
    (f"tooling/sobjects/{SETUP}", {"POST": tooling.create}),
    (f"tooling/sobjects/{NAME}/describe", {"GET": tooling.describe}),
    (
        f"tooling/sobjects/{SETUP}/{ONE}",
        {"GET": tooling.read, "PATCH": tooling.update, "DELETE": tooling.remove},
    ),
    ("tooling/sobjects/(CustomPermission)", {"POST": rows.create}),
    (
        f"tooling/sobjects/(CustomPermission)/{ONE}",
        {"GET": rows.read, "PATCH": rows.update, "DELETE": rows.remove},
    ),
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

    async def metadata(request: Request) -> Response:
        return _soap(world, request, await request.body(), soap.answer)

    async def partner_call(request: Request) -> Response:
        body = await request.body()
        if partner.is_login(body):
            return sign_in.refused_login(float(request.path_params["version"]))
        return _soap(world, request, body, partner.answer)

    return [
        Route("/services/Soap/u/{version:float}", partner_call, methods=["POST"]),
        Route("/services/Soap/u/{version:float}/{rest:path}", partner_call, methods=["POST"]),
        Route("/services/Soap/m/{version}", metadata, methods=["POST"]),
        Route("/services/Soap/m/{version}/{rest:path}", metadata, methods=["POST"]),
        *sign_in.routes(world),
        *first_calls.routes(world, _admit),
        Route("/services/data", versions),
        Route("/services/data/", versions),
        Route("/services/data/v{version}/{rest:path}", api, methods=METHODS),
        Route("/services/data/v{version}", api, methods=METHODS),
    ]


def _api(world: World, request: Request, body: bytes) -> Answer:
    """The answer to one call within a version, refusals among them."""
    if (too_long := _too_long(request)) is not None:
        return too_long
    state = world.salesforce
    try:
        token = shown_token(request.headers.get("authorization", ""))
        world.salesforce_log.caller = Caller(token, f"{request.method} {request.url.path}")
        _begin(state, request)
        _admit(world, request.headers.get("authorization", ""))
        # The path is read as it was sent, so that an id may hold an encoded slash.
        path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii").split("?")[0]
        found = _find(request.method, path)
        request.scope["sandbox.route"] = found.route
        return _answer(state, sign_in.origin(request), found, request.query_params, request.headers, body)
    except Trouble as trouble:
        return Answer(trouble.status, trouble.as_call())


def _soap(world: World, request: Request, body: bytes, answer: Callable[[SalesforceState, Element], str]) -> Response:
    """The answer to a call by SOAP, which brings its session in the envelope; a refusal is a 500."""
    try:
        _begin(world.salesforce, request)
        session, asked = soap.read_envelope(body)
        world.salesforce_log.caller = Caller(session[:8], f"POST {request.url.path} {asked.tag}")
        _admit(world, f"Bearer {session}")
        return Response(answer(world.salesforce, asked), media_type=XML)
    except Trouble as trouble:
        fault = soap.fault_of(trouble)
    except soap.Fault as refused:
        fault = refused
    return Response(soap.fault_envelope(fault), 500, media_type=XML)


def _begin(state: SalesforceState, request: Request) -> None:
    """What is due by now has happened; what the call locks is its connection's."""
    state.catch_up()
    state.settings.locks.connection = f"{request.client.host}:{request.client.port}" if request.client else ""


def _admit(world: World, authorization: str) -> None:
    """Check the session and the quota; an admitted call counts."""
    if oauth.session_of(world.salesforce, authorization) is None:
        raise session_invalid()
    if world.salesforce_log.refuse_next > 0:
        world.salesforce_log.refuse_next -= 1
        raise quota_spent()
    world.salesforce.usage.count_call()


class Found(NamedTuple):
    """The handler for a path below a version, the method (GET for HEAD), the parts of the path, and its route."""

    handler: Handler
    method: str
    version: str
    parts: tuple[str, ...]
    route: str


def _answer(
    state: SalesforceState, origin: str, found: Found, parameters: Mapping[str, str], headers: Mapping[str, str],
    body: bytes,
) -> Answer:  # fmt: skip
    """Let the handler answer; raises `Trouble`. Calls within a call come here as well."""

    def inside(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        path, _, query = url.partition("?")
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        try:
            return _answer(state, origin, _find(method.upper(), path), parameters, headers, body)
        except Trouble as trouble:
            return Answer(trouble.status, trouble.as_call())

    call = Call(state, found.method, found.version, found.parts, parameters, headers, body, origin, inside)
    return found.handler(call)


def _find(method: str, path: str) -> Found:
    version, _, rest = path.removeprefix("/services/data/v").partition("/")
    if not re.fullmatch(r"\d+\.\d", version):
        raise no_such_resource()
    for pattern, handlers in TABLE:
        found = pattern.fullmatch(rest.rstrip("/"))
        if not found:
            continue
        asked = "GET" if method == "HEAD" else method
        if asked not in handlers:
            allowed = ",".join(["HEAD", *handlers] if "GET" in handlers else handlers)
            raise Trouble(
                "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are {allowed}", status=405
            )
        parts = tuple(unquote(part) for part in found.groups())
        return Found(handlers[asked], asked, version, parts, template(pattern.pattern))
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


def _response(answer: Answer) -> Response:
    if answer.body is None or isinstance(answer.body, str):
        content: Any = (answer.body or "").encode()
        media_type = None if answer.body is None or "Content-Type" in answer.headers else HTML
        return Response(content, answer.status, answer.headers, media_type=media_type)
    return Response(orjson.dumps(answer.body), answer.status, answer.headers, media_type=JSON)
