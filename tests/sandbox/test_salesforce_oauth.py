"""Tokens, sessions and the quota."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient

GRANT = {"grant_type": "client_credentials", "client_id": "entente", "client_secret": "s3cret"}


def ask_token(sandbox: SandboxClient, **form: str) -> Any:
    url = f"{sandbox.salesforce_url}/services/oauth2/token"
    return sandbox.pool.request("POST", url, fields=form, encode_multipart=False)


def test_the_real_client_logs_in_with_client_credentials_and_reads(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox, consumer_key="entente", consumer_secret="s3cret", domain="acme.my")

    found = salesforce.query("SELECT Name FROM Organization")

    assert found["records"][0]["Name"] == "Entente Sandbox"


def test_a_token_answer_is_signed_with_the_client_secret(sandbox: SandboxClient) -> None:
    answer = ask_token(sandbox, **GRANT).json()

    signed = hmac.new(b"s3cret", (answer["id"] + answer["issued_at"]).encode(), hashlib.sha256).digest()
    assert answer["signature"] == base64.b64encode(signed).decode()
    assert answer["instance_url"] == sandbox.salesforce_url
    assert answer["token_type"] == "Bearer"


def test_a_token_answer_has_the_recorded_keys(sandbox: SandboxClient) -> None:
    real = json.loads(recorded("restforce/auth_success_response.json").read_text())

    answer = ask_token(sandbox, **GRANT).json()

    assert real.keys() <= answer.keys()
    assert {type(answer[key]) for key in real} == {str}


def test_a_wrong_secret_is_refused_as_an_oauth_error(sandbox: SandboxClient) -> None:
    answer = ask_token(sandbox, **GRANT | {"client_secret": "invalid-one"})

    assert answer.status == 400
    assert answer.json() == {"error": "invalid_client", "error_description": "invalid client credentials"}


def test_the_real_client_says_that_the_secret_is_wrong(sandbox: SandboxClient) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_client"):
        client(sandbox, consumer_key="entente", consumer_secret="invalid", domain="acme.my")


def test_another_grant_is_refused(sandbox: SandboxClient) -> None:
    answer = ask_token(sandbox, grant_type="password", username="rita", password="x")

    assert (answer.status, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_userinfo_names_the_running_user_and_the_org(sandbox: SandboxClient) -> None:
    url = f"{sandbox.salesforce_url}/services/oauth2/userinfo"

    answer = sandbox.pool.request("GET", url, headers={"Authorization": "Bearer rita"}).json()

    assert answer["user_id"].startswith("005")
    assert answer["organization_id"].startswith("00D")
    assert (answer["preferred_username"], answer["name"]) == ("otto@entente.example", "Otto Ops")


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer expired-1", "OAuth invalid", "Basic cml0YQ=="])
def test_a_call_without_a_valid_session_gets_the_recorded_401(sandbox: SandboxClient, authorization: str) -> None:
    answer = Http(sandbox)("GET", "sobjects", Authorization=authorization)

    assert answer.status == 401
    assert answer.json() == json.loads(recorded("restforce/expired_session_response.json").read_text())


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth", "bearer"])
def test_both_token_schemes_are_known(sandbox: SandboxClient, scheme: str) -> None:
    assert Http(sandbox)("GET", "limits", Authorization=f"{scheme} rita").status == 200


def test_a_spent_quota_refuses_the_next_calls_with_the_recorded_body_and_no_more(sandbox: SandboxClient) -> None:
    http = Http(sandbox)
    sandbox.admin("salesforce", "quota", calls=2)

    answers = [http("GET", "limits") for _ in range(3)]

    assert [answer.status for answer in answers] == [403, 403, 200]
    real = json.loads(recorded("salesforce_errors/403_request_limit.json").read_text())
    assert answers[0].json() == real["body"]


def test_a_token_is_given_even_when_the_quota_is_spent(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", calls=1)

    assert ask_token(sandbox, **GRANT).status == 200
    assert Http(sandbox)("GET", "limits").status == 403


def test_every_answer_counts_the_calls_and_limits_agree(sandbox: SandboxClient) -> None:
    http = Http(sandbox)

    headers = [http(*call).headers["Sforce-Limit-Info"] for call in (("GET", "sobjects"), ("GET", "nowhere"))]
    limits = http("GET", "limits/").json()

    assert headers == ["api-usage=1/100000", "api-usage=2/100000"]
    assert limits["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_997}


def test_the_real_client_reads_the_usage(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox)

    salesforce.limits()

    assert (salesforce.api_usage["api-usage"].used, salesforce.api_usage["api-usage"].total) == (1, 100_000)


def test_under_a_frozen_clock_the_same_requests_give_the_same_bytes(sandbox: SandboxClient) -> None:
    http = Http(sandbox)

    def story() -> list[bytes]:
        sandbox.admin("salesforce", "reset")
        sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
        token = ask_token(sandbox, **GRANT).data
        lead_id = http.lead(Email="mark@acme.example")
        query = http("GET", "query?q=SELECT+Id,Email,SystemModstamp,Owner.Name+FROM+Lead").data
        return [token, lead_id.encode(), query, http("GET", "sobjects/Lead/describe").data]

    assert story() == story()
