"""OAuth: tokens by client credentials, and who the token's user is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, unquote

from sandbox.salesforce.state import SalesforceState

LOGIN = "https://login.salesforce.com/id"
SCOPE = "api refresh_token"


def token(state: SalesforceState, authorization: str, body: bytes, origin: str) -> tuple[int, dict[str, str]]:
    """Status and body of a token request; the client's id and secret come in the form, or by HTTP Basic."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    if form.get("grant_type") != "client_credentials":
        return 400, _refusal("unsupported_grant_type", "grant type not supported")
    if not client_id:
        return 400, _refusal("invalid_client_id", "client identifier invalid")
    if not secret or secret.startswith("invalid"):
        return 400, _refusal("invalid_client", "invalid client credentials")
    identity = f"{LOGIN}/{state.organization_id}/{state.user_id}"
    issued_at = str(int(state.clock.now().timestamp() * 1000))
    session = base64.urlsafe_b64encode(_signed(secret, client_id)).decode().rstrip("=")
    return 200, {
        "access_token": f"{state.organization_id[:15]}!{session}",
        "signature": base64.b64encode(_signed(secret, identity + issued_at)).decode(),
        "scope": SCOPE,
        "instance_url": origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def user_info(state: SalesforceState, origin: str) -> dict[str, Any]:
    """The running user, in the terms of OpenID Connect."""
    user = state.tables["user"].live[state.user_id]
    return {
        "sub": f"{LOGIN}/{state.organization_id}/{state.user_id}",
        "user_id": state.user_id,
        "organization_id": state.organization_id,
        "preferred_username": user["Username"],
        "nickname": user["Alias"],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "given_name": user.get("FirstName"),
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": 0,
        "is_app_installed": True,
        "active": user["IsActive"],
        "urls": {
            "rest": f"{origin}/services/data/v{{version}}/",
            "sobjects": f"{origin}/services/data/v{{version}}/sobjects/",
            "query": f"{origin}/services/data/v{{version}}/query/",
        },
    }


def session_of(authorization: str) -> str | None:
    """The token of an `Authorization` header, by `Bearer` or `OAuth`; None where there is none or it has expired."""
    scheme, _, session = authorization.partition(" ")
    session = session.strip()
    if scheme.lower() not in ("bearer", "oauth") or not session or session.startswith(("expired", "invalid")):
        return None
    return session


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(client_id), unquote(secret)


def _signed(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _refusal(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}
