"""The same requests under the same clock give the same bytes, with an organisation's automations on."""

from __future__ import annotations

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


def story(sandbox: SandboxClient) -> list[bytes]:
    """An org with everything switched on, and what it answers."""
    sandbox.admin("salesforce", "reset")
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    http = Http(sandbox)
    acme = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "assignment", entries=[{"owner": http.queue()}])
    sandbox.admin("salesforce", "phones", object="Contact", style="national")
    sandbox.admin(
        "salesforce", "flow", name="Up", object="Contact", target="AccountId", set={"Site": {"copy": "Title"}}
    )
    sandbox.admin("salesforce", "flow", name="Later", object="Contact", set={"Fax": "9"}, delay=30)
    sandbox.admin("salesforce", "duplicates", object="Contact", mode="block")
    sandbox.admin("salesforce", "locks", seconds=1)
    rows = [{"attributes": {"type": "Contact"}, "LastName": f"Roux {n % 4}", "AccountId": acme, "Phone": "0144581010",
             "Title": f"T{n}"} for n in range(6)]  # fmt: skip
    answers = [http("POST", "composite/sobjects", {"records": rows}).data]
    lead = http.lead(Email="rita@acme.example")
    sandbox.admin("salesforce", "convert", lead=lead, account_id=acme)
    sandbox.admin("salesforce", "clock", advance=90)
    answers.append(http("GET", "queryAll?q=SELECT+FIELDS(ALL)+FROM+Contact+LIMIT+200").data)
    looks = [
        sandbox.pool.request("GET", f"{sandbox.salesforce_url}/_sandbox/{what}").data for what in ("writes", "state")
    ]
    return [*answers, *looks]


def test_two_runs_of_one_story_answer_byte_for_byte_the_same(sandbox: SandboxClient) -> None:
    first = story(sandbox)

    second = story(sandbox)

    assert first == second
    assert b"DUPLICATES_DETECTED" in first[0]
    assert b"flow Later" in first[2]
