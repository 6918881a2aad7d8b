"""`python -m benchmarks.sync`: what passes cost: calls, growth and memory against their bounds, and CPU as measured.

One table: the gated lines with bound and verdict, then the measured ones. Calls are those that reached the sandbox,
whose quotas are off; CPU is our process's own, and no bound asks for seconds. Exit code 1 where a bound is missed.
`--full` takes the sizes that the bounds are meant for, and an hour; without it they are a twenty-fifth. `--profile`
says instead which functions take the most CPU in a first sync and in passes over changes.
"""

from __future__ import annotations

import argparse
import json
import os
import pstats
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.processes import ROOT, sandbox, seed, settings

CHANGED = 1_000
KNOWN_TO_HUBSPOT = 0.8
"""Four of five made-up people are contacts in HubSpot."""
LINES = 50
Pass = dict[str, Any]
BOUNDS = {
    ("marketing to sales", "contact"): ("changed contacts marketing to sales", 16),
    ("sales to marketing", "contact"): ("changed contacts sales to marketing", 26),
    ("activities, marketing to sales", "activity"): ("new activities marketing to sales", 40),
    ("activities, sales to marketing", "activity"): ("new activities sales to marketing", 40),
}
"""By pass and object: what happens in it, and how many calls it may cost."""


class Sizes(NamedTuple):
    """Contacts of two first syncs, people of the daily passes, and linked pairs of the last ones."""

    few: int
    many: int
    people: int
    linked: int


SIZES, FULL = Sizes(2_000, 8_000, 2_000, 20_000), Sizes(50_000, 200_000, 10_000, 500_000)


class Line(NamedTuple):
    """A line of the table; `most` is its bound, none where it is only measured."""

    name: str
    met: float
    most: float | None = None
    note: str = ""

    def __str__(self) -> str:
        verdict = "" if self.most is None else "PASS" if self.holds else "FAIL"
        bound = "" if self.most is None else f"<= {self.most:g}"
        return f"{self.name:56}{bound:>9}{self.met:11,.2f}  {verdict:5}{self.note}".rstrip()

    @property
    def holds(self) -> bool:
        return self.most is None or self.met <= self.most


def main() -> int:
    """Measure, print the table, and say by the exit code whether the bounds hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--at-once", action="store_true", help="the three installations beside each other")
    options = parser.parse_args()
    sizes = FULL if options.full else SIZES
    days = sizes.people, "daily", str(CHANGED), str(sizes.linked)
    if options.profile:
        _passes(*days, profile=True)
        return 0
    with ThreadPoolExecutor(3 if options.at_once else 1) as pool:
        rest = [pool.submit(_passes, int(size / KNOWN_TO_HUBSPOT), "first") for size in (sizes.many, sizes.few)]
        daily = pool.submit(_passes, *days).result()
        many, few = (each.result()[0] for each in rest)
    lines = [*_calls(daily), *_growth(daily, few, many, sizes), *_cpu(daily, many)]
    print(f"{'':56}{'bound':>9}{'measured':>11}")
    for line in lines:
        print(line)
    return 0 if all(line.holds for line in lines) else 1


def _calls(daily: list[Pass]) -> list[Line]:
    """A pass asks every object once what has changed: what it asks of other objects than those that changed is taken
    off the bounded figure, and the whole pass said beside it."""
    lines = []
    idle = next(each for each in daily if each["name"] == "idle")
    for (name, object_name), (what, most) in BOUNDS.items():
        calls = max(sum(each["calls"].values()) for each in daily if each["name"] == name)
        written = min(each["written"] for each in daily if each["name"] == name)
        others = sum(idle["calls"].values()) - idle["own"][object_name]
        note = f"{calls} in the whole pass, {others} of them idle questions about others; {written:,} written"
        lines.append(Line(f"calls, {CHANGED:,} {what}", calls - others, most, note))
    for system, objects in idle["objects"].items():
        calls = idle["calls"][system] / objects
        note = f"{idle['calls'][system]} calls, {objects} objects"
        lines.append(Line(f"calls, an idle pass, for each object in {system}", calls, 2, note))
    return lines


def _growth(daily: list[Pass], few: Pass, many: Pass, sizes: Sizes) -> list[Line]:
    there = next(each["linked"] for each in daily if each["name"] == "marketing to sales")
    linked = next(each["linked"] for each in daily if each["name"] == "among many")
    cost = _middle(daily, "among many") / _middle(daily, "marketing to sales")
    memory = many["peak_mib"] / few["peak_mib"]
    note = f"{few['peak_mib']:.0f} and {many['peak_mib']:.0f} MiB"
    return [
        Line(f"CPU, {CHANGED:,} changes among {linked:,} / among {there:,}", cost, 1.3),
        Line(f"memory, a first sync of {sizes.many:,} / of {sizes.few:,}", memory, 1.3, note),
    ]


def _cpu(daily: list[Pass], many: Pass) -> list[Line]:
    first = many["cpu_seconds"] * 1_000_000
    lines = [
        Line(f"CPU us, a changed contact, {name}", _middle(daily, name) / CHANGED * 1_000_000, None, "aim 300")
        for name in ("marketing to sales", "sales to marketing")
    ]
    note = f"aim 250; {many['read']:,} read, {many['written']:,} written, {many['linked']:,} linked"
    return [*lines, Line("CPU us, a first sync, for each record read", first / many["read"], None, note)]


def _middle(daily: list[Pass], name: str) -> float:
    """The median CPU seconds of the passes of a name."""
    return float(median(each["cpu_seconds"] for each in daily if each["name"] == name))


def _passes(people: int, *scenario: str, profile: bool = False) -> list[Pass]:
    """Fill both systems with people, and run a scenario in a fresh process."""
    with sandbox() as urls, TemporaryDirectory() as directory:
        seed(urls, people)
        environment = settings(urls, Path(directory))
        profiled = Path(directory) / "profile"
        how = ["-m", "cProfile", "-o", str(profiled), "-m"] if profile else ["-m"]
        command = [sys.executable, *how, "benchmarks.passes", *scenario]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True
        )
        if profile:
            pstats.Stats(str(profiled)).sort_stats("tottime").print_stats(LINES)
    return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
