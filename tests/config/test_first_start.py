"""The first start: several processes open an installation that does not exist yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.commands.installation import environment
from tests.entente import ROOT


def test_processes_that_start_together_make_the_tables_once(tmp_path: Path) -> None:
    """Otto starts the pages and a worker at the same moment: each waits for the other's tables."""
    code = "from config.environment import environment; from wiring import open_store; open_store(environment())"

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment(tmp_path / "data"),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    assert [process.communicate(timeout=120)[1] for process in processes] == [""] * 4
