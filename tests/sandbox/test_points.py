"""The document of the 68 points is true at least in this: all are there, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.sandbox_client import SandboxClient

TEXT = (ROOT / "docs" / "sandbox.md").read_text()
POINTS = {int(number): (state, body) for number, state, body in
          re.findall(r"^(\d+)\. \*\*[^*]+\*\* \(([a-z ]+)\)\.(.*(?:\n   .*)*)", TEXT, re.MULTILINE)}  # fmt: skip
HERE = Path(__file__).parent


def test_all_68_are_there_and_the_first_58_are_built() -> None:
    assert list(POINTS) == list(range(1, 69))
    assert {state for state, _ in POINTS.values()} <= {"done", "deviates", "not yet"}
    assert not [number for number, (state, _) in POINTS.items() if state == "not yet" and number <= 58]


@pytest.mark.parametrize("number", [number for number, (state, _) in POINTS.items() if state != "not yet"])
def test_the_tests_of_a_point_exist(number: int) -> None:
    shown = re.findall(r"`(test_\w+)(?:::(\w+))?`", POINTS[number][1])
    assert shown
    for file, name in shown:
        source = (HERE / f"{file}.py").read_text()
        assert not name or f"def {name}(" in source, f"{file}::{name}"


def test_every_control_says_what_it_does(sandbox: SandboxClient) -> None:
    for system in ("hubspot", "salesforce"):
        told = sandbox.pool.request("GET", f"{sandbox.url(system)}/_sandbox").json()
        assert {"reset", "clock", "faults"} <= told["controls"].keys()
        assert not [name for kind in told.values() for name, text in kind.items() if not text]
