"""docker-compose.yml: its structure, and its commands with its environment as processes (no daemon is needed)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator
from ruamel.yaml import YAML

from config.environment import PREFIX, Environment
from tests.commands.installation import free_port
from tests.entente import ROOT, Entente
from tests.redis_server import redis_server
from tests.worker.conftest import eventually

Compose = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Compose:
    loaded: Compose = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_file_is_one_that_compose_reads(compose: Compose) -> None:
    """By the schema of the Compose Specification (Apache-2.0), as docker-compose 1.29.2 carries it."""
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text(encoding="utf-8"))

    problems = [
        f"{error.json_path}: {error.message}" for error in Draft201909Validator(schema).iter_errors(without_x(compose))
    ]

    assert problems == []


def without_x(compose: Compose) -> Compose:
    return {name: value for name, value in compose.items() if not name.startswith("x-")}


def test_every_variable_of_ours_is_a_setting(compose: Compose) -> None:
    """A misspelt one would be ignored without a word."""
    named = {name for service in compose["services"].values() for name in service.get("environment", {})}

    ours = {name.removeprefix(PREFIX).removesuffix("_FILE").lower() for name in named if name.startswith(PREFIX)}

    assert ours
    assert ours <= set(Environment.model_fields)


def test_every_service_is_watched(compose: Compose) -> None:
    services = compose["services"]

    assert [name for name, service in services.items() if "healthcheck" not in service] == []
    assert services["sandbox"]["profiles"] == ["sandbox"]


def test_the_image_runs_as_nobody_special_with_what_the_lock_hashes() -> None:
    build, final = (ROOT / "Dockerfile").read_text(encoding="utf-8").rsplit("FROM ", 1)

    assert build.count("pip install --require-hashes") == 2
    assert "USER entente" in final
    assert "HEALTHCHECK" in final
    assert "pip install" not in final


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
        words = ("TOKEN", "SECRET", "PASSWORD", "DATABASE_URL", "SMTP_URL", "SLACK_URL", "KEY")
        secret = {key: value for key, value in environment.items() if any(word in key for word in words)}
        assert all(key.endswith("_FILE") for key in secret), name
        assert {Path(value).name for value in secret.values()} == set(service.get("secrets", [])), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name


def test_the_services_of_the_file_become_healthy(compose: Compose, entente: Entente, tmp_path: Path) -> None:
    """The commands and the environment of worker, beat and web, on this machine's addresses, as processes."""
    services = {name: compose["services"][name] for name in ("worker", "beat", "web")}
    assert services["web"]["depends_on"]["worker"] == {"condition": "service_healthy"}
    port, processes = str(free_port()), []
    with redis_server() as url, (tmp_path / "log").open("wb") as log:
        environment = _here(services["worker"]["environment"], entente, tmp_path, url)
        try:
            for together in (("worker", "beat"), ("web",)):
                for name in together:
                    command = _command(services[name]["command"], port)
                    processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
                for name in together:
                    check = _check(services[name]["healthcheck"]["test"], port)
                    eventually(f"a healthy {name}", partial(_passes, check, environment), seconds=150)
            assert [process.poll() for process in processes] == [None, None, None]
        finally:
            for process in processes:
                process.terminate()
            codes = [process.wait(timeout=60) for process in processes]
    assert codes == [0, 0, 0], (tmp_path / "log").read_text(encoding="utf-8")


def _command(command: list[str], port: str) -> list[str]:
    """A service's command, of this environment and on a port that is free here."""
    here = [argument.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for argument in command]
    return [sys.executable, "-m", *here]


def _check(test: list[str], port: str) -> list[str]:
    """A service's health check, without the word CMD, as this environment runs it."""
    kind, program, *arguments = test
    assert kind == "CMD"
    before = {"python": [], "entente": ["-c", "import cli; cli.main()"]}[program]
    return [sys.executable, *before, *(argument.replace(":8000", f":{port}") for argument in arguments)]


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
            file.write_text(contents.get(name.removesuffix("_FILE"), ""), encoding="utf-8")
            here[name] = str(file)
        else:
            here[name] = contents.get(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))
    return here


def _passes(check: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(check, cwd=ROOT, env=environment, check=False).returncode == 0
