"""A virtual environment for each client, made once from its pinned requirements and kept below `var/clients`.

Those of Node's clients hold Node itself, from PyPI, and their packages from `node/package-lock.json`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / "var" / "clients"
UV = Path(sys.executable).with_name("uv")


class NotInstalled(Exception):
    """A client could not be installed; the message ends with what the installer said."""


def environment(name: str) -> Path:
    """The `bin` of the environment made from `locks/NAME.txt`, installed if it is not there as the file says."""
    lock = HERE / "locks" / f"{name}.txt"
    place = KEPT / name
    mark = place / "made-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        run([str(UV), "venv", "--quiet", "--python", sys.executable, str(place)])
        run([str(UV), "pip", "install", "--quiet", "--python", str(place / "bin" / "python"), "-r", str(lock)])
        mark.write_text(wanted)
    return place / "bin"


def node_program(name: str) -> list[str]:
    """The command that runs `node/NAME/main.mjs` with the packages of `node/NAME/package-lock.json`."""
    node = environment("node")
    source, place = HERE / "node" / name, KEPT / f"node-{name}"
    mark = place / "made-from"
    lock = source / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, place)
        run(
            [str(node / "npm"), "ci", "--silent", "--no-audit", "--no-fund"],
            place,
            PATH=f"{node}{os.pathsep}{os.environ['PATH']}",
        )
        mark.write_text(wanted)
    shutil.copy(source / "main.mjs", place)
    return [str(node / "node"), str(place / "main.mjs")]


def run(command: list[str], place: Path | None = None, **environ: str) -> None:
    done = subprocess.run(command, cwd=place, env=os.environ | environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
