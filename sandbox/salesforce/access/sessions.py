"""Who may sign in to the org and how: its apps, their keys and refresh tokens, and the sessions that were opened.

By default every bearer token is a session and every client is believed. `is_strict` changes both: then only registered
apps sign in, and a session is what was issued and has not ended. A JWT is always checked: against its app's key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import jwt

from sandbox.clock import Clock

LONGEST_ASSERTION = 300
"""Seconds that a JWT may be valid."""
AUDIENCES = ["https://login.salesforce.com", "https://test.salesforce.com"]
CONTROLS = frozenset(("strict", "rotate", "session_seconds", "app", "revoke", "expire", "password"))


class OAuthTrouble(Exception):
    """A refused token request: `error` and `error_description` of the answer."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(slots=True)
class App:
    """An external client app. `public_key` is a PEM, or the certificate that holds it; `username` whom it runs as."""

    client_id: str
    client_secret: str = ""
    public_key: str = ""
    username: str = "otto@entente.example"
    refresh_tokens: set[str] = field(default_factory=set)


class Sessions:
    """The org's apps and open sessions, by the sandbox's clock."""

    def __init__(self, clock: Clock) -> None:
        self.is_strict = False
        self.rotates = False
        self.seconds = 7_200.0
        self.takes_passwords = False
        """The username-password flow, which new orgs block."""
        self._clock = clock
        self._apps: dict[str, App] = {}
        self._ends: dict[str, float] = {}
        self._clients: dict[str, str] = {}
        self._revoked: set[str] = set()
        self._rotated = 0

    def control(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change who may sign in; ValueError says what cannot be done."""
        if unknown := body.keys() - CONTROLS:
            raise ValueError(f"unknown key {', '.join(sorted(unknown))}; it takes {', '.join(sorted(CONTROLS))}")
        self.is_strict = bool(body.get("strict", self.is_strict))
        self.rotates = bool(body.get("rotate", self.rotates))
        self.takes_passwords = bool(body.get("password", self.takes_passwords))
        self.seconds = float(body.get("session_seconds", self.seconds))
        if app := dict(body.get("app") or {}):
            refresh_token = app.pop("refresh_token", None)
            registered = self._apps[app["client_id"]] = App(**app)
            registered.refresh_tokens |= {refresh_token} if refresh_token else set()
        for each in self._apps.values():
            each.refresh_tokens.discard(body.get("revoke", ""))
        if body.get("expire"):
            self._ends = dict.fromkeys(self._ends, self._now())
        return {"strict": self.is_strict, "issued": len(self._ends)}

    def is_open(self, session: str) -> bool:
        if session.startswith(("expired", "invalid")) or session in self._revoked:
            return False
        return not self.is_strict or self._ends.get(session, 0.0) > self._now()

    def open(self, organization_id: str, client_id: str) -> str:
        """A new session's token."""
        text = f"{client_id} {len(self._ends)}"
        digest = hmac.new(organization_id.encode(), text.encode(), hashlib.sha256).digest()
        session = f"{organization_id[:15]}!{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
        self._ends[session] = self._now() + self.seconds
        self._clients[session] = client_id
        return session

    def revoke(self, token: str) -> bool:
        """End a session, or make a refresh token worthless; whether there was such a token."""
        apps = [app for app in self._apps.values() if token in app.refresh_tokens]
        for app in apps:
            app.refresh_tokens.discard(token)
        is_known = bool(apps) or token in self._ends or not self.is_strict
        if not token or token.startswith("invalid") or not is_known:
            return False
        self._revoked.add(token)
        return True

    def facts(self, session: str) -> dict[str, Any] | None:
        """What there is to say about a session that is open: its client, and from when to when it lives."""
        ends = self._ends.get(session)
        if ends is None or ends <= self._now() or session in self._revoked:
            return None
        return {"client_id": self._clients[session], "iat": int(ends - self.seconds), "exp": int(ends)}

    def give_refresh_token(self, client_id: str) -> str:
        """A refresh token for an app that a person has allowed in."""
        app = self._apps.setdefault(client_id, App(client_id))
        self._rotated += 1
        token = f"5Aep861sandbox{self._rotated:06d}"
        app.refresh_tokens.add(token)
        return token

    def check_client(self, client_id: str, secret: str, needs_secret: bool = True) -> App:
        """The app of these credentials."""
        app = self._apps.get(client_id)
        if not client_id or (self.is_strict and app is None):
            raise OAuthTrouble("invalid_client_id", "client identifier invalid")
        if needs_secret and not (app and self.is_strict and not app.client_secret):
            is_wrong = self.is_strict and app is not None and secret != app.client_secret
            if not secret or secret.startswith("invalid") or is_wrong:
                raise OAuthTrouble("invalid_client", "invalid client credentials")
        return app or App(client_id, secret)

    def use_refresh_token(self, app: App, refresh_token: str) -> str | None:
        """The refresh token that takes its place, where the org rotates them; then the old one is dead."""
        is_known = refresh_token in app.refresh_tokens if self.is_strict else bool(refresh_token)
        if not is_known or refresh_token.startswith(("invalid", "revoked")) or refresh_token in self._revoked:
            raise OAuthTrouble("invalid_grant", "expired access/refresh token")
        if not self.rotates:
            return None
        app.refresh_tokens.discard(refresh_token)
        self._rotated += 1
        successor = f"5Aep861sandbox{self._rotated:06d}"
        app.refresh_tokens.add(successor)
        return successor

    def check_assertion(self, assertion: str, origin: str) -> str:
        """The app that a JWT bearer assertion is signed by: RS256, `iss`, `sub`, `aud` and a near `exp`."""
        client_id, claims = self._verified(assertion, [*AUDIENCES, origin])
        if claims.get("sub") != self._apps[client_id].username:
            raise OAuthTrouble("invalid_grant", "user hasn't approved this consumer")
        left = float(claims["exp"]) - self._now()
        if not 0 < left <= LONGEST_ASSERTION:
            raise OAuthTrouble("invalid_grant", "invalid assertion")
        return client_id

    def _verified(self, assertion: str, audiences: list[str]) -> tuple[str, dict[str, Any]]:
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "iss", "sub"]}
        try:
            issuer = jwt.decode(assertion, options={"verify_signature": False}).get("iss", "")
            if (app := self._apps.get(issuer)) is None:
                raise OAuthTrouble("invalid_client_id", "client identifier invalid")
            key = public_key(app.public_key)
            return issuer, jwt.decode(assertion, key, algorithms=["RS256"], audience=audiences, options=options)
        except jwt.InvalidAudienceError as error:
            raise OAuthTrouble("invalid_grant", "audience is invalid") from error
        except jwt.PyJWTError as error:
            raise OAuthTrouble("invalid_grant", "invalid assertion") from error

    def _now(self) -> float:
        return self._clock.now().timestamp()


def public_key(pem: str) -> Any:
    """A public key, from its own PEM or from a certificate's."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    if "CERTIFICATE" in pem:
        return load_pem_x509_certificate(pem.encode()).public_key()
    return load_pem_public_key(pem.encode())
