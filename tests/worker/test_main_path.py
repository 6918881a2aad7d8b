"""The main path on real processes: sandbox, Postgres, Redis, a worker, beat and gunicorn, spoken to over HTTP alone."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.entente import ROOT, Entente
from tests.postgres_server import database_for, postgres_server, restart
from tests.redis_server import RedisServer, redis_that_restarts
from tests.sandbox_client import SandboxClient
from tests.worker.conftest import Plant, eventually, settings_of

PHONE, PASSWORD = "+33 1 44 55 66 77", "a long walk by the sea"
RULE = """
version: 1
rules:
- id: S01-phone
  direction: sales_to_marketing
  title: {en: "A telephone number", fr: "Un numéro de téléphone"}
  object: contact
  applies_when: {field: contact.email, op: eq, value: EMAIL}
  responsible: record_owner
  check: {kind: required, fields: [contact.phone], mode: all}
  why: {en: "So that colleagues can call.", fr: "Pour que l'on puisse appeler."}
  used_for: [{what: {en: "call-backs", fr: "les rappels"}}]
  gives_back: {text: {en: "Your contact is called back.", fr: "Votre contact est rappelé."}}
  severity: major
  enforcement: {level: remind}
  grace_business_days: 0
  fix: {seconds: 10, how: one_click}
  score: {family: completeness, weight: 1}
  agreed_by: [sales, marketing]
- id: M01-name
  direction: marketing_to_sales
  title: {en: "A last name", fr: "Un nom"}
  object: contact
  applies_when: {field: contact.email, op: eq, value: EMAIL}
  responsible: marketing_team
  check: {kind: required, fields: [contact.last_name], mode: all}
  why: {en: "So that the rep knows whom to call.", fr: "Pour savoir qui appeler."}
  used_for: [{what: {en: "the first call", fr: "le premier appel"}}]
  gives_back: {text: {en: "Your lead is called.", fr: "Votre lead est appelé."}}
  severity: major
  enforcement: {level: remind}
  grace_business_days: 0
  fix: {seconds: 10, how: one_click}
  score: {family: reciprocity, weight: 1}
  agreed_by: [sales, marketing]
"""


@dataclass
class Person:
    """Somebody in both systems whose phone number nobody has entered, and who owns the lead."""

    lead: str
    contact: str
    name: str
    manager: str
    """The e-mail of the manager of the lead's owner."""


@dataclass
class House:
    """The whole installation, and what can happen to it."""

    plant: Plant
    postgres: str
    redis: RedisServer
    person: Person
    sandbox: SandboxClient
    url: str
    worker: subprocess.Popen[bytes]

    def kill_the_worker(self) -> None:
        """kill -9 while it works on the edit, or just before; another one is started."""
        self.plant.kill(self.worker)
        self.worker = self.plant.start_worker()

    def flush_redis(self) -> None:
        self.redis.client().flushall()

    def restart_postgres(self) -> None:
        restart(self.postgres)

    def restart_redis(self) -> None:
        """It is down for a few seconds, and comes back without what it held."""
        self.redis.stop()
        answer = requests.get(f"{self.url}/readyz", timeout=20)
        assert (answer.status_code, answer.text) == (503, "Redis does not answer\n")
        self.redis.start()

    def nothing(self) -> None:
        """A quiet day."""

    def corrects_the_phone(self) -> None:
        """The rep enters the number in Salesforce."""
        answer = self.sandbox.pool.request(
            "PATCH",
            f"{self.sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{self.person.lead}",
            json={"Phone": PHONE},
            headers={"Authorization": "Bearer 00Drita"},
        )
        assert answer.status == 204, answer.data

    def phone_in_hubspot(self) -> str | None:
        self.plant.start_again()
        contacts = self.sandbox.look("hubspot", "state", object="contacts")["contacts"]
        phone: str | None = contacts[self.person.contact].get("phone")
        return phone

    def metric(self, name: str) -> float:
        answer = requests.get(f"{self.url}/metrics", headers={"Authorization": "Bearer otto-only"}, timeout=20)
        answer.raise_for_status()
        return float(re.search(rf"^{re.escape(name)} (\S+)$", answer.text, re.MULTILINE)[1])  # type: ignore[index]

    def signed_in(self) -> requests.Session:
        """Mona's browser."""
        browser = requests.Session()
        form = browser.get(f"{self.url}/sign-in", timeout=20).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token
        sent = {"username": "mona", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = browser.post(f"{self.url}/sign-in", data=sent, headers={"Referer": self.url}, timeout=20)
        assert "/team" in answer.url, answer.text
        return browser


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A server of this file's own: it is restarted."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def house(sandbox: SandboxClient, postgres: str, tmp_path: Path) -> Iterator[House]:
    """Set up and synced once by the commands; worker, beat and web run; Mona can sign in."""
    sandbox.admin("hubspot", "seed", people=40, seed=7)
    person = _without_phone(sandbox)
    port = _free_port()
    with redis_that_restarts() as redis:
        entente = Entente.on(
            sandbox, tmp_path, CONFIG_DIR=str(_configured(tmp_path)), SYNC_SECONDS="2", REDIS_URL=redis.url,
            DATABASE_URL=database_for(postgres, tmp_path), BASE_URL=f"http://127.0.0.1:{port}",
            PRIVACY_PROFILE="standard", METRICS_TOKEN="otto-only",
        )  # fmt: skip
        email = sandbox.look("hubspot", "state", object="contacts")["contacts"][person.contact]["email"]
        (tmp_path / "config" / "rules.yaml").write_text(RULE.replace("EMAIL", email), encoding="utf-8")
        (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
        plant = Plant(entente, redis.url)
        try:
            assert entente.run("setup", "--yes").returncode == 0
            entente.json("sync")
            added = entente.run(
                "user", "add", "mona", "--email", person.manager, "--group", "manager",
                "--password-file", str(tmp_path / "password"),
            )  # fmt: skip
            assert added.returncode == 0, added.stderr
            plant.start("beat")
            worker = plant.start_worker()
            _start_web(plant, port)
            yield House(plant, postgres, redis, person, sandbox, f"http://127.0.0.1:{port}", worker)
        finally:
            plant.stop()


@pytest.mark.parametrize(
    "disturb",
    [House.nothing, House.kill_the_worker, House.flush_redis, House.restart_postgres, House.restart_redis],
    ids=["quiet", "worker killed", "Redis flushed", "Postgres restarted", "Redis down and up"],
)
def test_a_phone_number_entered_in_salesforce_closes_the_gap(house: House, disturb: Callable[[House], None]) -> None:
    """Mona's page shows that Rita owes a phone number; Rita enters it, HubSpot shows it, and the page asks no more."""
    eventually("the pages", lambda: _answers(house.url))
    browser = house.signed_in()
    eventually("a pass", lambda: house.metric('entente_runs_total{state="done"}') > 1)
    assert house.person.name in browser.get(f"{house.url}/team", timeout=20).text
    assert house.metric('entente_gaps_open{owed_by="sales"}') == 1

    house.corrects_the_phone()
    disturb(house)

    eventually("the phone number in HubSpot", lambda: house.phone_in_hubspot() == PHONE, seconds=240)
    eventually("a closed gap", lambda: _metric_or_none(house, 'entente_gaps_open{owed_by="sales"}') == 0)
    team = browser.get(f"{house.url}/team", timeout=20)
    assert team.status_code == 200
    assert house.person.name not in team.text
    assert requests.get(f"{house.url}/readyz", timeout=20).text == "ready\n"
    assert house.metric("entente_dead") == 0


def _metric_or_none(house: House, name: str) -> float | None:
    """Where the database is just away, the pages may say so once."""
    try:
        return house.metric(name)
    except requests.RequestException:
        return None


def _without_phone(sandbox: SandboxClient) -> Person:
    """Takes the phone number of somebody whose owner has a manager away, in both systems."""
    contacts = sandbox.look("hubspot", "state", object="contacts")["contacts"]
    by_email = {each["email"]: key for key, each in contacts.items() if each.get("email")}
    users = sandbox.look("salesforce", "state", object="User")["User"]
    leads = sandbox.look("salesforce", "state", object="Lead")["Lead"]
    lead_id, lead = next(
        (key, each)
        for key, each in leads.items()
        if each.get("Email") in by_email
        and not each.get("IsConverted")
        and users.get(each.get("OwnerId"), {}).get("ManagerId")
        and users[each["OwnerId"]].get("IsActive", True)
    )
    manager = users[users[lead["OwnerId"]]["ManagerId"]]["Email"]
    contact = by_email[lead["Email"]]
    sandbox.pool.request(
        "PATCH", f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{lead_id}",
        json={"Phone": None}, headers={"Authorization": "Bearer 00Drita"},
    )  # fmt: skip
    sandbox.hubspot("PATCH", f"/crm/v3/objects/contacts/{contact}", {"properties": {"phone": ""}})
    return Person(lead_id, contact, lead["LastName"], manager)


def _configured(directory: Path) -> Path:
    config = directory / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    return config


def _start_web(plant: Plant, port: int) -> None:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    with plant.log.open("ab") as log:
        plant.processes.append(
            subprocess.Popen(
                command, cwd=ROOT, env=settings_of(plant.entente), stdout=log, stderr=log, start_new_session=True
            )
        )


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
