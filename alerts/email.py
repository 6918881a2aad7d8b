"""Sends a message as e-mail over SMTP, with Django's mail."""

from __future__ import annotations

import smtplib
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from alerts.trouble import Doubtful, NotSent

TIMEOUT = 30


class Mailer:
    """A connection to the mail server of an address such as `smtp://user:password@host:port`, opened for a batch.

    `smtps://` is encrypted from the start. With a password `smtp://` demands STARTTLS, so that it never travels in the
    clear. `?from=entente@acme.example` names the sender.
    """

    def __init__(self, url: str, base_url: str) -> None:
        """Raises ValueError, without the address, where it cannot be used."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("give it smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start")
        secure, user = parts.scheme == "smtps", unquote(parts.username or "")
        self._sender = _sender(parts, user, base_url)
        self._server = EmailBackend(
            host=parts.hostname, port=parts.port or (465 if secure else 587 if user else 25), username=user,
            password=unquote(parts.password or ""), use_ssl=secure, use_tls=bool(user) and not secure, timeout=TIMEOUT,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def send(self, key: str, address: str, subject: str, text: str, html: str) -> None:
        """Send one message. Raises NotSent where the server refused it, Doubtful where nobody knows."""
        self._open()
        host = self._sender.rpartition("@")[2]
        headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{_id(key)}@{host}>"}
        message = EmailMultiAlternatives(
            " ".join(subject.split()), text, f"Entente <{self._sender}>", [address], headers=headers
        )
        message.attach_alternative(html, "text/html")
        try:
            self._server.send_messages([message])
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError) as error:
            self._server.close()
            raise NotSent(_plain(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._server.close()
            raise Doubtful(_plain(error)) from error

    def _open(self) -> None:
        """Connect and sign in, unless the connection stands."""
        try:
            self._server.open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"the mail server cannot be reached: {_plain(error)}") from error


def _sender(parts: SplitResult, user: str, base_url: str) -> str:
    """Who writes: as the address says, else the account, else `entente` at the host of the pages."""
    named = parse_qs(parts.query).get("from", [""])[0]
    if named or "@" in user:
        return named or user
    host = urlsplit(base_url).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return f"entente@{host}"
    return "entente@localhost"


def _id(key: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in key)


def _plain(error: Exception) -> str:
    """The kind of error and the server's code; never its text, which may repeat an address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"{type(error).__name__} {' '.join(codes)}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None) or ""
    return f"{type(error).__name__} {code}".strip()
