"""What an organisation does within a composite call, which stands or falls as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

BASE = "/services/data/v66.0"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


def composite(http: Http, *calls: tuple[str, str, Any], all_or_none: bool = False) -> list[Any]:
    inside = [{"method": method, "url": f"{BASE}/{path}", "referenceId": f"r{number}", "body": body}
              for number, (method, path, body) in enumerate(calls)]  # fmt: skip
    answer = http("POST", "composite", {"allOrNone": all_or_none, "compositeRequest": inside})
    assert answer.status == 200, answer.data
    return list(answer.json()["compositeResponse"])


def test_a_subrequest_meets_rules_duplicates_and_locks(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    http.create("Contact", LastName="Roux", Email="rita@acme.example")
    sandbox.admin("salesforce", "duplicates", object="Contact")
    sandbox.admin("salesforce", "locks", hold=account_id, seconds=60)

    answers = composite(
        http,
        ("POST", "sobjects/Contact", {"LastName": "Roux", "Email": "rita@acme.example"}),
        ("POST", "sobjects/Contact", {"LastName": "Ruiz", "AccountId": account_id}),
        ("POST", "sobjects/Contact", {"LastName": "Mona"}),
    )

    assert [each["httpStatusCode"] for each in answers] == [400, 400, 201]
    assert answers[0]["body"][0]["duplicateResut"]["allowSave"] is True
    assert answers[1]["body"][0]["errorCode"] == "UNABLE_TO_LOCK_ROW"


def test_what_a_flow_wrote_is_taken_back_with_the_call(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "flow", name="Up", object="Contact", target="AccountId", set={"Site": "x"})
    sandbox.admin("salesforce", "flow", name="Later", object="Contact", target="AccountId", set={"Fax": "9"}, delay=60)

    composite(
        http,
        ("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": account_id}),
        ("POST", "sobjects/Contact", {"LastName": "Ruiz", "Email": "rita"}),
        all_or_none=True,
    )
    sandbox.admin("salesforce", "clock", advance=120)

    account = http.read("Account", account_id)
    assert (account["Site"], account["Fax"]) == (None, None)
    assert sandbox.look("salesforce", "writes")["count"] == 1


def test_a_whole_level_of_a_tree_sinks_with_its_trigger(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "apex", object="Contact", most=1)
    records = [{"attributes": {"type": "Contact", "referenceId": f"c{n}"}, "LastName": "Roux"} for n in range(2)]

    answer = http("POST", "composite/tree/Contact", {"records": records})

    assert (answer.status, len(answer.json()["results"])) == (400, 2)
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_a_record_type_that_is_taken_back_leaves_no_field_behind(http: Http) -> None:
    base = "/services/data/v66.0/sobjects"
    kind = {"Name": "Buyer", "DeveloperName": "Buyer", "SobjectType": "Contact", "IsActive": True}
    requests = [
        {"method": "POST", "url": f"{base}/RecordType", "referenceId": "kind", "body": kind},
        {"method": "POST", "url": f"{base}/Lead", "referenceId": "lead", "body": {"LastName": "Roux"}},
    ]

    http("POST", "composite", {"allOrNone": True, "compositeRequest": requests})
    before = "RecordTypeId" in http.read("Contact", http.create("Contact", LastName="Roux"))
    http.create("RecordType", **kind)

    assert (before, "RecordTypeId" in http.read("Contact", http.create("Contact", LastName="Ruiz"))) == (False, True)
