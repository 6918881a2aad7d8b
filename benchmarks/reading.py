"""`python -m benchmarks.reading`: what reading contacts into records and facts costs, against a hand-written floor.

Both read the same sandbox over HTTP in turns, each time in a fresh process, and the median of the rounds counts. Exit
code 1 where a bound fails: three times the floor's time, 200 MiB, 1.2 times the memory for five times the contacts.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.floor import FIELDS
from benchmarks.measure import Figures, middle
from benchmarks.processes import run, sandbox, seed

PEOPLE = 125_000
"""Four of five people are known to HubSpot: 100,000 contacts."""
FEW = 5
"""How many times fewer contacts the first reading meets, for the growth of memory."""
ROUNDS = 3
MOST_TIME = 3.0
MOST_MIB = 200.0
MOST_GROWTH = 1.2
FLOOR, PRODUCT = "benchmarks.floor", "benchmarks.product"


def main() -> int:
    """Measure, print the table and the bounds, and say by the exit code whether they hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with sandbox() as urls:
        seed(urls, options.people // FEW)
        few = middle([_reading(PRODUCT, urls) for _ in range(options.rounds)])
        seed(urls, options.people)
        rounds = [_both(urls) for _ in range(options.rounds)]
    floor, product = middle([each for each, _ in rounds]), middle([each for _, each in rounds])
    print(f"{'':22}{'records':>9}{'seconds':>9}{'CPU s':>8}{'us/record':>11}{'peak MiB':>10}")
    for name, figures in (("floor", floor), ("product", product), ("product, fewer", few)):
        print(_line(name, figures))
    times = [product.seconds / floor.seconds for floor, product in rounds]
    cpu_times = [product.cpu_seconds / floor.cpu_seconds for floor, product in rounds]
    print(f"{'ratio':31}{median(times):9.2f}{median(cpu_times):8.2f}")
    print(f"ratio by round: {', '.join(f'{time:.2f}' for time in times)}")
    return 0 if _judge(median(times), product, few) else 1


def _both(urls: dict[str, str]) -> tuple[Figures, Figures]:
    """One round: the floor, then the product, which must have stored the same."""
    with TemporaryDirectory() as directory:
        floor, product = run(FLOOR, urls, Path(directory)), run(PRODUCT, urls, Path(directory))
        _compare(Path(directory))
    return floor, product


def _reading(module: str, urls: dict[str, str]) -> Figures:
    with TemporaryDirectory() as directory:
        return run(module, urls, Path(directory))


def _compare(directory: Path) -> None:
    """Both stored the same bytes and the same values; raises SystemExit where they did not."""
    database = sqlite3.connect(directory / "entente.sqlite3")
    database.execute("ATTACH ? AS floor", [str(directory / "floor.sqlite3")])
    columns = ", ".join(["ref", "owner", "stage", "modified_at", *(f"f_{name}" for name in FIELDS)])
    facts = f"SELECT {columns} FROM facts_contact", f"SELECT {columns} FROM floor.facts"
    kept = "ref, owner, modified_at, email, payload"
    records = f"SELECT {kept} FROM store_record", f"SELECT {kept} FROM floor.record"
    for one, other in (facts, facts[::-1], records, records[::-1]):
        difference = database.execute(f"{one} EXCEPT {other} LIMIT 1").fetchone()
        if difference:
            raise SystemExit(f"The two readings differ: only one has {difference}")
    database.close()


def _line(name: str, figures: Figures) -> str:
    return (
        f"{name:22}{figures.records:9,}{figures.seconds:9.2f}{figures.cpu_seconds:8.2f}"
        f"{figures.microseconds:11.1f}{figures.peak_mib:10.1f}"
    )


def _judge(time: float, product: Figures, few: Figures) -> bool:
    """Print each bound with what was met; whether all hold."""
    bounds = [
        ("time, product / floor", time, MOST_TIME),
        ("peak memory, MiB", product.peak_mib, MOST_MIB),
        (f"memory, {product.records:,} / {few.records:,}", product.peak_mib / few.peak_mib, MOST_GROWTH),
    ]
    for name, met, most in bounds:
        print(f"{'PASS' if met <= most else 'FAIL'}  {name:34} {met:7.2f}  at most {most:g}")
    return all(met <= most for _, met, most in bounds)


if __name__ == "__main__":
    sys.exit(main())
