"""Batches: what is refused as a whole, what is answered one by one, and what the official client makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
BATCH = f"{CONTACTS}/batch"


def make(sandbox: SandboxClient, *emails: str) -> list[str]:
    """The ids of new contacts with these addresses."""
    inputs = [{"properties": {"email": email}} for email in emails]
    answer = sandbox.hubspot("POST", f"{BATCH}/create", {"inputs": inputs})
    assert answer.status == 201, answer.data
    return [each["id"] for each in answer.json()["results"]]


def count(sandbox: SandboxClient) -> int:
    return len(sandbox.look("hubspot", "state", object="contacts")["contacts"])


def test_the_official_client_writes_and_reads_batches(sandbox: SandboxClient) -> None:
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.contacts.batch_api

    made = api.create({"inputs": [{"properties": {"email": f"p{n}@velmora.example"}} for n in range(3)]})
    api.update({"inputs": [{"id": each.id, "properties": {"city": "Lille"}} for each in made.results]})
    read = api.read({"inputs": [{"id": "P1@velmora.example"}], "idProperty": "email", "properties": ["city"]})
    api.archive({"inputs": [{"id": made.results[0].id}]})

    assert [each.properties["city"] for each in read.results] == ["Lille"]
    assert count(sandbox) == 2


def test_reading_what_is_not_there_is_one_error_for_all_of_it(sandbox: SandboxClient) -> None:
    [rita] = make(sandbox, "rita@velmora.example")

    answer = sandbox.hubspot("POST", f"{BATCH}/read", {"inputs": [{"id": "7"}, {"id": rita}, {"id": "8"}]})

    assert answer.status == 207
    assert [each["id"] for each in answer.json()["results"]] == [rita]
    assert answer.json()["numErrors"] == 1
    assert answer.json()["errors"][0]["context"] == {"ids": ["7", "8"]}
    assert answer.json()["errors"][0]["category"] == "OBJECT_NOT_FOUND"


def test_updating_what_is_not_there_writes_the_others(sandbox: SandboxClient) -> None:
    [rita] = make(sandbox, "rita@velmora.example")
    inputs = [{"id": each, "properties": {"city": "Köln"}} for each in ("7", rita)]

    answer = sandbox.hubspot("POST", f"{BATCH}/update", {"inputs": inputs})

    assert answer.status == 207
    assert answer.json()["results"][0]["properties"]["city"] == "Köln"
    assert answer.json()["errors"][0]["context"] == {"ids": ["7"]}


@pytest.mark.parametrize("action", ["read", "create", "update", "upsert", "archive"])
def test_more_than_a_hundred_are_refused(sandbox: SandboxClient, action: str) -> None:
    answer = sandbox.hubspot("POST", f"{BATCH}/{action}", {"inputs": [{"id": str(n)} for n in range(101)]})

    assert answer.status == 400
    assert "maximum number of inputs supported in a batch is 100" in answer.json()["message"]


def test_an_id_given_twice_refuses_the_whole_batch(sandbox: SandboxClient) -> None:
    [rita] = make(sandbox, "rita@velmora.example")
    inputs = [{"id": rita, "properties": {"city": city}} for city in ("Köln", "Bonn")]

    answer = sandbox.hubspot("POST", f"{BATCH}/update", {"inputs": inputs})

    assert answer.status == 400
    assert answer.json()["message"] == f"Duplicate IDs found in batch input: [{rita}]. IDs must be unique"
    assert answer.json()["context"] == {"ids": [rita]}
    assert "city" not in sandbox.look("hubspot", "state")["contacts"][rita]


def test_one_bad_create_fails_the_batch_and_nothing_is_written(sandbox: SandboxClient) -> None:
    [rita] = make(sandbox, "rita@velmora.example")
    inputs = [{"properties": {"email": email}} for email in ("new@velmora.example", "RITA@velmora.example")]

    answer = sandbox.hubspot("POST", f"{BATCH}/create", {"inputs": inputs})

    assert answer.status == 409
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {rita}"
    assert count(sandbox) == 1


def test_with_a_trace_id_on_every_input_only_the_bad_ones_fail(sandbox: SandboxClient) -> None:
    make(sandbox, "rita@velmora.example")
    emails = ("new@velmora.example", "rita@velmora.example", "no address")
    inputs = [{"objectWriteTraceId": f"t{n}", "properties": {"email": each}} for n, each in enumerate(emails)]

    answer = sandbox.hubspot("POST", f"{BATCH}/create", {"inputs": inputs})

    body = answer.json()
    assert answer.status == 207
    assert [each["objectWriteTraceId"] for each in body["results"]] == ["t0"]
    assert [each["context"]["objectWriteTraceId"] for each in body["errors"]] == [["t1"], ["t2"]]
    assert [each["category"] for each in body["errors"]] == ["CONFLICT", "VALIDATION_ERROR"]
    assert body["numErrors"] == 2
    assert count(sandbox) == 2


def test_a_trace_id_given_twice_is_as_good_as_none(sandbox: SandboxClient) -> None:
    inputs = [{"objectWriteTraceId": "same", "properties": {"email": each}} for each in ("a@velmora.example", "bad")]

    answer = sandbox.hubspot("POST", f"{BATCH}/create", {"inputs": inputs})

    assert answer.status == 400
    assert count(sandbox) == 0


def test_one_address_twice_in_a_batch_is_refused(sandbox: SandboxClient) -> None:
    inputs = [{"properties": {"email": each}} for each in ("same@velmora.example", "SAME@velmora.example")]

    answer = sandbox.hubspot("POST", f"{BATCH}/create", {"inputs": inputs})

    assert answer.status == 400
    assert "already has that value." in answer.json()["message"]
    assert count(sandbox) == 0


def test_a_batch_update_may_carry_trace_ids(sandbox: SandboxClient) -> None:
    rita, lena = make(sandbox, "rita@velmora.example", "lena@velmora.example")
    inputs = [
        {"id": rita, "objectWriteTraceId": "r", "properties": {"lifecyclestage": "nonsense"}},
        {"id": lena, "objectWriteTraceId": "l", "properties": {"city": "Wien"}},
        {"id": "7", "objectWriteTraceId": "x", "properties": {"city": "Wien"}},
    ]

    body = sandbox.hubspot("POST", f"{BATCH}/update", {"inputs": inputs}).json()

    assert [each["objectWriteTraceId"] for each in body["results"]] == ["l"]
    assert [each["context"]["objectWriteTraceId"] for each in body["errors"]] == [["r"], ["x"]]
    assert body["errors"][0]["errors"][0]["code"] == "INVALID_OPTION"


def test_an_upsert_by_address_says_what_is_new(sandbox: SandboxClient) -> None:
    make(sandbox, "rita@velmora.example")
    emails = ("Rita@velmora.example", "otto@velmora.example")
    inputs = [{"idProperty": "email", "id": each, "properties": {"city": "Graz"}} for each in emails]

    answer = sandbox.hubspot("POST", f"{BATCH}/upsert", {"inputs": inputs})

    assert answer.status == 200
    assert [each["new"] for each in answer.json()["results"]] == [False, True]
    assert answer.json()["results"][1]["properties"]["email"] == "otto@velmora.example"


def test_an_upsert_by_address_is_never_partial(sandbox: SandboxClient) -> None:
    inputs = [
        {"idProperty": "email", "id": f"p{n}@velmora.example", "objectWriteTraceId": str(n), "properties": properties}
        for n, properties in enumerate(({}, {"lifecyclestage": "nonsense"}))
    ]

    answer = sandbox.hubspot("POST", f"{BATCH}/upsert", {"inputs": inputs})

    assert answer.status == 400
    assert count(sandbox) == 0


def test_an_upsert_by_a_unique_property_of_our_own_can_be_partial(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": "entente_key", "hasUniqueValue": True}])
    inputs: list[dict[str, Any]] = [
        {"idProperty": "entente_key", "id": key, "objectWriteTraceId": key, "properties": {"lifecyclestage": stage}}
        for key, stage in (("k1", "lead"), ("k2", "nonsense"))
    ]

    first = sandbox.hubspot("POST", f"{BATCH}/upsert", {"inputs": inputs})
    again = sandbox.hubspot("POST", f"{BATCH}/upsert", {"inputs": inputs[:1]})

    assert first.status == 207
    assert [each["new"] for each in first.json()["results"]] == [True]
    assert first.json()["errors"][0]["context"]["objectWriteTraceId"] == ["k2"]
    assert [each["new"] for each in again.json()["results"]] == [False]
    assert count(sandbox) == 1


def test_a_property_that_is_not_unique_identifies_nobody(sandbox: SandboxClient) -> None:
    upsert = {"inputs": [{"idProperty": "phone", "id": "1", "properties": {}}]}
    update = {"inputs": [{"idProperty": "email", "id": "rita@velmora.example", "properties": {}}]}

    answers = [
        sandbox.hubspot("POST", f"{BATCH}/{name}", body) for name, body in (("upsert", upsert), ("update", update))
    ]

    assert [each.status for each in answers] == [400, 400]
    assert all("non-unique 0-1 property" in each.json()["message"] for each in answers)


def test_with_history_a_batch_reads_fifty_at_most(sandbox: SandboxClient) -> None:
    body = {"inputs": [{"id": str(n)} for n in range(51)], "propertiesWithHistory": ["phone"]}

    assert sandbox.hubspot("POST", f"{BATCH}/read", body).status == 400


def test_every_accepted_record_is_one_entry_in_the_log_of_writes(sandbox: SandboxClient) -> None:
    [rita] = make(sandbox, "rita@velmora.example")
    sandbox.hubspot("POST", f"{BATCH}/update", {"inputs": [{"id": rita, "properties": {"city": "Bonn"}}]})
    sandbox.hubspot("POST", f"{BATCH}/update", {"inputs": [{"id": rita, "properties": {"city": "Bonn", "nosuch": 1}}]})
    sandbox.hubspot("DELETE", f"{CONTACTS}/{rita}")

    writes = sandbox.look("hubspot", "writes")

    assert writes["count"] == 3
    assert [(each["action"], each["id"], each["fields"]) for each in writes["writes"]] == [
        ("create", rita, {"email": "rita@velmora.example"}),
        ("update", rita, {"city": "Bonn"}),
        ("archive", rita, {}),
    ]
