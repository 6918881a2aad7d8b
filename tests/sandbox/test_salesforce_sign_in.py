"""How jsforce and Salesforce's command line sign in, and what they ask first."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from tests.sandbox.salesforce_helper import VERSION, Http, client
from tests.sandbox_client import SandboxClient

BACK = "http://localhost:1717/OauthRedirect"
VERIFIER = "rita-and-mark" * 4
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def post(sandbox: SandboxClient, what: str, **form: str) -> urllib3.BaseHTTPResponse:
    url = f"{sandbox.salesforce_url}/services/oauth2/{what}"
    return sandbox.pool.request("POST", url, fields=form, encode_multipart=False)


def allow(sandbox: SandboxClient, **more: str) -> dict[str, str]:
    """What the browser brings back to the app."""
    asked = {"response_type": "code", "client_id": "PlatformCLI", "redirect_uri": BACK, "state": "s1", **more}
    url = f"{sandbox.salesforce_url}/services/oauth2/authorize"
    answer = sandbox.pool.request("GET", url, fields=asked, redirect=False)
    assert answer.status == 302, answer.data
    assert answer.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def use_code(sandbox: SandboxClient, code: str, **more: str) -> urllib3.BaseHTTPResponse:
    form = {"grant_type": "authorization_code", "client_id": "PlatformCLI", "redirect_uri": BACK, "code": code, **more}
    return post(sandbox, "token", **form)


def test_the_web_flow_gives_a_session_and_a_refresh_token(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "auth", strict=True, app={"client_id": "PlatformCLI"})
    back = allow(sandbox, code_challenge=CHALLENGE)

    token = use_code(sandbox, back["code"], code_verifier=VERIFIER).json()
    again = post(sandbox, "token", grant_type="refresh_token", client_id="PlatformCLI",
                 refresh_token=token["refresh_token"]).json()  # fmt: skip

    assert back["state"] == "s1"
    for session in (token["access_token"], again["access_token"]):
        assert Http(sandbox)("GET", "limits", Authorization=f"Bearer {session}").status == 200
    assert Http(sandbox)("GET", "limits").status == 401


@pytest.mark.parametrize(("more", "error"), [
    ({"code_verifier": "other"}, "invalid_grant"), ({"redirect_uri": "http://elsewhere"}, "redirect_uri_mismatch"),
    ({"client_id": "other"}, "invalid_grant"), ({"code": "other"}, "invalid_grant"),
])  # fmt: skip
def test_a_code_is_good_for_its_own_app_alone(sandbox: SandboxClient, more: dict[str, str], error: str) -> None:
    code = allow(sandbox, code_challenge=CHALLENGE)["code"]

    answer = use_code(sandbox, **{"code": code, "code_verifier": VERIFIER, **more})

    assert (answer.status, answer.json()["error"]) == (400, error)


def test_a_code_is_good_once_and_for_ten_minutes(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    first, second = allow(sandbox)["code"], allow(sandbox)["code"]

    statuses = [use_code(sandbox, first).status, use_code(sandbox, first).status]
    sandbox.admin("salesforce", "clock", advance=601)

    assert statuses == [200, 400]
    assert use_code(sandbox, second).json()["error_description"] == "expired authorization code"


def test_passwords_are_refused_until_the_org_takes_them(sandbox: SandboxClient) -> None:
    form = {"grant_type": "password", "client_id": "entente", "client_secret": "secret",
            "username": "otto@entente.example", "password": "secret"}  # fmt: skip
    refused = post(sandbox, "token", **form)
    sandbox.admin("salesforce", "auth", password=True)

    assert (refused.status, refused.json()["error"]) == (400, "unsupported_grant_type")
    assert post(sandbox, "token", **form).status == 200
    assert post(sandbox, "token", **form | {"password": "invalid"}).json() == {
        "error": "invalid_grant", "error_description": "authentication failure",
    }  # fmt: skip


def test_a_revoked_token_ends(sandbox: SandboxClient) -> None:
    token = use_code(sandbox, allow(sandbox)["code"]).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    statuses = [post(sandbox, "revoke", token=each).status for each in (token["access_token"], token["refresh_token"])]
    refresh = post(sandbox, "token", grant_type="refresh_token", client_id="PlatformCLI",
                   refresh_token=token["refresh_token"])  # fmt: skip

    assert statuses == [200, 200]
    assert Http(sandbox)("GET", "limits", **headers).json()[0]["errorCode"] == "INVALID_SESSION_ID"
    assert refresh.json()["error"] == "invalid_grant"
    assert post(sandbox, "revoke", token="invalid").json()["error"] == "unsupported_token_type"


def test_introspection_tells_until_when_a_session_lives(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    token = use_code(sandbox, allow(sandbox)["code"]).json()["access_token"]

    alive = post(sandbox, "introspect", token=token, client_id="PlatformCLI", token_type_hint="access_token").json()
    sandbox.admin("salesforce", "clock", advance=7_201)

    assert (alive["active"], alive["client_id"], alive["exp"] - alive["iat"]) == (True, "PlatformCLI", 7_200)
    assert post(sandbox, "introspect", token=token, client_id="PlatformCLI").json() == {"active": False}


def test_the_identity_address_stands_among_the_resources_and_names_the_user(sandbox: SandboxClient) -> None:
    address = Http(sandbox)("GET", "").json()["identity"]

    answer = sandbox.pool.request("GET", address, headers={"Authorization": "Bearer rita"})

    identity: Any = answer.json()
    assert (answer.status, identity["username"]) == (200, "otto@entente.example")
    assert address.endswith(f"/id/{identity['organization_id']}/{identity['user_id']}")
    assert sandbox.pool.request("GET", address).status == 403


@pytest.mark.parametrize(("version", "message"), [("64.0", "disabled by default"), (VERSION, "not available")])
def test_the_real_client_is_told_that_soap_login_is_gone(sandbox: SandboxClient, version: str, message: str) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=f"INVALID_OPERATION.*{message}"):
        client(sandbox, username="otto", password="x", security_token="y", version=version)
