"""Faults asked for: each does what it says to the calls it is for, and stands in the request log."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import requests
import urllib3

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
TOKEN = {"Authorization": "Bearer pat-otto"}
RITA = {"properties": {"email": "rita@entente.example"}}


def raw(sandbox: SandboxClient, request: bytes) -> bytes:
    """All that the server sends until it closes the connection."""
    _, host, port = sandbox.hubspot_url.replace("//", "").split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        try:
            while block := connection.recv(65_536):
                received += block
        except ConnectionResetError:
            pass
    return received


def ask(path: str, connection: str = "close") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nConnection: {connection}\r\n\r\n".encode()


def plainly(sandbox: SandboxClient, method: str, path: str, body: Any = None) -> urllib3.BaseHTTPResponse:
    """One call that nobody repeats."""
    extra = {} if body is None else {"json": body}
    return sandbox.pool.request(method, sandbox.hubspot_url + path, headers=TOKEN, retries=False, **extra)


def logged(sandbox: SandboxClient, system: str = "hubspot", **chosen: Any) -> list[tuple[str, Any, str]]:
    entries = sandbox.look(system, "requests", **chosen)["requests"]
    return [(each["method"], each["status"], each.get("fault", "")) for each in entries]


def statuses(sandbox: SandboxClient, calls: int, method: str = "GET", path: str = CONTACTS) -> list[int]:
    return [plainly(sandbox, method, path).status for _ in range(calls)]


def test_a_connection_cut_before_the_handler_leaves_nothing_written(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="cut_before", method="POST", calls=1)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        plainly(sandbox, "POST", CONTACTS, RITA)
    again = plainly(sandbox, "POST", CONTACTS, RITA)

    assert again.status == 201
    assert sandbox.look("hubspot", "writes")["count"] == 1
    assert logged(sandbox) == [("POST", None, "cut_before"), ("POST", 201, "")]


def test_a_connection_cut_after_the_commit_leaves_the_write_and_no_answer(sandbox: SandboxClient) -> None:
    """The ambiguous write: who repeats it blindly meets the record that he made."""
    sandbox.admin("hubspot", "faults", fault="cut_after", method="POST", calls=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(sandbox.hubspot_url + CONTACTS, json=RITA, headers=TOKEN, timeout=20)
    again = plainly(sandbox, "POST", CONTACTS, RITA)

    assert again.status == 409
    assert sandbox.look("hubspot", "writes")["count"] == 1
    assert logged(sandbox) == [("POST", 201, "cut_after"), ("POST", 409, "")]


def test_salesforce_cuts_as_well(sandbox: SandboxClient) -> None:
    org = Http(sandbox)
    sandbox.admin("salesforce", "faults", fault="cut_after", method="POST", path="*/sobjects/Lead", calls=1)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        org.lead(LastName="Roux")

    assert org.query("SELECT LastName FROM Lead")["totalSize"] == 1
    assert logged(sandbox, "salesforce", method="POST") == [("POST", 201, "cut_after")]


def test_a_cut_connection_carries_no_byte_and_the_next_one_serves(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="cut_before", calls=1)

    first = raw(sandbox, ask(CONTACTS, "keep-alive"))
    second = raw(sandbox, ask(CONTACTS))

    assert first == b""
    assert second.startswith(b"HTTP/1.1 200 OK")


def test_a_truncated_body_is_shorter_than_its_length_says(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="truncated", calls=2)

    head, _, body = raw(sandbox, ask("/crm/v3/properties/contacts", "keep-alive")).partition(b"\r\n\r\n")
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        plainly(sandbox, "GET", "/crm/v3/properties/contacts")

    said = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
    assert len(body) == said // 2 > 0
    assert logged(sandbox) == [("GET", 200, "truncated")] * 2


def test_a_slow_body_comes_whole_and_in_pieces(sandbox: SandboxClient) -> None:
    whole = plainly(sandbox, "GET", "/crm/v3/properties/contacts").data
    sandbox.admin("hubspot", "faults", fault="slow", milliseconds=30, chunks=4, calls=1)

    answer = sandbox.pool.request(
        "GET", sandbox.hubspot_url + "/crm/v3/properties/contacts", headers=TOKEN, preload_content=False
    )
    pieces = []
    while piece := answer.read1():
        pieces.append(piece)
    answer.release_conn()

    assert b"".join(pieces) == whole
    assert len(pieces) >= 4
    assert logged(sandbox)[-1] == ("GET", 200, "slow")


def test_a_call_waits_as_long_as_it_is_told_to_and_others_do_not(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="latency", milliseconds=1_500, path="*/companies")
    sandbox.admin("hubspot", "faults", fault="latency", milliseconds=20, path="*/contacts")

    waited = plainly(sandbox, "GET", CONTACTS)
    with pytest.raises(urllib3.exceptions.TimeoutError):
        sandbox.pool.request(
            "GET", sandbox.hubspot_url + "/crm/v3/objects/companies", headers=TOKEN, timeout=0.2, retries=False
        )

    assert waited.status == 200
    assert logged(sandbox)[0] == ("GET", 200, "latency")


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("rate_limit", 429, {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}),
        ("daily_limit", 429, {"errorType": "RATE_LIMIT", "policyName": "DAILY"}),
        ("search_limit", 429, {"category": "RATE_LIMITS", "message": "You have reached your secondly limit."}),
        ("locked", 423, {"status": "error"}),
        ("migration", 477, {"status": "error"}),
        ("internal_error", 500, {"status": "error", "message": "internal error"}),
        ("no_credentials", 401, {"category": "INVALID_AUTHENTICATION"}),
        ("token_revoked", 401, {"category": "EXPIRED_AUTHENTICATION"}),
    ],
)
def test_hubspot_is_out_of_order_in_its_own_words(
    sandbox: SandboxClient, fault: str, status: int, body: dict[str, str]
) -> None:
    sandbox.admin("hubspot", "faults", fault=fault, calls=1)

    answer = plainly(sandbox, "POST", CONTACTS, RITA)

    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]
    assert body.items() <= answer.json().items()
    assert ("Retry-After" in answer.headers) == (fault == "migration")
    assert sandbox.look("hubspot", "writes")["count"] == 0
    assert logged(sandbox) == [("POST", status, fault)]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("bad_gateway", 502), ("unavailable", 503), ("gateway_timeout", 504), ("server_down", 521),
        ("unreachable", 523), ("timeout", 524),
    ],
)  # fmt: skip
def test_the_gateway_before_hubspot_answers_in_html(sandbox: SandboxClient, fault: str, status: int) -> None:
    sandbox.admin("hubspot", "faults", fault=fault, calls=1)

    answer = plainly(sandbox, "GET", CONTACTS)

    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.data.startswith(b"<!DOCTYPE html>")
    assert plainly(sandbox, "GET", CONTACTS).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("server_unavailable", 503, "SERVER_UNAVAILABLE"),
        ("internal_error", 500, "UNKNOWN_EXCEPTION"),
        ("locked", 400, "UNABLE_TO_LOCK_ROW"),
        ("query_timeout", 400, "QUERY_TIMEOUT"),
        ("daily_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("concurrent_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("token_revoked", 401, "INVALID_SESSION_ID"),
    ],
)
def test_salesforce_is_out_of_order_in_its_own_words(
    sandbox: SandboxClient, fault: str, status: int, code: str
) -> None:
    sandbox.admin("salesforce", "faults", fault=fault, calls=1)

    answer = Http(sandbox)("POST", "sobjects/Lead", {"LastName": "Roux", "Company": "Acme"})

    assert answer.status == status
    assert [each["errorCode"] for each in answer.json()] == [code]
    assert answer.headers["Sforce-Limit-Info"].startswith("api-usage=")
    assert sandbox.look("salesforce", "writes")["count"] == 0


@pytest.mark.parametrize(("fault", "status"), [("bad_gateway", 502), ("unavailable", 503), ("gateway_timeout", 504)])
def test_the_gateway_before_salesforce_answers_in_html(sandbox: SandboxClient, fault: str, status: int) -> None:
    sandbox.admin("salesforce", "faults", fault=fault, calls=1)

    answer = Http(sandbox)("GET", "limits")

    assert answer.status == status
    assert answer.data.startswith(b"<html>")


def test_a_gateway_may_give_up_on_a_write_that_was_carried_out(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="gateway_timeout", committed=True, calls=1)

    answer = plainly(sandbox, "POST", CONTACTS, RITA)

    assert answer.status == 504
    assert sandbox.look("hubspot", "writes")["count"] == 1
    assert logged(sandbox) == [("POST", 504, "gateway_timeout after commit")]


def test_an_answer_may_be_made_up(sandbox: SandboxClient) -> None:
    sandbox.admin(
        "hubspot", "faults", fault="answer", status=429, body={"message": "slow down"}, headers={"Retry-After": "3"},
        calls=1,
    )  # fmt: skip

    answer = plainly(sandbox, "GET", CONTACTS)

    assert (answer.status, answer.json(), answer.headers["Retry-After"]) == (429, {"message": "slow down"}, "3")


def test_a_fault_meets_the_calls_that_it_is_told_to(sandbox: SandboxClient) -> None:
    rule = {"fault": "internal_error", "method": "get", "path": "*/contacts"}
    sandbox.admin("hubspot", "faults", **rule, first=2, calls=2)

    met = statuses(sandbox, 5)
    others = statuses(sandbox, 2, path="/crm/v3/objects/companies")

    assert met == [200, 500, 500, 200, 200]
    assert others == [200, 200]
    assert sandbox.look("hubspot", "faults")["faults"] == [
        {"id": 1, "fault": "internal_error", "method": "GET", "path": "*/contacts", "first": 2, "calls": 2,
         "probability": 1.0, "seen": 5, "hits": 2}
    ]  # fmt: skip


def test_a_revoked_token_is_refused_from_a_call_on_until_it_is_cleared(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="token_revoked", first=3)

    refused = statuses(sandbox, 5)
    sandbox.admin("hubspot", "faults", clear=True)

    assert refused == [200, 200, 401, 401, 401]
    assert statuses(sandbox, 2) == [200, 200]


def test_chance_repeats_itself_for_the_same_seed(sandbox: SandboxClient) -> None:
    def outcome(seed: int) -> list[int]:
        sandbox.admin("hubspot", "faults", clear=True)
        sandbox.admin("hubspot", "faults", fault="unavailable", probability=0.4, seed=seed)
        return statuses(sandbox, 30)

    once, again, other = outcome(7), outcome(7), outcome(8)

    assert once == again != other
    assert 5 <= once.count(503) <= 20


def test_waits_add_up_with_the_first_of_the_other_faults(sandbox: SandboxClient) -> None:
    for fault in ("latency", "locked", "unavailable"):
        sandbox.admin("hubspot", "faults", fault=fault, **({"milliseconds": 5} if fault == "latency" else {}))

    assert statuses(sandbox, 1) == [423]


def test_one_system_is_out_of_order_and_the_other_is_not(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="unavailable")

    assert statuses(sandbox, 1) == [503]
    assert Http(sandbox)("GET", "limits").status == 200


def test_a_reset_ends_faults(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "faults", fault="unavailable")

    sandbox.admin("salesforce", "reset")

    assert statuses(sandbox, 1) == [200]
    assert sandbox.look("hubspot", "faults") == {"faults": []}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "fault must be one of latency"),
        ({"fault": "query_timeout"}, "fault must be one of latency"),
        ({"fault": "latency", "ms": 3}, "unknown key ms"),
        ({"fault": "latency", "milliseconds": 60_000}, "10000 at most"),
        ({"fault": "slow", "chunks": 0}, "1 at least"),
        ({"fault": "locked", "probability": 2}, "from 0 to 1"),
        ({"fault": "locked", "calls": -1}, "calls must be"),
        ({"fault": "locked", "method": 1}, "method and path"),
        ({"fault": "locked", "status": 418}, "has its own"),
        ({"fault": "answer", "status": 42}, "from 200 to 599"),
        ({"fault": "answer", "headers": {"Retry-After": 3}}, "headers must be"),
        ({"fault": "slow", "committed": True}, "committed is for answers"),
        ({"clear": True, "fault": "slow"}, "unknown key fault"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: SandboxClient, body: dict[str, Any], said: str) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.hubspot_url}/_sandbox/faults", json=body)

    assert answer.status == 400
    assert said in answer.json()["error"]


def test_the_log_tells_how_often_a_route_was_taken(sandbox: SandboxClient) -> None:
    """So a test can say: exactly one update."""
    org = Http(sandbox)
    made = plainly(sandbox, "POST", CONTACTS, RITA).json()["id"]
    plainly(sandbox, "PATCH", f"{CONTACTS}/{made}", {"properties": {"city": "Lyon"}})
    plainly(sandbox, "PATCH", f"{CONTACTS}/404", {"properties": {"city": "Lyon"}})
    org.lead()

    everything = sandbox.look("hubspot", "requests")
    updates = sandbox.look("hubspot", "requests", method="PATCH", path=f"{CONTACTS}/*", status=200)

    assert everything["by_route"] == {
        "PATCH /crm/v3/objects/{object}/{record_id}": 2,
        "POST /crm/v3/objects/{object}": 1,
    }
    assert updates["count"] == 1
    assert sandbox.look("salesforce", "requests")["by_route"] == {"POST /services/data/v{version}/sobjects/{name}": 1}
