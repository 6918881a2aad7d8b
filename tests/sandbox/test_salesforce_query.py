"""query and queryAll over HTTP: envelopes, pages and errors."""

from __future__ import annotations

import json

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.sandbox.salesforce_helper import VERSION, Http, client, recorded
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def fill(http: Http, count: int) -> list[str]:
    """`count` leads, numbered in their names; their ids."""
    ids: list[str] = []
    for start in range(0, count, 200):
        batch = [
            {"attributes": {"type": "Lead"}, "LastName": f"Roux {number:05}", "Company": "Acme"}
            for number in range(start, min(start + 200, count))
        ]
        answer = http("POST", "composite/sobjects", {"allOrNone": True, "records": batch})
        ids += [result["id"] for result in answer.json()]
    return ids


def test_an_empty_answer_is_the_recorded_one(http: Http) -> None:
    real = json.loads(recorded("restforce/sobject/query_empty_response.json").read_text())

    assert http.query("SELECT Id FROM Lead") == real


def test_pages_hold_2000_and_lead_to_the_next_as_recorded(http: Http) -> None:
    first_page = json.loads(recorded("restforce/sobject/query_paginated_first_page_response.json").read_text())
    last_page = json.loads(recorded("restforce/sobject/query_paginated_last_page_response.json").read_text())
    ids = fill(http, 2_100)

    first = http.query("SELECT Id FROM Lead ORDER BY Id")
    last = http("GET", first["nextRecordsUrl"].removeprefix(f"/services/data/v{VERSION}/")).json()

    assert (list(first), list(last)) == (list(first_page), list(last_page))
    assert (len(first["records"]), len(last["records"])) == (2_000, 100)
    assert (first["totalSize"], last["totalSize"], first["done"], last["done"]) == (2_100, 2_100, False, True)
    assert [record["Id"] for record in first["records"] + last["records"]] == ids


def test_the_real_client_walks_all_pages(sandbox: SandboxClient, http: Http) -> None:
    ids = fill(http, 450)
    salesforce = client(sandbox)

    found = salesforce.query_all(
        "SELECT Id FROM Lead ORDER BY LastName DESC", headers={"Sforce-Query-Options": "batchSize=200"}
    )

    assert found["totalSize"] == 450
    assert [record["Id"] for record in found["records"]] == ids[::-1]


def test_a_page_is_what_the_query_found_whatever_happened_since(http: Http) -> None:
    ids = fill(http, 250)
    first = http.query("SELECT Id, Phone FROM Lead ORDER BY Id", Sforce_Query_Options="batchSize=200")
    http("PATCH", f"sobjects/Lead/{ids[220]}", {"Phone": "1"})
    http("DELETE", f"sobjects/Lead/{ids[230]}")
    next_page = first["nextRecordsUrl"].removeprefix(f"/services/data/v{VERSION}/")

    pages = [http("GET", next_page).json() for _ in range(2)]

    assert pages[0] == pages[1]
    assert [record["Id"] for record in pages[0]["records"]] == ids[200:]
    assert {record["Phone"] for record in pages[0]["records"]} == {None}


@pytest.mark.parametrize("asked", ["batchSize=1", "batchSize=200"])
def test_a_page_is_never_smaller_than_200(http: Http, asked: str) -> None:
    fill(http, 201)

    found = http.query("SELECT Id FROM Lead", Sforce_Query_Options=asked)

    assert len(found["records"]) == 200


def test_a_locator_dies_after_two_days(http: Http, sandbox: SandboxClient) -> None:
    fill(http, 201)
    first = http.query("SELECT Id FROM Lead", Sforce_Query_Options="batchSize=200")
    next_page = first["nextRecordsUrl"].removeprefix(f"/services/data/v{VERSION}/")

    sandbox.admin("salesforce", "clock", advance=2 * 86_400 + 1)

    answer = http("GET", next_page)
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_query_all_shows_deleted_records(http: Http, sandbox: SandboxClient) -> None:
    kept, gone = fill(http, 2)
    http("DELETE", f"sobjects/Lead/{gone}")
    salesforce = client(sandbox)

    live = salesforce.query("SELECT Id, IsDeleted FROM Lead")
    everything = salesforce.query("SELECT Id, IsDeleted FROM Lead ORDER BY Id", include_deleted=True)

    assert [record["Id"] for record in live["records"]] == [kept]
    assert [(record["Id"], record["IsDeleted"]) for record in everything["records"]] == [(kept, False), (gone, True)]


def test_parents_are_shown_inside_their_record(http: Http) -> None:
    account_id = http.create("Account", Name="Acme")
    http.create("Contact", LastName="Roux", AccountId=account_id)
    http.create("Contact", LastName="Ruiz")

    found = http.query(
        "SELECT Contact.LastName, Account.Name, Account.Owner.Email FROM Contact ORDER BY LastName"
    )["records"]  # fmt: skip

    attributes = {"type": "Account", "url": f"/services/data/v66.0/sobjects/Account/{account_id}"}
    owner = found[0]["Account"].pop("Owner")
    assert found[0]["Account"] == {"attributes": attributes, "Name": "Acme"}
    assert (owner["attributes"]["type"], owner["Email"]) == ("User", "otto@entente.example")
    assert (found[1]["LastName"], found[1]["Account"]) == ("Ruiz", None)


def test_the_error_for_an_unknown_object_is_the_recorded_one(http: Http) -> None:
    answer = http("GET", "query/?q=select+count()+from+XYZZY")

    assert answer.status == 400
    assert answer.json() == [{
        "message": "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' "
        "is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity "
        "name. Please reference your WSDL or the describe call for the appropriate names.",
        "errorCode": "INVALID_TYPE",
    }]  # fmt: skip


def test_the_real_client_shows_where_a_query_is_wrong(sandbox: SandboxClient) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client(sandbox).query("SELECT Id, foo FROM Lead")

    assert caught.value.content[0]["errorCode"] == "INVALID_FIELD"
    assert caught.value.content[0]["message"].startswith(
        "\nSELECT Id, foo FROM Lead\n           ^\nERROR at Row:1:Column:12\nNo such column 'foo' on entity 'Lead'."
    )


def test_a_query_without_a_text_is_refused(http: Http) -> None:
    answer = http("GET", "query")

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "MISSING_ARGUMENT")
