"""jsforce, the JavaScript client for Salesforce: REST, upsert by external id, and Bulk API 2.0 both ways."""

from __future__ import annotations

import json

import pytest

from tests.clients.conftest import Outside, Report
from tests.clients.environments import node_program

pytestmark = [pytest.mark.clients, pytest.mark.client("jsforce")]


def test_writes_upserts_queries_and_loads(outside: Outside, report: Report) -> None:
    sandbox = outside.sandbox
    sandbox.admin(
        "salesforce", "fields", object="Contact", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    told = json.loads(outside.run(*node_program("jsforce")))
    stands = sandbox.look("salesforce", "state", object="Contact")["Contact"]
    assert [stands[each]["LastName"] for each in told["made"]] == [f"Person {at}" for at in range(250)]
    report("signed in by client credentials; created 250 contacts by collections; names compared")
    assert told["first"] == [True] * 60
    assert told["second"] == [False] * 60
    keyed = {row["Key__c"]: row["LastName"] for row in stands.values() if "Key__c" in row}
    assert keyed == {f"k{at}": f"Keyed {at}" for at in range(60)}
    report("upserted 60 by external id twice: created, then not; one record for each key")
    assert told["total"] == len(told["queried"]) == 310
    assert all(stands[key]["LastName"] == name for key, name in told["queried"].items())
    report("queried 310 in pages of 200; names compared")
    assert stands[told["made"][0]]["Phone"] == "+33 1 44 55 66 77"
    assert stands[told["made"][1]]["IsDeleted"] is True
    assert told["refused"] == "REQUIRED_FIELD_MISSING"
    report("updated one, deleted one, was refused one with REQUIRED_FIELD_MISSING")
    loaded = {f'Person {at}, "by bulk"' for at in range(250)}
    assert set(told["loaded"].values()) == loaded
    assert len(told["loaded"]) == 250
    assert {stands[key]["LastName"] for key in told["loaded"]} == loaded
    assert len(told["failed"]) == 1
    assert told["failed"][0].startswith("REQUIRED_FIELD_MISSING:")
    report("loaded 250 rows with quotes and commas by Bulk 2.0, one refused; ids and names compared")
    assert told["streamed"] == told["loaded"]
    report("streamed the same 250 back by a bulk query")
    assert told["limit"] == told["usage"] == 100_000
    assert told["fields"] > 40
    report(f"described Contact ({told['fields']} fields), read the limits")
