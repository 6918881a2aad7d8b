"""HTTP/1.1 as uvicorn speaks it, with two things more.

The application may reach the connection, to cut it: ASGI has no way to drop one, so the transport stands among the
scope's extensions, as "sandbox.transport". And the names of headers are in capitals, as both services write them: HTTP
leaves that to the server, but some clients, such as Airbyte's reader of downloads, know no other `Content-Type`.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STATUS_LINE = b"HTTP/1.1 "
WORDS = {b"hubspot": b"HubSpot", b"ratelimit": b"RateLimit", b"numberofrecords": b"NumberOfRecords", b"etag": b"ETag"}


class Protocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Spelling(transport))  # type: ignore[arg-type]

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox.transport": {"transport": self.transport}}


class Spelling:
    """A transport that writes the head of an answer, which uvicorn hands over in one piece, with names in capitals."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        if data.startswith(STATUS_LINE):
            status, *headers = data.split(b"\r\n")
            data = b"\r\n".join([status, *(named(header) for header in headers)])
        self.transport.write(data)


def named(header: bytes) -> bytes:
    name, colon, value = header.partition(b":")
    return spelt(name) + colon + value if colon else header


@cache
def spelt(name: bytes) -> bytes:
    """
    >>> spelt(b"content-type"), spelt(b"x-hubspot-ratelimit-max"), spelt(b"etag")
    (b'Content-Type', b'X-HubSpot-RateLimit-Max', b'ETag')
    """
    return b"-".join(WORDS.get(word, word.capitalize()) for word in name.lower().split(b"-"))
