"""A record over which every worker dies is found, kept for a person, and holds nobody else up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from tests.worker.conftest import Plant, eventually, settings_of
from tests.worker.test_worker import edit, pairs_of, phone_of

DEADLY = "+33 6 66 66 66 66"


def test_a_write_that_kills_its_worker_three_times_is_parked(plant: Plant, sandbox: SandboxClient) -> None:
    """One of many edits kills whoever sends it: the others arrive, and that one becomes a dead letter that says so."""
    pairs = pairs_of(sandbox)
    wanted = {contact: f"+33 1 44 55 68 {number:02}" for number, (_, contact) in enumerate(pairs[1:])}
    for lead, contact in pairs[1:]:
        edit(sandbox, lead, wanted[contact])
    edit(sandbox, pairs[0][0], DEADLY)

    start_on_a_broken_machine(plant, DEADLY)

    eventually("the other edits in HubSpot", lambda: {i: phone_of(sandbox, i) for i in wanted} == wanted, seconds=240)
    eventually("a dead letter", lambda: len(dead_letters(plant)) == 1, seconds=240)
    letter = dead_letters(plant)[0]
    assert letter["code"] == "WORKER_LOST"
    assert "change the record and it is tried again" in letter["message"]
    assert (letter["side"], list(letter["changes"])) == ("marketing", ["phone"])
    assert phone_of(sandbox, pairs[0][1]) != DEADLY
    died = re.findall(r"pid:(\d+) exited with 'signal 9", plant.log.read_text(encoding="utf-8"))
    assert len(set(died)) == 3, "no more workers died than had to"


def test_a_parked_record_is_tried_again_when_it_changes(plant: Plant, sandbox: SandboxClient) -> None:
    """Rita corrects the number that killed the workers: it travels, and the dead letter is closed."""
    lead, contact = pairs_of(sandbox)[0]
    edit(sandbox, lead, DEADLY)
    start_on_a_broken_machine(plant, DEADLY)
    eventually("a dead letter", lambda: len(dead_letters(plant)) == 1, seconds=240)

    edit(sandbox, lead, "+33 1 44 55 69 01")

    eventually("the phone number in HubSpot", lambda: phone_of(sandbox, contact) == "+33 1 44 55 69 01")
    eventually("no dead letter", lambda: dead_letters(plant) == [])


def start_on_a_broken_machine(plant: Plant, deadly: str) -> None:
    """A worker whose processes die when they send these bytes to a system."""
    command = [sys.executable, "-m", "tests.worker.deadly", "-A", "worker", "worker", "--concurrency", "1"]
    environment = settings_of(plant.entente) | {"ENTENTE_TEST_DEADLY": deadly}
    with plant.log.open("ab") as log:
        process = subprocess.Popen(
            [*command, "--loglevel", "INFO"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    plant.processes.append(process)


def dead_letters(plant: Plant) -> list[dict[str, Any]]:
    """The open ones, as the database has them."""
    code = (
        "import os, json, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup();"
        "from store.models import DeadLetter;"
        "found = DeadLetter.objects.filter(closed_at=None).values('code', 'message', 'side', 'changes');"
        "print(json.dumps(list(found)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings_of(plant.entente) | {"PYTHONPATH": os.fspath(ROOT)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
