"""The rules room can be used without the web, the queue, or any CRM."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_importing_the_rules_loads_no_framework_and_no_other_room() -> None:
    program = (
        "import sys, rules.audit, rules.compile, rules.language\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )

    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = set(result.stdout.split())
    assert {"rules", "crm", "pydantic"} <= loaded
    assert not loaded & {
        "django",
        "celery",
        "redis",
        "requests",
        "urllib3",
        "config",
        "connectors",
        "sync",
        "store",
        "typer",
    }
