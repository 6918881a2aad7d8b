"""HubSpot's OAuth: apps and their refresh tokens, access tokens that end after 30 minutes, and the granted scopes.

By default any bearer token will do, and the token endpoint believes everybody. `is_strict` changes both: then only keys
and apps that were registered, and access tokens that were issued and have not ended, are accepted.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from sandbox.hubspot.errors import PORTAL_ID, HubSpotRefusal, expired, missing_scopes, no_credentials
from sandbox.hubspot.stamps import stamp

LIFETIME = 1_800
"""Seconds; https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide"""
SCOPES = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.schemas.companies.read",
    "crm.schemas.companies.write",
    "crm.objects.owners.read",
)
CONTROLS = frozenset(("strict", "app", "key", "scopes", "revoke", "expire"))


class Access:
    """Who may ask, and for what. `scopes` is None while everything is granted."""

    def __init__(self) -> None:
        self.is_strict = False
        self.scopes: frozenset[str] | None = None
        self._keys: set[str] = set()
        self._apps: dict[str, str] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._issued: dict[str, int] = {}

    def control(self, body: dict[str, Any], now: int) -> dict[str, Any]:
        """Change who may ask; ValueError says what cannot be done."""
        if unknown := body.keys() - CONTROLS:
            raise ValueError(f"unknown key {', '.join(sorted(unknown))}; it takes {', '.join(sorted(CONTROLS))}")
        self.is_strict = bool(body.get("strict", self.is_strict))
        if app := body.get("app"):
            self._apps[app["client_id"]] = app["client_secret"]
            self._refresh_tokens[app["refresh_token"]] = app["client_id"]
        if key := body.get("key"):
            self._keys.add(key)
        if "scopes" in body:
            self.scopes = None if body["scopes"] is None else frozenset(body["scopes"])
        self._refresh_tokens.pop(body.get("revoke", ""), None)
        if body.get("expire"):
            self._issued = dict.fromkeys(self._issued, now)
        return {"strict": self.is_strict, "issued": len(self._issued)}

    def check(self, authorization: str, now: int) -> None:
        """Refuse a call without a token that is good now."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or token.startswith("invalid"):
            raise no_credentials()
        if token.startswith("expired"):
            raise expired(stamp(now - 75_000), 75)
        if not self.is_strict or token in self._keys:
            return
        if token not in self._issued:
            raise no_credentials()
        if (ended := self._issued[token]) <= now:
            raise expired(stamp(ended), (now - ended) // 1000)

    def check_scope(self, any_of: tuple[str, ...]) -> None:
        if self.scopes is not None and any_of and not self.scopes & set(any_of):
            raise missing_scopes(any_of)

    def token(self, raw: bytes, now: int) -> dict[str, Any]:
        """The body of a token answer; raises the refusal of a bad client or refresh token."""
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        refresh_token = form.get("refresh_token", "")
        if form.get("grant_type") != "refresh_token":
            raise _refused("BAD_GRANT_TYPE", "missing or unknown grant type")
        self._check_client(form.get("client_id", ""), form.get("client_secret", ""))
        if not self._knows(refresh_token, form["client_id"]):
            raise _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        access_token = f"CNsandbox{len(self._issued) + 1:06d}"
        self._issued[access_token] = now + LIFETIME * 1000
        scopes = SCOPES if self.scopes is None else sorted(self.scopes)
        return {
            "token_type": "bearer",
            "refresh_token": refresh_token,
            "access_token": access_token,
            "expires_in": LIFETIME,
            "hub_id": PORTAL_ID,
            "scopes": list(scopes),
        }

    def _check_client(self, client_id: str, secret: str) -> None:
        known = self._apps.get(client_id)
        if not client_id or (self.is_strict and known is None):
            raise _refused("BAD_CLIENT_ID", "missing or unknown client id")
        if not secret or secret.startswith("invalid") or (self.is_strict and secret != known):
            raise _refused("BAD_CLIENT_SECRET", "missing or invalid client secret")

    def _knows(self, refresh_token: str, client_id: str) -> bool:
        if self.is_strict:
            return self._refresh_tokens.get(refresh_token) == client_id
        return bool(refresh_token) and not refresh_token.startswith(("invalid", "revoked"))


def needed_scopes(path: str, method: str, object_name: str) -> tuple[str, ...]:
    """The scopes of which a call needs one, by the kind of path, its method and the object that it names.

    Of a POST, searches and batch reads read, all others write.
    """
    kind = next((each for each in ("owners", "properties", "objects") if f"/{each}" in path), "")
    if kind == "owners":
        return ("crm.objects.owners.read",)
    if not kind:
        return ()
    reads = method == "GET" or path.endswith(("/search", "/batch/read"))
    area = "schemas" if kind == "properties" else "objects"
    return (f"crm.{area}.{object_name}.{'read' if reads else 'write'}",)


def _refused(status: str, message: str) -> HubSpotRefusal:
    """The token endpoint's own shape: the code stands in `status`."""
    refusal = HubSpotRefusal(400, None, message)
    refusal.details = {"status": status}
    return refusal
