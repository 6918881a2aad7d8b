"""What surrounds HubSpot's records never fails itself, whatever is sent, and answers the same twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox_client import SandboxClient

CONTACTS, LISTS, PREFERENCES = "/crm/v3/objects/contacts", "/crm/v3/lists", "/communication-preferences"
DIGITS = "9" * 4_400
WEIRD: list[Any] = [None, True, -1, 1.5, "", "x", "²", DIGITS, [], [None], [1], [DIGITS], [{}], {}, {"a": 1}, [[]]]
EVERYBODY = {"filterBranchType": "OR", "filters": [], "filterBranches": []}
STATUS = {"channel": "EMAIL", "statusState": "SUBSCRIBED", "subscriptionId": 35_555_791}
V3_STATUS = {"emailAddress": "rita@velmora.example", "subscriptionId": "35555791"}
OPERATION = {"operationType": "MULTISTRING", "operator": "IS_EQUAL_TO", "values": ["x"]}


def filtered(operation: dict[str, Any]) -> dict[str, Any]:
    return {**EVERYBODY, "filters": [{"filterType": "PROPERTY", "property": "email", "operation": operation}]}


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "rita@velmora.example"}})
    for name, kind in (("By hand", {"processingType": "MANUAL"}), ("All", {"processingType": "DYNAMIC"})):
        branch = {"filterBranch": EVERYBODY} if kind["processingType"] == "DYNAMIC" else {}
        made = sandbox.hubspot("POST", LISTS, {"name": name, "objectTypeId": "0-1", **kind, **branch})
        assert made.status == 200
    return sandbox


@pytest.mark.parametrize("weird", WEIRD, ids=lambda weird: str(weird)[:12])
def test_a_body_that_nobody_expects_is_refused_or_taken_but_never_fails(portal: SandboxClient, weird: Any) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("PUT", f"{LISTS}/1/memberships/add", weird),
        ("PUT", f"{LISTS}/1/memberships/remove", weird),
        ("PUT", f"{LISTS}/1/memberships/add-and-remove", {"recordIdsToAdd": weird, "recordIdsToRemove": []}),
        ("PUT", f"{LISTS}/2/update-list-filters", {"filterBranch": weird}),
        ("POST", f"{LISTS}/records/memberships/batch/read", {"inputs": weird}),
        ("POST", f"{PREFERENCES}/v4/statuses/batch/read?channel=EMAIL", {"inputs": weird}),
        ("POST", f"{PREFERENCES}/v4/statuses/batch/write", {"inputs": weird}),
    ]
    for key in ("filterBranchType", "filterBranches", "filters"):
        calls.append(("PUT", f"{LISTS}/2/update-list-filters", {"filterBranch": EVERYBODY | {key: weird}}))
    for key in OPERATION:
        calls.append(("PUT", f"{LISTS}/2/update-list-filters", {"filterBranch": filtered(OPERATION | {key: weird})}))
        calls.append(("GET", f"{LISTS}/2/memberships", None))
    for key in ("query", "offset", "count", "processingTypes", "listIds", "additionalProperties"):
        calls.append(("POST", f"{LISTS}/search", {key: weird}))
    for key in (*STATUS, "legalBasis"):
        calls.append(("POST", f"{PREFERENCES}/v4/statuses/rita%40velmora.example", STATUS | {key: weird}))
    for key in (*V3_STATUS, "legalBasis", "legalBasisExplanation"):
        calls.append(("POST", f"{PREFERENCES}/v3/unsubscribe", V3_STATUS | {key: weird}))
    for key in ("app", "key", "revoke", "scopes"):
        calls.append(("POST", "/_sandbox/auth", {key: weird}))
        calls.append(("POST", "/_sandbox/auth", {"scopes": None}))
    for key in ("tier", "daily", "window", "time_zone"):
        calls.append(("POST", "/_sandbox/quota", {key: weird}))

    for method, path, body in calls:
        assert portal.hubspot(method, path, body).status < 500, (method, path, body)


@pytest.mark.parametrize("weird", ["x", "-1", "0", "²", "٣", DIGITS])
def test_an_address_that_nobody_expects_is_refused_or_taken_but_never_fails(portal: SandboxClient, weird: str) -> None:
    for method, path in [
        ("GET", f"{LISTS}/{weird}"),
        ("GET", f"{LISTS}/1/memberships?after={weird}"),
        ("GET", f"{LISTS}/1/memberships?before={weird}-{weird}"),
        ("GET", f"{LISTS}/1/memberships/join-order?limit={weird}"),
        ("GET", f"{LISTS}/records/0-1/{weird}/memberships"),
        ("GET", f"{LISTS}/records/{weird}/1/memberships"),
        ("PUT", f"{LISTS}/1/memberships/add-from/{weird}"),
        ("GET", f"{PREFERENCES}/v3/status/email/{weird}"),
        ("GET", f"{PREFERENCES}/2026-09/statuses/{weird}?channel=EMAIL"),
        ("GET", f"/oauth/v1/access-tokens/{weird}"),
    ]:
        assert portal.hubspot(method, path).status < 500, (method, path)


def test_the_same_calls_give_the_same_answers(portal: SandboxClient) -> None:
    def calls() -> list[tuple[int, bytes, dict[str, str]]]:
        portal.admin("hubspot", "reset")
        portal.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
        form = {"grant_type": "refresh_token", "client_id": "a", "client_secret": "b", "refresh_token": "c"}
        answers = [
            portal.hubspot("POST", CONTACTS, {"properties": {"email": "rita@velmora.example"}}),
            portal.hubspot("POST", LISTS, {"name": "Fair", "objectTypeId": "0-1", "processingType": "MANUAL"}),
            portal.hubspot("PUT", f"{LISTS}/1/memberships/add", ["51"]),
            portal.hubspot("GET", f"{LISTS}/1/memberships"),
            portal.hubspot("POST", f"{PREFERENCES}/v4/statuses/rita%40velmora.example", STATUS),
            portal.hubspot("GET", "/account-info/v3/api-usage/daily/private-apps"),
            portal.pool.request("POST", f"{portal.hubspot_url}/oauth/v3/token", fields=form, encode_multipart=False),
            portal.hubspot("GET", "/crm/v3/lists/7"),
        ]
        return [(each.status, each.data, dict(each.headers)) for each in answers]

    assert calls() == calls()
