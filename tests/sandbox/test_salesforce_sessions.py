"""The org's sign-ins: JWT bearer, refresh tokens that rotate, sessions that end, and fields that are taken away."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient

APP = {"client_id": "entente", "client_secret": "s3cret", "refresh_token": "rt-otto"}
REFRESH = {"grant_type": "refresh_token", **APP}
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def key_pair() -> tuple[str, str]:
    """A private key and its public one, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def ask_token(sandbox: SandboxClient, **form: str) -> Any:
    url = f"{sandbox.salesforce_url}/services/oauth2/token"
    return sandbox.pool.request("POST", url, fields=form, encode_multipart=False)


def assertion(**changed: Any) -> str:
    claims = {
        "iss": "entente",
        "sub": "otto@entente.example",
        "aud": "https://login.salesforce.com",
        "exp": int(time.time()) + 180,
    }
    return jwt.encode(claims | changed, key_pair()[0], algorithm="RS256")


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """An org that knows one app, under a clock that shows this machine's time, as a JWT needs it."""
    sandbox.admin("salesforce", "clock", set=datetime.now(UTC).isoformat())
    sandbox.admin("salesforce", "clock", run=True)
    sandbox.admin("salesforce", "auth", strict=True, app=APP | {"public_key": key_pair()[1]})
    return sandbox


def test_a_signed_assertion_opens_a_session(strict: SandboxClient) -> None:
    answer = ask_token(strict, grant_type=JWT, assertion=assertion())

    assert answer.status == 200
    session = answer.json()["access_token"]
    assert Http(strict)("GET", "limits", Authorization=f"Bearer {session}").status == 200
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize(
    ("changed", "error", "description"),
    [
        ({"aud": "https://elsewhere.example"}, "invalid_grant", "audience is invalid"),
        ({"sub": "rita@entente.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"exp": 1_000_000_000}, "invalid_grant", "invalid assertion"),
        ({"exp": 4_000_000_000}, "invalid_grant", "invalid assertion"),
        ({"iss": "other"}, "invalid_client_id", "client identifier invalid"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    strict: SandboxClient, changed: dict[str, Any], error: str, description: str
) -> None:
    answer = ask_token(strict, grant_type=JWT, assertion=assertion(**changed))

    assert (answer.status, answer.json()) == (400, {"error": error, "error_description": description})


def test_an_assertion_under_another_key_is_refused(strict: SandboxClient) -> None:
    header, claims, _ = assertion().split(".")

    answer = ask_token(strict, grant_type=JWT, assertion=f"{header}.{claims}.{'A' * 342}")

    assert answer.json()["error"] == "invalid_grant"


def test_a_refresh_token_opens_sessions_and_stays(strict: SandboxClient) -> None:
    first, second = (ask_token(strict, **REFRESH).json() for _ in range(2))

    assert first["access_token"] != second["access_token"]
    assert "refresh_token" not in first


def test_where_refresh_tokens_rotate_the_old_one_is_dead(strict: SandboxClient) -> None:
    strict.admin("salesforce", "auth", rotate=True)
    successor = ask_token(strict, **REFRESH).json()["refresh_token"]

    old, new = ask_token(strict, **REFRESH), ask_token(strict, **(REFRESH | {"refresh_token": successor}))

    assert old.json() == json.loads(recorded("restforce/refresh_error_response.json").read_text())
    assert (old.status, new.status) == (400, 200)


def test_a_session_ends_by_the_clock(strict: SandboxClient) -> None:
    session = ask_token(strict, **REFRESH).json()["access_token"]
    http = Http(strict)
    before = http("GET", "limits", Authorization=f"Bearer {session}").status

    strict.admin("salesforce", "clock", advance=7_201)

    assert before == 200
    assert http("GET", "limits", Authorization=f"Bearer {session}").json()[0]["errorCode"] == "INVALID_SESSION_ID"


def test_a_strict_org_knows_issued_sessions_only(strict: SandboxClient) -> None:
    assert Http(strict)("GET", "limits", Authorization="Bearer rita").status == 401


@pytest.mark.parametrize(
    ("wrong", "error"), [({"client_secret": "other"}, "invalid_client"), ({"client_id": "other"}, "invalid_client_id")]
)
def test_an_unknown_client_is_refused(strict: SandboxClient, wrong: dict[str, str], error: str) -> None:
    assert ask_token(strict, **(REFRESH | wrong)).json()["error"] == error


def test_the_real_client_signs_in_with_a_jwt(strict: SandboxClient) -> None:
    salesforce = client(strict, username="otto@entente.example", consumer_key="entente", privatekey=key_pair()[0])

    assert salesforce.query("SELECT Name FROM Organization")["records"][0]["Name"] == "Entente Sandbox"


def names(http: Http, object_name: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in http("GET", f"sobjects/{object_name}/describe").json()["fields"]}


def test_a_hidden_field_is_in_no_describe_and_in_no_query(sandbox: SandboxClient) -> None:
    http = Http(sandbox)

    sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="none")

    assert "Phone" not in names(http, "Lead")
    answer = http("GET", "query?q=SELECT+Id,Phone+FROM+Lead")
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert "No such column 'Phone'" in answer.json()[0]["message"]


def test_a_read_only_field_is_read_and_refused_on_write(sandbox: SandboxClient) -> None:
    http = Http(sandbox)
    lead = http.lead(LastName="Berg", Company="Nordlicht")
    sandbox.admin("salesforce", "permissions", object="Lead", field="Title", access="read")

    described = names(http, "Lead")["Title"]
    refused = http("PATCH", f"sobjects/Lead/{lead}", {"Title": "Buyer"})

    assert (described["createable"], described["updateable"]) == (False, False)
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert refused.json()[0]["fields"] == ["Title"]
    assert http("GET", "query?q=SELECT+Title+FROM+Lead").status == 200


def test_access_that_was_taken_away_comes_back(sandbox: SandboxClient) -> None:
    for access in ("none", "edit"):
        sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access=access)

    assert names(Http(sandbox), "Lead")["Phone"]["updateable"]


def test_a_field_that_everybody_sees_cannot_be_hidden(sandbox: SandboxClient) -> None:
    body = {"object": "Lead", "field": "LastName", "access": "none"}

    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/permissions", json=body)

    assert (answer.status, "LastName" in answer.json()["error"]) == (400, True)
