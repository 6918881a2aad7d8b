"""What one process took for its work: records, seconds, CPU seconds, peak memory; printed as a line of JSON."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

MIB = 1024
"""`ru_maxrss` counts in KiB on Linux."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one process took. `peak_mib` is its peak since it started, start-up included."""

    records: int
    seconds: float
    cpu_seconds: float
    peak_mib: float

    @property
    def microseconds(self) -> float:
        """Per record, of wall time."""
        return self.seconds / self.records * 1_000_000


def measure(work: Callable[[], int]) -> None:
    """Do the work, which returns how many records it met, and print what it took."""
    started, cpu_started = time.perf_counter(), time.process_time()
    records = work()
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    print(json.dumps(asdict(Figures(records, seconds, cpu_seconds, peak))))


def middle(rounds: list[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(
        rounds[0].records,
        median(each.seconds for each in rounds),
        median(each.cpu_seconds for each in rounds),
        median(each.peak_mib for each in rounds),
    )
