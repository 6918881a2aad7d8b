"""Child processes: started one after the other when the one before is ready, started again when they die, all ended.

Each child leads a process group of its own, so that Ctrl-C reaches the supervisor alone and nothing is left behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MOST_DEATHS = 5
"""A child that dies more often than this without a quiet minute in between is not started again."""
QUIET = 60
LONGEST_PAUSE = 30
GRACE = 10
"""Seconds that a child has to end by itself."""
TAIL = 15
_TICK = 0.2


class GaveUp(Exception):
    """A child does not start or does not stay; the message names it and shows the end of its log."""


@dataclass
class Child:
    """One process: how to start it, how to know that it is ready, and what became of it."""

    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    patience: int = 60
    """Seconds to wait until it is ready."""
    is_restarted: bool = True
    """Not where it would begin with nothing that the others know."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)
    started_at: float = field(default=0, init=False)
    again_at: float | None = field(default=None, init=False)

    def spawn(self) -> None:
        """Start the process; what it says goes into its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                list(self.command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.started_at, self.again_at = time.monotonic(), None

    @property
    def exit_code(self) -> int | None:
        """How the process ended; `None` while it runs, or was never started."""
        return self.process.poll() if self.process else None

    def ask_to_end(self) -> None:
        """Let it finish what it has at hand."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the deadline; what is left of the group then is killed."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        return "\n".join([f"The last lines of {self.log}:", *(f"    {line}" for line in lines)])


class Supervisor:
    """Starts children in order, keeps them running, and ends them in the opposite order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._groups: list[tuple[Child, ...]] = []

    def start(self, *children: Child) -> None:
        """Start some more children at once; all of them are ready afterwards. Raises GaveUp."""
        self._groups.append(children)
        for child in children:
            child.spawn()
        for child in children:
            self._await(child)

    def _await(self, child: Child) -> None:
        deadline = child.started_at + child.patience
        while not child.is_ready():
            if child.exit_code is not None:
                raise GaveUp(f"{child.name} did not start (exit code {child.exit_code}). {child.last_words()}")
            if time.monotonic() > deadline:
                raise GaveUp(f"{child.name} was not ready within {child.patience} s. {child.last_words()}")
            time.sleep(_TICK)
        self._say(f"{child.name.capitalize():<11} ready after {time.monotonic() - child.started_at:.1f} s")

    def watch(self) -> None:
        """Keep all children running until a signal comes. Raises GaveUp for one that does not stay."""
        while True:
            for child in (child for group in self._groups for child in group):
                self._look_after(child)
            time.sleep(_TICK)

    def stop(self) -> None:
        """No child runs any more: those that were started last end first, and each within seconds."""
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, signal.SIG_IGN)
        for group in reversed(self._groups):
            deadline = time.monotonic() + GRACE
            for child in group:
                child.ask_to_end()
            for child in group:
                child.end(deadline)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.again_at is not None:
            if now >= child.again_at:
                child.spawn()
                self._say(f"{child.name} runs again")
            return
        if child.exit_code is None:
            return
        child.end(now)  # what it forked goes with it
        child.deaths = 1 if now - child.started_at > QUIET else child.deaths + 1
        if not child.is_restarted or child.deaths > MOST_DEATHS:
            raise GaveUp(f"{child.name} ended (exit code {child.exit_code}), and so does all. {child.last_words()}")
        pause = min(1 << (child.deaths - 1), LONGEST_PAUSE)
        self._say(f"{child.name} ended (exit code {child.exit_code}): it starts again in {pause} s; {child.log}")
        child.again_at = now + pause
