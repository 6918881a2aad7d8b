"""sObject collections: up to 200 records a call, each with its own answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

LEAD = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    fields = [{"name": "Key__c", "externalId": True, "unique": True}, {"name": "Legacy_Id__c", "externalId": True}]
    sandbox.admin("salesforce", "fields", object="Lead", fields=fields)
    return Http(sandbox)


def records(*items: dict[str, Any], all_or_none: bool = False) -> dict[str, Any]:
    return {"allOrNone": all_or_none, "records": list(items)}


def test_a_bad_record_is_refused_in_its_place_and_the_others_stand(http: Http) -> None:
    body = records(LEAD, LEAD | {"Email": "rita"}, LEAD | {"LastName": "Ruiz"})

    answer = http("POST", "composite/sobjects", body)

    assert answer.status == 200
    first, second, third = answer.json()
    assert second == {"success": False, "errors": [{
        "statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: rita", "fields": ["Email"],
    }]}  # fmt: skip
    assert first == {"id": first["id"], "success": True, "errors": []}
    assert http.read("Lead", third["id"])["LastName"] == "Ruiz"


def test_all_or_none_leaves_nothing_behind(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(Phone="1")
    body = records(
        {"attributes": {"type": "Lead"}, "Id": lead_id, "Phone": "2"},
        {"attributes": {"type": "Lead"}, "Id": lead_id, "Email": "rita"},
        all_or_none=True,
    )

    results = http("PATCH", "composite/sobjects", body).json()

    codes = [result["errors"][0]["statusCode"] for result in results]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_EMAIL_ADDRESS"]
    assert http.read("Lead", lead_id)["Phone"] == "1"
    assert sandbox.look("salesforce", "writes")["count"] == 1


def test_all_or_none_takes_back_what_it_created_with_its_unique_values(http: Http) -> None:
    body = records(LEAD | {"Key__c": "1"}, {"attributes": {"type": "Lead"}}, all_or_none=True)

    http("POST", "composite/sobjects", body)

    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    assert http.lead(Key__c="1")


def test_a_record_that_was_rolled_back_keeps_its_id(http: Http) -> None:
    results = http("POST", "composite/sobjects", records(LEAD, LEAD | {"Email": "rita"}, all_or_none=True)).json()

    assert http("GET", f"sobjects/Lead/{results[0]['id']}").status == 404
    assert (results[0]["success"], "id" in results[1]) == (False, False)


def test_types_may_be_mixed_in_up_to_ten_chunks(http: Http) -> None:
    contact = {"attributes": {"type": "Contact"}, "LastName": "Roux"}

    allowed = http("POST", "composite/sobjects", records(*[LEAD, contact] * 5))
    refused = http("POST", "composite/sobjects", records(*[LEAD, contact] * 5, LEAD))

    assert [result["success"] for result in allowed.json()] == [True] * 10
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert "10 chunks" in refused.json()[0]["message"]


def test_updates_name_what_is_wrong_with_their_id(http: Http) -> None:
    gone = http.lead()
    http("DELETE", f"sobjects/Lead/{gone}")
    ids = [None, "rita", "00Q8d00000zzzzzAAA", gone]

    results = http(
        "PATCH", "composite/sobjects", records(*({"attributes": {"type": "Lead"}, "Id": item} for item in ids))
    ).json()

    codes = [result["errors"][0]["statusCode"] for result in results]
    assert codes == ["MISSING_ARGUMENT", "MALFORMED_ID", "INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"]


def test_an_upsert_says_what_is_new(http: Http) -> None:
    lead_id = http.lead(Key__c="1")

    results = http("PATCH", "composite/sobjects/Lead/Key__c", records(
        LEAD | {"Key__c": "1", "Phone": "9"}, LEAD | {"Key__c": "2"},
    )).json()  # fmt: skip

    assert [(result["success"], result["created"]) for result in results] == [(True, False), (True, True)]
    assert results[0]["id"] == lead_id
    assert http.read("Lead", lead_id)["Phone"] == "9"


def test_an_upsert_refuses_one_key_twice_and_a_key_of_several(http: Http) -> None:
    ids = [http.lead(Legacy_Id__c="7"), http.lead(Legacy_Id__c="7")]

    twice = http("PATCH", "composite/sobjects/Lead/Key__c", records(LEAD | {"Key__c": "a"}, LEAD | {"Key__c": "A"}))
    several = http("PATCH", "composite/sobjects/Lead/Legacy_Id__c", records(LEAD | {"Legacy_Id__c": "7"}))

    assert [result["errors"][0]["statusCode"] for result in twice.json()] == ["DUPLICATE_VALUE"] * 2
    error = several.json()[0]["errors"][0]
    assert error["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert all(lead_id in error["message"] for lead_id in ids)


def test_an_upsert_by_id_creates_what_has_none(http: Http) -> None:
    lead_id = http.lead()

    results = http("PATCH", "composite/sobjects/Lead/Id", records(LEAD | {"Id": None}, LEAD | {"Id": lead_id})).json()

    assert [result["created"] for result in results] == [True, False]


def test_deletes_answer_one_by_one(http: Http) -> None:
    lead_id = http.lead()

    results = http("DELETE", f"composite/sobjects?ids={lead_id},003xx&allOrNone=false").json()

    assert results[0] == {"id": lead_id, "success": True, "errors": []}
    assert results[1]["errors"][0]["statusCode"] == "MALFORMED_ID"


@pytest.mark.parametrize(("method", "path"), [("POST", "composite/sobjects"), ("PATCH", "composite/sobjects"),
                                              ("PATCH", "composite/sobjects/Lead/Key__c")])  # fmt: skip
def test_201_records_are_refused_as_a_whole(http: Http, method: str, path: str) -> None:
    answer = http(method, path, records(*[LEAD] * 201))

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_the_real_client_creates_200_in_one_call(sandbox: SandboxClient) -> None:
    salesforce = client(sandbox)

    results = salesforce.restful("composite/sobjects", method="POST", json=records(*[LEAD] * 200))

    assert len({result["id"] for result in results if result["success"]}) == 200


def test_a_retrieve_keeps_the_order_and_shows_null_for_what_is_not_there(http: Http) -> None:
    rita, mark = http.lead(LastName="Rita"), http.lead(LastName="Mark")
    ids = [mark, "00Q8d00000zzzzzAAA", rita[:15]]

    by_post = http("POST", "composite/sobjects/Lead", {"ids": ids, "fields": ["LastName"]}).json()
    by_get = http("GET", f"composite/sobjects/Lead?ids={','.join(ids)}&fields=LastName").json()

    assert [item and item["LastName"] for item in by_post] == ["Mark", None, "Rita"]
    assert by_get == by_post
    assert by_post[2]["Id"] == rita


def test_a_retrieve_takes_2000_ids_and_no_more(http: Http) -> None:
    lead_id = http.lead()

    allowed = http("POST", "composite/sobjects/Lead", {"ids": [lead_id] * 2_000, "fields": ["Id"]})
    refused = http("POST", "composite/sobjects/Lead", {"ids": [lead_id] * 2_001, "fields": ["Id"]})

    assert len(allowed.json()) == 2_000
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_each_record_is_logged_once_in_its_order(http: Http, sandbox: SandboxClient) -> None:
    results = http("POST", "composite/sobjects", records(LEAD, LEAD | {"Email": "rita"}, LEAD)).json()

    writes = sandbox.look("salesforce", "writes")["writes"]

    assert [write["id"] for write in writes] == [results[0]["id"], results[2]["id"]]
    assert writes[0]["fields"] == {"LastName": "Roux", "Company": "Acme"}
