"""Text search."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.salesforce_helper import Http, client, recorded
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    http = Http(sandbox)
    http.lead(LastName="Roux", FirstName="Rita", Email="rita@acme.example", Phone="+33 1 23")
    http.lead(LastName="Rouxel", Company="Roux and Sons")
    http.create("Contact", LastName="Roux", Title="Buyer")
    return http


def find(http: Http, sosl: str) -> Any:
    answer = http("GET", f"search?q={quote(sosl)}")
    assert answer.status == 200, answer.data
    return answer.json()["searchRecords"]


def names(records: Any) -> list[str]:
    return [f"{record['attributes']['type']} {record.get('Name', '')}".strip() for record in records]


@pytest.mark.parametrize(("sosl", "found"), [
    ("FIND {roux} IN ALL FIELDS RETURNING Lead(Id, Name), Contact", ["Lead Rita Roux", "Lead Rouxel", "Contact"]),
    ("FIND {Roux} IN NAME FIELDS RETURNING Lead(Name)", ["Lead Rita Roux"]),
    ("FIND {Rou*} IN NAME FIELDS RETURNING Lead(Name ORDER BY Name DESC LIMIT 1)", ["Lead Rouxel"]),
    ("FIND {rita roux} RETURNING Lead(Name)", ["Lead Rita Roux"]),
    ("FIND {acme} IN EMAIL FIELDS RETURNING Lead(Name WHERE Phone != null)", ["Lead Rita Roux"]),
    ("FIND {roux} RETURNING Lead(Name), Contact(Name) LIMIT 1", ["Lead Rita Roux"]),
    ("FIND {nobody} RETURNING Lead", []),
])  # fmt: skip
def test_a_search_finds_words_in_the_fields_it_is_told(http: Http, sosl: str, found: list[str]) -> None:
    assert names(find(http, sosl)) == found


def test_a_search_without_a_term_gets_the_recorded_error(http: Http) -> None:
    answer = http("GET", "search?q=FIND+bar")

    real = json.loads(recorded("restforce/sobject/search_error_response.json").read_text())
    assert (answer.status, answer.json()) == (400, real)


@pytest.mark.parametrize(("sosl", "code"), [
    ("FIND {x} RETURNING Lead", "MALFORMED_SEARCH"), ("FIND {roux} RETURNING Lead(", "MALFORMED_SEARCH"),
    ("FIND {roux} RETURNING Nothing", "INVALID_TYPE"), ("FIND {roux} RETURNING Lead(Emial)", "INVALID_FIELD"),
])  # fmt: skip
def test_a_search_that_is_wrong_says_so(http: Http, sosl: str, code: str) -> None:
    answer = http("GET", f"search?q={quote(sosl)}")

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)


def test_a_search_by_parameters_finds_the_same(http: Http) -> None:
    answer = http("GET", "parameterizedSearch?q=roux&sobject=Contact&Contact.fields=Id,Title").json()

    assert [record["Title"] for record in answer["searchRecords"]] == ["Buyer"]


def test_the_real_client_searches(sandbox: SandboxClient, http: Http) -> None:
    found = client(sandbox).quick_search("roux")

    assert found is not None
    assert len(found["searchRecords"]) == 3
