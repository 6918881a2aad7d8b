"""HubSpot's own new Python client, on the dated paths that it has built in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients.conftest import Outside, Report
from tests.clients.environments import environment

pytestmark = [pytest.mark.clients, pytest.mark.client("hubspot-sdk")]
PROGRAM = Path(__file__).parent / "programs" / "hubspot_sdk_program.py"


def test_reads_and_writes_contacts(outside: Outside, report: Report) -> None:
    sandbox = outside.sandbox
    sandbox.admin("hubspot", "seed", people=240)
    stood = sandbox.look("hubspot", "state", object="contacts")["contacts"]
    told = json.loads(outside.run(environment("hubspot-sdk") / "python", PROGRAM))
    assert told["listed"] == {key: each.get("email") for key, each in stood.items()}
    report(f"listed {len(told['listed'])} contacts in pages of 100; addresses compared")
    stands = sandbox.look("hubspot", "state", object="contacts")["contacts"]
    assert len(told["made"]) == 120
    assert all(stands[each]["lastname"] == name for each, name in told["made"].items() if each != told["archived"])
    report("made 120 contacts in batches; names compared")
    assert all(stands[each]["jobtitle"] == "Buyer" for each in told["updated"])
    report(f"updated {len(told['updated'])} of them by batch; compared")
    assert set(told["found"]) == {key for key, each in stands.items() if each.get("jobtitle") == "Buyer"}
    report(f"found the same {len(told['found'])} by search")
    assert told["archived"] not in stands
    owners = sandbox.look("hubspot", "state", object="owners")["owners"]
    assert told["owners"] == sorted(key for key, each in owners.items() if not each["archived"])
    report(f"archived one; read {len(told['owners'])} owners, and {told['properties']} properties")
    assert told["refused"] == [409, "CONFLICT"]
    report("a second contact of one address was refused: 409 CONFLICT, an exception of the client's own")
