"""A mail server on loopback that keeps what it gets, or refuses it."""

from __future__ import annotations

from asyncio import Transport
from asyncio.base_events import Server
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """Takes mail; `answer` is what it says to a message instead, such as `451 later`; "hang up" breaks the line. It
    knows no `unknown` address."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = ""
        self.unknown: set[str] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return f"550 no such mailbox: {address}"
        envelope.rcpt_tos.append(address)
        return "250 taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer == "hang up":
            assert isinstance(server.transport, Transport)
            server.transport.abort()
            return "250 never seen"
        if self.answer:
            return self.answer
        content: Any = envelope.content
        mail: Any = BytesParser(policy=default).parsebytes(content)
        self.mails.append(mail)
        return "250 taken"


class PostOffice(Controller):
    """The server on a free port."""

    def __init__(self) -> None:
        self.box = Postbox()
        super().__init__(self.box, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    @property
    def url(self) -> str:
        """The address, as ENTENTE_SMTP_URL gives it."""
        return f"smtp://127.0.0.1:{self.port}?from=entente@vendor.example"
