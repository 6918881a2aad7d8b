"""The `entente` command in a process of its own, forked from one that has imported it: a start takes 10 ms, not 1 s."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

# Whatever a command imports late, imported early; nothing here depends on the environment or on Django's settings.
import django.core.management
import django.db.models  # noqa: F401
import hubspot  # noqa: F401
import simple_salesforce  # noqa: F401

import cli

_FORKS = multiprocessing.get_context("forkserver")


def run(arguments: Sequence[str], environment: Mapping[str, str], stdin: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, with these variables and no others."""
    _FORKS.set_forkserver_preload([__name__])
    with TemporaryDirectory() as name:
        files = [Path(name, each) for each in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin, encoding="utf-8")
        process = _FORKS.Process(target=_be_the_command, args=(list(arguments), dict(environment), files))
        process.start()
        process.join(timeout=300)
        if process.is_alive():
            process.kill()
            raise subprocess.TimeoutExpired(list(arguments), 300)
        assert process.exitcode is not None
        said, complained = (each.read_text(encoding="utf-8") for each in files[1:])
        return subprocess.CompletedProcess(list(arguments), process.exitcode, said, complained)


def _be_the_command(arguments: list[str], environment: dict[str, str], files: Sequence[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        opened = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT)
        os.dup2(opened, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
    sys.argv = ["-c", *arguments]
    try:
        cli.main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
