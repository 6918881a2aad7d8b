"""What surrounds both APIs: the request log, faults, gzip, tolerance for trailing slashes, and answers for paths that
do not exist and for errors of the sandbox itself.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.admin import routes as admin_routes
from sandbox.admin.control import System, log_of
from sandbox.clock import Clock
from sandbox.faults import ANSWER, Canned, Rule
from sandbox.faulty import Exchange, carry_out, send_whole
from sandbox.hubspot import app as hubspot
from sandbox.hubspot.outages import outage as hubspot_outage
from sandbox.salesforce import app as salesforce
from sandbox.salesforce.outages import outage as salesforce_outage
from sandbox.world import World

GZIP_FROM = 1_000
LARGEST_BODY = 150_000_000
"""Bytes, of what either vendor takes: a Bulk API upload in base64."""
TOO_LARGE = Canned(
    413, {"Content-Type": "text/html", "Connection": "close"}, b"<h1>413 Request Entity Too Large</h1>\n"
)


class Frame:
    """One API as it is served: every call but those to /_sandbox/ is logged, and may meet a fault.

    The `Date` of every answer is the system's own time. Slashes at the end of a path, and more than one before it, are
    tolerated: Salesforce's own command line sends `//services/data`.
    """

    def __init__(self, app: ASGIApp, world: World, system: System) -> None:
        self.app = app
        self.world = world
        self.system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        send = dated(send, self.world.clocks[self.system])
        inner = dict(scope) | {"path": "/" + path.strip("/"), "raw_path": b"/" + scope["raw_path"].lstrip(b"/")}
        if path == "/_sandbox" or path.startswith("/_sandbox/"):
            await self.app(inner, receive, send)
            return
        fault = self.world.faults[self.system].met_by(scope["method"], inner["path"])
        log = log_of(self.world, self.system)

        def heard(status: int | None) -> None:
            log.request(scope["method"], path, status, template(inner), fault.label if fault else "")

        async def logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                heard(message["status"])
            await send(message)

        if announced_length(scope) > LARGEST_BODY:
            heard(413)
            await send_whole(TOO_LARGE, send)
        elif fault is None:
            await self.app(inner, receive, logged)
        else:
            await carry_out(fault, self.app, Exchange(inner, receive, send, heard), self.canned)

    def canned(self, rule: Rule) -> Canned:
        """The answer that a rule has: one of the system's own outages, or what the rule itself says."""
        if rule.fault == ANSWER:
            is_text = isinstance(rule.body, str)
            kind = {"Content-Type": "text/html; charset=utf-8" if is_text else "application/json;charset=utf-8"}
            body = rule.body.encode() if is_text else orjson.dumps(rule.body)
            return Canned(rule.status, kind | rule.headers, body)
        if self.system == "hubspot":
            return hubspot_outage(self.world.hubspot, rule.fault)
        return salesforce_outage(self.world.salesforce, rule.fault)


def dated(send: Send, clock: Clock) -> Send:
    async def with_date(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"date", date_header(clock.now()))]}
        await send(message)

    return with_date


def date_header(at: datetime) -> bytes:
    """The `Date` of an answer.

    >>> date_header(datetime.fromisoformat("2026-11-02T09:00:00+00:00"))
    b'Mon, 02 Nov 2026 09:00:00 GMT'
    """
    return format_datetime(at, usegmt=True).encode()


def announced_length(scope: Scope) -> int:
    """The length of the body as its header says; 0 where it says nothing."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else 0


def template(scope: Scope) -> str:
    """The route that a request took, with the names of its parts in place of their values."""
    return str(scope.get("sandbox.route") or getattr(scope.get("route"), "path", ""))


def build_app(world: World, system: System) -> ASGIApp:
    """One system with its controls, ready to be served."""
    routes = hubspot.routes(world) if system == "hubspot" else salesforce.routes(world)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return unknown_path(world, system, request, status)

    inner = Starlette(
        routes=[*admin_routes.routes(world, system), *routes],
        exception_handlers={404: unknown, 405: unknown, Exception: broken},
    )
    inner.router.redirect_slashes = False
    return Frame(GZipMiddleware(inner, minimum_size=GZIP_FROM, compresslevel=1), world, system)


def unknown_path(world: World, system: System, request: Request, status: int) -> Response:
    """A path or method that does not exist, refused in the words of the system, or of the controls."""
    if request.url.path.startswith("/_sandbox/"):
        return JSONResponse({"error": f"there is no {request.method} {request.url.path} on this port"}, status)
    if system == "hubspot":
        return hubspot.unknown_path(world.hubspot, status)
    if status == 405:
        message = f"HTTP Method '{request.method}' not allowed."
        return JSONResponse([{"message": message, "errorCode": "METHOD_NOT_ALLOWED"}], 405)
    return JSONResponse([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404)


async def broken(request: Request, error: Exception) -> Response:
    """An error of the sandbox itself: the caller gets JSON, and the server prints the traceback on stderr."""
    place = f"{request.method} {request.url.path}"
    return JSONResponse({"error": f"the sandbox failed on {place}: {type(error).__name__}: {error}"}, 500)
