"""HTTP/1.1 as uvicorn speaks it, with one thing more: the application may reach the connection, to cut it.

ASGI has no way to drop a connection, so the transport stands among the scope's extensions, as "sandbox.transport".
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Protocol(HttpToolsProtocol):
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox.transport": {"transport": self.transport}}
