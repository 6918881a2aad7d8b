"""The ways to sign in to Salesforce: client credentials, a JWT that our key signs, or a refresh token.

Each says what to send to `/services/oauth2/token`, and what a person mends when Salesforce refuses it. Salesforce tells
no expiry: a session ends when the organisation's settings say so, and a call is refused.
https://developer.salesforce.com/docs/platform/mobile-sdk/guide/oauth-flow-overview.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from connectors.base import Grant, Unauthorized

ASSERTION_SECONDS = 180


class Login(Protocol):
    """One way to sign in."""

    def form(self, url: str, kept: Grant | None, now: float) -> dict[str, str]:
        """The token request, sent to the organisation at `url`; `kept` is the last grant."""

    def mend(self, error: str) -> str:
        """What a person does about a refusal, by OAuth's word for it."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    client_id: str
    client_secret: str = field(repr=False)

    def form(self, url: str, kept: Grant | None, now: float) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def mend(self, error: str) -> str:
        return (
            "check ENTENTE_SALESFORCE_CLIENT_ID and its secret, and that the app allows the client-credentials flow "
            "with a user to run as"
        )


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """`private_key` is a PEM; its certificate stands in the app, and `username` is let in beforehand."""

    client_id: str
    username: str
    private_key: str = field(repr=False)

    def form(self, url: str, kept: Grant | None, now: float) -> dict[str, str]:
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": self._assertion(url, int(now)),
        }

    def _assertion(self, url: str, now: int) -> str:
        import jwt  # noqa: PLC0415

        claims = {"iss": self.client_id, "sub": self.username, "aud": audience(url), "exp": now + ASSERTION_SECONDS}
        try:
            return jwt.encode(claims, self.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            raise Unauthorized(
                "ENTENTE_SALESFORCE_PRIVATE_KEY is no RSA private key without a password in PEM form: "
                "make one with `openssl genrsa -out entente.key 2048` (see docs/setup.md)"
            ) from None

    def mend(self, error: str) -> str:
        if "client" in error:
            return "check ENTENTE_SALESFORCE_CLIENT_ID: it is the app's consumer key"
        return (
            "check that the app holds the certificate of ENTENTE_SALESFORCE_PRIVATE_KEY, that the user "
            "ENTENTE_SALESFORCE_USERNAME is pre-authorised by permission set, and this machine's clock"
        )


@dataclass(frozen=True, slots=True)
class RefreshToken:
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def form(self, url: str, kept: Grant | None, now: float) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.last(kept),
        }

    def last(self, kept: Grant | None) -> str:
        """The newest refresh token: where the app rotates them, every answer brings one and ends the one before."""
        return kept.refresh_token if kept and kept.refresh_token else self.refresh_token

    def mend(self, error: str) -> str:
        if "client" in error:
            return "check ENTENTE_SALESFORCE_CLIENT_ID and its secret"
        return (
            "the refresh token was revoked or has expired: authorise the app again and put the new one into "
            "ENTENTE_SALESFORCE_REFRESH_TOKEN (see docs/setup.md)"
        )


def audience(url: str) -> str:
    """Whom a JWT is meant for: sandboxes of Salesforce sign in at another host than production.

    >>> audience("https://acme--uat.sandbox.my.salesforce.com"), audience("https://acme.my.salesforce.com")
    ('https://test.salesforce.com', 'https://login.salesforce.com')
    """
    host = urlsplit(url).hostname or ""
    is_test = ".sandbox." in host or host == "test.salesforce.com"
    return "https://test.salesforce.com" if is_test else "https://login.salesforce.com"
