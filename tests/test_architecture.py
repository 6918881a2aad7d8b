"""What must never be imported where: the core stays free of databases, queues and HTTP."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = {"django", "celery", "redis", "requests", "urllib3", "hubspot", "simple_salesforce"}
CONCRETE = {"connectors.hubspot", "connectors.salesforce", "connectors.memory", "connectors.spreadsheet"}


def modules_of(room: str) -> list[str]:
    """The names of all modules of a room."""
    files = sorted((ROOT / room).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


@pytest.mark.parametrize("room", ["crm", "sync", "rules"])
def test_the_core_loads_no_database_queue_http_client_or_connector(room: str) -> None:
    names = modules_of(room)
    code = f"import sys, {', '.join(names)}; print(*sys.modules, sep='\\n')"

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = set(run.stdout.split())
    assert set(names) <= loaded
    assert {name for name in loaded if name.split(".")[0] in FOREIGN} == set()
    assert {
        name for name in loaded for concrete in CONCRETE if name == concrete or name.startswith(f"{concrete}.")
    } == set()


def imports(tree: ast.Module) -> dict[str, bool]:
    """By imported module, whether it is imported as soon as the file is."""
    at_once = {id(node) for node in tree.body}
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            found[name] = found.get(name, False) or id(node) in at_once
    return found


def test_the_command_line_knows_the_commands_and_little_else() -> None:
    found = imports(ast.parse((ROOT / "cli.py").read_text(encoding="utf-8")))

    foreign = {name for name in found if name.split(".")[0] not in sys.stdlib_module_names | {"typer"}}
    assert {name.split(".")[0] for name in foreign} <= {"commands", "config", "connectors", "store"}
    assert {name for name in foreign if name.startswith("connectors")} <= {"connectors.base"}
    assert not any(at_once for name, at_once in found.items() if name.split(".")[0] == "store")
