"""What admins require of a record, which the API enforces from 2026-09 on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_records import CONTACTS, DATED, control, make, patch, values
from tests.sandbox_client import SandboxClient

EARLIER = "/crm/objects/2026-03/contacts"
CUSTOMER_NEEDS_PHONE = {"when": {"property": "lifecyclestage", "value": "customer"}, "required": ["phone", "city"]}


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """A portal that wants a last name of everyone, and a phone number and a city of customers."""
    rules = {"required_on_create": ["lastname"], "conditional": [CUSTOMER_NEEDS_PHONE]}
    sandbox.admin("hubspot", "property_rules", object="contacts", **rules)
    return sandbox


@pytest.mark.parametrize("path", [CONTACTS, EARLIER])
def test_earlier_versions_of_the_api_do_not_know_the_rules(strict: SandboxClient, path: str) -> None:
    anna = make(strict, path, email="anna@velmora.example")

    assert patch(strict, anna, path, lifecyclestage="customer").status == 200


def test_what_the_form_requires_is_required_on_create_only(strict: SandboxClient) -> None:
    refused = strict.hubspot("POST", DATED, {"properties": {"email": "anna@velmora.example"}})
    anna = make(strict, email="anna@velmora.example")

    assert (refused.status, refused.json()["category"]) == (400, "VALIDATION_ERROR")
    assert refused.json()["context"] == {"properties": ["lastname"]}
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["lastname"]}
    assert patch(strict, anna, DATED, city="Linz").status == 200
    assert strict.hubspot("POST", DATED, {"properties": {"lastname": "Berg"}}).status == 201


def test_a_condition_holds_for_what_the_record_has_together_with_what_is_written(strict: SandboxClient) -> None:
    anna = make(strict, lastname="Berg", city="Linz")

    refused = patch(strict, anna, DATED, lifecyclestage="customer")
    stands = values(strict, anna, "lifecyclestage")
    together = patch(strict, anna, DATED, lifecyclestage="customer", phone="+43 1")
    cleared = patch(strict, anna, DATED, phone="")

    assert (refused.status, refused.json()["context"]) == (400, {"properties": ["phone"]})
    assert stands == [None]
    assert (together.status, cleared.status) == (200, 400)


def test_a_write_that_touches_none_of_it_passes_even_where_the_rule_is_broken_already(strict: SandboxClient) -> None:
    anna = make(strict, lifecyclestage="customer")

    assert patch(strict, anna, DATED, jobtitle="CTO").status == 200


def test_batches_are_held_to_the_rules_input_by_input(strict: SandboxClient) -> None:
    inputs = [
        {"objectWriteTraceId": "a", "properties": {"lastname": "Berg"}},
        {"objectWriteTraceId": "b", "properties": {"firstname": "Anna"}},
    ]

    answer = strict.hubspot("POST", f"{DATED}/batch/create", {"inputs": inputs})

    assert answer.status == 207
    assert [each["objectWriteTraceId"] for each in answer.json()["results"]] == ["a"]
    assert answer.json()["errors"][0]["context"] == {"properties": ["lastname"], "objectWriteTraceId": ["b"]}


def test_a_reset_lifts_the_rules(strict: SandboxClient) -> None:
    strict.admin("hubspot", "reset")

    assert strict.hubspot("POST", DATED, {"properties": {"firstname": "Anna"}}).status == 201


@pytest.mark.parametrize(
    "body",
    [
        {"object": "unicorns"},
        {"object": "contacts", "required_on_create": "lastname"},
        {"object": "contacts", "required_on_create": ["nosuch"]},
        {"object": "contacts", "conditional": [{"when": {"property": "city"}, "required": ["phone"]}]},
        {"object": "contacts", "conditional": [CUSTOMER_NEEDS_PHONE | {"required": []}]},
        {"object": "contacts", "conditional": [CUSTOMER_NEEDS_PHONE | {"then": "x"}]},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    assert control(sandbox, "property_rules", **body).status == 400
