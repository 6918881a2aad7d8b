"""Refusals: the status, the category and the wording, compared with recorded answers of the real service."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_client import SandboxClient

CONTACTS = "/crm/v3/objects/contacts"
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"


def recorded(name: str) -> Any:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not here: {path.name}")
    return json.loads(path.read_text())


def same_words(message: str) -> str:
    """A message without what differs from call to call: ids and addresses."""
    return re.sub(r"\d+|value=\S+?@[\w.]+", "#", message)


def test_a_taken_address_is_refused_on_create_as_recorded(sandbox: SandboxClient) -> None:
    want = recorded("hubspot_errors/409_contact_exists.json")
    sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "rita@velmora.example"}})

    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "RITA@velmora.example"}})

    assert answer.status == want["http_status"]
    assert answer.json().keys() == want["body"].keys()
    assert same_words(answer.json()["message"]) == same_words(want["body"]["message"])
    assert answer.json()["category"] == want["body"]["category"]
    assert answer.headers["content-type"] == want["headers_seen"]["content-type"]


def test_a_taken_address_is_refused_on_update_as_recorded(sandbox: SandboxClient) -> None:
    want = recorded("hubspot_errors/400_email_already_has_value_A.json")
    sandbox.hubspot(
        "POST", CONTACTS, {"properties": {"email": "a@x.example", "hs_additional_emails": "second@x.example"}}
    )
    lena = sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "lena@x.example"}}).json()["id"]

    answer = sandbox.hubspot("PATCH", f"{CONTACTS}/{lena}", {"properties": {"email": "second@x.example"}})

    assert answer.status == want["http_status"]
    assert answer.json().keys() == want["body"].keys()
    assert same_words(answer.json()["message"]) == same_words(want["body"]["message"])
    assert answer.json()["category"] == want["body"]["category"]


def test_a_spent_quota_is_refused_as_recorded_and_only_so_many_times(sandbox: SandboxClient) -> None:
    want = recorded("hubspot_errors/429_ten_secondly.json")
    sandbox.admin("hubspot", "quota", calls=2)

    answers = [sandbox.hubspot("GET", CONTACTS) for _ in range(3)]

    assert [each.status for each in answers] == [429, 429, 200]
    assert answers[0].json().keys() == want["body"].keys()
    assert answers[0].json()["message"] == want["body"]["message"]
    assert answers[0].json()["policyName"] == want["body"]["policyName"]
    assert "retry-after" not in answers[0].headers


def test_a_partial_answer_has_the_recorded_envelope(sandbox: SandboxClient) -> None:
    want = recorded("hubspot_errors/207_assoc_one_error.json")

    answer = sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": "7"}]})

    assert answer.status == want["http_status"]
    assert answer.json().keys() == want["body"].keys()
    assert answer.json()["errors"][0].keys() == want["body"]["errors"][0].keys() - {"subCategory"}


def test_an_expired_token_is_refused_as_recorded(sandbox: SandboxClient) -> None:
    want = recorded("hubspot_errors/401_expired.json")

    answer = sandbox.hubspot("GET", CONTACTS, token="expired-yesterday")

    assert answer.status == want["http_status"]
    assert same_words(answer.json()["message"]) == same_words(want["body_part"]["message"])
    assert answer.json()["category"] == want["body_part"]["category"]
    assert answer.json()["context"].keys() == {"expire time"}


@pytest.mark.parametrize("token", ["", "invalid-token"])
def test_without_a_good_token_nothing_is_answered(sandbox: SandboxClient, token: str) -> None:
    answer = sandbox.hubspot("GET", CONTACTS, token=token)

    assert answer.status == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["message"].startswith("Authentication credentials not found.")


def test_a_page_of_contacts_has_the_recorded_shape(sandbox: SandboxClient) -> None:
    want = recorded("dlt/mock_contacts_data.json")
    made = {"email": "rita@velmora.example", "firstname": "Rita", "lastname": "Lang"}
    sandbox.hubspot("POST", CONTACTS, {"properties": made})

    page = sandbox.hubspot("GET", CONTACTS).json()

    assert page.keys() == want.keys()
    assert page["results"][0].keys() == want["results"][0].keys()
    assert list(page["results"][0]["properties"]) == list(want["results"][0]["properties"])
    assert {type(value) for value in page["results"][0]["properties"].values()} == {str}


def test_a_history_has_the_recorded_shape(sandbox: SandboxClient) -> None:
    want = recorded("dlt/mock_contacts_with_history.json")["results"][0]
    sandbox.hubspot("POST", CONTACTS, {"properties": {"city": "Brisbane"}})

    record = sandbox.hubspot("GET", f"{CONTACTS}?propertiesWithHistory=city").json()["results"][0]

    assert record.keys() == want.keys() - {"associations"}
    assert set(record["propertiesWithHistory"]["city"][0]) >= set(want["propertiesWithHistory"]["city"][0])


def test_companies_have_the_recorded_shape(sandbox: SandboxClient) -> None:
    want = recorded("dlt/mock_companies_data.json")["results"][0]
    sandbox.hubspot("POST", "/crm/v3/objects/companies", {"properties": {"name": "Velmora", "domain": "v.example"}})

    company = sandbox.hubspot("GET", "/crm/v3/objects/companies").json()["results"][0]

    assert company.keys() == want.keys()
    assert list(company["properties"]) == list(want["properties"])


@pytest.mark.parametrize(
    ("name", "value", "code", "message"),
    [
        ("nosuch", "x", "PROPERTY_DOESNT_EXIST", 'Property "nosuch" does not exist'),
        ("createdate", "1", "READ_ONLY_VALUE", '"createdate" is a read only property; its value cannot be set.'),
        (
            "hs_email_optout",
            "true",
            "READ_ONLY_VALUE",
            '"hs_email_optout" is a read only property; its value cannot be set.',
        ),
        ("email", "no address", "INVALID_EMAIL", "Email address no address is invalid"),
        ("annualrevenue", "1,000", "INVALID_INTEGER", "1,000 was not a valid number."),
        ("closedate", "soon", "INVALID_LONG", "soon was not a valid long."),
        ("hubspot_owner_id", "12", "INVALID_OWNER_ID", "Owner 12 does not exist."),
    ],
)
def test_a_bad_value_is_refused_in_hubspots_words(
    sandbox: SandboxClient, name: str, value: str, code: str, message: str
) -> None:
    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {name: value}})

    body = answer.json()
    prefix, _, inside = body["message"].partition(": ")
    problem = json.loads(inside)[0]
    assert (answer.status, body["category"], prefix) == (400, "VALIDATION_ERROR", "Property values were not valid")
    assert (problem["name"], problem["error"], problem["message"]) == (name, code, message)
    assert problem["isValid"] is False
    assert body["errors"] == [{"message": message, "code": code, "context": {"propertyName": [name]}}]


def test_an_option_must_be_one_of_those_allowed_and_they_are_named(sandbox: SandboxClient) -> None:
    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {"lifecyclestage": "Lead"}})

    assert answer.json()["errors"][0]["code"] == "INVALID_OPTION"
    assert "Lead was not one of the allowed options: [subscriber, lead," in answer.json()["errors"][0]["message"]


def test_all_bad_values_of_a_record_are_named_at_once(sandbox: SandboxClient) -> None:
    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {"nosuch": "x", "email": "bad", "city": "Wien"}})

    assert [each["code"] for each in answer.json()["errors"]] == ["PROPERTY_DOESNT_EXIST", "INVALID_EMAIL"]
    assert sandbox.look("hubspot", "writes")["count"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{CONTACTS}/12345", 404),
        ("PATCH", f"{CONTACTS}/12345", 404),
        ("GET", f"{CONTACTS}/rita", 404),
        ("GET", "/crm/v3/objects/unicorns", 400),
        ("GET", "/crm/v3/nothing", 404),
        ("PUT", CONTACTS, 405),
        ("DELETE", f"{CONTACTS}/12345", 204),
    ],
)
def test_what_is_not_there_has_an_answer_of_its_own(
    sandbox: SandboxClient, method: str, path: str, status: int
) -> None:
    answer = sandbox.hubspot(method, path, {"properties": {}} if method == "PATCH" else None)

    assert answer.status == status
    assert status == 204 or answer.json()["status"] == "error"
    assert status != 204 or answer.data == b""


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"inputs": 3}', b'{"inputs": [1]}', b'{"inputs": [{}]}'])
def test_a_body_that_makes_no_sense_is_refused(sandbox: SandboxClient, raw: bytes) -> None:
    headers = {"Authorization": "Bearer pat", "Content-Type": "application/json"}

    answer = sandbox.pool.request("POST", f"{sandbox.hubspot_url}{CONTACTS}/batch/update", body=raw, headers=headers)

    assert answer.status == 400
    assert answer.json()["message"].startswith("Invalid input JSON on line 1, column 1: ")


def test_quotas_stand_in_the_headers_of_every_answer_but_a_searchs(sandbox: SandboxClient) -> None:
    listed = sandbox.hubspot("GET", CONTACTS)
    searched = sandbox.hubspot("POST", f"{CONTACTS}/search", {})

    assert listed.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert int(listed.headers["X-HubSpot-RateLimit-Daily-Remaining"]) > 0
    assert not [name for name in searched.headers if "ratelimit" in name.lower()]
