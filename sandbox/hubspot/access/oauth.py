"""HubSpot's OAuth: apps with their refresh tokens and codes, access tokens that end after 30 minutes, granted scopes.

By default any bearer token will do (one issued here until it ends), and the token endpoint believes everybody.
`is_strict` changes both: then only keys and apps that were registered, and access tokens that were issued and have not
ended, are accepted. A token that was not issued here is a private app's or a service key: each is an app of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.hubspot.access.scopes import GRANTED
from sandbox.hubspot.errors import PORTAL_ID, HubSpotRefusal, expired, missing_scopes, no_credentials
from sandbox.hubspot.stamps import stamp

LIFETIME = 1_800
"""Seconds; https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide"""
FIRST_APP_ID = 2_314_571
CONTROLS = frozenset(("strict", "app", "key", "scopes", "revoke", "expire"))
APP_KEYS = frozenset(("client_id", "client_secret", "refresh_token", "code", "redirect_uri", "app_id", "scopes"))


class Identity(NamedTuple):
    """The app that asks: an OAuth app by its client id, another by its token. Quotas are counted for each."""

    app: str
    is_oauth: bool


@dataclass(slots=True)
class App:
    """A registered OAuth app, or one that the portal believed."""

    client_id: str
    secret: str
    app_id: int
    redirect_uri: str | None = None
    scopes: frozenset[str] | None = None
    """None: whatever the portal grants."""


class Issued(NamedTuple):
    """An access token: to whom it was given, and when it ends."""

    client_id: str
    refresh_token: str
    ends: int


@dataclass(slots=True)
class Access:
    """Who may ask, and for what. `scopes` is None while everything is granted."""

    is_strict: bool = False
    scopes: frozenset[str] | None = None
    keys: set[str] = field(default_factory=set)
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Authorization codes that were registered and not used yet, with the app's client id."""
    used_codes: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    issued: dict[str, Issued] = field(default_factory=dict)
    made: int = 0
    """How many access tokens were issued: each has a number of its own."""

    def control(self, body: dict[str, Any], now: int) -> dict[str, Any]:
        """Change who may ask; ValueError says what cannot be done."""
        if unknown := body.keys() - CONTROLS:
            raise ValueError(f"unknown key {', '.join(sorted(unknown))}; it takes {', '.join(sorted(CONTROLS))}")
        self.is_strict = bool(body.get("strict", self.is_strict))
        if app := body.get("app"):
            self.register(app)
        if key := body.get("key"):
            self.keys.add(key)
        if "scopes" in body:
            self.scopes = None if body["scopes"] is None else frozenset(body["scopes"])
        if token := body.get("revoke"):
            self.revoke(token)
        if body.get("expire"):
            self.issued = {token: given._replace(ends=now) for token, given in self.issued.items()}
        return {"strict": self.is_strict, "issued": len(self.issued)}

    def register(self, sent: Any) -> None:
        if not isinstance(sent, dict):
            raise ValueError(f"app must be an object with a client_id, not {sent!r}")
        if unknown := sent.keys() - APP_KEYS:
            raise ValueError(f"app: unknown key {', '.join(sorted(unknown))}; it takes {', '.join(sorted(APP_KEYS))}")
        app = self.make_app(sent["client_id"], sent["client_secret"], sent.get("app_id"))
        app.redirect_uri = sent.get("redirect_uri")
        app.scopes = None if sent.get("scopes") is None else frozenset(sent["scopes"])
        if "refresh_token" not in sent and "code" not in sent:
            raise ValueError("app needs a refresh_token or a code")
        if token := sent.get("refresh_token"):
            self.refresh_tokens[token] = app.client_id
        if code := sent.get("code"):
            self.codes[code] = app.client_id

    def make_app(self, client_id: str, secret: str, app_id: int | None = None) -> App:
        number = FIRST_APP_ID + len(self.apps) if app_id is None else app_id
        self.apps[client_id] = App(client_id, secret, number)
        return self.apps[client_id]

    def check(self, authorization: str, now: int) -> Identity:
        """Who asks; refuses a call without a token that is good now."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or token.startswith("invalid") or token in self.revoked:
            raise no_credentials()
        if token.startswith("expired"):
            raise expired(stamp(now - 75_000), 75)
        if given := self.issued.get(token):
            if given.ends <= now:
                raise expired(stamp(given.ends), (now - given.ends) // 1000)
            return Identity(given.client_id, is_oauth=True)
        if self.is_strict and token not in self.keys:
            raise no_credentials()
        return Identity(token, is_oauth=False)

    def check_scope(self, asks: Identity, any_of: tuple[str, ...]) -> None:
        granted = self.granted(asks.app) if asks.is_oauth else self.scopes
        if granted is not None and any_of and not granted & set(any_of):
            raise missing_scopes(any_of)

    def granted(self, client_id: str) -> frozenset[str] | None:
        app = self.apps.get(client_id)
        return app.scopes if app and app.scopes is not None else self.scopes

    def scopes_of(self, client_id: str) -> list[str]:
        granted = self.granted(client_id)
        return list(GRANTED) if granted is None else sorted(granted)

    def token(self, form: Mapping[str, str], now: int) -> dict[str, Any]:
        """The body of a token answer; raises the refusal of a bad client, code or refresh token."""
        grant = form.get("grant_type")
        if grant not in ("refresh_token", "authorization_code"):
            raise refused("BAD_GRANT_TYPE", "missing or unknown grant type")
        app = self.check_client(form)
        token = self.redeem(app, form) if grant == "authorization_code" else form.get("refresh_token", "")
        if not self.knows(token, app.client_id):
            raise refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        self.refresh_tokens[token] = app.client_id
        self.made += 1
        access_token = f"CN{self.made:06d}sandbox"
        self.issued[access_token] = Issued(app.client_id, token, now + LIFETIME * 1000)
        return {
            "token_type": "bearer",
            "refresh_token": token,
            "access_token": access_token,
            "expires_in": LIFETIME,
            "hub_id": PORTAL_ID,
            "scopes": self.scopes_of(app.client_id),
        }

    def check_client(self, form: Mapping[str, str]) -> App:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        app = self.apps.get(client_id)
        if not client_id or (self.is_strict and app is None):
            raise refused("BAD_CLIENT_ID", "missing or unknown client id")
        if not secret or secret.startswith("invalid") or (self.is_strict and app and secret != app.secret):
            raise refused("BAD_CLIENT_SECRET", "missing or invalid client secret")
        return app or self.make_app(client_id, secret)

    def redeem(self, app: App, form: Mapping[str, str]) -> str:
        """The refresh token for a code, which is good once and only for its app."""
        code, redirect_uri = form.get("code", ""), form.get("redirect_uri", "")
        is_known = self.codes.get(code) == app.client_id if self.is_strict else not code.startswith("invalid")
        if not code or code in self.used_codes or not is_known:
            raise refused("BAD_AUTH_CODE", "missing or unknown auth code")
        if not redirect_uri or (app.redirect_uri is not None and redirect_uri != app.redirect_uri):
            raise refused("BAD_REDIRECT_URI", "missing or invalid redirect uri")
        self.used_codes.add(code)
        self.codes.pop(code, None)
        token = f"rtsandbox{len(self.used_codes):06d}"
        self.refresh_tokens[token] = app.client_id
        return token

    def knows(self, token: str, client_id: str) -> bool:
        if self.is_strict:
            return self.refresh_tokens.get(token) == client_id
        return bool(token) and token not in self.revoked and not token.startswith(("invalid", "revoked"))

    def revoke(self, token: str) -> None:
        """An access token ends; a refresh token gives no more of them, and those it gave live on until they end."""
        self.refresh_tokens.pop(token, None)
        self.issued.pop(token, None)
        self.revoked.add(token)


def refused(status: str, message: str) -> HubSpotRefusal:
    """The token endpoint's own shape: the code stands in `status`."""
    refusal = HubSpotRefusal(400, None, message)
    refusal.details = {"status": status}
    return refusal
