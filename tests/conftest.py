"""What all tests share: a sandbox, one process for each test worker, emptied before each test that uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.sandbox_client import SandboxClient

ROOT = Path(__file__).resolve().parents[1]

# No test depends on how fast this machine is, the generated examples neither.
settings.register_profile("entente", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("entente")


@contextmanager
def running_sandbox() -> Iterator[SandboxClient]:
    """Both systems on free ports, in a process of their own."""
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the sandbox did not start: its traceback is above"
        urls = json.loads(line)
        try:
            yield SandboxClient(urls["hubspot"], urls["salesforce"])
        finally:
            process.terminate()
            code = process.wait(timeout=20)
        assert code == 0


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxClient]:
    """One sandbox for all tests of a process."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: SandboxClient) -> SandboxClient:
    """An empty sandbox with a running clock."""
    sandbox_process.admin("hubspot", "reset")
    sandbox_process.admin("hubspot", "clock", run=True)
    return sandbox_process
