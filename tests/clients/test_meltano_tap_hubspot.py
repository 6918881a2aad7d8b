"""Meltano's tap reads HubSpot as data teams do: properties first, then all records, then what changed since."""

from __future__ import annotations

import pytest

from tests.clients import singer
from tests.clients.conftest import Outside, Report
from tests.clients.environments import environment
from tests.clients.fill import activities, changed_contacts

pytestmark = [pytest.mark.clients, pytest.mark.client("meltano-tap-hubspot")]
OBJECTS = ("contacts", "companies", "calls", "emails", "meetings", "notes", "tasks")


def test_reads_every_stream_and_then_what_changed(outside: Outside, report: Report) -> None:
    sandbox = outside.sandbox
    sandbox.admin("hubspot", "seed", people=250)
    activities(sandbox, each=30)
    tap = environment("meltano-tap-hubspot") / "tap-hubspot"
    streams = singer.discover(outside, tap, {"access_token": "pat-data-team"})
    report(f"discovered {len(streams)} streams")
    singer.select(streams, {*OBJECTS, "owners"})
    read = singer.sync(outside, tap, streams, "--catalog")
    for name in OBJECTS:
        stands = sandbox.look("hubspot", "state", object=name)[name]
        got = read.records[name]
        assert got.keys() == stands.keys()
        for record_id, properties in stands.items():
            shown = {key: value for key, value in got[record_id]["properties"].items() if value is not None}
            assert shown == properties, f"{name} {record_id}"
        report(f"read {len(got)} {name}; every property of each equals what stands in the sandbox")
    owners = sandbox.look("hubspot", "state", object="owners")["owners"]
    assert {key: each["email"] for key, each in read.records["owners"].items()} == {
        key: each["email"] for key, each in owners.items() if not each["archived"]
    }
    report(f"read {len(read.records['owners'])} owners; their addresses compared")

    sandbox.admin("hubspot", "clock", advance=60)
    changed = changed_contacts(sandbox, 7)
    singer.select(streams, {"contacts"})
    again = singer.sync(outside, tap, streams, "--catalog", read.state)
    got = again.records["contacts"]
    assert changed <= got.keys()
    assert len(got) < 250
    assert all(got[each]["properties"]["jobtitle"] == "Buyer" for each in changed)
    report(f"changed 7 contacts; the next sync, by search, brought {len(got)}, those 7 among them")
