"""The sandbox over TLS, a tunnel to it, and a report of what each client did and what was compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from tests.clients.tunnel import Tunnel, tunnel
from tests.conftest import ROOT
from tests.sandbox_client import SandboxClient

LONGEST = 300
LAUNCHER = Path(__file__).parent / "launcher"
Report = Callable[[str], None]
LINES = pytest.StashKey[list[tuple[str, str]]]()


@dataclass(frozen=True)
class Outside:
    """The world as a client sees it: the vendors' hosts are there, and nothing else."""

    sandbox: SandboxClient
    tunnel: Tunnel
    authority: Path
    home: Path

    def environ(self) -> dict[str, str]:
        """Nothing of ours but where the tunnel is and whom to trust."""
        trusted = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(self.authority))
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY"), self.tunnel.url)
        plain = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        plain |= {"NODE_USE_ENV_PROXY": "1", "PYTHONPATH": str(LAUNCHER)}
        return plain | trusted | proxies

    def run(self, *command: str | Path, stdin: str = "", **environ: str) -> str:
        """What the client wrote on stdout; its log is shown where it fails."""
        done = subprocess.run(
            [str(part) for part in command], cwd=self.home, env=self.environ() | environ, input=stdin,
            capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (
            f"{command[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
        )
        return done.stdout


@pytest.fixture(scope="session")
def outside_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    home = tmp_path_factory.mktemp("clients")
    authority = home / "authority.pem"
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0", "--tls",
               "--tls-ca", str(authority)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the sandbox did not start: its traceback is above"
        urls = json.loads(line)
        pool = urllib3.PoolManager(ca_certs=str(authority))
        hubspot, salesforce = (urlsplit(urls[system]).port or 0 for system in ("hubspot", "salesforce"))
        with tunnel({"api.hubapi.com": hubspot, "*.salesforce.com": salesforce}) as dug:
            yield Outside(SandboxClient(urls["hubspot"], urls["salesforce"], pool), dug, authority, home)
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def outside(outside_of_all: Outside, tmp_path: Path) -> Outside:
    """With an empty sandbox and a home of its own."""
    outside_of_all.sandbox.admin("hubspot", "reset")
    outside_of_all.sandbox.admin("hubspot", "clock", run=True)
    return Outside(outside_of_all.sandbox, outside_of_all.tunnel, outside_of_all.authority, tmp_path)


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Say what a client did, or what was compared; all of it is printed at the end."""
    name = request.node.get_closest_marker("client").args[0]
    return lambda line: request.config.stash.setdefault(LINES, []).append((name, line))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A best effort that failed says so under the client's name."""
    outcome = yield
    marker = item.get_closest_marker("client")
    if marker and call.when == "call" and call.excinfo and item.get_closest_marker("xfail"):
        why = str(call.excinfo.value).strip().splitlines() or [call.excinfo.typename]
        item.config.stash.setdefault(LINES, []).append((marker.args[0], f"BEST EFFORT, FAILED: {why[0]}"))
        shown = [line.strip() for line in why if "rror" in line]
        item.config.stash[LINES] += [(marker.args[0], line) for line in shown[-3:]]
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(LINES, [])
    if not lines:
        return
    terminalreporter.section("what the clients did, and what was compared")
    for name in dict.fromkeys(name for name, _ in lines):
        terminalreporter.write_line(name)
        for line in [line for each, line in lines if each == name]:
            terminalreporter.write_line(f"    {line}")
