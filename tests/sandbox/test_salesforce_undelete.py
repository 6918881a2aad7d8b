"""What comes back from the recycle bin with a record, and what keeps it there."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin(
        "salesforce", "fields", object="Contact", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def test_a_contact_that_was_deleted_for_itself_stays_in_the_bin(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    alone, along = (http.create("Contact", LastName=name, AccountId=account_id) for name in ("Roux", "Ruiz"))
    http("DELETE", f"sobjects/Contact/{alone}")
    http("DELETE", f"sobjects/Account/{account_id}")

    sandbox.admin("salesforce", "undelete", object="Account", id=account_id)

    found = http.query("SELECT Id FROM Contact")["records"]
    assert [each["Id"] for each in found] == [along]


def test_a_unique_value_that_was_taken_meanwhile_keeps_the_account_and_its_contact_in_the_bin(
    http: Http, sandbox: SandboxClient
) -> None:
    account_id = http.create("Account", Name="Acme")
    http.create("Contact", LastName="Roux", AccountId=account_id, Key__c="7")
    http("DELETE", f"sobjects/Account/{account_id}")
    taker = http.create("Contact", LastName="Ruiz", Key__c="7")

    body = {"object": "Account", "id": account_id}
    refused = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/undelete", json=body)

    assert (refused.status, "DUPLICATE_VALUE" in refused.json()["error"]) == (400, True)
    assert [each["Id"] for each in http.query("SELECT Id FROM Contact WHERE Key__c = '7'")["records"]] == [taker]
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 0
