"""The processes of a benchmark: a sandbox full of people, and fresh interpreters that each do one measured thing.

Their peak memory is at least this process's own (Linux counts it from before their start), so this one imports little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Figures

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def sandbox() -> Iterator[dict[str, str]]:
    """Both systems in a process of their own, empty, on free ports; yields their addresses."""
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise SystemExit("The sandbox did not start; its message is above.")
            yield json.loads(line)
        finally:
            process.terminate()


def seed(urls: dict[str, str], people: int) -> None:
    """Empty both systems and fill them with this many people; HubSpot's contacts have the product's key already."""
    control(urls, "seed", people=people, seed=1)
    control(urls, "fields", object="contacts", fields=[{"name": "entente_key", "hasUniqueValue": True}])


def control(urls: dict[str, str], action: str, **body: object) -> None:
    """Carry out a control of the sandbox."""
    request = urllib.request.Request(f"{urls['hubspot']}/_sandbox/{action}", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        answer.read()


def asked(urls: dict[str, str], system: str) -> int:
    """How many calls have reached a system since it started, sign-ins apart."""
    with urllib.request.urlopen(f"{urls[system]}/_sandbox/requests") as answer:
        told = json.load(answer)
    sign_ins = sum(number for route, number in told["by_route"].items() if "/oauth" in route)
    return int(told["count"] - sign_ins)


def run(module: str, urls: dict[str, str], directory: Path) -> Figures:
    """Run a measured module in a fresh interpreter, with settings for this sandbox and a database in `directory`."""
    command = [sys.executable, "-m", module]
    environment = settings(urls, directory)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return Figures(**json.loads(done.stdout))


def settings(urls: dict[str, str], directory: Path) -> dict[str, str]:
    """The environment of an installation for this sandbox, whatever this machine is set up for."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    return environment | {
        "ENTENTE_DATA_DIR": str(directory),
        "ENTENTE_HUBSPOT_URL": urls["hubspot"],
        "ENTENTE_HUBSPOT_TOKEN": "benchmark",
        "ENTENTE_SALESFORCE_URL": urls["salesforce"],
        "ENTENTE_SALESFORCE_CLIENT_ID": "benchmark",
        "ENTENTE_SALESFORCE_CLIENT_SECRET": "benchmark",
    }
