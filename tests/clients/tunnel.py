"""An HTTP proxy that knows the way to the sandbox only: it takes `CONNECT api.hubapi.com:443` to the sandbox's port.

Clients find it by `HTTPS_PROXY`, which all of them obey; what they ask for is encrypted for the host that they name, so
the sandbox's certificates are checked as the real ones would be. Any other host is refused, and remembered.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch

HOST = "127.0.0.1"


@dataclass
class Tunnel:
    """`ways`: a port of loopback for each host, which may be a pattern; `refused`: the hosts that have none."""

    ways: dict[str, int]
    port: int = 0
    refused: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def way(self, host: str) -> int | None:
        return next((port for pattern, port in self.ways.items() if fnmatch(host, pattern)), None)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, *_ = head.split(" ")
        host = target.removeprefix("http://").partition("/")[0].partition(":")[0]
        port = self.way(host)
        if method != "CONNECT" or port is None:
            self.refused.add(f"{method} {host}")
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        onward_reader, onward_writer = await asyncio.open_connection(HOST, port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, onward_writer), pump(onward_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):  # the other end may be gone
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


@contextlib.contextmanager
def tunnel(ways: dict[str, int]) -> Iterator[Tunnel]:
    """A tunnel that is open until the block ends."""
    dug = Tunnel(ways)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(dug.serve, HOST, 0))
    dug.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield dug
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
