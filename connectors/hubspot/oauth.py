"""HubSpot's OAuth: a refresh token is good for access tokens of half an hour each.

The refresh token lives until the app is uninstalled; an answer may still bring another one, which then takes its place.
https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from connectors.base import ConnectorError, Grant, Unauthorized, Unavailable
from connectors.hubspot.wire import decode

TOKEN_PATH = "/oauth/v3/token"  # noqa: S105 (an address)
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class App:
    """An OAuth app, installed in one portal."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: float
    refresh_token: str = ""
    scopes: list[str] = []


class _Fault(msgspec.Struct):
    """v1 says what is wrong in `status`; OAuth's own word for it is `error`."""

    status: str = ""
    error: str = ""


def fetch_grant(api: Any, app: App, kept: Grant | None, timeout: tuple[float, float], now: float) -> Grant:
    """A new access token. Raises Unauthorized where app or refresh token are dead, Unavailable where no answer came."""
    refresh_token = kept.refresh_token if kept and kept.refresh_token else app.refresh_token
    form = {
        "grant_type": "refresh_token",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "refresh_token": refresh_token,
    }
    try:
        response = api.client.call_api(
            TOKEN_PATH,
            "POST",
            header_params=dict(_FORM),
            post_params=list(form.items()),
            _preload_content=False,
            _request_timeout=timeout,
        )
    except api.refused as error:
        raise _judged(int(error.status or 0), error.body or "") from None
    except api.broken as error:
        raise Unavailable(f"HubSpot's login broke off ({type(error).__name__}): try again later") from None
    answer = decode(_Answer, response.data)
    return Grant(
        answer.access_token,
        answer.refresh_token or refresh_token,
        now + answer.expires_in,
        scopes=tuple(answer.scopes),
    )


def _judged(status: int, body: str) -> ConnectorError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {0, HTTPStatus.TOO_MANY_REQUESTS}:
        return Unavailable(f"HubSpot's login fails (HTTP {status}): try again later")
    try:
        fault = msgspec.json.decode(body, type=_Fault)
    except msgspec.DecodeError:
        fault = _Fault()
    code = fault.status if fault.status not in {"", "error"} else fault.error
    if "CLIENT" in code.upper():
        return Unauthorized(
            f"HubSpot does not know the app ({code}): copy ENTENTE_HUBSPOT_CLIENT_ID and _CLIENT_SECRET anew from the "
            "app's Auth page"
        )
    return Unauthorized(
        f"HubSpot refuses the refresh token ({code or f'HTTP {status}'}): the app was uninstalled or its access "
        "revoked. Install it again and put the new refresh token into ENTENTE_HUBSPOT_REFRESH_TOKEN (see docs/setup.md)"
    )
