"""Who sees what: fields that the API user's profile hides, and contacts without an account of other people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

HIDDEN = "Phone"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin(
        "salesforce", "fields", object="Contact", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def row(**fields: Any) -> dict[str, Any]:
    return {"records": [{"attributes": {"type": "Contact"}, **fields}]}


Path = Callable[[Http, str], Any]
READS: dict[str, Path] = {
    "query": lambda http, _: http("GET", f"query?q=SELECT+{HIDDEN}+FROM+Contact"),
    "queryAll": lambda http, _: http("GET", f"queryAll?q=SELECT+{HIDDEN}+FROM+Contact"),
    "where": lambda http, _: http("GET", f"query?q=SELECT+Id+FROM+Contact+WHERE+{HIDDEN}='1'"),
    "order": lambda http, _: http("GET", f"query?q=SELECT+Id+FROM+Contact+ORDER+BY+{HIDDEN}"),
    "read": lambda http, found: http("GET", f"sobjects/Contact/{found}?fields={HIDDEN}"),
    "read by key": lambda http, _: http("GET", f"sobjects/Contact/Key__c/1?fields={HIDDEN}"),
    "retrieve": lambda http, found: http("POST", "composite/sobjects/Contact", {"ids": [found], "fields": [HIDDEN]}),
}
WRITES: dict[str, Path] = {
    "create": lambda http, _: http("POST", "sobjects/Contact", {"LastName": "Ruiz", HIDDEN: "2"}),
    "update": lambda http, found: http("PATCH", f"sobjects/Contact/{found}", {HIDDEN: "2"}),
    "upsert": lambda http, _: http("PATCH", "sobjects/Contact/Key__c/1", {HIDDEN: "2"}),
    "create rows": lambda http, _: http("POST", "composite/sobjects", row(LastName="Ruiz", **{HIDDEN: "2"})),
    "update rows": lambda http, found: http("PATCH", "composite/sobjects", row(Id=found, **{HIDDEN: "2"})),
    "upsert rows": lambda http, _: http("PATCH", "composite/sobjects/Contact/Key__c", row(Key__c="1", **{HIDDEN: "2"})),
}


def refusal(answer: Any) -> str:
    body = answer.json()[0]
    return str(body["errorCode"] if "errorCode" in body else body["errors"][0]["statusCode"])


@pytest.mark.parametrize("path", READS)
def test_a_hidden_field_is_no_field_on_any_way_to_read(http: Http, sandbox: SandboxClient, path: str) -> None:
    found = http.create("Contact", LastName="Roux", Key__c="1", Phone="1")
    before = READS[path](http, found)
    sandbox.admin("salesforce", "permissions", object="Contact", field=HIDDEN, access="none")

    after = READS[path](http, found)

    assert (before.status, after.status, refusal(after)) == (200, 400, "INVALID_FIELD")


@pytest.mark.parametrize(("access", "code"), [("none", "INVALID_FIELD"), ("read", "INVALID_FIELD_FOR_INSERT_UPDATE")])
@pytest.mark.parametrize("path", WRITES)
def test_a_field_that_may_not_be_edited_is_refused_on_any_way_to_write(
    http: Http, sandbox: SandboxClient, path: str, access: str, code: str
) -> None:
    found = http.create("Contact", LastName="Roux", Key__c="1", Phone="1")
    sandbox.admin("salesforce", "permissions", object="Contact", field=HIDDEN, access=access)

    answer = WRITES[path](http, found)

    assert refusal(answer) == code
    assert sandbox.look("salesforce", "state", object="Contact")["Contact"][found]["Phone"] == "1"
    assert sandbox.look("salesforce", "writes")["count"] == 1


def test_a_hidden_field_is_neither_described_nor_read_unnamed(http: Http, sandbox: SandboxClient) -> None:
    found = http.create("Contact", LastName="Roux", Phone="1")
    sandbox.admin("salesforce", "permissions", object="Contact", field=HIDDEN, access="none")

    described = {field["name"] for field in http("GET", "sobjects/Contact/describe").json()["fields"]}

    assert HIDDEN not in described
    assert HIDDEN not in http.read("Contact", found)


@pytest.fixture
def private(http: Http, sandbox: SandboxClient) -> str:
    """A contact of Rita's without an account, under an API user who is no administrator."""
    rita = http.create(
        "User", Username="rita@acme.example", LastName="Rita", Email="rita@acme.example", Alias="rita", IsActive=True,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA",
    )  # fmt: skip
    contact = http.create("Contact", LastName="Roux", Email="roux@acme.example", Key__c="1", OwnerId=rita)
    sandbox.admin("salesforce", "user", admin=False)
    return contact


def test_a_private_contact_of_somebody_else_is_on_no_way_to_read(http: Http, private: str) -> None:
    mine = http.create("Contact", LastName="Mine")
    account_id = http.create("Account", Name="Acme")
    shared = http.create("Contact", LastName="Shared", AccountId=account_id, ReportsToId=mine)

    seen = [record["Id"] for record in http.query("SELECT Id FROM Contact ORDER BY Id")["records"]]

    assert seen == [mine, shared]
    assert http.query("SELECT Id FROM Contact WHERE Email = 'roux@acme.example'")["totalSize"] == 0
    assert http.query("SELECT Id FROM Contact", "queryAll")["totalSize"] == 2
    assert http("GET", f"sobjects/Contact/{private}").json()[0]["errorCode"] == "NOT_FOUND"
    assert http("GET", "sobjects/Contact/Key__c/1").status == 404
    assert http("POST", "composite/sobjects/Contact", {"ids": [private], "fields": ["Id"]}).json() == [None]


def test_a_private_contact_of_somebody_else_cannot_be_written(http: Http, private: str) -> None:
    single = http("PATCH", f"sobjects/Contact/{private}", {"Phone": "1"})
    deleted = http("DELETE", f"sobjects/Contact/{private}")
    rows = http("PATCH", "composite/sobjects", row(Id=private, Phone="1"))

    assert [answer.status for answer in (single, deleted)] == [403, 403]
    assert {refusal(answer) for answer in (single, deleted, rows)} == {"INSUFFICIENT_ACCESS_OR_READONLY"}


def test_an_upsert_of_a_private_contact_clashes_with_a_record_that_nobody_may_name(http: Http, private: str) -> None:
    answer = http("PATCH", "sobjects/Contact/Key__c/1", {"LastName": "Roux"})

    message = "duplicate value found: Key__c duplicates value on record with id: <unknown>"
    assert (answer.status, answer.json()[0]["message"]) == (400, message)


def test_an_administrator_sees_private_contacts_again(http: Http, sandbox: SandboxClient, private: str) -> None:
    sandbox.admin("salesforce", "user", admin=True)

    assert http.read("Contact", private)["LastName"] == "Roux"


def test_a_rep_still_edits_what_the_api_user_cannot_see(http: Http, sandbox: SandboxClient, private: str) -> None:
    sandbox.admin("salesforce", "edit", object="Contact", id=private, fields={"Phone": "1"})

    assert sandbox.look("salesforce", "state", object="Contact")["Contact"][private]["Phone"] == "1"
    assert http("GET", f"sobjects/Contact/{private}").status == 404
