"""Duplicate rules: what is found, what a caller may overrule, and what an answer tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient

ALLOW = {"Sforce_Duplicate_Rule_Header": "allowSave=true; includeRecordDetails=false"}
RITA = {"FirstName": "Rita", "LastName": "Roux", "Email": "rita@acme.example"}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin(
        "salesforce", "fields", object="Contact", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def rule(sandbox: SandboxClient, object_name: str = "Contact", **more: Any) -> None:
    sandbox.admin("salesforce", "duplicates", object=object_name, **more)


def code(answer: Any) -> str | None:
    return None if answer.status < 300 else answer.json()[0]["errorCode"]


def shape(value: Any) -> Any:
    """Keys and types all the way down; numbers are one type, and of a list its first."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_an_alert_is_answered_as_recorded_with_the_misspelt_key(http: Http, sandbox: SandboxClient) -> None:
    real = json.loads(recorded("salesforce_errors/400_duplicates_detected.json").read_text())
    first = http.create("Contact", **RITA)
    rule(sandbox, name="Contacts_DR", message=real["body"][0]["message"])

    answer = http("POST", "sobjects/Contact", RITA)

    assert (answer.status, shape(answer.json())) == (real["http_status"], shape(real["body"]))
    result = answer.json()[0]["duplicateResut"]
    assert (result["allowSave"], result["duplicateRule"]) == (True, "Contacts_DR")
    assert result["matchResults"][0]["matchRecords"][0]["record"] == {
        "attributes": {"type": "Contact", "url": f"/services/data/v66.0/sobjects/Contact/{first}"}, "Id": first,
    }  # fmt: skip


def test_an_alert_lets_pass_who_insists_and_a_block_nobody(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    http.lead(**RITA)
    rule(sandbox, "Contact", mode="alert")
    rule(sandbox, "Lead", mode="block")

    contacts = [http("POST", "sobjects/Contact", RITA, **more) for more in ({}, ALLOW)]
    leads = [http("POST", "sobjects/Lead", {**RITA, "Company": "Acme"}, **more) for more in ({}, ALLOW)]

    assert [code(answer) for answer in contacts] == ["DUPLICATES_DETECTED", None]
    assert [code(answer) for answer in leads] == ["DUPLICATES_DETECTED"] * 2
    assert leads[1].json()[0]["duplicateResut"]["allowSave"] is False


MATCHES: list[tuple[dict[str, Any], bool]] = [
    ({"LastName": "Other", "Company": "Other", "Email": "RITA@acme.example"}, True),
    ({"FirstName": "rita", "LastName": "ROUX", "Company": "Acme, Inc."}, True),
    ({"FirstName": "Rita", "LastName": "Roux", "Company": "Globex"}, False),
    ({"FirstName": "Mark", "LastName": "Roux", "Company": "Acme"}, False),
    ({"FirstName": "Rita", "LastName": "Roux", "Company": "Acme", "Email": "other@acme.example"}, True),
]


@pytest.mark.parametrize(("fields", "is_found"), MATCHES)
def test_people_match_by_address_or_by_name_and_company(
    http: Http, sandbox: SandboxClient, fields: dict[str, Any], is_found: bool
) -> None:
    http.lead(**RITA)
    rule(sandbox, "Lead")

    assert (code(http("POST", "sobjects/Lead", fields)) == "DUPLICATES_DETECTED") is is_found


def test_a_rule_may_look_among_contacts_for_a_lead(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme SA")
    http.create("Contact", FirstName="Rita", LastName="Roux", AccountId=account_id)
    rule(sandbox, "Lead", against=["Lead", "Contact"])

    answer = http("POST", "sobjects/Lead", {"FirstName": "Rita", "LastName": "Roux", "Company": "acme"})

    found = answer.json()[0]["duplicateResut"]["matchResults"]
    assert [(each["entityType"], each["size"]) for each in found] == [("Contact", 1)]


def test_a_row_of_a_collection_tells_the_message_alone(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    rule(sandbox)
    body = {
        "records": [{"attributes": {"type": "Contact"}, **RITA}, {"attributes": {"type": "Contact"}, "LastName": "B"}]
    }

    refused = http("POST", "composite/sobjects", body).json()
    allowed = http("POST", "composite/sobjects", body, **ALLOW).json()

    assert refused[0] == {"success": False, "errors": [
        {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []},
    ]}  # fmt: skip
    assert [each["success"] for each in (*refused, *allowed)] == [False, True, True, True]


def test_two_alike_in_one_call_find_each_other(http: Http, sandbox: SandboxClient) -> None:
    rule(sandbox)
    body = {"records": [{"attributes": {"type": "Contact"}, **RITA}] * 2}

    results = http("POST", "composite/sobjects", body).json()

    assert [each["success"] for each in results] == [True, False]


def test_an_edit_is_checked_when_it_touches_what_is_matched(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    other = http.create("Contact", LastName="Mona")
    rule(sandbox)

    answers = [
        http("PATCH", f"sobjects/Contact/{other}", fields) for fields in ({"Phone": "1"}, {"Email": RITA["Email"]})
    ]

    assert [code(answer) for answer in answers] == [None, "DUPLICATES_DETECTED"]


def test_an_upsert_is_checked_too_and_leaves_nothing_behind(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    rule(sandbox)

    answer = http("PATCH", "sobjects/Contact/Key__c/1", RITA)

    assert code(answer) == "DUPLICATES_DETECTED"
    assert sandbox.look("salesforce", "writes")["count"] == 1
    assert http("GET", "sobjects/Contact/Key__c/1").status == 404


def test_the_records_are_shown_with_their_fields_to_who_asks(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    rule(sandbox)

    answer = http("POST", "sobjects/Contact", RITA, Sforce_Duplicate_Rule_Header="includeRecordDetails=true")

    record = answer.json()[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"]
    assert (record["Email"], record["LastName"]) == ("rita@acme.example", "Roux")


def test_a_deleted_or_renamed_record_is_found_no_more(http: Http, sandbox: SandboxClient) -> None:
    gone, renamed = http.lead(FirstName="Rita"), http.lead(FirstName="Otto")
    rule(sandbox, "Lead")
    http("DELETE", f"sobjects/Lead/{gone}")
    http("PATCH", f"sobjects/Lead/{renamed}", {"FirstName": "Mona"})

    answers = [http("POST", "sobjects/Lead", {"FirstName": first, "LastName": "Roux", "Company": "Acme"})
               for first in ("Rita", "Otto", "Mona")]  # fmt: skip

    assert [code(answer) for answer in answers] == [None, None, "DUPLICATES_DETECTED"]


def test_the_real_client_insists_with_the_header(http: Http, sandbox: SandboxClient) -> None:
    http.create("Contact", **RITA)
    rule(sandbox)
    salesforce = client(sandbox)

    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATES_DETECTED"):
        salesforce.Contact.create(RITA)
    made = salesforce.Contact.create(RITA, headers={"Sforce-Duplicate-Rule-Header": "allowSave=true"})

    assert made["success"]


def test_without_a_rule_nothing_is_checked(http: Http) -> None:
    assert [code(http("POST", "sobjects/Contact", RITA)) for _ in range(2)] == [None, None]
