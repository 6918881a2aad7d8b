"""Good bodies of the main calls with an odd value somewhere inside: whatever it is and wherever, no answer is a 500.

The examples are the same in each run.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox_client import SandboxClient

CONTACTS, DATA = "/crm/v3/objects/contacts", "/services/data/v66.0"
LEAD_ID = "00Q8d0000000001EAA"
EMAIL = "rita@entente.example"
FILTER = {"propertyName": "email", "operator": "BETWEEN", "value": "a", "highValue": "b", "values": ["a"]}
OPTION = {"label": "Gold", "value": "gold", "displayOrder": 1, "hidden": False}
LEAD = {
    "attributes": {"type": "Lead"},
    "LastName": "Roux",
    "Company": "Acme",
    "AnnualRevenue": 1,
    "IsUnreadByOwner": True,
}
VALUE_SET = {"restricted": True, "valueSetDefinition": {"value": [{"fullName": "a", "label": "A", "default": False}]}}
HUBSPOT: list[tuple[str, str, Any]] = [
    ("POST", CONTACTS, {"properties": {"email": EMAIL, "city": "Lyon", "lifecyclestage": "lead"}}),
    ("PATCH", f"{CONTACTS}/51", {"properties": {"city": "Lyon", "hs_additional_emails": "a@b.fr;c@d.fr"}}),
    ("POST", f"{CONTACTS}/search", {
        "filterGroups": [{"filters": [FILTER]}], "sorts": [{"propertyName": "email", "direction": "DESCENDING"}],
        "query": "rita", "limit": 10, "after": 0, "properties": ["email"],
    }),
    ("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": "51"}], "properties": ["email"],
                                        "propertiesWithHistory": ["email"], "idProperty": "email"}),
    ("POST", f"{CONTACTS}/batch/create", {"inputs": [{"properties": {"city": "Lyon"}, "objectWriteTraceId": "1"}]}),
    ("POST", f"{CONTACTS}/batch/update", {"inputs": [{"id": "51", "properties": {"city": "Lyon"}}]}),
    ("POST", f"{CONTACTS}/batch/upsert", {
        "inputs": [{"id": EMAIL, "idProperty": "email", "properties": {"city": "Lyon"}, "objectWriteTraceId": "1"}],
    }),
    ("POST", f"{CONTACTS}/batch/archive", {"inputs": [{"id": "51"}]}),
    ("POST", "/crm/v3/properties/contacts", {
        "name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select", "hasUniqueValue": False,
        "groupName": "contactinformation", "options": [OPTION], "description": "", "displayOrder": 1,
    }),
    ("POST", f"/communication-preferences/v4/statuses/{EMAIL}", {
        "channel": "EMAIL", "statusState": "UNSUBSCRIBED", "subscriptionId": 35_555_791, "legalBasis": "LEGITIMATE_INTEREST_PQL",
        "legalBasisExplanation": "asked for",
    }),
]  # fmt: skip
REQUESTS = [
    {"method": "POST", "url": f"{DATA}/sobjects/Lead", "referenceId": "one", "body": LEAD, "httpHeaders": {"a": "b"}},
    {"method": "PATCH", "url": f"{DATA}/sobjects/Lead/@{{one.id}}", "referenceId": "two", "body": {"Email": EMAIL}},
]
SALESFORCE: list[tuple[str, str, Any]] = [
    ("POST", f"{DATA}/sobjects/Lead", LEAD),
    ("PATCH", f"{DATA}/sobjects/Lead/{LEAD_ID}", {"Email": EMAIL, "NumberOfEmployees": 3}),
    ("POST", f"{DATA}/sobjects/Contact", {"LastName": "Roux", "AccountId": None, "Birthdate": "1980-01-01"}),
    ("POST", f"{DATA}/composite/sobjects", {"records": [LEAD, LEAD], "allOrNone": False}),
    ("PATCH", f"{DATA}/composite/sobjects", {"records": [{"id": LEAD_ID, "attributes": {"type": "Lead"}}]}),
    ("PATCH", f"{DATA}/composite/sobjects/Lead/Id", {"records": [LEAD], "allOrNone": True}),
    ("POST", f"{DATA}/composite/sobjects/Lead", {"ids": [LEAD_ID], "fields": ["Id", "Name"]}),
    ("POST", f"{DATA}/tooling/sobjects/CustomField", {
        "FullName": "Lead.Tier__c", "Metadata": {"type": "Text", "label": "Tier", "length": 30, "externalId": True},
    }),
    ("POST", f"{DATA}/tooling/sobjects/CustomField", {
        "FullName": "Lead.Level__c", "Metadata": {"type": "Picklist", "label": "Tier", "valueSet": VALUE_SET},
    }),
    ("POST", f"{DATA}/tooling/sobjects/ValidationRule", {"FullName": "Lead.Reachable", "Metadata": {
        "active": True, "errorConditionFormula": "AND(ISBLANK(Phone), Company = \"None\")", "errorDisplayField": "Phone",
        "errorMessage": "Enter a phone.", "description": "",
    }}),
    ("POST", f"{DATA}/composite", {"allOrNone": True, "collateSubrequests": False, "compositeRequest": REQUESTS}),
    ("POST", f"{DATA}/composite/graph", {"graphs": [{"graphId": "g", "compositeRequest": REQUESTS}]}),
    ("POST", f"{DATA}/composite/batch", {"haltOnError": False, "batchRequests": [
        {"method": "PATCH", "url": f"v66.0/sobjects/Lead/{LEAD_ID}", "richInput": {"Email": EMAIL}},
        {"method": "GET", "url": "v66.0/limits"},
    ]}),
    ("POST", f"{DATA}/composite/tree/Lead", {"records": [
        {"attributes": {"type": "Lead", "referenceId": "one"}, "LastName": "Roux", "Company": "Acme"},
    ]}),
    ("POST", f"{DATA}/jobs/ingest", {
        "object": "Lead", "operation": "upsert", "externalIdFieldName": "Id", "contentType": "CSV", "lineEnding": "LF",
        "columnDelimiter": "COMMA", "assignmentRuleId": None,
    }),
    ("POST", f"{DATA}/jobs/query", {"operation": "query", "query": "SELECT Id FROM Lead", "lineEnding": "LF"}),
]  # fmt: skip
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["", " ", "²", "9" * 5_000, "-1", "1e400", "a@b", "\x00", "9999-12-31", EMAIL]
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([2**63, -(2**63), 10**40])
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
ODD = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=4), PLAIN, max_size=2)
BOUNDED = settings(max_examples=400, derandomize=True, database=None)


def places(body: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value inside a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [way for key, value in inner for way in ((*above, key), *places(value, (*above, key)))]


@st.composite
def calls(draw: st.DrawFn, good: list[tuple[str, str, Any]]) -> tuple[str, str, str]:
    """One of the good calls, with one to three of its values replaced or taken away."""
    method, path, body = draw(st.sampled_from(good))
    body = deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(places(body) or [()])) or (None,)
        if last is None:
            break
        holder = body
        for key in above:
            holder = holder[key]
        if draw(st.integers(0, 9)) == 0:
            del holder[last]
        else:
            holder[last] = draw(ODD)
    return method, path, json.dumps(body)


@pytest.fixture(autouse=True)
def few_people(sandbox_process: SandboxClient) -> None:
    sandbox_process.admin("hubspot", "seed", people=4)


def ask(sandbox: SandboxClient, system: str, call: tuple[str, str, str]) -> tuple[int, Any]:
    method, path, body = call
    answer = sandbox.pool.request(method, sandbox.url(system) + path, headers={"Authorization": "Bearer x"}, body=body)
    assert answer.status < 500, (call, answer.data)
    return answer.status, answer.json() if answer.data else None


@given(call=calls(HUBSPOT))
@BOUNDED
def test_hubspot_takes_or_refuses_any_value(sandbox_process: SandboxClient, call: tuple[str, str, str]) -> None:
    status, body = ask(sandbox_process, "hubspot", call)

    assert status < 400 or body["status"] == "error"


@given(call=calls(SALESFORCE))
@BOUNDED
def test_salesforce_takes_or_refuses_any_value(sandbox_process: SandboxClient, call: tuple[str, str, str]) -> None:
    status, body = ask(sandbox_process, "salesforce", call)

    assert status < 400 or isinstance(body, dict) or body[0]["errorCode"]
    for row in body if call[1].endswith("composite/sobjects") and status == 200 else ():
        assert row["success"] or row["errors"][0]["statusCode"]


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_the_calls_are_good_before_they_are_spoilt(sandbox: SandboxClient, system: str) -> None:
    sandbox.admin("hubspot", "seed", people=4)

    statuses = [ask(sandbox, system, (method, path, json.dumps(body)))[0]
                for method, path, body in {"hubspot": HUBSPOT, "salesforce": SALESFORCE}[system]]  # fmt: skip

    assert max(statuses) < 300, statuses
