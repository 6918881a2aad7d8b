"""Both systems on loopback: one process, one event loop, two HTTP servers, each on its own port of 127.0.0.1."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from sandbox.admin.control import System
from sandbox.frame import build_app
from sandbox.people import populate
from sandbox.protocol import Protocol
from sandbox.tls import server_context
from sandbox.world import World

HOST = "127.0.0.1"
CA_FILE = Path("sandbox-ca.pem")
OnReady = Callable[[str, str], None]


class CannotStart(Exception):
    """What the servers need is not to be had; the message names it and what to do."""


class PortTaken(CannotStart):
    """A port is in use."""


class NoAuthority(CannotStart):
    """The certificate of the authority cannot be written."""


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
    tls_ca: Path | None = None,
    enforces_quotas: bool = False,
) -> None:
    """Serve both systems until SIGINT or SIGTERM, with `people` people in them (None: not even the users).

    Port 0 takes a free one. With `tls_ca` they speak HTTPS, and the certificate to trust is written there. `on_ready`
    is called with both addresses once both listen. Raises CannotStart.
    """
    sockets: list[socket.socket] = []
    try:
        for port in (hubspot_port, salesforce_port):
            sockets.append(bind(port))
        context = secured(tls_ca) if tls_ca else None
        world = World(enforces_quotas)
        if people is not None:
            populate(world, people, seed)
        with asyncio.Runner(loop_factory=uvicorn.Config("", loop="uvloop").get_loop_factory()) as runner:
            runner.run(serve_both(world, sockets, on_ready, context))
    finally:
        for each in sockets:
            each.close()


def secured(tls_ca: Path) -> ssl.SSLContext:
    try:
        return server_context(tls_ca)
    except OSError as error:
        reason = f"The certificate cannot be written to {tls_ca} ({error.strerror}): choose another file."
        raise NoAuthority(reason) from error


async def serve_both(
    world: World, sockets: list[socket.socket], on_ready: OnReady | None, context: ssl.SSLContext | None
) -> None:
    systems: tuple[System, System] = ("hubspot", "salesforce")
    servers = [Server(configure(build_app(world, system), context)) for system in systems]
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop, servers)
    async with asyncio.TaskGroup() as tasks:
        for server, bound in zip(servers, sockets, strict=True):
            tasks.create_task(server.serve([bound]))
        for server in servers:
            await server.listens.wait()
        if on_ready:
            scheme = "https" if context else "http"
            on_ready(*(f"{scheme}://{HOST}:{bound.getsockname()[1]}" for bound in sockets))


def configure(app: ASGIApp, context: ssl.SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        loop="uvloop",
        lifespan="off",
        log_level="warning",
        access_log=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
    )


def stop(servers: list[Server]) -> None:
    for server in servers:
        server.should_exit = True


def main(arguments: list[str] | None = None) -> int:
    """`python -m sandbox.server`: prints both addresses as one line of JSON once both listen; 1 if it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=main.__doc__)
    parser.add_argument("--hubspot-port", type=int, default=8901)
    parser.add_argument("--salesforce-port", type=int, default=8902)
    parser.add_argument("--people", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tls", action="store_true", help="speak HTTPS, with certificates of an authority made now")
    parser.add_argument("--tls-ca", type=Path, help=f"where to write that authority's certificate; {CA_FILE}")
    parser.add_argument("--quotas", action="store_true", help="refuse calls beyond the quotas, as the real services do")
    options = parser.parse_args(arguments)
    tls_ca = options.tls_ca or (CA_FILE if options.tls else None)
    try:
        serve(
            options.hubspot_port, options.salesforce_port, options.people, options.seed,
            lambda hubspot, salesforce: say_ready(hubspot, salesforce, tls_ca), tls_ca, options.quotas,
        )  # fmt: skip
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def say_ready(hubspot_url: str, salesforce_url: str, tls_ca: Path | None) -> None:
    line = {"hubspot": hubspot_url, "salesforce": salesforce_url}
    sys.stdout.write(json.dumps(line | ({"ca": str(tls_ca)} if tls_ca else {})) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
