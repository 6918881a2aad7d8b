"""The service's own checks of a record: the same refusal, word for word, on every way to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

NEW = {"LastName": "Ruiz", "Company": "Acme"}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "fields", object="Lead", fields=[
        {"name": "Key__c", "externalId": True, "unique": True},
        {"name": "Code__c", "unique": True},
        {"name": "Tier__c", "type": "picklist", "picklistValues": ["Gold", "Silver"], "restricted": True},
        {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["CRM", "Mail"], "restricted": True},
        {"name": "Score__c", "type": "double"},
        {"name": "Trial_On__c", "type": "date"},
    ])  # fmt: skip
    return Http(sandbox)


Way = Callable[[Http, str, dict[str, Any]], Any]


def rows(**fields: Any) -> dict[str, Any]:
    return {"records": [{"attributes": {"type": "Lead"}, **fields}]}


WAYS: dict[str, Way] = {
    "create": lambda http, _, fields: http("POST", "sobjects/Lead", {**NEW, **fields}),
    "update": lambda http, found, fields: http("PATCH", f"sobjects/Lead/{found}", fields),
    "upsert new": lambda http, _, fields: http("PATCH", "sobjects/Lead/Key__c/new", {**NEW, **fields}),
    "upsert known": lambda http, _, fields: http("PATCH", "sobjects/Lead/Key__c/known", fields),
    "create rows": lambda http, _, fields: http("POST", "composite/sobjects", rows(**{**NEW, **fields})),
    "update rows": lambda http, found, fields: http("PATCH", "composite/sobjects", rows(Id=found, **fields)),
    "upsert rows": lambda http, _, fields: http(
        "PATCH", "composite/sobjects/Lead/Key__c", rows(Key__c="known", **fields)
    ),
}
REFUSALS: list[tuple[dict[str, Any], str, str, list[str]]] = [
    ({"LastName": None}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]),
    ({"FirstName": "x" * 41}, "STRING_TOO_LONG", f"First Name: data value too large: {'x' * 41} (max length=40)",
     ["FirstName"]),
    ({"Email": "rita@"}, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: rita@", ["Email"]),
    ({"Tier__c": "Terrible"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
     "Tier: bad value for restricted picklist field: Terrible", ["Tier__c"]),
    ({"Topics__c": "CRM;Fax"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
     "Topics: bad value for restricted picklist field: Fax", ["Topics__c"]),
    ({"NumberOfEmployees": 10**9}, "NUMBER_OUTSIDE_VALID_RANGE",
     "Employees: value outside of valid range on numeric field: 1000000000", ["NumberOfEmployees"]),
    ({"OwnerId": "0058d00000000zzAAA"}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["OwnerId"]),
    ({"OwnerId": "0018d0000000001AAA"}, "MALFORMED_ID", "Owner ID: id value of incorrect type: 0018d0000000001AAA",
     ["OwnerId"]),
]  # fmt: skip


def refusal(answer: Any) -> tuple[str, str, list[str]]:
    """Code, message and fields, of a call or of a row."""
    body = answer.json()[0]
    problem = body if "errorCode" in body else body["errors"][0]
    return problem.get("errorCode") or problem["statusCode"], problem["message"], problem.get("fields", [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fields", "code", "message", "named"), REFUSALS,
                         ids=[f"{case[1]} {next(iter(case[0]))}" for case in REFUSALS])  # fmt: skip
def test_a_value_is_refused_in_the_same_words_on_every_way(
    http: Http, sandbox: SandboxClient, way: str, fields: dict[str, Any], code: str, message: str, named: list[str]
) -> None:
    known = http.lead(Key__c="known")

    answer = WAYS[way](http, known, fields)

    assert refusal(answer) == (code, message, named)
    assert sandbox.look("salesforce", "writes")["count"] == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_unique_value_is_taken_on_every_way(http: Http, way: str) -> None:
    holder = http.lead(Code__c="A")
    known = http.lead(Key__c="known")

    answer = WAYS[way](http, known, {"Code__c": "a"})

    message = f"duplicate value found: Code__c duplicates value on record with id: {holder}"
    assert refusal(answer) == ("DUPLICATE_VALUE", message, [])


@pytest.mark.parametrize("way", WAYS)
def test_an_owner_who_left_is_refused_on_every_way(http: Http, way: str) -> None:
    mona = http.create(
        "User", Username="mona@acme.example", LastName="Mona", Email="mona@acme.example", Alias="mona", IsActive=False,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA",
    )  # fmt: skip
    known = http.lead(Key__c="known")

    answer = WAYS[way](http, known, {"OwnerId": mona})

    message = f"operation performed with inactive user [{mona}] as owner of lead"
    assert refusal(answer) == ("INACTIVE_OWNER_OR_USER", message, [])


def test_a_create_names_all_that_is_missing_a_row_too(http: Http) -> None:
    single = http("POST", "sobjects/Lead", {"Email": "rita@acme.example"})
    row = http("POST", "composite/sobjects", rows(Email="rita@acme.example"))

    expected = ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName, Company]", ["LastName", "Company"])
    assert refusal(single) == refusal(row) == expected


def test_a_record_that_keeps_its_inactive_owner_is_written(http: Http, sandbox: SandboxClient) -> None:
    rita = http.create(
        "User", Username="rita@acme.example", LastName="Rita", Email="rita@acme.example", Alias="rita", IsActive=True,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA",
    )  # fmt: skip
    lead_id = http.lead(OwnerId=rita)
    http("PATCH", f"sobjects/User/{rita}", {"IsActive": False})

    answer = http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1", "OwnerId": rita})

    assert answer.status == 204


@pytest.mark.parametrize("object_name", ["Lead", "Contact"])
def test_an_opt_out_is_written_like_any_checkbox(http: Http, sandbox: SandboxClient, object_name: str) -> None:
    salesforce = getattr(client(sandbox), object_name)
    needed = NEW if object_name == "Lead" else {"LastName": "Ruiz"}

    out = salesforce.create({**needed, "HasOptedOutOfEmail": True})["id"]
    back = salesforce.create(needed)["id"]
    http("PATCH", "composite/sobjects", {"records": [
        {"attributes": {"type": object_name}, "Id": back, "HasOptedOutOfEmail": True},
    ]})  # fmt: skip
    changed = salesforce.get(back)["HasOptedOutOfEmail"]
    salesforce.update(back, {"HasOptedOutOfEmail": False})

    shown = [salesforce.get(each)["HasOptedOutOfEmail"] for each in (out, back)]
    assert (shown, changed) == ([True, False], True)


def test_an_opt_out_cannot_be_blank(http: Http) -> None:
    lead_id = http.lead()

    answer = http("PATCH", f"sobjects/Lead/{lead_id}", {"HasOptedOutOfEmail": None})

    assert refusal(answer)[0] == "INVALID_TYPE_ON_FIELD_IN_RECORD"
