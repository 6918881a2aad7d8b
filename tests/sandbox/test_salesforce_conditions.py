"""Conditional requests, open cursors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

CREATED = "Mon, 02 Nov 2026 09:00:00 GMT"
LATER = "Mon, 02 Nov 2026 09:00:30 GMT"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Key__c", "externalId": True}])
    return Http(sandbox)


def test_a_record_is_read_only_if_it_changed_since(http: Http, sandbox: SandboxClient) -> None:
    path = f"sobjects/Lead/{http.lead()}"
    first = http("GET", path)
    unchanged = http("GET", path, If_Modified_Since=first.headers["Last-Modified"])
    sandbox.admin("salesforce", "clock", advance=60)
    http("PATCH", path, {"Phone": "1"})

    changed = http("GET", path, If_Modified_Since=LATER)

    assert first.headers["Last-Modified"] == CREATED
    assert (unchanged.status, unchanged.data) == (304, b"")
    assert (changed.status, changed.json()["Phone"]) == (200, "1")


def test_an_update_is_refused_where_somebody_was_faster(http: Http, sandbox: SandboxClient) -> None:
    path = f"sobjects/Lead/{http.lead()}"
    sandbox.admin("salesforce", "clock", advance=60)

    mine = http("PATCH", path, {"Phone": "mark"}, If_Unmodified_Since=CREATED)
    late = http("PATCH", path, {"Phone": "rita"}, If_Unmodified_Since=LATER)

    assert (mine.status, late.status) == (204, 412)
    assert http("GET", path).json()["Phone"] == "mark"
    assert http("GET", path, If_Unmodified_Since=LATER).status == 412
    assert sandbox.look("salesforce", "writes")["count"] == 2


def test_two_updates_within_one_second_are_not_told_apart(http: Http) -> None:
    path = f"sobjects/Lead/{http.lead()}"

    statuses = [http("PATCH", path, {"Phone": text}, If_Unmodified_Since=CREATED).status for text in ("1", "2")]

    assert statuses == [204, 204]


def test_an_upsert_knows_the_condition_too(http: Http, sandbox: SandboxClient) -> None:
    path = "sobjects/Lead/Key__c/7"
    body = {"LastName": "Roux", "Company": "Acme"}
    created = http("PATCH", path, body, If_Unmodified_Since=CREATED)
    sandbox.admin("salesforce", "clock", advance=60)
    http("PATCH", path, body)

    assert created.status == 201
    assert http("PATCH", path, body, If_Unmodified_Since=LATER).status == 412
    assert http("GET", path, If_Modified_Since="Mon, 02 Nov 2026 09:01:01 GMT").status == 304


def test_a_date_that_is_none_is_refused_on_a_write_and_ignored_on_a_read(http: Http) -> None:
    path = f"sobjects/Lead/{http.lead()}"

    assert http("PATCH", path, {"Phone": "1"}, If_Unmodified_Since="yesterday").status == 400
    assert http("GET", path, If_Modified_Since="yesterday").status == 200


def test_accounts_have_etags_and_other_objects_none(http: Http) -> None:
    path = f"sobjects/Account/{http.create('Account', Name='Acme')}"
    tag = http("GET", path).headers["ETag"]

    unchanged = http("GET", path, If_None_Match=f'"other", {tag[:-1]}-gzip"')
    mine = http("PATCH", path, {"Phone": "1"}, If_Match=tag)
    late = http("PATCH", path, {"Phone": "2"}, If_Match=tag)

    assert (unchanged.status, mine.status, late.status) == (304, 204, 412)
    assert http("GET", path).headers["ETag"] != tag
    assert "ETag" not in http("GET", f"sobjects/Lead/{http.lead()}").headers


@pytest.mark.parametrize("path", ["sobjects", "sobjects/Lead/describe"])
def test_a_describe_is_sent_again_only_when_fields_changed(http: Http, sandbox: SandboxClient, path: str) -> None:
    seen = http("GET", path).headers["Last-Modified"]
    unchanged = http("GET", path, If_Modified_Since=seen)
    sandbox.admin("salesforce", "clock", advance=60)
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Other__c"}])

    assert unchanged.status == 304
    assert http("GET", path, If_Modified_Since=seen).status == 200


def test_where_ten_cursors_may_be_open_the_oldest_closes(http: Http, sandbox: SandboxClient) -> None:
    lead: dict[str, Any] = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}
    for _ in range(2):
        http("POST", "composite/sobjects", {"records": [lead] * 150})
    sandbox.admin("salesforce", "cursors", open=10)

    def open_one() -> str:
        answer = http.query("SELECT Id FROM Lead", Sforce_Query_Options="batchSize=200")
        return str(answer["nextRecordsUrl"]).split("/query/")[1]

    first, *others = [open_one() for _ in range(11)]

    closed = http("GET", f"query/{first}")
    assert (closed.status, closed.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
    assert [http("GET", f"query/{locator}").status for locator in others] == [200] * 10
