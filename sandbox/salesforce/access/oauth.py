"""OAuth: tokens by client credentials, refresh token or JWT bearer, and who the token's user is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, unquote

from sandbox.salesforce.access.sessions import OAuthTrouble
from sandbox.salesforce.state import SalesforceState

SCOPE = "api refresh_token"


def token(state: SalesforceState, authorization: str, body: bytes, origin: str) -> tuple[int, dict[str, str]]:
    """Status and body of a token request; the client's id and secret come in the form, or by HTTP Basic."""
    form = read_form(body)
    client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    try:
        client_id, rotated = _granted(state, form, client_id, secret, origin)
    except OAuthTrouble as trouble:
        return 400, {"error": trouble.error, "error_description": str(trouble)}
    identity = identity_url(state, origin)
    issued_at = str(int(state.clock.now().timestamp() * 1000))
    return 200, {
        "access_token": state.sessions.open(state.organization_id, client_id),
        **({"refresh_token": rotated} if rotated else {}),
        "signature": base64.b64encode(_signed(secret, identity + issued_at)).decode(),
        "scope": SCOPE,
        "instance_url": origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def _granted(
    state: SalesforceState, form: dict[str, str], client_id: str, secret: str, origin: str
) -> tuple[str, str | None]:
    """The client that gets a session, and a new refresh token where one took the old one's place."""
    sessions = state.sessions
    match form.get("grant_type"):
        case "client_credentials":
            return sessions.check_client(client_id, secret).client_id, None
        case "refresh_token":
            app = sessions.check_client(client_id, secret, needs_secret=bool(secret))
            return client_id, sessions.use_refresh_token(app, form.get("refresh_token", ""))
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return sessions.check_assertion(form.get("assertion", ""), origin), None
        case "authorization_code":
            # An app on a person's own machine has no secret: it proves itself with its code verifier.
            sessions.check_client(client_id, secret, needs_secret=bool(secret))
            state.codes.use(form, client_id)
            return client_id, sessions.give_refresh_token(client_id)
        case "password" if sessions.takes_passwords:
            sessions.check_client(client_id, secret)
            _check_password(state, form)
            return client_id, None
        case _:
            raise OAuthTrouble("unsupported_grant_type", "grant type not supported")


def identity_url(state: SalesforceState, origin: str) -> str:
    """Who signed in; in the real service it stands on the login host, which is the sandbox here."""
    return f"{origin}/id/{state.organization_id}/{state.user_id}"


def read_form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _check_password(state: SalesforceState, form: dict[str, str]) -> None:
    """Every password of a known, active user is right but one that begins with `invalid`."""
    users = state.tables["user"].live.values()
    is_known = any(user["Username"] == form.get("username") and user.get("IsActive") for user in users)
    if not is_known or not form.get("password") or form["password"].startswith("invalid"):
        raise OAuthTrouble("invalid_grant", "authentication failure")


def revoke(state: SalesforceState, form: dict[str, str]) -> tuple[int, dict[str, str] | None]:
    """Status and body of a request to end a session or a refresh token."""
    if state.sessions.revoke(form.get("token", "")):
        return 200, None
    return 400, {"error": "unsupported_token_type", "error_description": "this token type is not supported"}


def introspect(
    state: SalesforceState, authorization: str, form: dict[str, str], origin: str
) -> tuple[int, dict[str, Any]]:
    """What a token is good for, told to a client that names itself.

    https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
    """
    client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    try:
        state.sessions.check_client(client_id, secret, needs_secret=False)
    except OAuthTrouble as trouble:
        return 401, {"error": trouble.error, "error_description": str(trouble)}
    facts = state.sessions.facts(form.get("token", ""))
    if facts is None:
        return 200, {"active": False}
    user = state.tables["user"].live[state.user_id]
    subject = identity_url(state, origin)
    return 200, {"active": True, "scope": SCOPE, "username": user["Username"], "sub": subject,
                 "token_type": "access_token", "nbf": facts["iat"], **facts}  # fmt: skip


def identity(state: SalesforceState, origin: str) -> dict[str, Any]:
    """The answer of the identity URL: who the session's user is and where the org's APIs stand.

    https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm
    """
    user = state.tables["user"].live[state.user_id]
    data = f"{origin}/services/data/v{{version}}"
    return {
        "id": identity_url(state, origin),
        "asserted_user": True,
        "user_id": state.user_id,
        "organization_id": state.organization_id,
        "username": user["Username"],
        "nick_name": user["Alias"],
        "display_name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "first_name": user.get("FirstName"),
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "active": user["IsActive"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": 0,
        "last_modified_date": str(user["LastModifiedDate"]).replace(".000+0000", "Z"),
        "is_app_installed": True,
        "urls": {
            "rest": f"{data}/", "sobjects": f"{data}/sobjects/", "search": f"{data}/search/", "query": f"{data}/query/",
            "recent": f"{data}/recent/", "partner": f"{origin}/services/Soap/u/{{version}}/{state.organization_id}",
        },
    }  # fmt: skip


def user_info(state: SalesforceState, origin: str) -> dict[str, Any]:
    """The running user, in the terms of OpenID Connect."""
    user = state.tables["user"].live[state.user_id]
    return {
        "sub": identity_url(state, origin),
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


def session_of(state: SalesforceState, authorization: str) -> str | None:
    """The token of an `Authorization` header, by `Bearer` or `OAuth`; None where there is none or it has expired."""
    scheme, _, session = authorization.partition(" ")
    session = session.strip()
    if scheme.lower() not in ("bearer", "oauth") or not session or not state.sessions.is_open(session):
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
