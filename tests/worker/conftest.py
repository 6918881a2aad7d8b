"""An installation as ops run it: two systems with forty people, a Redis, a worker and beat, each a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.entente import ROOT, Entente
from tests.redis_server import redis_server
from tests.sandbox_client import SandboxClient


def eventually(what: str, is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def settings_of(entente: Entente) -> dict[str, str]:
    """The environment of an installation's processes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    environment |= {f"ENTENTE_{name}": value for name, value in entente.settings.items()}
    environment.setdefault("ENTENTE_DATA_DIR", str(entente.directory / "data"))
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment


@dataclass
class Plant:
    """The processes of one installation."""

    entente: Entente
    redis_url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    commands: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By process id, with which arguments Celery was started."""

    @property
    def log(self) -> Path:
        return self.entente.directory / "plant.log"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `celery -A worker ...` in a process group of its own."""
        command = [sys.executable, "-m", "celery", "-A", "worker", *arguments, "--loglevel", "INFO"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=settings_of(self.entente), stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        self.commands[process.pid] = arguments
        return process

    def start_again(self) -> None:
        """What ended by itself is started again, as compose, systemd or `entente up` do."""
        for process in [each for each in self.processes if each.pid in self.commands and each.poll() is not None]:
            self.processes.remove(process)
            if process.returncode != -signal.SIGKILL:
                self.start(*self.commands[process.pid])

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--concurrency", "2")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the worker and what it forked."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def entente(sandbox: SandboxClient, tmp_path: Path) -> Entente:
    """Before set-up, with everybody in scope; passes come every other second."""
    sandbox.admin("hubspot", "seed", people=40, seed=7)
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    assert everybody != mapping
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    return Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config), SYNC_SECONDS="2")


@pytest.fixture
def synced(entente: Entente) -> Entente:
    """Set up, and synced once."""
    assert entente.run("setup", "--yes").returncode == 0
    entente.json("sync")
    return entente


@pytest.fixture
def plant(synced: Entente) -> Iterator[Plant]:
    """A Redis and beat; tests start the worker."""
    with redis_server() as url:
        synced.settings["REDIS_URL"] = url
        plant = Plant(synced, url)
        try:
            plant.start("beat")
            yield plant
        finally:
            plant.stop()
