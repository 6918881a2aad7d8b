"""docker-compose.yml: its structure, and its commands with its environment as processes (no daemon is needed)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.entente import ROOT, Entente
from tests.redis_server import redis_server
from tests.worker.conftest import eventually

Compose = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Compose:
    loaded: Compose = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_every_service_that_holds_something_is_watched(compose: Compose) -> None:
    """All but beat, for which the worker's heartbeat speaks, and the sandbox, which only comes when it is asked."""
    services = compose["services"]

    assert {name for name, service in services.items() if "healthcheck" not in service} == {"beat", "sandbox"}
    assert services["sandbox"]["profiles"] == ["sandbox"]


def test_workers_have_time_to_end_their_task(compose: Compose) -> None:
    for name in ("worker", "beat", "web"):
        assert compose["services"][name]["stop_grace_period"] == "60s"
    assert compose["services"]["worker"]["environment"]["REMAP_SIGTERM"] == "SIGQUIT"


def test_redis_drops_nothing_to_make_room(compose: Compose) -> None:
    command = " ".join(compose["services"]["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_secrets_come_as_files_that_the_file_declares(compose: Compose) -> None:
    """No secret's value stands in the environment, and each file that is named is also handed in."""
    for name, service in compose["services"].items():
        environment = service.get("environment", {})
        words = ("TOKEN", "SECRET", "PASSWORD", "DATABASE_URL", "KEY")
        secret = {key: value for key, value in environment.items() if any(word in key for word in words)}
        assert all(key.endswith("_FILE") for key in secret), name
        assert {Path(value).name for value in secret.values()} == set(service.get("secrets", [])), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name


def test_the_worker_of_the_file_becomes_healthy(compose: Compose, entente: Entente, tmp_path: Path) -> None:
    """The commands and the environment of worker and beat, on this machine's addresses."""
    worker, beat = compose["services"]["worker"], compose["services"]["beat"]
    with redis_server() as url:
        environment = _here(worker["environment"], entente, tmp_path, url)
        log = (tmp_path / "log").open("wb")
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", *service["command"]], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            for service in (worker, beat)
        ]
        check = [sys.executable, "-c", "import cli; cli.main()", *worker["healthcheck"]["test"][2:]]
        try:
            eventually("a healthy worker", lambda: _passes(check, environment), seconds=150)
            assert [process.poll() for process in processes] == [None, None]
        finally:
            for process in processes:
                process.terminate()
            codes = [process.wait(timeout=60) for process in processes]
            log.close()
    assert codes == [0, 0], (tmp_path / "log").read_text(encoding="utf-8")


def _here(wanted: dict[str, str], entente: Entente, directory: Path, redis_url: str) -> dict[str, str]:
    """The file's environment with this machine's addresses; each secret lies in a file, as in the container."""
    contents = {f"ENTENTE_{name}": value for name, value in entente.settings.items()}
    contents |= {
        "ENTENTE_REDIS_URL": redis_url,
        "ENTENTE_DATABASE_URL": f"sqlite:///{directory}/compose.sqlite3",
        "ENTENTE_SECRET_KEY": "for-this-test-only-" * 3,
        "ENTENTE_BASE_URL": "http://127.0.0.1:8000",
    }
    here = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    here.pop("DJANGO_SETTINGS_MODULE", None)
    here["ENTENTE_DATA_DIR"] = str(directory)
    for name, value in wanted.items():
        if name.endswith("_FILE"):
            file = directory / Path(value).name
            file.write_text(contents[name.removesuffix("_FILE")], encoding="utf-8")
            here[name] = str(file)
        else:
            here[name] = contents.get(name, value)
    return here


def _passes(check: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(check, cwd=ROOT, env=environment, check=False).returncode == 0
