"""Entente as a service: an edit travels through real processes, and no death of one of them loses it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.entente import ROOT, Entente
from tests.redis_server import client
from tests.sandbox_client import SandboxClient
from tests.worker.conftest import Plant, eventually, settings_of


def test_an_edit_in_salesforce_reaches_hubspot(plant: Plant, sandbox: SandboxClient) -> None:
    """Rita corrects a phone number; a worker and beat carry it over, and the worker's heart beats."""
    lead_id, contact_id = pairs_of(sandbox)[0]
    plant.start_worker()

    edit(sandbox, lead_id, "+33 1 44 55 66 01")

    eventually("the phone number in HubSpot", lambda: phone_of(sandbox, contact_id) == "+33 1 44 55 66 01")
    eventually("a heartbeat", lambda: plant.entente.run("health").returncode == 0)


def test_a_worker_killed_in_the_middle_of_a_pass_loses_and_repeats_nothing(
    plant: Plant, sandbox: SandboxClient
) -> None:
    """kill -9 while a pass reads and writes; the next worker brings every edit over, each once."""
    pairs = pairs_of(sandbox)
    worker = plant.start_worker()
    eventually("two passes", lambda: plant.log.read_text(encoding="utf-8").count("is done") >= 2)
    before = sandbox.look("hubspot", "writes")["count"]
    for number, (lead_id, _) in enumerate(pairs):
        edit(sandbox, lead_id, f"+33 1 44 55 67 {number:02}")
    calls = queries(sandbox)
    eventually("a pass that reads", lambda: queries(sandbox) > calls)

    plant.kill(worker)
    plant.start_worker()

    wanted = {contact_id: f"+33 1 44 55 67 {number:02}" for number, (_, contact_id) in enumerate(pairs)}
    eventually("every phone number in HubSpot", lambda: {i: phone_of(sandbox, i) for i in wanted} == wanted)
    assert sandbox.look("hubspot", "writes")["count"] - before == len(pairs)


def test_a_flushed_redis_loses_nothing(plant: Plant, sandbox: SandboxClient) -> None:
    """Redis forgets everything, twice; the edit still arrives."""
    lead_id, contact_id = pairs_of(sandbox)[0]
    plant.start_worker()
    eventually("a pass", lambda: "is done" in plant.log.read_text(encoding="utf-8"))

    client(plant.redis_url).flushall()
    edit(sandbox, lead_id, "+33 1 44 55 66 03")
    client(plant.redis_url).flushall()

    eventually("the phone number in HubSpot", lambda: phone_of(sandbox, contact_id) == "+33 1 44 55 66 03")


def test_a_worker_without_redis_says_what_to_set(entente: Entente) -> None:
    """Otto forgot the address: one line names the setting, and nothing waits for a Redis on this machine."""
    plant = Plant(entente, "")

    process = plant.start("worker")

    try:
        assert process.wait(timeout=60) == 1
    finally:
        plant.stop()
    assert "ENTENTE_REDIS_URL is not set" in plant.log.read_text(encoding="utf-8")


def test_without_redis_a_thread_does_the_work(synced: Entente, sandbox: SandboxClient) -> None:
    """A page asks for a pass on an installation without a queue: it happens in that process, before it ends."""
    lead_id, contact_id = pairs_of(sandbox)[0]
    edit(sandbox, lead_id, "+33 1 44 55 66 05")

    done = _python(synced, "enqueue('pull')")

    assert done.returncode == 0, done.stderr
    assert phone_of(sandbox, contact_id) == "+33 1 44 55 66 05"


def test_a_redis_that_is_down_does_not_fail_the_caller(entente: Entente) -> None:
    """What is due stands in the database, so the page that asked goes on; the log says that it waits."""
    entente.settings["REDIS_URL"] = f"redis+socket://{entente.directory}/nobody.sock?virtual_host=0"

    done = _python(entente, "enqueue('pull'); print('went on')")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "went on"
    assert "pull waits until the next sweep" in done.stderr


def _python(entente: Entente, code: str) -> subprocess.CompletedProcess[str]:
    """A process that is neither worker nor command, such as the pages."""
    whole = f"from wiring.queue import enqueue, open_once; open_once(); {code}"
    command, environment = [sys.executable, "-c", whole], settings_of(entente)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def pairs_of(sandbox: SandboxClient) -> list[tuple[str, str]]:
    """Leads and the contacts that are the same person, by their e-mail."""
    contacts = sandbox.look("hubspot", "state", object="contacts")["contacts"]
    by_email = {contact["email"]: contact_id for contact_id, contact in contacts.items() if contact.get("email")}
    leads: dict[str, dict[str, Any]] = sandbox.look("salesforce", "state", object="Lead")["Lead"]
    return [
        (lead_id, by_email[lead["Email"]])
        for lead_id, lead in leads.items()
        if lead.get("Phone") and lead.get("Email") in by_email and not lead.get("IsConverted")
    ]


def phone_of(sandbox: SandboxClient, contact_id: str) -> str | None:
    phone: str | None = sandbox.look("hubspot", "state", object="contacts")["contacts"][contact_id].get("phone")
    return phone


def queries(sandbox: SandboxClient) -> int:
    count: int = sandbox.look("salesforce", "requests")["count"]
    return count


def edit(sandbox: SandboxClient, lead_id: str, phone: str) -> None:
    answer = sandbox.pool.request(
        "PATCH",
        f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{lead_id}",
        json={"Phone": phone},
        headers={"Authorization": "Bearer 00Drita"},
    )
    assert answer.status == 204, answer.data
