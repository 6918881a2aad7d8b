"""`python -m benchmarks.sync`: what whole passes cost, in both directions: the first ones, their echo, an idle one.

A first pass that the brakes stop is followed by one that a person has let pass. Nothing here is judged. `--profile`
names the functions that take the most time in the first passes.
"""

from __future__ import annotations

import argparse
import os
import pstats
import time
from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.processes import sandbox, seed, settings

if TYPE_CHECKING:
    from wiring.service import Service

PEOPLE = 5_000
PASSES = ("first", "released", "echo", "its echo", "idle")
LINES = 45


def main() -> None:
    """Measure the passes over one sandbox, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with sandbox() as urls, TemporaryDirectory() as directory:
        seed(urls, options.people)
        os.environ |= settings(urls, Path(directory))
        service = _service()
        print(f"{'pass':12}{'read':>9}{'written':>9}{'calls':>7}{'seconds':>9}{'CPU s':>8}{'us/record':>11}")
        braked: int | None = None
        for name in PASSES:
            if name == "released" and braked is None:
                continue
            with _profiling(options.profile and name in {"first", "released"}):
                braked = _pass(name, service, braked)


def _service() -> Service:
    """An installation in which everybody takes part, set up."""
    from config.environment import environment
    from wiring import build, load_configuration

    service = build(configuration=load_configuration(environment().config_dir, everybody=True))
    service.set_up(service.setup_steps())
    return service


def _pass(name: str, service: Service, release: int | None) -> int | None:
    """One pass and its line; returns its run where the brakes stopped it."""
    started, cpu_started = time.perf_counter(), time.process_time()
    result: dict[str, Any] = service.sync(release)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    read, calls = sum(result["pulled"].values()), sum(result["calls"].values())
    written = sum(result["created"].values()) + sum(result["updated"].values())
    each = f"{seconds / read * 1_000_000:11.0f}" if read else f"{'-':>11}"
    is_braked = result["state"] == "braked"
    print(
        f"{name:12}{read:9,}{written:9,}{calls:7,}{seconds:9.2f}{cpu_seconds:8.2f}{each}{'  braked' * is_braked}",
        flush=True,
    )
    return int(result["run"]) if is_braked else None


@contextmanager
def _profiling(wanted: bool) -> Iterator[None]:
    """Where it is wanted, print which functions took the most time."""
    if not wanted:
        yield
        return
    with Profile() as profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(LINES)


if __name__ == "__main__":
    main()
