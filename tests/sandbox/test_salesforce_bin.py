"""Deletion, the recycle bin, and the two lists of what changed and what went."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = 86_400


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set=NINE.isoformat())
    sandbox.admin(
        "salesforce", "fields", object="Lead", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def wait(sandbox: SandboxClient, seconds: float) -> None:
    sandbox.admin("salesforce", "clock", advance=seconds)


def listed(http: Http, kind: str, start: datetime, end: datetime, object_name: str = "Lead") -> Any:
    path = f"sobjects/{object_name}/{kind}/?start={start:%Y-%m-%dT%H:%M:%S}Z&end={end:%Y-%m-%dT%H:%M:%S}%2B00:00"
    answer = http("GET", path)
    assert answer.status == 200, answer.data
    return answer.json()


def gone(http: Http, start: datetime, end: datetime, object_name: str = "Lead") -> list[str]:
    return [each["id"] for each in listed(http, "deleted", start, end, object_name)["deletedRecords"]]


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value[:1]] if isinstance(value, list) else type(value).__name__


def test_the_lists_have_the_recorded_shape(http: Http, sandbox: SandboxClient) -> None:
    updated = json.loads(recorded("restforce/sobject/get_updated_success_response.json").read_text())
    deleted = json.loads(recorded("restforce/sobject/get_deleted_success_response.json").read_text())
    http.lead()
    http("DELETE", f"sobjects/Lead/{http.lead()}")
    wait(sandbox, 60)

    span = NINE - timedelta(hours=1), NINE + timedelta(hours=1)
    assert shape(listed(http, "updated", *span)) == shape(updated)
    assert shape(listed(http, "deleted", *span)) == shape(deleted)


def test_the_real_client_reads_what_changed_and_what_went(http: Http, sandbox: SandboxClient) -> None:
    kept, dropped = http.lead(), http.lead()
    wait(sandbox, 60)
    http("PATCH", f"sobjects/Lead/{kept}", {"Phone": "1"})
    http("DELETE", f"sobjects/Lead/{dropped}")
    wait(sandbox, 60)
    lead = client(sandbox).Lead

    start, end = NINE + timedelta(minutes=1), NINE + timedelta(minutes=2)
    updated, deleted = lead.updated(start, end), lead.deleted(start, end)

    assert dict(updated) == {"ids": [kept], "latestDateCovered": "2026-11-02T09:02:00.000+0000"}
    assert [dict(each) for each in deleted["deletedRecords"]] == [
        {"deletedDate": "2026-11-02T09:01:00.000+0000", "id": dropped},
    ]  # fmt: skip


def test_seconds_do_not_count(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead()
    wait(sandbox, 120)

    at = NINE + timedelta(seconds=59)

    assert listed(http, "updated", at, at + timedelta(minutes=1))["ids"] == [lead_id]
    assert listed(http, "updated", at - timedelta(minutes=1), at)["ids"] == []


def test_the_covered_time_stays_behind_and_the_next_call_starts_there(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "replication", lag=300)
    wait(sandbox, 540)
    lead_id = http.lead()
    wait(sandbox, 60)
    end = NINE + timedelta(minutes=10)

    first = listed(http, "updated", NINE, end)
    wait(sandbox, 600)
    second = listed(http, "updated", datetime.fromisoformat(first["latestDateCovered"]), end + timedelta(minutes=5))

    assert first == {"ids": [], "latestDateCovered": "2026-11-02T09:05:00.000+0000"}
    assert second["ids"] == [lead_id]


@pytest.mark.parametrize(("kind", "days"), [("updated", 30), ("deleted", 15)])
def test_the_lists_reach_back_so_many_days_and_no_further(http: Http, kind: str, days: int) -> None:
    oldest = NINE - timedelta(days=days)

    listed(http, kind, oldest, NINE)
    answer = http(
        "GET", f"sobjects/Lead/{kind}?start={oldest - timedelta(minutes=1):%Y-%m-%dT%H:%M}:00Z&end=2026-11-02T09:00:00Z"
    )

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_REPLICATION_DATE")


BAD_SPANS = [
    ("start=2026-11-02T08:00:00Z&end=2026-11-02T08:00:30Z", "INVALID_REPLICATION_DATE"),
    ("start=2026-11-02T08:00:00Z&end=2026-11-02T07:00:00Z", "INVALID_REPLICATION_DATE"),
    ("start=2026-11-02T08:00:00&end=2026-11-02T09:00:00Z", "MALFORMED_QUERY"),
    ("start=yesterday&end=2026-11-02T09:00:00Z", "MALFORMED_QUERY"),
    ("start=2026-11-02T08:00:00Z", "MISSING_ARGUMENT"),
]


@pytest.mark.parametrize(("query", "code"), BAD_SPANS)
@pytest.mark.parametrize("kind", ["updated", "deleted"])
def test_a_span_that_is_none_is_refused(http: Http, kind: str, query: str, code: str) -> None:
    answer = http("GET", f"sobjects/Lead/{kind}/?{query}")

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)


def test_the_real_client_is_refused_with_a_time_without_a_zone(http: Http, sandbox: SandboxClient) -> None:
    naive = NINE.replace(tzinfo=None)

    with pytest.raises(SalesforceMalformedRequest, match="not in the correct format"):
        client(sandbox).Lead.updated(naive - timedelta(hours=1), naive)


def test_more_ids_than_the_cap_are_refused(http: Http, sandbox: SandboxClient) -> None:
    assert sandbox.look("salesforce", "organisation")["replication"]["most_ids"] == 600_000
    sandbox.admin("salesforce", "replication", most_ids=2)
    ids = [http.lead() for _ in range(3)]
    for lead_id in ids:
        http("DELETE", f"sobjects/Lead/{lead_id}")
        http.lead()
    wait(sandbox, 60)

    span = "start=2026-11-02T08:00:00Z&end=2026-11-02T10:00:00Z"
    answers = [http("GET", f"sobjects/Lead/{kind}/?{span}") for kind in ("updated", "deleted")]

    assert [(each.status, each.json()[0]["errorCode"]) for each in answers] == [(400, "EXCEEDED_ID_LIMIT")] * 2


def test_a_merges_losers_are_listed_as_deleted_and_its_winner_as_updated(http: Http, sandbox: SandboxClient) -> None:
    master, loser = http.lead(), http.lead()
    wait(sandbox, 60)
    sandbox.admin("salesforce", "merge", object="Lead", master=master, losers=[loser])
    wait(sandbox, 60)

    span = NINE + timedelta(minutes=1), NINE + timedelta(minutes=2)
    assert (gone(http, *span), listed(http, "updated", *span)["ids"]) == ([loser], [master])


def test_what_comes_back_is_listed_as_updated_and_no_more_as_deleted(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(Key__c="1")
    http("DELETE", f"sobjects/Lead/{lead_id}")
    wait(sandbox, 60)
    sandbox.admin("salesforce", "undelete", object="Lead", id=lead_id)
    wait(sandbox, 60)

    end = NINE + timedelta(minutes=2)
    assert (gone(http, NINE, end), listed(http, "updated", NINE, end)["ids"]) == ([], [lead_id])
    assert http("GET", "sobjects/Lead/Key__c/1").json()["IsDeleted"] is False


def test_an_account_takes_its_contacts_along_and_brings_them_back(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    before, after = (http.create("Contact", LastName=name, AccountId=account_id) for name in ("A", "B"))
    http("DELETE", f"sobjects/Contact/{before}")
    wait(sandbox, 60)
    http("DELETE", f"sobjects/Account/{account_id}")

    sandbox.admin("salesforce", "undelete", object="Account", id=account_id)

    assert [each["Id"] for each in http.query("SELECT Id FROM Contact")["records"]] == [after]
    refused = http("PATCH", f"sobjects/Contact/{before}", {"Phone": "1"})
    assert refused.json()[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_what_has_been_in_the_bin_for_15_days_is_gone_for_good(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead()
    http("DELETE", f"sobjects/Lead/{lead_id}")
    wait(sandbox, 15 * DAY - 60)
    still = http.query("SELECT Id FROM Lead", "queryAll")["totalSize"]
    listed_still = gone(http, NINE, NINE + timedelta(days=1))
    wait(sandbox, 120)

    answer = http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"})

    assert (still, listed_still) == (1, [lead_id])
    assert http.query("SELECT Id FROM Lead", "queryAll")["totalSize"] == 0
    assert answer.json()[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert sandbox.look("salesforce", "state", object="Lead") == {"Lead": {}}


def test_an_emptied_bin_gives_nothing_back_and_its_records_are_still_listed(http: Http, sandbox: SandboxClient) -> None:
    first, second = http.lead(), http.lead()
    http("DELETE", f"composite/sobjects?ids={first},{second}")
    wait(sandbox, 60)

    emptied = sandbox.admin("salesforce", "empty_bin", ids=[first])

    assert emptied == {"ids": [first]}
    assert [each["Id"] for each in http.query("SELECT Id FROM Lead", "queryAll")["records"]] == [second]
    assert gone(http, NINE, NINE + timedelta(minutes=1)) == [first, second]
    body = {"object": "Lead", "id": first}
    refused = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/undelete", json=body)
    assert (refused.status, "UNDELETE_FAILED" in refused.json()["error"]) == (400, True)


def test_a_record_does_not_come_back_over_one_that_took_its_unique_value(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(Key__c="1")
    http("DELETE", f"sobjects/Lead/{lead_id}")
    http.lead(Key__c="1")

    body = {"object": "Lead", "id": lead_id}
    refused = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/undelete", json=body)

    assert "DUPLICATE_VALUE" in refused.json()["error"]


def test_a_write_to_a_deleted_record_is_refused_on_every_way(http: Http) -> None:
    lead_id = http.lead()
    http("DELETE", f"sobjects/Lead/{lead_id}")
    row = {"records": [{"attributes": {"type": "Lead"}, "Id": lead_id, "Phone": "1"}]}

    calls = [http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"}), http("DELETE", f"sobjects/Lead/{lead_id}")]
    rows = [http("PATCH", "composite/sobjects", row), http("PATCH", "composite/sobjects/Lead/Id", row),
            http("DELETE", f"composite/sobjects?ids={lead_id}")]  # fmt: skip

    expected = {"message": "entity is deleted", "fields": []}
    assert [each.json()[0] for each in calls] == [expected | {"errorCode": "ENTITY_IS_DELETED"}] * 2
    assert [each.json()[0]["errors"] for each in rows] == [[expected | {"statusCode": "ENTITY_IS_DELETED"}]] * 3


def test_with_all_or_none_a_deletion_leaves_the_lists_as_they_were(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead()

    http("DELETE", f"composite/sobjects?ids={lead_id},00Q8d00000zzzzzAAA&allOrNone=true")
    wait(sandbox, 60)

    assert gone(http, NINE, NINE + timedelta(minutes=1)) == []
    assert http.read("Lead", lead_id)["Id"] == lead_id
