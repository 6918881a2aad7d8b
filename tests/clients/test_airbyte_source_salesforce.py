"""Airbyte's Salesforce connector: `check`, `discover`, and `read` by Bulk API 2.0 query jobs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Outside, Report
from tests.clients.environments import environment
from tests.clients.singer import kept

pytestmark = [pytest.mark.clients, pytest.mark.client("airbyte-source-salesforce")]
CONFIG = {"client_id": "data-team", "client_secret": "secret", "refresh_token": "refresh", "is_sandbox": False,
          "start_date": "2020-01-01T00:00:00Z", "force_use_bulk_api": True, "stream_slice_step": "P3650D",
          "preserve_na_values": True}  # fmt: skip


def messages(outside: Outside, source: Path, *arguments: str) -> list[dict[str, Any]]:
    """What a connector of Airbyte says, a JSON object a line."""
    lines = outside.run(source, *arguments, "--config", "config.json").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_checks_and_reads_by_bulk_jobs(outside: Outside, report: Report) -> None:
    sandbox = outside.sandbox
    sandbox.admin("salesforce", "seed", people=250)
    source = environment("airbyte-source-salesforce") / "source-salesforce"
    kept(outside, "config", CONFIG)
    status = [
        each["connectionStatus"] for each in messages(outside, source, "check") if each["type"] == "CONNECTION_STATUS"
    ]
    assert [each["status"] for each in status] == ["SUCCEEDED"], status
    report("check: SUCCEEDED")
    found = next(
        each["catalog"]["streams"] for each in messages(outside, source, "discover") if each["type"] == "CATALOG"
    )
    chosen = [each for each in found if each["name"] in ("Contact", "Lead")]
    entry = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    kept(outside, "catalog", {"streams": [{"stream": each, **entry} for each in chosen]})
    report(f"discover: {len(found)} streams")
    read = messages(outside, source, "read", "--catalog", "catalog.json")
    for name in ("Contact", "Lead"):
        rows = [
            each["record"]["data"] for each in read if each["type"] == "RECORD" and each["record"]["stream"] == name
        ]
        stands = sandbox.look("salesforce", "state", object=name)[name]
        assert {row["Id"] for row in rows} == stands.keys()
        for row in rows:
            texts = {key: value for key, value in stands[row["Id"]].items() if key in ("Email", "LastName", "Phone")}
            assert {key: row.get(key) for key in texts} == texts
        report(f"read {len(rows)} {name} rows by bulk query; address, name and phone of each compared")
    jobs = [each for each in sandbox.look("salesforce", "requests")["requests"] if "/jobs/query" in each["path"]]
    assert jobs, "it did not use Bulk API 2.0"
