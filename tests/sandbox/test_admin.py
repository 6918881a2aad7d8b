"""The frame of the sandbox: its controls, its start and end, and what surrounds every answer."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

ROOT = Path(__file__).resolve().parents[2]
CONTACTS = "/crm/v3/objects/contacts"
SERVER = [sys.executable, "-m", "sandbox.server", "--salesforce-port", "0"]
OURS = ("config", "connectors", "crm", "django", "reports", "rules", "store", "sync", "wiring")
IMPORTS = f"import sandbox.server, sys; print([each for each in {OURS} if each in sys.modules])"
COMMAND = "import typer; from commands.sandbox import sandbox; typer.run(sandbox)"


def post(sandbox: SandboxClient, system: str, action: str, body: Any) -> urllib3.BaseHTTPResponse:
    return sandbox.pool.request("POST", f"{sandbox.url(system)}/_sandbox/{action}", json=body)


def test_a_reset_empties_both_systems_and_their_logs(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=3)
    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": "extra"}])
    sandbox.hubspot("POST", CONTACTS, {"properties": {"extra": "x"}})

    sandbox.admin("hubspot", "reset")

    assert sandbox.look("hubspot", "state") == {"contacts": {}, "companies": {}, "owners": {}}
    assert sandbox.look("salesforce", "state", object="Lead") == {"Lead": {}}
    assert sandbox.look("hubspot", "writes") == {"count": 0, "writes": []}
    assert sandbox.look("hubspot", "requests") == {"count": 0, "by_route": {}, "requests": []}
    assert sandbox.hubspot("GET", "/crm/v3/properties/contacts/extra").status == 404


def test_an_empty_sandbox_has_one_administrator_in_salesforce(sandbox: SandboxClient) -> None:
    assert len(sandbox.look("salesforce", "state", object="User")["User"]) == 1


def test_a_frozen_clock_moves_by_advance_and_by_a_millisecond_per_write_in_both_systems(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00+01:00")
    sandbox.admin("salesforce", "clock", advance=1.5)

    made = sandbox.hubspot("POST", CONTACTS, {"properties": {}}).json()

    assert made["createdAt"] == "2026-11-02T08:00:01.501Z"
    assert sandbox.look("salesforce", "clock") == {"now": "2026-11-02T08:00:01.501Z", "frozen": True, "skew": 0}
    assert sandbox.admin("hubspot", "clock", run=True)["frozen"] is False


def test_every_call_to_an_api_is_logged_and_no_control_is(sandbox: SandboxClient) -> None:
    sandbox.hubspot("GET", f"{CONTACTS}/?limit=3")
    sandbox.hubspot("GET", "/nowhere")
    sandbox.look("hubspot", "state")

    assert sandbox.look("hubspot", "requests") == {
        "count": 2,
        "by_route": {"GET /crm/v3/objects/{object}": 1, "GET unknown": 1},
        "requests": [
            {"n": 1, "method": "GET", "path": f"{CONTACTS}/", "status": 200, "route": "/crm/v3/objects/{object}"},
            {"n": 2, "method": "GET", "path": "/nowhere", "status": 404, "route": ""},
        ],
    }
    assert sandbox.look("salesforce", "requests")["count"] == 0


def test_fields_are_added_to_the_system_that_is_asked(sandbox: SandboxClient) -> None:
    options = [{"label": "Gold", "value": "gold"}]
    field = {"name": "tier", "label": "Tier", "type": "enumeration", "options": options}
    sandbox.admin("hubspot", "fields", object="companies", fields=[field])
    sandbox.admin(
        "salesforce",
        "fields",
        object="Lead",
        fields=[{"name": "Tier__c", "type": "picklist", "picklistValues": ["Gold"]}],
    )

    shape = sandbox.hubspot("GET", "/crm/v3/properties/companies/tier").json()

    assert (shape["type"], shape["fieldType"], shape["hubspotDefined"]) == ("enumeration", "select", False)
    assert [each["value"] for each in shape["options"]] == ["gold"]


@pytest.mark.parametrize(
    ("action", "body", "said"),
    [
        ("reset", {"really": True}, "unknown key really"),
        ("seed", {}, "people must be a whole number"),
        ("seed", {"people": -1}, "people must be a whole number"),
        ("seed", {"people": 1, "sead": 2}, "it takes people, seed"),
        ("quota", {"calls": "many"}, "calls must be a whole number"),
        ("clock", {"set": "tomorrow"}, "such as 2026-11-02T09:00:00Z"),
        ("clock", {"advance": "an hour"}, "send one of"),
        ("clock", {"advance": 1, "run": True}, "send one of"),
        ("fields", {"object": "contacts"}, "send {"),
        ("fields", {"object": "unicorns", "fields": [{"name": "x"}]}, "unicorns"),
        ("fields", {"object": "contacts", "fields": [{"name": "email"}]}, "already"),
        ("fields", {"object": "contacts", "fields": [{"name": "x", "kind": "text"}]}, "unknown keys kind"),
        ("fields", {"object": "contacts", "fields": [{"name": "x", "type": "text"}]}, "is not one of"),
        ("reset", ["all"], "must be a JSON object"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused_with_the_mend(
    sandbox: SandboxClient, action: str, body: Any, said: str
) -> None:
    answer = post(sandbox, "hubspot", action, body)

    assert answer.status == 400
    assert answer.json()["error"].startswith(f"{action}: ")
    assert said in answer.json()["error"]


def test_looking_at_an_object_that_is_not_there_is_refused(sandbox: SandboxClient) -> None:
    for system in ("hubspot", "salesforce"):
        answer = sandbox.pool.request("GET", f"{sandbox.url(system)}/_sandbox/state?object=unicorns")
        assert answer.status == 400
        assert "unicorns" in answer.json()["error"]
    assert sandbox.pool.request("GET", f"{sandbox.hubspot_url}/_sandbox/nothing").status == 404


def test_a_lead_is_converted_from_outside(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "seed", people=20)
    lead = next(iter(sandbox.look("salesforce", "state", object="Lead")["Lead"]))

    contact = sandbox.admin("salesforce", "convert", lead=lead)["contact"]
    again = post(sandbox, "salesforce", "convert", {"lead": lead})

    assert contact in sandbox.look("salesforce", "state", object="Contact")["Contact"]
    assert again.status == 400


def test_a_spent_quota_refuses_salesforce_calls_as_well(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "quota", calls=1)
    headers = {"Authorization": "Bearer x"}

    answers = [
        sandbox.pool.request("GET", f"{sandbox.salesforce_url}/services/data/v66.0/limits/", headers=headers)
        for _ in range(2)
    ]

    assert [each.status for each in answers] == [403, 200]
    assert sandbox.hubspot("GET", CONTACTS).status == 200


def test_long_answers_are_compressed_for_those_who_ask(sandbox: SandboxClient) -> None:
    url = f"{sandbox.hubspot_url}/crm/v3/properties/contacts"
    headers = {"Authorization": "Bearer x", "Accept-Encoding": "gzip"}

    plain = sandbox.hubspot("GET", "/crm/v3/properties/contacts")
    packed = sandbox.pool.request("GET", url, headers=headers, decode_content=False)
    short = sandbox.pool.request("GET", f"{sandbox.hubspot_url}{CONTACTS}", headers=headers)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 4 < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in short.headers


def test_a_body_may_come_in_chunks(sandbox: SandboxClient) -> None:
    chunks = [b'{"properties": {"city"', b': "Gen', b'ova"}}']
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}

    answer = sandbox.pool.request(
        "POST", sandbox.hubspot_url + CONTACTS, body=iter(chunks), headers=headers, chunked=True
    )

    assert answer.json()["properties"]["city"] == "Genova"


def test_the_sandbox_knows_nothing_of_the_product() -> None:
    imported = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True, check=True)

    assert imported.stdout.strip() == "[]"


def test_a_port_in_use_is_one_line_and_a_failed_start() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        started = subprocess.run(
            [*SERVER, "--hubspot-port", str(port)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )

    assert started.returncode == 1
    assert started.stdout == ""
    assert len(started.stderr.splitlines()) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in started.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_without_a_word_when_told(how: signal.Signals) -> None:
    command = [*SERVER, "--hubspot-port", "0"]
    pipe = subprocess.PIPE

    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        held_open = urllib3.PoolManager()
        answer = held_open.request("GET", f"{urls['hubspot']}/_sandbox/clock")
        process.send_signal(how)
        rest, complaints = process.communicate(timeout=60)

    assert answer.status == 200
    assert process.returncode == 0
    assert (rest, complaints) == ("", "")


def test_the_command_says_where_both_systems_are_and_who_is_in_them() -> None:
    command = [sys.executable, "-c", COMMAND, "--hubspot-port", "0", "--salesforce-port", "0", "--people", "30"]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)

    assert lines[0].startswith("HubSpot     http://127.0.0.1:")
    assert lines[1].startswith("Salesforce  http://127.0.0.1:")
    assert lines[2].startswith("30 people of seed 1")
    assert code == 0


def test_a_rule_of_the_organisation_refuses_a_value_until_it_is_lifted(sandbox: SandboxClient) -> None:
    """A validation rule shown at the top of the page names no field."""
    org, lead = Http(sandbox), {"LastName": "Lang", "Company": "Acme", "Title": "tbd"}
    rule = {"object": "lead", "field": "title", "refused": "tbd", "message": "Enter a title."}
    sandbox.admin("salesforce", "rule", **rule)

    refused = org("POST", "sobjects/Lead", lead)
    sandbox.admin("salesforce", "rule", object="Lead", field="Title", lift=True)
    passed = org("POST", "sobjects/Lead", lead)

    assert refused.status == 400
    assert refused.json() == [
        {"message": "Enter a title.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": []}
    ]
    assert passed.status == 201
