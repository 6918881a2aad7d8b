"""The web flow: a person presses Allow, the app gets a code, and the code becomes a session and a refresh token.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox.salesforce.access.sessions import OAuthTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.clock import Clock

LIFE = 600
"""Seconds that a code is good for, once."""


@dataclass(frozen=True, slots=True)
class Code:
    client_id: str
    redirect_uri: str
    challenge: str
    ends: float


class Codes:
    """Codes that have not been used yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self._made = 0

    def allow(self, asked: Mapping[str, str]) -> str:
        """The address that the browser is sent back to, as if the person had pressed Allow."""
        if asked.get("response_type") != "code":
            raise OAuthTrouble("unsupported_response_type", "response type not supported")
        if not (redirect_uri := asked.get("redirect_uri", "")):
            raise OAuthTrouble("redirect_uri_missing", "redirect_uri is required")
        self._made += 1
        name = f"aPrxSandbox{self._made:08d}=="
        ends = self._clock.now().timestamp() + LIFE
        self._codes[name] = Code(asked.get("client_id", ""), redirect_uri, asked.get("code_challenge", ""), ends)
        back = {"code": name} | ({"state": asked["state"]} if "state" in asked else {})
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(back)}"

    def use(self, form: Mapping[str, str], client_id: str) -> None:
        """The code is spent; raises OAuthTrouble for one that is not this client's to use."""
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client_id != client_id:
            raise OAuthTrouble("invalid_grant", "invalid authorization code")
        if code.ends <= self._clock.now().timestamp():
            raise OAuthTrouble("invalid_grant", "expired authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise OAuthTrouble("redirect_uri_mismatch", "redirect_uri must match configuration")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if code.challenge and base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            raise OAuthTrouble("invalid_grant", "invalid code verifier")
