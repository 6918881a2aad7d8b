"""Several processes on one real Postgres: what SQLite's single writer settles by itself must hold there too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.entente import ROOT, Entente
from tests.postgres_server import SERVER, database_for, postgres_server
from tests.sandbox_client import SandboxClient

OPEN = """
from config.environment import environment
from wiring import open_store
open_store(environment())
"""
CLAIM = f"""{OPEN}
import sys
from store.records import RecordStore
from store.runs import start_run
from wiring.configuration import load_configuration
from store.references import ReferenceStore
mapping = load_configuration(environment().config_dir).mapping
records = RecordStore(mapping, {{}}, {{}}, ReferenceStore(mapping, {{}}))
from store import runs
runs._fence.set((int(sys.argv[1]), 0))
print("ready", flush=True)
sys.stdin.readline()
while touched := records.claim("contact", int(sys.argv[1]), 7):
    for each in touched:
        print(each.ref)
    from store.sql import execute
    execute("DELETE FROM store_touch WHERE run_id = %s", [int(sys.argv[1])])
"""
BUILD = """
import sys
from config.environment import environment
from connectors.memory import MemoryConnector
from crm.record import Side
from wiring import build, open_store
open_store(environment())
print("ready", flush=True)
sys.stdin.readline()
build(connectors={side: MemoryConnector(name, {}) for side, name in zip(Side, ("hubspot", "salesforce"))})
"""
START = f"""{OPEN}
import sys
from store.runs import AnotherRun, start_run
print("ready", flush=True)
sys.stdin.readline()
try:
    print("run", start_run(), flush=True)
except AnotherRun:
    print("refused", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The server that all tests run on, or one of this file's own."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    with postgres_server() as url:
        yield url


@pytest.fixture
def database(server: str, tmp_path: Path) -> str:
    """An empty database."""
    return database_for(server, tmp_path)


def process(code: str, database: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own on this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENTENTE_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=kept | {"ENTENTE_DATABASE_URL": database},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told_to_go(processes: list[subprocess.Popen[str]]) -> None:
    """Wait until all are ready, then let all go at once."""
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()


def test_two_processes_may_start_at_once_on_an_empty_database(database: str) -> None:
    """Web and worker of one compose file: one makes the tables, the other waits for it."""
    processes = [process(OPEN, database) for _ in range(2)]

    codes = [each.wait(timeout=120) for each in processes]

    assert codes == [0, 0]


def test_no_touch_is_claimed_twice(database: str) -> None:
    """Two workers share the touches between them."""
    assert process(OPEN, database).wait(timeout=120) == 0
    refs = [f"hubspot:contacts:{number}" for number in range(300)]
    with psycopg.connect(database) as connection:
        for run in (1, 2):
            connection.execute(
                "INSERT INTO store_run (id, state, holder, started_at, lease_until, result, totals)"
                " VALUES (%s, 'running', 'otto', 0, 0, '{}', '{}')",
                [run],
            )
        for ref in refs:
            connection.execute("INSERT INTO store_touch (ref, object, seen) VALUES (%s, 'contact', true)", [ref])
    processes = [process(CLAIM, database, str(run)) for run in (1, 2)]
    told_to_go(processes)

    claimed = [line for each in processes for line in each.communicate(timeout=120)[0].split()]

    assert sorted(claimed) == sorted(refs)


def test_touches_that_somebody_is_just_claiming_are_left_to_them(database: str) -> None:
    """One worker is in the middle of its claim: another one neither waits for it nor takes the same."""
    assert process(OPEN, database).wait(timeout=120) == 0
    refs = [f"hubspot:contacts:{number:03}" for number in range(30)]
    with psycopg.connect(database) as connection:
        for run in (1, 2):
            connection.execute(
                "INSERT INTO store_run (id, state, holder, started_at, lease_until, result, totals)"
                " VALUES (%s, 'running', 'otto', 0, 0, '{}', '{}')",
                [run],
            )
        for ref in refs:
            connection.execute("INSERT INTO store_touch (ref, object, seen) VALUES (%s, 'contact', true)", [ref])
        connection.commit()
        connection.execute("UPDATE store_touch SET run_id = 1 WHERE ref < 'hubspot:contacts:007'")
        other = process(CLAIM, database, "2")
        told_to_go([other])

        claimed = other.communicate(timeout=120)[0].split()

        connection.rollback()
    assert sorted(claimed) == refs[7:]


def test_two_processes_may_make_the_facts_tables_at_once(database: str) -> None:
    """A worker and a command start for the first time together: one makes the tables, the other finds them."""
    assert process(OPEN, database).wait(timeout=120) == 0
    processes = [process(BUILD, database) for _ in range(2)]
    told_to_go(processes)

    for each in processes:
        each.communicate(timeout=120)

    assert [each.returncode for each in processes] == [0, 0]


def test_of_two_runs_that_start_at_once_one_is_refused(database: str) -> None:
    """Also where no earlier run is there to lock."""
    assert process(OPEN, database).wait(timeout=120) == 0
    processes = [process(START, database) for _ in range(2)]
    told_to_go(processes)

    answers = [each.stdout.readline().split()[0] for each in processes if each.stdout is not None]

    for each in processes:
        each.communicate("end\n", timeout=120)
    assert sorted(answers) == ["refused", "run"]


def test_the_main_path_runs_on_postgres(sandbox: SandboxClient, database: str, tmp_path: Path) -> None:
    """setup, sync, an edit in Salesforce that travels to HubSpot, and the report; no SQLite file is made."""
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    sandbox.admin("hubspot", "seed", people=40, seed=7)
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config), DATABASE_URL=database)
    assert entente.run("setup", "--yes").returncode == 0
    first, second = entente.json("sync"), entente.json("sync")
    lead, phone = _linked_lead(sandbox), "+33 1 44 55 66 77"
    sandbox.pool.request(
        "PATCH",
        f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{lead['Id']}",
        json={"Phone": phone},
        headers={"Authorization": "Bearer 00Drita"},
    )

    third = entente.json("sync")

    assert sum(first["created"].values()) > 0
    assert sum(second["created"].values()) == 0
    assert third["updated"] == {"marketing": 1, "sales": 0}
    assert sandbox.look("hubspot", "writes")["writes"][-1]["fields"] == {"phone": phone}
    assert entente.json("report", "completeness")["records"] > 40
    assert entente.json("report", "gaps_by_rep")["open"] > 0
    assert not list(tmp_path.rglob("*.sqlite3"))


def _linked_lead(sandbox: SandboxClient) -> dict[str, str]:
    emails = {each["email"] for each in sandbox.look("hubspot", "state", object="contacts")["contacts"].values()}
    leads = sandbox.look("salesforce", "state", object="Lead")["Lead"]
    return next({"Id": key} for key, lead in leads.items() if lead.get("Phone") and lead.get("Email") in emails)
