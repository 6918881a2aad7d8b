"""What the org's allocations count, and what happens when they are spent."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.salesforce_helper import Http, recorded
from tests.sandbox_client import SandboxClient

NOON = "2026-11-02T12:00:00Z"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set=NOON)
    return Http(sandbox)


def test_a_quota_that_is_spent_refuses_every_call_with_the_recorded_body(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", daily=3, used=2)

    answers = [http("GET", "sobjects") for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 403, 403, 403]
    assert answers[3].json() == json.loads(recorded("salesforce_errors/403_request_limit.json").read_text())["body"]
    assert answers[3].headers["Sforce-Limit-Info"] == "api-usage=3/3"


def test_calls_come_back_24_hours_after_they_were_made_and_not_at_midnight(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", daily=2)
    http("GET", "sobjects")
    sandbox.admin("salesforce", "clock", advance=18 * 3600)
    http("GET", "sobjects")
    statuses = []

    for hours in (5.5, 0.6, 17):
        sandbox.admin("salesforce", "clock", advance=hours * 3600)
        statuses.append(http("GET", "sobjects").status)

    assert statuses == [403, 200, 403]


def test_a_token_costs_nothing_and_a_refused_session_neither(http: Http, sandbox: SandboxClient) -> None:
    url = f"{sandbox.salesforce_url}/services/oauth2/token"
    form = {"grant_type": "client_credentials", "client_id": "entente", "client_secret": "secret"}
    sandbox.pool.request("POST", url, fields=form, encode_multipart=False)
    http("GET", "sobjects", Authorization="Bearer expired")

    assert http("GET", "sobjects").headers["Sforce-Limit-Info"] == "api-usage=1/100000"


def test_limits_agree_with_what_was_counted(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", daily=50, used=10)
    for _ in range(6):
        lead = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}
        http("POST", "composite/sobjects", {"records": [lead] * 200})

    limits = http("GET", "limits").json()

    assert limits["DailyApiRequests"] == {"Max": 50, "Remaining": 33}
    assert limits["DataStorageMB"] == {"Max": 10_240, "Remaining": 10_238}
    assert limits["DailyBulkApiBatches"] == {"Max": 15_000, "Remaining": 15_000}


def test_a_reset_gives_the_quota_back(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", daily=1, used=1)
    sandbox.admin("salesforce", "jobs", upload_seconds=60)

    sandbox.admin("salesforce", "reset")

    assert http("GET", "sobjects").headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert sandbox.admin("salesforce", "jobs")["upload_seconds"] == 0


@pytest.mark.parametrize(("control", "body", "mend"), [
    ("quota", {"dayly": 1}, "it takes calls, daily, used"),
    ("quota", {"daily": -1}, "daily must be a whole number"),
    ("quota", {}, "send"),
    ("jobs", {"upload_seconds": "10"}, "upload_seconds must be a number of seconds"),
    ("cursors", {"open": "ten"}, "open must be a whole number"),
])  # fmt: skip
def test_a_control_that_makes_no_sense_says_what_to_send(
    sandbox: SandboxClient, control: str, body: dict[str, object], mend: str
) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/{control}", json=body)

    assert answer.status == 400
    assert mend in answer.json()["error"]
