"""Row locks: a write that needs a row which another transaction holds."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    return Http(sandbox)


def other_worker(sandbox: SandboxClient) -> Http:
    """The same API over a connection of its own."""
    return Http(SandboxClient(sandbox.hubspot_url, sandbox.salesforce_url, urllib3.PoolManager()))


def contact(account_id: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Contact"}, "LastName": "Roux", "AccountId": account_id, **fields}


def test_a_long_transaction_of_somebody_else_refuses_writes_to_the_accounts_contacts(
    http: Http, sandbox: SandboxClient
) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    contact_id = http.create("Contact", LastName="Roux", AccountId=acme)
    sandbox.admin("salesforce", "locks", hold=acme, seconds=10)

    answers = [
        http("PATCH", f"sobjects/Contact/{contact_id}", {"Phone": "1"}),
        http("DELETE", f"sobjects/Contact/{contact_id}"),
        http("PATCH", f"sobjects/Account/{acme}", {"Site": "x"}),
    ]
    results = http("POST", "composite/sobjects", {"records": [contact(acme), contact(globex)]}).json()

    message = f"unable to obtain exclusive access to this record or 1 records: {acme}"
    error = {"message": message, "errorCode": "UNABLE_TO_LOCK_ROW", "fields": []}
    assert [(answer.status, answer.json()) for answer in answers] == [(400, [error])] * 3
    assert results[0]["errors"] == [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": message, "fields": []}]
    assert results[1]["success"]


def test_a_lock_ends_with_its_time(http: Http, sandbox: SandboxClient) -> None:
    acme = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "locks", hold=acme, seconds=10)
    before = http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": acme})
    sandbox.admin("salesforce", "clock", advance=10)

    after = http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": acme})

    assert (before.status, after.status) == (400, 201)


def test_two_workers_on_one_account_lock_each_other_out(http: Http, sandbox: SandboxClient) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    sandbox.admin("salesforce", "locks", seconds=2)
    second = other_worker(sandbox)

    first = http("POST", "composite/sobjects", {"records": [contact(acme)] * 3}).json()
    other = second("POST", "composite/sobjects", {"records": [contact(acme), contact(globex)]}).json()
    sandbox.admin("salesforce", "clock", advance=2)
    retried = second("POST", "composite/sobjects", {"records": [contact(acme)]}).json()

    assert [result["success"] for result in (*first, *other, *retried)] == [True, True, True, False, True, True]
    assert other[0]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_one_worker_that_waits_for_its_answers_never_meets_its_own_locks(http: Http, sandbox: SandboxClient) -> None:
    acme = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "locks", seconds=60)

    results = [http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": acme}) for _ in range(3)]

    assert [answer.status for answer in results] == [201, 201, 201]


def test_a_contact_that_moves_needs_both_accounts(http: Http, sandbox: SandboxClient) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    contact_id = http.create("Contact", LastName="Roux", AccountId=acme)
    sandbox.admin("salesforce", "locks", hold=globex, seconds=10)

    answer = http("PATCH", f"sobjects/Contact/{contact_id}", {"AccountId": globex})

    assert answer.json()[0]["message"].endswith(globex)


def test_with_all_or_none_one_held_row_takes_all_back(http: Http, sandbox: SandboxClient) -> None:
    acme, globex = http.create("Account", Name="Acme"), http.create("Account", Name="Globex")
    sandbox.admin("salesforce", "locks", hold=globex, seconds=10)

    body = {"allOrNone": True, "records": [contact(acme), contact(globex)]}
    results = http("POST", "composite/sobjects", body).json()

    codes = [result["errors"][0]["statusCode"] for result in results]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "UNABLE_TO_LOCK_ROW"]
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"hold": "rita", "seconds": 1}, {"hold": "0018d0000000009EAA"}])
def test_a_lock_that_cannot_be_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/locks", json=body)

    assert answer.status == 400


def test_a_refused_write_holds_no_rows(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "locks", seconds=60)
    records = [contact(account_id), {"attributes": {"type": "Contact"}}]

    http("POST", "composite/sobjects", {"allOrNone": True, "records": records})

    assert sandbox.look("salesforce", "organisation")["locks"]["held"] == []
    assert other_worker(sandbox)("PATCH", f"sobjects/Account/{account_id}", {"Site": "x"}).status == 204


def test_a_batch_of_the_first_bulk_api_is_a_worker_of_its_own(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "locks", seconds=60)
    account_id = http.create("Account", Name="Acme")

    (row,) = client(sandbox).bulk.Contact.insert([{"LastName": "Roux", "AccountId": account_id}])

    assert [error["statusCode"] for error in row["errors"]] == ["UNABLE_TO_LOCK_ROW"]
