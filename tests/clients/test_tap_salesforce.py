"""Singer's tap reads Salesforce over REST, all objects described first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients import singer
from tests.clients.conftest import Outside, Report
from tests.clients.environments import environment

pytestmark = [pytest.mark.clients, pytest.mark.client("tap-salesforce")]
OBJECTS = ("Contact", "Lead", "Account", "User")
CONFIG = {"client_id": "data-team", "client_secret": "secret", "refresh_token": "refresh",
          "start_date": "2020-01-01T00:00:00Z", "api_type": "REST", "select_fields_by_default": True}  # fmt: skip


def test_reads_all_rows_and_then_what_changed(outside: Outside, report: Report) -> None:
    sandbox = outside.sandbox
    sandbox.admin("salesforce", "seed", people=250)
    tap = environment("tap-salesforce") / "tap-salesforce"
    streams = singer.discover(outside, tap, CONFIG)
    report(f"signed in by refresh token and described {len(streams)} objects")
    singer.select(streams, OBJECTS)
    read = singer.sync(outside, tap, streams, "--properties")
    for name in OBJECTS:
        stands = sandbox.look("salesforce", "state", object=name)[name]
        got = read.records[name]
        assert got.keys() == stands.keys()
        compared = sum(compare(got[record_id], row) for record_id, row in stands.items())
        report(f"read {len(got)} {name} rows by queryAll; {compared} values equal what stands in the sandbox")

    sandbox.admin("salesforce", "clock", advance=60)
    changed = list(sandbox.look("salesforce", "state", object="Contact")["Contact"])[:5]
    for record_id in changed:
        url = f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Contact/{record_id}"
        answer = sandbox.pool.request("PATCH", url, json={"Title": "Buyer"}, headers={"Authorization": "Bearer rita"})
        assert answer.status == 204
    singer.select(streams, ("Contact",))
    again = singer.sync(outside, tap, streams, "--properties", read.state).records["Contact"]
    assert set(changed) <= again.keys()
    assert len(again) < len(read.records["Contact"])
    assert all(again[each]["Title"] == "Buyer" for each in changed)
    report(f"changed 5 contacts; the next sync brought {len(again)}, those 5 among them")


def compare(got: dict[str, Any], row: dict[str, Any]) -> int:
    """How many values agree: all that stand, but for times, which the tap writes in its own way."""
    times = [name for name, value in row.items() if isinstance(value, str) and value.endswith(".000+0000")]
    plain = {name: value for name, value in row.items() if name not in times}
    assert {name: got.get(name) for name in plain} == plain
    assert all(got[name][:19] == row[name][:19] for name in times)
    return len(row)
