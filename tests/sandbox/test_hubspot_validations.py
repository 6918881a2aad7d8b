"""The validation rules of a property, which bind every caller."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.hubspot_records import CONTACTS, control, make, patch, values
from tests.sandbox_client import SandboxClient

PATHS = ("/crm/v3/property-validations", "/crm/property-validations/2026-09")
PHONE = "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE"


def rule(sandbox: SandboxClient, name: str, rule_type: str, *arguments: str, path: str = PATHS[0]) -> int:
    body = {"ruleArguments": list(arguments), "shouldApplyNormalization": False}
    return sandbox.hubspot("PUT", f"{path}/0-1/{name}/rule-type/{rule_type}", body).status


@pytest.mark.parametrize("path", PATHS)
def test_rules_are_set_one_type_at_a_time_and_read_back(sandbox: SandboxClient, path: str) -> None:
    zips = {"ruleType": "ALPHANUMERIC", "ruleArguments": ["NUMERIC_ONLY"], "shouldApplyNormalization": False}
    lengths = {"ruleType": "MAX_LENGTH", "ruleArguments": ["5"], "shouldApplyNormalization": False}

    statuses = [
        rule(sandbox, "zip", "ALPHANUMERIC", "NUMERIC_ONLY", path=path),
        rule(sandbox, "zip", "MAX_LENGTH", "4", path=path),
        rule(sandbox, "zip", "MAX_LENGTH", "5", path=path),
    ]

    assert statuses == [204, 204, 204]
    assert sandbox.hubspot("GET", f"{path}/0-1/zip").json() == {"results": [zips, lengths]}
    assert sandbox.hubspot("GET", f"{path}/0-1/zip/rule-type/MAX_LENGTH").json() == lengths
    assert sandbox.hubspot("GET", f"{path}/0-1").json() == {
        "results": [{"propertyName": "zip", "propertyValidationRules": [zips, lengths]}]
    }
    assert sandbox.hubspot("GET", f"{path}/0-1/zip/rule-type/REGEX").status == 404
    assert sandbox.hubspot("GET", f"{path}/0-1/city").json() == {"results": []}


def test_a_property_that_is_made_again_has_no_rules(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": "badge"}])
    rule(sandbox, "badge", "MIN_LENGTH", "3")
    sandbox.hubspot("DELETE", "/crm/v3/properties/contacts/badge")

    sandbox.admin("hubspot", "fields", object="contacts", fields=[{"name": "badge"}])

    assert sandbox.hubspot("GET", f"{PATHS[0]}/0-1").json() == {"results": []}
    assert values(sandbox, make(sandbox, badge="1"), "badge") == ["1"]


def test_a_value_against_a_rule_is_refused_in_the_documented_words(sandbox: SandboxClient) -> None:
    for name in ("firstname", "lastname"):
        rule(sandbox, name, "ALPHANUMERIC", "ALPHA_ONLY")

    answer = sandbox.hubspot("POST", CONTACTS, {"properties": {"firstname": "R2", "lastname": "D2"}})

    problems = json.loads(answer.json()["message"].removeprefix("Property values were not valid: "))
    assert (answer.status, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert [(each["error"], each["name"], each["message"]) for each in problems] == [
        ("INVALID_ALPHA", "firstname", "Enter only letters"), ("INVALID_ALPHA", "lastname", "Enter only letters"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rule_type", "arguments", "good", "bad"),
    [
        ("zip", "ALPHANUMERIC", ["NUMERIC_ONLY"], "4020", "A-4020"),
        ("city", "MIN_LENGTH", ["2"], "Au", "A"),
        ("city", "MAX_LENGTH", ["4"], "Linz", "Vienna"),
        ("annualrevenue", "MIN_NUMBER", ["1"], "1", "0.5"),
        ("annualrevenue", "MAX_NUMBER", ["1000"], "1000", "1000.5"),
        ("fax", "REGEX", [r"\d{3}"], "123", "1234"),
        ("phone", PHONE, [], "+4315331234", "01 533 12 34"),
    ],
)
def test_each_rule_lets_the_good_pass_and_refuses_the_bad(
    sandbox: SandboxClient, name: str, rule_type: str, arguments: list[str], good: str, bad: str
) -> None:
    anna = make(sandbox)

    assert rule(sandbox, name, rule_type, *arguments) == 204

    assert patch(sandbox, anna, **{name: good}).status == 200
    assert patch(sandbox, anna, **{name: bad}).status == 400
    assert patch(sandbox, anna, **{name: ""}).status == 200


def test_a_validated_phone_number_comes_back_without_its_formatting(sandbox: SandboxClient) -> None:
    rule(sandbox, "phone", PHONE)

    anna = make(sandbox, phone="+1 (888) 482-7768")

    assert values(sandbox, anna, "phone") == ["+18884827768"]
    assert sandbox.look("hubspot", "writes")["writes"][0]["fields"] == {"phone": "+1 (888) 482-7768"}


def test_people_are_bound_as_well_and_what_stands_already_is_left_alone(sandbox: SandboxClient) -> None:
    anna = make(sandbox, phone="01 58")
    rule(sandbox, "phone", PHONE)

    assert control(sandbox, "edit", object="contacts", id=anna, properties={"phone": "02 58"}).status == 400
    assert patch(sandbox, anna, city="Linz").status == 200
    assert values(sandbox, anna, "phone") == ["01 58"]


@pytest.mark.parametrize(
    ("name", "rule_type", "body"),
    [
        ("nosuch", "MIN_LENGTH", {"ruleArguments": ["1"]}),
        ("zip", "NO_RULE", {"ruleArguments": ["1"]}),
        ("zip", "MIN_LENGTH", {"ruleArguments": ["x"]}),
        ("zip", "MIN_LENGTH", {"ruleArguments": []}),
        ("zip", "MIN_LENGTH", {}),
        ("zip", "REGEX", {"ruleArguments": ["("]}),
        ("zip", "MIN_NUMBER", {"ruleArguments": ["1"]}),
        ("annualrevenue", "MIN_LENGTH", {"ruleArguments": ["1"]}),
        ("lifecyclestage", "MIN_LENGTH", {"ruleArguments": ["1"]}),
        ("zip", "ALPHANUMERIC", {"ruleArguments": ["LOUD"]}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    sandbox: SandboxClient, name: str, rule_type: str, body: dict[str, Any]
) -> None:
    answer = sandbox.hubspot("PUT", f"{PATHS[0]}/0-1/{name}/rule-type/{rule_type}", body)

    assert answer.status == (404 if name == "nosuch" else 400)
