"""HTTP at its odds and ends: what real clients send and real services answer, and bodies that no service takes."""

from __future__ import annotations

import gzip
import socket
from typing import Any

import pytest
import urllib3

from tests.sandbox.salesforce_helper import VERSION, Http
from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
LEADS = f"/services/data/v{VERSION}/sobjects/Lead"
DIGITS = "9" * 5_000
TOKEN = {"Authorization": "Bearer rita"}
UNREADABLE = {
    "nothing": b"",
    "cut off": b'{"properties": {',
    "no UTF-8": b"\xff\xfe{}",
    "NaN": b'{"properties": {"city": NaN}}',
    "half a surrogate pair": b'{"properties": {"city": "\\ud800"}}',
    "a number of 5,000 digits": b'{"properties": {"city": ' + DIGITS.encode() + b"}}",
    "5,000 levels": b'{"properties": ' * 5_000 + b"1" + b"}" * 5_000,
    "300 levels": b'{"properties": ' * 300 + b"1" + b"}" * 300,
    "a list": b"[]",
    "null": b"null",
}


def call(
    sandbox: SandboxClient, system: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> urllib3.BaseHTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return sandbox.pool.request(method, sandbox.url(system) + path, headers=TOKEN | named, body=body, redirect=False)


def send(sandbox: SandboxClient, system: str, text: bytes) -> bytes:
    """The answer to raw bytes, on a connection that the server closes."""
    _, host, port = sandbox.url(system).replace("//", "").split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(text)
        while block := connection.recv(65_536):
            received += block
    return received


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_hubspot_refuses_bodies_that_it_cannot_read(sandbox: SandboxClient, body: bytes) -> None:
    contact = sandbox.hubspot("POST", CONTACTS, {"properties": {}}).json()["id"]

    for method, path in (
        ("POST", CONTACTS), ("PATCH", f"{CONTACTS}/{contact}"), ("POST", f"{CONTACTS}/search"),
        ("POST", f"{CONTACTS}/batch/read"), ("POST", f"{CONTACTS}/batch/create"),
        ("POST", f"{CONTACTS}/batch/update"), ("POST", f"{CONTACTS}/batch/upsert"),
        ("POST", "/crm/v3/properties/contacts"),
    ):  # fmt: skip
        answer = call(sandbox, "hubspot", method, path, body)
        assert (answer.status, answer.json()["category"]) == (400, "VALIDATION_ERROR"), path
    assert sandbox.look("hubspot", "writes")["count"] == 1


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_salesforce_refuses_bodies_that_it_cannot_read(sandbox: SandboxClient, body: bytes) -> None:
    for path in (LEADS, f"/services/data/v{VERSION}/composite/sobjects"):
        answer = call(sandbox, "salesforce", "POST", path, body)
        assert (answer.status, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR"), path
    assert sandbox.look("salesforce", "writes")["count"] == 0


@pytest.mark.parametrize("odd", [DIGITS, "%C2%B2", "-1", "%00", "%FF", "1e5", "%D9%A3"])
def test_odd_numbers_are_refused_wherever_hubspot_expects_one(sandbox: SandboxClient, odd: str) -> None:
    paths = {
        f"{CONTACTS}/{odd}": 404, f"{CONTACTS}?limit={odd}": 400, f"{CONTACTS}?after={odd}": 400,
        f"/crm/v3/owners/{odd}": 404, f"/crm/v3/owners?after={odd}": 400,
    }  # fmt: skip

    assert {path: sandbox.hubspot("GET", path).status for path in paths} == paths


@pytest.mark.parametrize("odd", [DIGITS, "%C2%B2", "-1", "%FF"])
def test_odd_numbers_are_refused_wherever_salesforce_expects_one(sandbox: SandboxClient, odd: str) -> None:
    org = Http(sandbox)
    paths = ("sobjects/Lead/", "query/0r88d0000000001EAA-", "query?q=SELECT+Id+FROM+Lead+LIMIT+")

    statuses = {path: org("GET", path + odd).status for path in paths}

    assert set(statuses.values()) <= {400, 404}


@pytest.mark.parametrize(
    "moment", [DIGITS, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "253402300800000"]
)
def test_a_moment_that_no_date_can_show_is_refused(sandbox: SandboxClient, moment: str) -> None:
    field = {"name": "seen", "type": "datetime"}
    sandbox.admin("hubspot", "fields", object="contacts", fields=[field])

    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {"seen": moment}})

    assert (answer.status, answer.json()["errors"][0]["code"]) == (400, "INVALID_LONG")


@pytest.mark.parametrize("value", [1, "x", [1], {"a": 1}, [None], True])
def test_a_batch_whose_inputs_are_of_the_wrong_kind_is_refused(sandbox: SandboxClient, value: Any) -> None:
    odd = [{"inputs": value}, {"inputs": [{"id": "1", "idProperty": [value]}]}]
    odd.append({"inputs": [{"id": "1", "properties": {}, "objectWriteTraceId": [value]}]})

    for body in odd:
        for action in ("create", "update", "upsert"):
            assert sandbox.hubspot("POST", f"{CONTACTS}/batch/{action}", body).status == 400, (action, body)


def test_a_search_whose_parts_are_of_the_wrong_kind_is_refused(sandbox: SandboxClient) -> None:
    for odd in (1, "x", {"a": 1}, True, [[1]]):
        for body in ({"sorts": odd}, {"filterGroups": odd}, {"filterGroups": [{"filters": odd}]}):
            answer = sandbox.hubspot("POST", f"{CONTACTS}/search", body)
            assert answer.status == 400 or body == {"sorts": "x"}, body


def test_a_retrieve_and_a_custom_field_of_the_wrong_kind_are_refused(sandbox: SandboxClient) -> None:
    org = Http(sandbox)

    for odd in (1, {"a": 1}, True, [1]):
        retrieved = org("POST", "composite/sobjects/Lead", {"ids": odd, "fields": ["Id"]})
        for metadata in ({"type": odd}, {"type": "Text", "label": "x", "length": odd if odd != 1 else "1"},
                         {"type": "Picklist", "label": "x", "valueSet": odd}):  # fmt: skip
            made = org("POST", "tooling/sobjects/CustomField", {"FullName": "Lead.Odd__c", "Metadata": metadata})
            assert made.status == 400, metadata
            assert made.json()[0]["errorCode"] in ("FIELD_INTEGRITY_EXCEPTION", "JSON_PARSER_ERROR")
        assert retrieved.status == 400


def test_an_address_that_is_too_long_is_refused_in_html_by_both(sandbox: SandboxClient) -> None:
    properties = ",".join(f"property_{number}" for number in range(1_500))

    hubspot = call(sandbox, "hubspot", "GET", f"{CONTACTS}?properties={properties}")
    salesforce = call(sandbox, "salesforce", "GET", f"{LEADS}/x?fields={properties}")

    assert (hubspot.status, salesforce.status) == (414, 414)
    assert hubspot.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_a_body_larger_than_any_service_takes_is_refused_unread(sandbox: SandboxClient, system: str) -> None:
    path = {"hubspot": CONTACTS, "salesforce": LEADS}[system]
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 150000001\r\n\r\n"

    answer = send(sandbox, system, head.encode())

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sandbox.look(system, "requests", status=413)["count"] == 1


def test_what_is_no_http_is_refused_and_others_are_still_served(sandbox: SandboxClient) -> None:
    answer = send(sandbox, "hubspot", b"\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert sandbox.hubspot("GET", CONTACTS).status == 200


def test_a_body_in_chunks_is_read_by_salesforce(sandbox: SandboxClient) -> None:
    chunks = [b'{"LastName": "Roux', b'", "Company": "Acme"}']

    answer = sandbox.pool.request(
        "POST", sandbox.salesforce_url + LEADS, body=iter(chunks), headers=TOKEN, chunked=True
    )

    assert answer.status == 201


def test_salesforce_compresses_for_those_who_ask(sandbox: SandboxClient) -> None:
    path = f"{LEADS}/describe"

    plain = call(sandbox, "salesforce", "GET", path)
    packed = sandbox.pool.request(
        "GET", sandbox.salesforce_url + path, headers=TOKEN | {"Accept-Encoding": "gzip"}, decode_content=False
    )

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers


def test_pretty_printing_may_be_asked_for(sandbox: SandboxClient) -> None:
    answer = call(sandbox, "salesforce", "GET", LEADS, X_PrettyPrint="1")

    assert answer.json().keys() == {"objectDescribe", "recentItems"}


@pytest.mark.parametrize(("system", "path"), [("hubspot", CONTACTS), ("salesforce", f"{LEADS}/describe")])
def test_a_head_has_the_headers_of_the_get_and_no_body(sandbox: SandboxClient, system: str, path: str) -> None:
    got, head = (call(sandbox, system, method, path) for method in ("GET", "HEAD"))

    assert (head.status, head.data) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
def test_a_method_that_an_address_does_not_have_is_refused_by_both(sandbox: SandboxClient, method: str) -> None:
    hubspot = call(sandbox, "hubspot", method, CONTACTS)
    salesforce = call(sandbox, "salesforce", method, LEADS)

    assert (hubspot.status, hubspot.json()["status"]) == (405, "error")
    assert (salesforce.status, salesforce.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(("system", "path"), [("hubspot", CONTACTS), ("salesforce", LEADS)])
def test_the_date_of_an_answer_is_the_systems_own_time(sandbox: SandboxClient, system: str, path: str) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin(system, "clock", skew=-90)

    answer = call(sandbox, system, "GET", path)

    assert answer.headers.getlist("Date") == ["Mon, 02 Nov 2026 08:58:30 GMT"]


def test_every_answer_has_an_id_of_its_own(sandbox: SandboxClient) -> None:
    found = sandbox.hubspot("GET", CONTACTS)
    refused = [sandbox.hubspot("GET", f"{CONTACTS}/1") for _ in range(2)]
    no_token = sandbox.hubspot("POST", "/oauth/v1/token", token=None)
    org = [call(sandbox, "salesforce", "GET", LEADS) for _ in range(2)]

    ids = [each.headers["X-HubSpot-Correlation-Id"] for each in (found, *refused)]
    assert len(set(ids)) == 3
    assert [each.json()["correlationId"] for each in refused] == ids[1:]
    assert [each.headers["X-Request-Id"] for each in (found, *refused)] == ids
    assert no_token.headers["X-HubSpot-Correlation-Id"] == no_token.json()["correlationId"]
    assert len({each.headers["X-Request-Id"] for each in org}) == 2
    assert found.headers["Content-Type"] == "application/json;charset=utf-8"
    assert org[0].headers["Content-Type"] == "application/json;charset=UTF-8"


def test_the_names_of_headers_are_in_capitals_for_clients_that_mind(sandbox: SandboxClient) -> None:
    answer = sandbox.hubspot("GET", CONTACTS)
    names = list(answer.headers)

    assert "Content-Type" in names
    assert "X-HubSpot-RateLimit-Max" in names
    assert not [name for name in names if name[0].islower()]


def test_more_than_one_slash_before_a_path_is_tolerated(sandbox: SandboxClient) -> None:
    url = f"{sandbox.salesforce_url}//services/data/v66.0/limits"

    assert sandbox.pool.request("GET", url, headers={"Authorization": "Bearer rita"}).status == 200
