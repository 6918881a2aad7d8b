"""The HTTP face of the sandbox's HubSpot: which path is answered by which handler, who may ask, and the headers.

Every handler is a plain function that runs to its end before the next one starts: no request sees half a write.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.directory import Directory
from sandbox.hubspot import account, batch, objects
from sandbox.hubspot.access import tokens
from sandbox.hubspot.access.scopes import needed_scopes
from sandbox.hubspot.associations.routes import associations
from sandbox.hubspot.call import DATED, Answer, Call, Handler
from sandbox.hubspot.errors import HubSpotRefusal
from sandbox.hubspot.legacy import LEGACY
from sandbox.hubspot.life import endings
from sandbox.hubspot.life.due import catch_up
from sandbox.hubspot.lists import routes as lists
from sandbox.hubspot.outages import gateway_page
from sandbox.hubspot.preferences import routes as preferences
from sandbox.hubspot.quotas import Bucket
from sandbox.hubspot.schema import group_calls, properties, validation_calls
from sandbox.hubspot.schema.custom_calls import schemas
from sandbox.hubspot.schema.pipeline_calls import pipelines
from sandbox.hubspot.search import search
from sandbox.hubspot.state import HubSpotState
from sandbox.log import Caller, shown_token
from sandbox.world import World

OBJECTS = ("/crm/v3/objects", *(f"/crm/objects/{version}" for version in DATED))
VALIDATIONS = ("/crm/v3/property-validations", *(f"/crm/property-validations/{version}" for version in DATED))
PROPERTIES = ("/crm/v3/properties", *(f"/crm/properties/{version}" for version in DATED))
OWNERS = ("/crm/v3/owners", *(f"/crm/owners/{version}" for version in DATED))
ACCOUNT = ("/account-info/v3", *(f"/account-info/{version}" for version in DATED))
OAUTH_V1 = ("/oauth/v1",)
OAUTH = ("/oauth/v3", *(f"/oauth/{version}" for version in DATED))

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
    (OBJECTS, "POST", "/{object}/merge", endings.merge_records),
    (OBJECTS, "POST", "/{object}/gdpr-delete", endings.erase_record),
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
    (VALIDATIONS, "GET", "/{object}", validation_calls.list_validations),
    (VALIDATIONS, "GET", "/{object}/{name}", validation_calls.read_validations),
    (VALIDATIONS, "GET", "/{object}/{name}/rule-type/{rule_type}", validation_calls.read_validation),
    (VALIDATIONS, "PUT", "/{object}/{name}/rule-type/{rule_type}", validation_calls.put_validation),
    *associations(DATED),
    *pipelines(DATED),
    *schemas(DATED),
    *LEGACY,
    (OWNERS, "GET", "", account.list_owners),
    (OWNERS, "GET", "/{owner_id}", account.read_owner),
    (ACCOUNT, "GET", "/details", account.details),
    (ACCOUNT, "GET", "/api-usage/daily/private-apps", account.usage),
    *lists.TABLE,
    *preferences.TABLE,
)
OPEN_TABLE: tuple[tuple[tuple[str, ...], str, str, Handler], ...] = (
    ((*OAUTH_V1, *OAUTH), "POST", "/token", tokens.make_token),
    (OAUTH, "POST", "/token/introspect", tokens.introspect),
    (OAUTH, "POST", "/token/revoke", tokens.revoke),
    (OAUTH_V1, "GET", "/access-tokens/{token}", tokens.describe_access_token),
    (OAUTH_V1, "GET", "/refresh-tokens/{token}", tokens.describe_refresh_token),
    (OAUTH_V1, "DELETE", "/refresh-tokens/{token}", tokens.delete_refresh_token),
)
"""What is answered without a token, and counts towards no quota."""


def routes(world: World) -> list[BaseRoute]:
    """The routes of the API; each looks up `world.hubspot` when it is asked, since a reset replaces it."""
    found = [
        Route(prefix + path, make(world, handler), methods=[method])
        for make, table in ((open_endpoint, OPEN_TABLE), (endpoint, TABLE))
        for prefixes, method, path, handler in table
        for prefix in prefixes
    ]
    return [Directory(found)]


def open_endpoint(world: World, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        raw = await request.body()
        state = world.hubspot
        correlation_id = state.correlation_id()
        try:
            answer = handler(Call(state, request.path_params, request.query_params.multi_items(), raw, linker(request)))
        except HubSpotRefusal as refusal:
            answer = Answer(refusal.body(correlation_id), refusal.status)
        return respond(answer, identified(correlation_id))

    return answered


def endpoint(world: World, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        if address_length(request) > LONGEST_ADDRESS:
            return Response(gateway_page(414, "Request-URI Too Large"), 414, media_type="text/html")
        raw = await request.body()
        state = world.hubspot
        correlation_id = state.correlation_id()
        catch_up(state)
        shown = identified(correlation_id)
        try:
            state.log.caller = Caller(shown_token(request.headers.get("authorization", "")), route_of(request))
            shown |= admit(state, request, bucket_of(request, handler))
            answer = handler(Call(state, request.path_params, request.query_params.multi_items(), raw, linker(request)))
        except HubSpotRefusal as refusal:
            shown |= refusal.headers
            answer = Answer(refusal.body(correlation_id), refusal.status)
        return respond(answer, shown)

    return answered


def admit(state: HubSpotState, request: Request, bucket: Bucket) -> dict[str, str]:
    """Refuse a call without a good token, beyond a quota, or without the scope; else count it and say what is left."""
    asks = state.access.check(request.headers.get("authorization", ""), state.now())
    if state.log.refuse_next > 0:
        state.log.refuse_next -= 1
        raise state.quotas.pretended(asks, bucket, state.now())
    shown = state.quotas.spend(asks, bucket, state.now())
    try:
        state.access.check_scope(asks, needed_scopes(request.url.path, request.method, state.names))
    except HubSpotRefusal as refusal:
        refusal.headers |= shown
        raise
    return shown


def bucket_of(request: Request, handler: Handler) -> Bucket:
    if handler is search:
        return "search"
    path = request.url.path
    return "associations" if "/associations" in path and "/schemas/" not in path else "general"


def address_length(request: Request) -> int:
    return len(request.scope.get("raw_path", b"")) + 1 + len(request.scope["query_string"])


def route_of(request: Request) -> str:
    return f"{request.method} {request.url.path}"


def linker(request: Request) -> Callable[[str], str]:
    def link(after: str) -> str:
        others = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
        return str(request.url.replace(query=urlencode([*others, ("after", after)])))

    return link


def identified(correlation_id: str) -> dict[str, str]:
    return {"X-HubSpot-Correlation-Id": correlation_id, "X-Request-Id": correlation_id}


def respond(answer: Answer, with_headers: dict[str, str]) -> Response:
    if answer.content is None:
        return Response(status_code=answer.status, headers=with_headers)
    return Response(orjson.dumps(answer.content), answer.status, with_headers, media_type=JSON)


def unknown_path(state: HubSpotState, status: int) -> Response:
    """The answer to a path (404) or a method (405) that the API does not have."""
    correlation_id = state.correlation_id()
    message = "resource not found" if status == 404 else "HTTP method not allowed"
    body = HubSpotRefusal(status, None, message).body(correlation_id)
    return respond(Answer(body, status), identified(correlation_id))
