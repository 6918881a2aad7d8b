"""HubSpot's quotas: counted always, enforced when told, by the virtual clock; compared with recorded refusals."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import urllib3
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ApiException

from tests.sandbox.test_hubspot_errors import recorded
from tests.sandbox_client import SandboxClient

ROOT = Path(__file__).resolve().parents[2]
CONTACTS = "/crm/v3/objects/contacts"
USAGE = "/account-info/v3/api-usage/daily/private-apps"
LIMIT = "X-HubSpot-RateLimit-"
APP = {"client_id": "entente", "client_secret": "s3cret", "refresh_token": "rt-otto"}


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    """A portal whose clock stands at nine in the morning."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    return sandbox


def enforce(portal: SandboxClient, **limits: Any) -> Any:
    return portal.admin("hubspot", "quota", enforce=True, **limits)


def read(portal: SandboxClient, token: str = "pat-otto") -> urllib3.BaseHTTPResponse:
    return portal.hubspot("GET", CONTACTS, token=token)


def search(portal: SandboxClient, token: str = "pat-otto") -> urllib3.BaseHTTPResponse:
    return portal.hubspot("POST", f"{CONTACTS}/search", {}, token=token)


def oauth_token(portal: SandboxClient) -> str:
    form = {"grant_type": "refresh_token", **APP}
    answer = portal.pool.request("POST", f"{portal.hubspot_url}/oauth/v3/token", fields=form, encode_multipart=False)
    return str(answer.json()["access_token"])


def test_the_window_of_a_professional_account_holds_190_calls_of_an_app(portal: SandboxClient) -> None:
    enforce(portal)

    answers = [read(portal) for _ in range(191)]

    assert [each.status for each in answers[:190]] == [200] * 190
    assert answers[190].status == 429


def test_a_full_window_is_refused_as_recorded(portal: SandboxClient) -> None:
    want = recorded("hubspot_errors/429_ten_secondly.json")
    enforce(portal, window=0)

    answer = read(portal)

    assert answer.status == want["http_status"]
    assert answer.json().keys() == want["body"].keys()
    for key in ("status", "message", "errorType", "policyName"):
        assert answer.json()[key] == want["body"][key]
    assert answer.headers[f"{LIMIT}Remaining"] == "0"
    assert "retry-after" not in answer.headers


def test_the_window_rolls_a_call_is_forgotten_ten_seconds_after_it_was_made(portal: SandboxClient) -> None:
    enforce(portal, window=2)
    read(portal)
    portal.admin("hubspot", "clock", advance=6)
    read(portal)

    portal.admin("hubspot", "clock", advance=3.999)
    too_early = read(portal)
    portal.admin("hubspot", "clock", advance=0.001)
    answers = [read(portal), read(portal)]

    assert too_early.status == 429
    assert [each.status for each in answers] == [200, 429]


def test_a_refused_call_costs_nothing(portal: SandboxClient) -> None:
    enforce(portal, window=1)
    read(portal)
    portal.admin("hubspot", "clock", advance=9)
    read(portal)

    portal.admin("hubspot", "clock", advance=1)

    assert read(portal).status == 200
    assert portal.look("hubspot", "quota")["used_today"] == 2


def test_each_app_has_a_window_of_its_own(portal: SandboxClient) -> None:
    enforce(portal, window=1)

    answers = [read(portal, token) for token in ("pat-otto", "pat-mona", "pat-otto", "pat-mona")]

    assert [each.status for each in answers] == [200, 200, 429, 429]


def test_searches_of_all_apps_share_five_in_a_second_and_fill_no_window(portal: SandboxClient) -> None:
    want = recorded("hubspot_errors/429_secondly_search.json")
    enforce(portal, window=1)

    answers = [search(portal, token) for token in ("pat-otto", "pat-mona") * 3]
    portal.admin("hubspot", "clock", advance=1)

    assert [each.status for each in answers] == [200] * 5 + [429]
    assert answers[5].json().keys() == want["body"].keys()
    for key in ("status", "message", "errorType", "policyName"):
        assert answers[5].json()[key] == want["body"][key]
    assert not [name for answer in answers for name in answer.headers if "ratelimit" in name.lower()]
    assert (read(portal).status, search(portal).status) == (200, 200)


def test_associations_have_a_larger_window_of_their_own(portal: SandboxClient) -> None:
    path = "/crm/v4/associations/contacts/companies/batch/read"
    enforce(portal, tier="starter", window=1)

    shown = portal.look("hubspot", "quota")["associations"]
    larger = enforce(portal, tier="professional")["associations"]

    assert (shown, larger) == (100, 150)
    assert read(portal).status == 200
    assert portal.hubspot("POST", path, {"inputs": []}).status != 429


def test_the_day_ends_at_midnight_where_the_account_is(portal: SandboxClient) -> None:
    enforce(portal, daily=2, time_zone="America/New_York")
    answers = [read(portal) for _ in range(3)]
    portal.admin("hubspot", "clock", set="2026-11-03T04:59:59Z")
    before = read(portal)

    portal.admin("hubspot", "clock", advance=1)
    after = read(portal)

    assert [each.status for each in answers] == [200, 200, 429]
    assert answers[2].json()["message"] == "You have reached your daily limit."
    assert answers[2].json()["policyName"] == "DAILY"
    assert (before.status, after.status) == (429, 200)
    assert after.headers[f"{LIMIT}Daily-Remaining"] == "1"


def test_searches_count_towards_the_day(portal: SandboxClient) -> None:
    search(portal)

    assert read(portal).headers[f"{LIMIT}Daily-Remaining"] == "624998"


def test_an_oauth_app_has_110_calls_in_ten_seconds_and_no_daily_quota(portal: SandboxClient) -> None:
    enforce(portal, daily=1)
    token = oauth_token(portal)

    answers = [read(portal, token) for _ in range(111)]

    assert [each.status for each in answers] == [200] * 110 + [429]
    assert answers[0].headers[f"{LIMIT}Max"] == "110"
    assert not [name for name in answers[0].headers if "daily" in name.lower()]
    assert portal.look("hubspot", "quota")["used_today"] == 0


@pytest.mark.parametrize(
    ("limits", "window", "daily"),
    [
        ({"tier": "free"}, 100, 250_000),
        ({"tier": "starter"}, 100, 250_000),
        ({"tier": "professional"}, 190, 625_000),
        ({"tier": "enterprise"}, 190, 1_000_000),
        ({"tier": "professional", "api_increase": 1}, 250, 1_625_000),
        ({"tier": "enterprise", "api_increase": 2}, 250, 3_000_000),
    ],
)
def test_each_subscription_has_its_limits(
    portal: SandboxClient, limits: dict[str, Any], window: int, daily: int
) -> None:
    enforce(portal, **limits)

    headers = read(portal).headers

    assert headers[f"{LIMIT}Max"] == str(window)
    assert headers[f"{LIMIT}Remaining"] == str(window - 1)
    assert headers[f"{LIMIT}Daily"] == str(daily)
    assert headers[f"{LIMIT}Daily-Remaining"] == str(daily - 1)
    assert headers[f"{LIMIT}Interval-Milliseconds"] == "10000"
    assert headers[f"{LIMIT}Secondly"] == str(window // 10)
    assert headers[f"{LIMIT}Secondly-Remaining"] == str(window // 10 - 1)


def test_without_enforcement_calls_are_counted_and_never_refused(portal: SandboxClient) -> None:
    portal.admin("hubspot", "quota", window=1)

    answers = [read(portal) for _ in range(3)]

    assert [each.status for each in answers] == [200, 200, 200]
    assert [each.headers[f"{LIMIT}Remaining"] for each in answers] == ["0", "0", "0"]
    assert answers[2].headers[f"{LIMIT}Daily-Remaining"] == "624997"


def test_a_refusal_says_when_to_come_back_only_if_told_to(portal: SandboxClient) -> None:
    enforce(portal, window=1, retry_after=True)
    read(portal)
    portal.admin("hubspot", "clock", advance=3.2)

    answer = read(portal)

    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_the_usage_of_the_day_agrees_with_the_headers(portal: SandboxClient, version: str) -> None:
    portal.admin("hubspot", "quota", time_zone="Europe/Berlin")
    read(portal)

    answer = portal.hubspot("GET", USAGE.replace("v3", version))

    [day] = answer.json()["results"]
    assert day == {
        "name": "private-apps-api-calls-daily",
        "usageLimit": int(answer.headers[f"{LIMIT}Daily"]),
        "currentUsage": 2,
        "collectedAt": "2026-11-02T09:00:00Z",
        "fetchStatus": "SUCCESS",
        "resetsAt": "2026-11-02T23:00:00Z",
    }
    assert answer.headers[f"{LIMIT}Daily-Remaining"] == str(day["usageLimit"] - 2)
    details = portal.hubspot("GET", "/account-info/v3/details").json()
    assert (details["timeZone"], details["utcOffset"], details["utcOffsetMilliseconds"]) == (
        "Europe/Berlin", "+01:00", 3_600_000,
    )  # fmt: skip


def test_the_real_client_sees_a_full_window(portal: SandboxClient) -> None:
    enforce(portal, window=1)
    client = HubSpot(access_token="pat-otto", host=portal.hubspot_url)
    client.crm.contacts.basic_api.get_page()

    with pytest.raises(ApiException) as raised:
        client.crm.contacts.basic_api.get_page()

    assert raised.value.status == 429
    assert json.loads(raised.value.body)["policyName"] == "TEN_SECONDLY_ROLLING"


def test_counters_start_anew_when_told_and_a_reset_ends_enforcement(portal: SandboxClient) -> None:
    enforce(portal, window=1, daily=1)
    read(portal)

    portal.admin("hubspot", "quota", reset=True)
    counted_anew = read(portal)
    portal.admin("hubspot", "reset")
    unlimited = [read(portal) for _ in range(3)]

    assert counted_anew.status == 200
    assert [each.status for each in unlimited] == [200] * 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"tier": "gold"}, "tier must be one of free, starter, professional, enterprise"),
        ({"enforce": "yes"}, "enforce must be true or false"),
        ({"window": -1}, "window must be a whole number"),
        ({"api_increase": 3}, "2 times at most"),
        ({"time_zone": "Mars/Olympus"}, "such as Europe/Berlin"),
        ({"burst": 1}, "unknown key burst"),
    ],
)
def test_a_quota_that_makes_no_sense_is_refused_and_changes_nothing(
    portal: SandboxClient, body: dict[str, Any], said: str
) -> None:
    before = portal.look("hubspot", "quota")

    answer = portal.pool.request("POST", f"{portal.hubspot_url}/_sandbox/quota", json={"daily": 5} | body)

    assert answer.status == 400
    assert said in answer.json()["error"]
    assert portal.look("hubspot", "quota") == before


@pytest.mark.parametrize(("flags", "is_enforced"), [([], False), (["--quotas"], True)])
def test_the_server_enforces_quotas_when_started_so_and_after_a_reset_too(flags: list[str], is_enforced: bool) -> None:
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0", *flags]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        client = SandboxClient(urls["hubspot"], urls["salesforce"])
        at_first = client.look("hubspot", "quota")["enforce"]
        client.admin("hubspot", "reset")
        after_reset = client.look("hubspot", "quota")["enforce"]
        process.send_signal(signal.SIGTERM)

    assert (at_first, after_reset) == (is_enforced, is_enforced)
