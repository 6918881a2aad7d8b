"""HubSpot's token endpoint, access tokens that end, and scopes that are missing."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

APP = {"client_id": "entente", "client_secret": "s3cret", "refresh_token": "rt-otto"}
GRANT = {"grant_type": "refresh_token", **APP}
PATHS = ["/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token"]


def ask_token(sandbox: SandboxClient, path: str = "/oauth/v3/token", **form: str) -> Any:
    return sandbox.pool.request("POST", sandbox.hubspot_url + path, fields=form, encode_multipart=False)


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """A portal that knows one app."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("hubspot", "auth", strict=True, app=APP)
    return sandbox


@pytest.mark.parametrize("path", PATHS)
def test_a_refresh_token_gives_an_access_token_for_half_an_hour(strict: SandboxClient, path: str) -> None:
    answer = ask_token(strict, path, **GRANT).json()

    assert (answer["token_type"], answer["expires_in"], answer["refresh_token"]) == ("bearer", 1800, "rt-otto")
    assert "crm.objects.contacts.read" in answer["scopes"]
    assert strict.hubspot("GET", "/crm/v3/owners/", token=answer["access_token"]).status == 200


def test_the_real_client_refreshes_through_its_own_method(strict: SandboxClient) -> None:
    client = HubSpot()
    client.config["host"] = strict.hubspot_url

    answer = client.oauth.tokens_api.create(**GRANT)

    assert answer.expires_in == 1800


def test_an_access_token_ends_by_the_clock_in_the_recorded_words(strict: SandboxClient) -> None:
    token = ask_token(strict, **GRANT).json()["access_token"]
    strict.admin("hubspot", "clock", advance=1_807)

    answer = strict.hubspot("GET", "/crm/v3/owners/", token=token)

    assert (answer.status, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.json()["message"] == "The OAuth token used to make this call expired 7 second(s) ago."


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"refresh_token": "rt-other"}, "BAD_REFRESH_TOKEN"),
        ({"client_id": "other"}, "BAD_CLIENT_ID"),
        ({"client_secret": "other"}, "BAD_CLIENT_SECRET"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
    ],
)
def test_a_bad_request_for_a_token_says_in_its_status_what_is_bad(
    strict: SandboxClient, wrong: dict[str, str], status: str
) -> None:
    answer = ask_token(strict, **(GRANT | wrong))

    assert (answer.status, answer.json()["status"]) == (400, status)


def test_a_revoked_refresh_token_is_refused(strict: SandboxClient) -> None:
    strict.admin("hubspot", "auth", revoke="rt-otto")

    answer = ask_token(strict, **GRANT)

    assert answer.json()["message"] == "missing or invalid refresh token"


def test_a_strict_portal_knows_registered_keys_only(strict: SandboxClient) -> None:
    strict.admin("hubspot", "auth", key="pat-otto")

    known, unknown = (strict.hubspot("GET", "/crm/v3/owners/", token=token) for token in ("pat-otto", "pat-other"))

    assert (known.status, unknown.status) == (200, 401)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/crm/v3/owners/", "crm.objects.owners.read"),
        ("GET", "/crm/v3/objects/contacts", "crm.objects.contacts.read"),
        ("POST", "/crm/v3/objects/contact/search", "crm.objects.contacts.read"),
        ("POST", "/crm/v3/objects/0-1/batch/update", "crm.objects.contacts.write"),
        ("GET", "/crm/properties/2026-03/contacts", "crm.schemas.contacts.read"),
        ("POST", "/crm/v3/properties/companies", "crm.schemas.companies.write"),
    ],
)
def test_a_missing_scope_is_named(sandbox: SandboxClient, method: str, path: str, scope: str) -> None:
    sandbox.admin("hubspot", "auth", scopes=["oauth"])

    answer = sandbox.hubspot(method, path, body={} if method == "POST" else None)

    assert (answer.status, answer.json()["category"]) == (403, "MISSING_SCOPES")
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == [scope]


def test_by_default_everybody_may_do_everything(sandbox: SandboxClient) -> None:
    answer = ask_token(sandbox, grant_type="refresh_token", client_id="any", client_secret="any", refresh_token="any")

    assert answer.status == 200
    assert sandbox.hubspot("GET", "/crm/v3/owners/", token="anything").status == 200
