"""setup, plan and sync as Otto of ops runs them against both systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The product's own configuration with everybody in scope."""
    directory = tmp_path / "config"
    directory.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    assert everybody != mapping
    (directory / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (directory / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    return directory


@pytest.fixture
def entente(sandbox: SandboxClient, tmp_path: Path, config: Path) -> Entente:
    """An installation before `setup`, on two systems that know forty people."""
    sandbox.admin("hubspot", "seed", people=40, seed=7)
    return Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config))


def written(sandbox: SandboxClient) -> list[int]:
    return [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")]


def test_setup_shows_what_it_would_add_and_asks(entente: Entente, sandbox: SandboxClient) -> None:
    """Nothing is added without a yes."""
    done = entente.run("setup", stdin="n\n")

    assert done.returncode == 1
    assert "entente_key" in done.stdout
    assert "Entente_Key__c" in done.stdout
    assert written(sandbox) == [0, 0]


def test_setup_twice_changes_nothing_more(entente: Entente, sandbox: SandboxClient) -> None:
    """The second run finds all in place."""
    assert entente.run("setup", "--yes").returncode == 0
    after_first = written(sandbox)

    again = entente.run("setup", "--yes")

    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    assert written(sandbox) == after_first


def test_sync_before_setup_says_what_to_run(entente: Entente) -> None:
    """Without the key fields a create could be sent twice, so nothing is sent at all."""
    done = entente.run("sync")

    assert done.returncode == 1
    assert "entente setup" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_plan_writes_nothing_and_sync_does_what_it_said(entente: Entente, sandbox: SandboxClient) -> None:
    """Otto looks first: the plan's totals are the sync's."""
    entente.run("setup", "--yes")
    before = written(sandbox)

    planned = entente.json("plan", "--limit", "0")

    assert written(sandbox) == before
    done = entente.json("sync")
    assert planned["create"] == sum(done["created"].values()) > 0
    assert planned["update"] == sum(done["updated"].values()) > 0


def test_sync_prints_what_the_documentation_promises(entente: Entente) -> None:
    """The keys of --format json are an interface."""
    entente.run("setup", "--yes")

    done = entente.json("sync")

    assert set(done) == {
        "run", "pulled", "linked", "created", "updated", "conflicts", "held", "dead", "calls", "seconds",
    }  # fmt: skip
    assert set(done["calls"]) == {"hubspot", "salesforce"}
    assert all(set(done[each]) == {"marketing", "sales"} for each in ("pulled", "created", "updated"))


def test_a_quiet_pair_costs_one_call_an_object_and_no_write(entente: Entente, sandbox: SandboxClient) -> None:
    """An idle pass asks each system's objects what changed, and that is all."""
    entente.run("setup", "--yes")
    for _ in range(3):
        entente.json("sync")
    before = written(sandbox)

    idle = entente.json("sync")

    assert written(sandbox) == before
    assert idle["calls"] == {"hubspot": 7, "salesforce": 5}


def test_a_lone_edit_travels_and_is_the_only_thing_written(entente: Entente, sandbox: SandboxClient) -> None:
    """Rita corrects a phone number in Salesforce; HubSpot gets that one field of that one person."""
    entente.run("setup", "--yes")
    for _ in range(2):
        entente.json("sync")
    lead_id = _linked_lead(sandbox)
    _patch_lead(sandbox, lead_id, {"Phone": "+33 1 44 55 66 77"})
    before = sandbox.look("hubspot", "writes")["count"]

    done = entente.json("sync")

    assert done["updated"] == {"marketing": 1, "sales": 0}
    log = sandbox.look("hubspot", "writes")
    assert log["count"] == before + 1
    assert log["writes"][-1]["fields"] == {"phone": "+33 1 44 55 66 77"}


def test_a_brake_stops_the_round_before_its_first_write(entente: Entente, sandbox: SandboxClient, config: Path) -> None:
    """Somebody blanks a column in Salesforce: exit code 3, nothing is written, and a person may let it pass."""
    mapping = (config / "mapping.yaml").read_text(encoding="utf-8")
    (config / "mapping.yaml").write_text(mapping.replace("floor: 50", "floor: 3"), encoding="utf-8")
    entente.run("setup", "--yes")
    first = entente.run("sync", "--format", "json")
    if first.returncode == 3:
        entente.json("sync", "--release-brake", str(json.loads(first.stdout)["run"]))
    entente.json("sync")
    for lead_id, _ in _leads_with(sandbox, "City")[:6]:
        _patch_lead(sandbox, lead_id, {"City": None})
    before = written(sandbox)

    braked = entente.run("sync", "--format", "json")

    assert braked.returncode == 3
    assert written(sandbox) == before
    assert "--release-brake" in braked.stderr
    released = entente.json("sync", "--release-brake", str(json.loads(braked.stdout)["run"]))
    assert released["updated"]["marketing"] == 6


def test_nobody_takes_part_until_scope_is_chosen(sandbox: SandboxClient, tmp_path: Path) -> None:
    """A fresh installation reads and writes nothing: going live is a choice."""
    sandbox.admin("hubspot", "seed", people=20, seed=7)
    entente = Entente.on(sandbox, tmp_path)
    entente.run("setup", "--yes")
    before = written(sandbox)

    done = entente.json("sync")

    assert (sum(done["created"].values()), sum(done["updated"].values()), done["linked"]) == (0, 0, 0)
    assert written(sandbox) == before


def _linked_lead(sandbox: SandboxClient) -> str:
    emails = {each["email"] for each in sandbox.look("hubspot", "state", object="contacts")["contacts"].values()}
    return next(i for i, lead in _leads_with(sandbox, "Phone") if lead.get("Email") in emails)


def _leads_with(sandbox: SandboxClient, field: str) -> list[tuple[str, dict[str, Any]]]:
    leads = sandbox.look("salesforce", "state", object="Lead")["Lead"]
    return [(i, lead) for i, lead in leads.items() if lead.get(field) and lead.get("Email")]


def _patch_lead(sandbox: SandboxClient, lead_id: str, fields: dict[str, Any]) -> None:
    answer = sandbox.pool.request(
        "PATCH",
        f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{lead_id}",
        json=fields,
        headers={"Authorization": "Bearer 00Drita"},
    )
    assert answer.status == 204, answer.data
