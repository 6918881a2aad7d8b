"""Both systems on loopback: one process, one event loop, two HTTP servers, each on its own port of 127.0.0.1.

The frame around both APIs is here as well: the request log, gzip, tolerance for trailing slashes, and answers for
paths that do not exist and for errors of the sandbox itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.admin import routes as admin_routes
from sandbox.admin.control import System, log_of
from sandbox.hubspot import app as hubspot
from sandbox.people import populate
from sandbox.salesforce import app as salesforce
from sandbox.world import World

HOST = "127.0.0.1"
GZIP_FROM = 1_000
OnReady = Callable[[str, str], None]


class PortTaken(Exception):
    """A port is in use; the message names it and what to do."""


class Frame:
    """What surrounds an API: trailing slashes are tolerated, and every call but those to /_sandbox/ is logged."""

    def __init__(self, app: ASGIApp, world: World, system: System) -> None:
        self.app = app
        self.world = world
        self.system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        log = log_of(self.world, self.system)

        async def logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                log.request(scope["method"], path, message["status"])
            await send(message)

        await self.app(
            dict(scope) | {"path": path.rstrip("/") or "/"},
            receive,
            send if path.startswith("/_sandbox/") else logged,
        )


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
    return GZipMiddleware(Frame(inner, world, system), minimum_size=GZIP_FROM, compresslevel=1)


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


class Server(uvicorn.Server):
    """A server that says when it listens, and leaves the signals to `serve`, which stops both servers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(port: int) -> socket.socket:
    """A socket on a port of loopback, a free one for 0; raises PortTaken."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        bound.listen(2048)
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"Port {port} on {HOST} cannot be used ({error.strerror}): choose another one, or 0 for any."
        ) from error
    return bound


def serve(
    hubspot_port: int,
    salesforce_port: int,
    people: int | None = None,
    seed: int = 1,
    on_ready: OnReady | None = None,
    enforces_quotas: bool = False,
) -> None:
    """Serve both systems until SIGINT or SIGTERM, with `people` people in them (None: not even the users).

    Port 0 takes a free one. `on_ready` is called with both addresses once both listen. Raises PortTaken.
    """
    sockets: list[socket.socket] = []
    try:
        for port in (hubspot_port, salesforce_port):
            sockets.append(bind(port))
        world = World(enforces_quotas)
        if people is not None:
            populate(world, people, seed)
        with asyncio.Runner(loop_factory=uvicorn.Config("", loop="uvloop").get_loop_factory()) as runner:
            runner.run(serve_both(world, sockets, on_ready))
    finally:
        for each in sockets:
            each.close()


async def serve_both(world: World, sockets: list[socket.socket], on_ready: OnReady | None) -> None:
    systems: tuple[System, System] = ("hubspot", "salesforce")
    servers = [Server(configure(build_app(world, system))) for system in systems]
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop, servers)
    async with asyncio.TaskGroup() as tasks:
        for server, bound in zip(servers, sockets, strict=True):
            tasks.create_task(server.serve([bound]))
        for server in servers:
            await server.listens.wait()
        if on_ready:
            on_ready(*(f"http://{HOST}:{bound.getsockname()[1]}" for bound in sockets))


def configure(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )


def stop(servers: list[Server]) -> None:
    for server in servers:
        server.should_exit = True


def main(arguments: list[str] | None = None) -> int:
    """`python -m sandbox.server`: prints both addresses as one line of JSON once both listen; 1 if a port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=main.__doc__)
    parser.add_argument("--hubspot-port", type=int, default=8901)
    parser.add_argument("--salesforce-port", type=int, default=8902)
    parser.add_argument("--people", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quotas", action="store_true", help="refuse calls beyond the quotas, as the real services do")
    options = parser.parse_args(arguments)
    try:
        serve(options.hubspot_port, options.salesforce_port, options.people, options.seed, say_ready, options.quotas)
    except PortTaken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def say_ready(hubspot_url: str, salesforce_url: str) -> None:
    line: dict[str, Any] = {"hubspot": hubspot_url, "salesforce": salesforce_url}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
