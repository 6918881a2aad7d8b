"""Values: what HubSpot makes of them, and which it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.hubspot_records import CONTACTS, found, make, patch, values, where
from tests.sandbox_client import SandboxClient

FIELDS = [
    {"name": "topics", "type": "enumeration", "fieldType": "checkbox", "options": [{"value": v} for v in "abcd"]},
    {"name": "is_partner", "type": "bool"},
    {"name": "renewal_on", "type": "date"},
    {"name": "called_at", "type": "datetime"},
    {"name": "seats", "type": "number"},
    {"name": "notes_html", "type": "string", "fieldType": "html"},
    {"name": "crm_key", "hasUniqueValue": True},
]


@pytest.fixture
def portal(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "fields", object="contacts", fields=FIELDS)
    return sandbox


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("email", "  Anna.Berg@VELMORA.example ", "anna.berg@velmora.example"),
        ("phone", " +43 (0)1 / 58-00 ", " +43 (0)1 / 58-00 "),
        ("notes_html", "<p>Büro &amp; <b>mehr</b></p>", "<p>Büro &amp; <b>mehr</b></p>"),
        ("is_partner", True, "true"),
        ("is_partner", "false", "false"),
        ("seats", 12, "12"),
        ("seats", "-0.5", "-0.5"),
        ("renewal_on", "2026-03-29", "2026-03-29"),
        ("renewal_on", "1774742400000", "2026-03-29"),
        ("renewal_on", 1774742400000, "2026-03-29"),
        ("renewal_on", "2026-03-29T00:00:00Z", "2026-03-29"),
        ("called_at", "1774742400500", "2026-03-29T00:00:00.500Z"),
        ("called_at", "2026-03-29T02:00:00+02:00", "2026-03-29T00:00:00Z"),
        ("topics", "a;c", "a;c"),
        ("topics", ";b", "b"),
        ("message", "x" * 65_536, "x" * 65_536),
    ],
)
def test_a_value_is_kept_like_this(portal: SandboxClient, name: str, sent: Any, kept: str) -> None:
    anna = make(portal, **{name: sent})

    assert values(portal, anna, name) == [kept]


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("seats", "1,000", "INVALID_INTEGER"),
        ("seats", "23.345.567", "INVALID_INTEGER"),
        ("renewal_on", "1774742400001", "INVALID_DATE"),
        ("renewal_on", "2026-03-29T12:00:00Z", "INVALID_DATE"),
        ("renewal_on", "29.03.2026", "INVALID_DATE"),
        ("called_at", "yesterday", "INVALID_LONG"),
        ("is_partner", "yes", "INVALID_OPTION"),
        ("topics", "a;z", "INVALID_OPTION"),
        ("topics", ";z", "INVALID_OPTION"),
        ("topics", "a,b", "INVALID_OPTION"),
        ("email", "anna@", "INVALID_EMAIL"),
        ("email", "anna berg@velmora.example", "INVALID_EMAIL"),
        ("hs_additional_emails", "anna@velmora.example;anna", "INVALID_EMAIL"),
        ("hs_object_id", "7", "READ_ONLY_VALUE"),
        ("hs_merged_object_ids", "7", "READ_ONLY_VALUE"),
        ("nosuch", "7", "PROPERTY_DOESNT_EXIST"),
        ("message", "x" * 65_537, "PROPERTY_VALUE_TOO_LONG"),
    ],
)
def test_a_bad_value_is_refused_with_its_code_and_nothing_is_written(
    portal: SandboxClient, name: str, sent: str, code: str
) -> None:
    answer = portal.hubspot("POST", CONTACTS, {"properties": {name: sent, "city": "Linz"}})

    body = answer.json()
    problem = json.loads(body["message"].partition(": ")[2])[0]
    assert (answer.status, body["category"]) == (400, "VALIDATION_ERROR")
    assert (problem["error"], problem["name"], problem["isValid"]) == (code, name, False)
    assert portal.look("hubspot", "writes")["count"] == 0


def test_a_leading_semicolon_adds_to_what_is_chosen(portal: SandboxClient) -> None:
    anna = make(portal, topics="a;b")

    patch(portal, anna, topics=";c;a")
    added = values(portal, anna, "topics")
    patch(portal, anna, topics="d")

    assert added == ["a;b;c"]
    assert values(portal, anna, "topics") == ["d"]


def test_a_unique_property_takes_each_value_once_and_frees_it_again(portal: SandboxClient) -> None:
    anna, bert = make(portal, crm_key="k1"), make(portal, crm_key="k2")

    on_create = portal.hubspot("POST", CONTACTS, {"properties": {"crm_key": "k1"}})
    on_update = patch(portal, bert, crm_key="k1")
    patch(portal, anna, crm_key="")
    freed = patch(portal, bert, crm_key="k1")

    assert [on_create.status, on_update.status, freed.status] == [400, 400, 200]
    assert f"{anna} already has that value" in on_update.json()["message"]


def test_an_address_is_taken_whether_it_is_the_first_or_another_one(portal: SandboxClient) -> None:
    anna = make(portal, email="anna@velmora.example", hs_additional_emails="anna@home.example")
    bert = make(portal, email="bert@velmora.example")

    created = portal.hubspot("POST", CONTACTS, {"properties": {"email": "ANNA@home.example"}})
    added = patch(portal, bert, hs_additional_emails="anna@velmora.example")
    moved = patch(portal, anna, email="anna@home.example", hs_additional_emails="anna@velmora.example")

    assert created.status == 409
    assert created.json()["message"] == f"Contact already exists. Existing ID: {anna}"
    assert (added.status, moved.status) == (400, 200)


def test_a_date_is_searched_by_day_or_by_milliseconds(portal: SandboxClient) -> None:
    for on in ("2026-03-28", "2026-03-29", "2026-03-30"):
        make(portal, renewal_on=on)

    def days(*filters: dict[str, Any]) -> list[str]:
        return [each["renewal_on"] for each in found(portal, *filters, properties=["renewal_on"])]

    assert days(where("renewal_on", "EQ", "1774742400000")) == ["2026-03-29"]
    assert days(where("renewal_on", "GT", "2026-03-29")) == ["2026-03-30"]
    assert days(where("renewal_on", "BETWEEN", "1774656000000", highValue="2026-03-29")) == ["2026-03-28", "2026-03-29"]


def test_the_body_of_a_search_may_have_3000_characters_however_many_bytes(portal: SandboxClient) -> None:
    def ask(query: str) -> int:
        raw = json.dumps({"query": query}, ensure_ascii=False).encode()
        headers = {"Authorization": "Bearer pat", "Content-Type": "application/json"}
        return portal.pool.request("POST", f"{portal.hubspot_url}{CONTACTS}/search", body=raw, headers=headers).status

    assert ask("é" * 2_980) == 200
    assert ask("e" * 2_990) == 400
