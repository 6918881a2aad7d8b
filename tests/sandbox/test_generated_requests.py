"""Requests that nobody would write, made from the route tables: whatever comes, no answer is a 500 but one asked for.

The examples are the same in each run.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import settings

from tests.sandbox.openapi import document_of_hubspot, document_of_salesforce
from tests.sandbox_client import SandboxClient

HUBSPOT = schemathesis.openapi.from_dict(document_of_hubspot())
SALESFORCE = schemathesis.openapi.from_dict(document_of_salesforce())
for system in (HUBSPOT, SALESFORCE):
    system.config.phases.coverage.enabled = False  # hundreds of requests for each route, most of them alike
HEADERS = {"Authorization": "Bearer rita"}
BOUNDED = settings(max_examples=6, derandomize=True, database=None)


@pytest.fixture(autouse=True)
def few_people(sandbox_process: SandboxClient) -> None:
    sandbox_process.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox_process.admin("hubspot", "seed", people=4)


@HUBSPOT.parametrize()
@BOUNDED
def test_hubspot_never_breaks(case: schemathesis.Case[Any], sandbox_process: SandboxClient) -> None:
    answer = case.call(base_url=sandbox_process.hubspot_url, headers=HEADERS)

    assert answer.status_code < 500, answer.text
    if 400 <= answer.status_code < 500 and answer.status_code != 414 and answer.request.method != "HEAD":
        assert answer.json()["status"] == "error"


@SALESFORCE.parametrize()
@BOUNDED
def test_salesforce_never_breaks(case: schemathesis.Case[Any], sandbox_process: SandboxClient) -> None:
    answer = case.call(base_url=sandbox_process.salesforce_url, headers=HEADERS)

    assert answer.status_code < 500, answer.text
    if 400 <= answer.status_code < 500 and answer.status_code not in (414, 431):
        assert answer.json()[0]["errorCode"]
