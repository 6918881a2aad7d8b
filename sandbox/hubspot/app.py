"""The HTTP face of the sandbox's HubSpot: which path is answered by which handler, who may ask, and the headers.

Every handler is a plain function that runs to its end before the next one starts: no request sees half a write.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.hubspot import account, batch, group_calls, objects, properties
from sandbox.hubspot.associations.routes import associations
from sandbox.hubspot.call import Answer, Call, Handler
from sandbox.hubspot.errors import HubSpotRefusal, too_many_requests
from sandbox.hubspot.legacy import LEGACY
from sandbox.hubspot.oauth import needed_scopes
from sandbox.hubspot.outages import gateway_page
from sandbox.hubspot.pipeline_calls import pipelines
from sandbox.hubspot.schema_calls import schemas
from sandbox.hubspot.search import search
from sandbox.hubspot.state import HubSpotState
from sandbox.log import Caller, shown_token
from sandbox.world import World

DATED = ("2025-09", "2026-03", "2026-09")
OBJECTS = ("/crm/v3/objects", *(f"/crm/objects/{version}" for version in DATED))
PROPERTIES = ("/crm/v3/properties", *(f"/crm/properties/{version}" for version in DATED))
OWNERS = ("/crm/v3/owners", *(f"/crm/owners/{version}" for version in DATED))
ACCOUNT = ("/account-info/v3", *(f"/account-info/{version}" for version in DATED))
TOKENS = ("/oauth/v1/token", "/oauth/v3/token", *(f"/oauth/{version}/token" for version in DATED))

DAILY_LIMIT = 625_000
WINDOW_LIMIT = 190
LONGEST_ADDRESS = 16_384
"""HubSpot documents 414 but no limit; this is about what was measured: https://github.com/PostHog/posthog/pull/31617"""
JSON = "application/json;charset=utf-8"

TABLE: tuple[tuple[tuple[str, ...], str, str, Handler], ...] = (
    (OBJECTS, "POST", "/{object}/search", search),
    (OBJECTS, "POST", "/{object}/batch/read", batch.read_batch),
    (OBJECTS, "POST", "/{object}/batch/create", batch.create_batch),
    (OBJECTS, "POST", "/{object}/batch/update", batch.update_batch),
    (OBJECTS, "POST", "/{object}/batch/upsert", batch.upsert_batch),
    (OBJECTS, "POST", "/{object}/batch/archive", batch.archive_batch),
    (OBJECTS, "GET", "/{object}", objects.list_records),
    (OBJECTS, "POST", "/{object}", objects.create_record),
    (OBJECTS, "GET", "/{object}/{record_id}", objects.read_record),
    (OBJECTS, "PATCH", "/{object}/{record_id}", objects.update_record),
    (OBJECTS, "DELETE", "/{object}/{record_id}", objects.archive_record),
    (PROPERTIES, "POST", "/{object}/batch/read", properties.read_properties),
    (PROPERTIES, "POST", "/{object}/batch/create", properties.create_properties),
    (PROPERTIES, "POST", "/{object}/batch/archive", properties.archive_properties),
    (PROPERTIES, "GET", "/{object}/groups", group_calls.list_groups),
    (PROPERTIES, "POST", "/{object}/groups", group_calls.create_group),
    (PROPERTIES, "GET", "/{object}/groups/{group}", group_calls.read_group),
    (PROPERTIES, "PATCH", "/{object}/groups/{group}", group_calls.update_group),
    (PROPERTIES, "DELETE", "/{object}/groups/{group}", group_calls.archive_group),
    (PROPERTIES, "GET", "/{object}", properties.list_properties),
    (PROPERTIES, "POST", "/{object}", properties.create_property),
    (PROPERTIES, "GET", "/{object}/{name}", properties.read_property),
    (PROPERTIES, "PATCH", "/{object}/{name}", properties.update_property),
    (PROPERTIES, "DELETE", "/{object}/{name}", properties.archive_property),
    *associations(DATED),
    *pipelines(DATED),
    *schemas(DATED),
    *LEGACY,
    (OWNERS, "GET", "", account.list_owners),
    (OWNERS, "GET", "/{owner_id}", account.read_owner),
    (ACCOUNT, "GET", "/details", account.details),
)


def routes(world: World) -> list[BaseRoute]:
    """The routes of the API; each looks up `world.hubspot` when it is asked, since a reset replaces it."""
    return [
        *(Route(path, token_endpoint(world), methods=["POST"]) for path in TOKENS),
        *(
            Route(prefix + path, endpoint(world, handler), methods=[method])
            for prefixes, method, path, handler in TABLE
            for prefix in prefixes
        ),
    ]


def token_endpoint(world: World) -> Callable[[Request], Awaitable[Response]]:
    """Access tokens for refresh tokens: outside every quota, and open without a token."""

    async def answered(request: Request) -> Response:
        state, raw = world.hubspot, await request.body()
        try:
            answer = Answer(state.access.token(raw, state.now()))
        except HubSpotRefusal as refusal:
            answer = Answer(refusal.body(state.correlation_id()), refusal.status)
        return respond(answer, {})

    return answered


def endpoint(world: World, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        if address_length(request) > LONGEST_ADDRESS:
            return Response(gateway_page(414, "Request-URI Too Large"), 414, media_type="text/html")
        raw = await request.body()
        state = world.hubspot
        correlation_id = state.correlation_id()
        try:
            state.log.caller = Caller(shown_token(request.headers.get("authorization", "")), route_of(request))
            check_access(state, request)
            answer = handler(Call(state, request.path_params, request.query_params.multi_items(), raw, linker(request)))
        except HubSpotRefusal as refusal:
            answer = Answer(refusal.body(correlation_id), refusal.status)
        return respond(answer, headers(state, correlation_id, has_limits=handler is not search))

    return answered


def check_access(state: HubSpotState, request: Request) -> None:
    """Whether the token is good and has the scope; then the quota that was ordered."""
    state.access.check(request.headers.get("authorization", ""), state.now())
    named = str(request.path_params.get("object", ""))
    path = request.url.path.rstrip("/")
    table = state.tables.get(state.names.get(named.lower(), ""))
    state.access.check_scope(needed_scopes(path, request.method, table.kind.scope if table else named))
    if state.log.refuse_next > 0:
        state.log.refuse_next -= 1
        raise too_many_requests()


def address_length(request: Request) -> int:
    return len(request.scope.get("raw_path", b"")) + 1 + len(request.scope["query_string"])


def route_of(request: Request) -> str:
    return f"{request.method} {request.url.path}"


def linker(request: Request) -> Callable[[str], str]:
    return lambda after: str(request.url.include_query_params(after=after))


def headers(state: HubSpotState, correlation_id: str, has_limits: bool) -> dict[str, str]:
    """The correlation id, and (but for searches, which have a quota of their own) the state of the quotas."""
    ids = {"X-HubSpot-Correlation-Id": correlation_id, "X-Request-Id": correlation_id}
    if not has_limits:
        return ids
    return ids | {
        "X-HubSpot-RateLimit-Daily": str(DAILY_LIMIT),
        "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, DAILY_LIMIT - state.answers_given)),
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Max": str(WINDOW_LIMIT),
        "X-HubSpot-RateLimit-Remaining": str(WINDOW_LIMIT - 1),
        "X-HubSpot-RateLimit-Secondly": "19",
        "X-HubSpot-RateLimit-Secondly-Remaining": "18",
    }


def respond(answer: Answer, with_headers: dict[str, str]) -> Response:
    if answer.content is None:
        return Response(status_code=answer.status, headers=with_headers)
    return Response(orjson.dumps(answer.content), answer.status, with_headers, media_type=JSON)


def unknown_path(state: HubSpotState, status: int) -> Response:
    """The answer to a path (404) or a method (405) that the API does not have."""
    correlation_id = state.correlation_id()
    message = "resource not found" if status == 404 else "HTTP method not allowed"
    body = HubSpotRefusal(status, None, message).body(correlation_id)
    return respond(Answer(body, status), headers(state, correlation_id, has_limits=False))
