"""Tokens of HubSpot's OAuth: by code, described, revoked; each app with scopes of its own."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

OWNERS = "/crm/v3/owners/"
BACK = "https://entente.example/back"
APP = {"client_id": "entente", "client_secret": "s3cret"}
REGISTERED = {**APP, "refresh_token": "rt-otto", "code": "code-otto", "redirect_uri": BACK, "app_id": 54321}
BY_CODE = {**APP, "grant_type": "authorization_code", "code": "code-otto", "redirect_uri": BACK}
BY_REFRESH = {**APP, "grant_type": "refresh_token", "refresh_token": "rt-otto"}


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """A portal that knows one app."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("hubspot", "auth", strict=True, app=REGISTERED)
    return sandbox


def post(portal: SandboxClient, path: str, **form: str) -> urllib3.BaseHTTPResponse:
    return portal.pool.request("POST", portal.hubspot_url + path, fields=form, encode_multipart=False)


def token(portal: SandboxClient, form: dict[str, str]) -> Any:
    answer = post(portal, "/oauth/v3/token", **form)
    assert answer.status == 200, answer.data
    return answer.json()


def is_good(portal: SandboxClient, access_token: str) -> bool:
    return portal.hubspot("GET", OWNERS, token=access_token).status == 200


def test_a_code_gives_an_access_token_and_a_refresh_token_that_stays(strict: SandboxClient) -> None:
    first = token(strict, BY_CODE)
    second = token(strict, {**BY_REFRESH, "refresh_token": first["refresh_token"]})

    assert first["expires_in"] == 1800
    assert second["refresh_token"] == first["refresh_token"]
    assert is_good(strict, first["access_token"])
    assert is_good(strict, second["access_token"])


@pytest.mark.parametrize(
    ("wrong", "status", "message"),
    [
        ({"code": "another"}, "BAD_AUTH_CODE", "missing or unknown auth code"),
        ({"redirect_uri": "https://elsewhere.example/"}, "BAD_REDIRECT_URI", "missing or invalid redirect uri"),
        ({"redirect_uri": ""}, "BAD_REDIRECT_URI", "missing or invalid redirect uri"),
        ({"client_id": "another"}, "BAD_CLIENT_ID", "missing or unknown client id"),
    ],
)
def test_a_bad_code_is_refused_with_an_object(
    strict: SandboxClient, wrong: dict[str, str], status: str, message: str
) -> None:
    answer = post(strict, "/oauth/v1/token", **(BY_CODE | wrong))

    assert answer.status == 400
    assert (answer.json()["status"], answer.json()["message"]) == (status, message)
    assert token(strict, BY_CODE)["access_token"]


def test_a_code_is_good_once(strict: SandboxClient) -> None:
    token(strict, BY_CODE)

    assert post(strict, "/oauth/v3/token", **BY_CODE).json()["status"] == "BAD_AUTH_CODE"


def test_version_1_takes_parameters_in_the_query(strict: SandboxClient) -> None:
    query = "&".join(f"{name}={value}" for name, value in BY_REFRESH.items())

    answer = strict.pool.request("POST", f"{strict.hubspot_url}/oauth/v1/token?{query}")

    assert answer.status == 200


def test_the_real_client_reads_what_its_tokens_are(strict: SandboxClient) -> None:
    client = HubSpot()
    client.config["host"] = strict.hubspot_url
    made = client.oauth.tokens_api.create(**BY_CODE)
    strict.admin("hubspot", "clock", advance=800)

    access = client.oauth.access_tokens_api.get(made.access_token)
    refresh = client.oauth.refresh_tokens_api.get(made.refresh_token)

    assert (access.app_id, access.expires_in, access.token_type) == (54321, 1000, "access")
    assert (refresh.client_id, refresh.token_type, refresh.hub_id) == ("entente", "refresh", access.hub_id)


def test_the_real_client_throws_a_refresh_token_away(strict: SandboxClient) -> None:
    client = HubSpot()
    client.config["host"] = strict.hubspot_url
    access_token = token(strict, BY_REFRESH)["access_token"]

    client.oauth.refresh_tokens_api.archive("rt-otto")

    assert post(strict, "/oauth/v3/token", **BY_REFRESH).json()["status"] == "BAD_REFRESH_TOKEN"
    assert is_good(strict, access_token)


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_a_token_can_be_examined_and_revoked(strict: SandboxClient, version: str) -> None:
    access_token = token(strict, BY_REFRESH)["access_token"]

    good = post(strict, f"/oauth/{version}/token/introspect", **APP, token=access_token).json()
    refresh = post(strict, f"/oauth/{version}/token/introspect", **APP, token="rt-otto").json()
    revoked = post(strict, f"/oauth/{version}/token/revoke", **APP, token=access_token)
    gone = post(strict, f"/oauth/{version}/token/introspect", **APP, token=access_token).json()

    assert (good["active"], good["token_use"], good["expires_in"]) == (True, "access_token", 1800)
    assert (refresh["active"], refresh["token_use"]) == (True, "refresh_token")
    assert (revoked.status, gone) == (200, {"active": False})
    assert not is_good(strict, access_token)


def test_an_access_token_that_has_ended_is_unknown(strict: SandboxClient) -> None:
    access_token = token(strict, BY_REFRESH)["access_token"]
    strict.admin("hubspot", "clock", advance=1_800)

    assert strict.hubspot("GET", f"/oauth/v1/access-tokens/{access_token}", token=None).status == 404
    assert post(strict, "/oauth/v3/token/introspect", **APP, token=access_token).json() == {"active": False}
    assert strict.hubspot("GET", OWNERS, token=access_token).json()["category"] == "EXPIRED_AUTHENTICATION"


def test_issued_tokens_end_in_a_portal_that_believes_everybody_too(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    access_token = token(sandbox, BY_CODE)["access_token"]
    sandbox.admin("hubspot", "clock", advance=1_801)

    answer = sandbox.hubspot("GET", OWNERS, token=access_token)

    assert (answer.status, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


def test_a_revoked_access_token_is_good_nowhere_and_is_not_given_out_again(sandbox: SandboxClient) -> None:
    first, second = (token(sandbox, BY_REFRESH)["access_token"] for _ in range(2))

    post(sandbox, "/oauth/v3/token/revoke", **APP, token=first)

    assert not is_good(sandbox, first)
    assert token(sandbox, BY_REFRESH)["access_token"] not in (first, second)


def test_each_app_has_the_scopes_it_was_registered_with(strict: SandboxClient) -> None:
    other = {"client_id": "reader", "client_secret": "x", "refresh_token": "rt-mona"}
    strict.admin("hubspot", "auth", app={**other, "scopes": ["crm.objects.contacts.read"]})
    reader = token(strict, {**other, "grant_type": "refresh_token"})

    refused = strict.hubspot("GET", OWNERS, token=reader["access_token"])

    assert reader["scopes"] == ["crm.objects.contacts.read"]
    assert (refused.status, refused.json()["category"]) == (403, "MISSING_SCOPES")
    assert is_good(strict, token(strict, BY_REFRESH)["access_token"])


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/crm/v3/objects/contacts", "crm.objects.contacts.read"),
        ("POST", "/crm/objects/2026-03/companies/batch/upsert", "crm.objects.companies.write"),
        ("DELETE", "/crm/v3/objects/0-2/7", "crm.objects.companies.write"),
    ],
)
def test_a_call_without_its_scope_is_refused_whichever_the_path(
    sandbox: SandboxClient, method: str, path: str, scope: str
) -> None:
    sandbox.admin("hubspot", "auth", scopes=["oauth"])

    answer = sandbox.hubspot(method, path, {} if method == "POST" else None)

    assert answer.status == 403
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == [scope]


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ({"client_id": "x"}, "client_secret"),
        ({"client_id": "x", "client_secret": "y"}, "app needs a refresh_token or a code"),
        ({"client_id": "x", "client_secret": "y", "code": "z", "scope": "all"}, "unknown key scope"),
    ],
)
def test_an_app_that_is_described_badly_is_refused(sandbox: SandboxClient, app: dict[str, str], said: str) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.hubspot_url}/_sandbox/auth", json={"app": app})

    assert answer.status == 400
    assert said in answer.json()["error"]
