"""What workers do: each function is one task, whole in itself, and may be killed or repeated at any moment."""

from __future__ import annotations

import logging
import time
from typing import Any

from structlog.contextvars import bound_contextvars

from config.environment import environment
from reports.stored import NothingRead
from store import desk, due, runs
from store.heartbeat import beat
from wiring import build, digests, load_configuration, passes
from wiring.queue import enqueue

LONG_ENOUGH = 45
"""Seconds after which a step lets the next one go on: far below the time limits, and the visibility timeout."""
TASKS = {"pull": "pull", "plan": "plan_round", "apply": "apply", "audit": "audit", "undo": "undo", "undone": "undo"}
"""By stage of a run, the task that does it."""
_log = logging.getLogger("entente.tasks")


def pull(run: int | None = None) -> None:
    """Begin a pass over what changed, or read on in one; a braked round that ops let pass may change as much now.

    Nothing begins while another run is at work, or while passes rest because the last ones failed or were braked. A
    run that a lost worker left behind goes on where it stood.
    """
    if run is not None:
        _go_on(run, "pull")
    elif left := runs.resumable():
        _go_on(left.id, left.stage)
    elif seconds := due.rest(release := desk.released()):
        _log.info("the last passes came to nothing: the next one begins in %s s", seconds)
    else:
        _begin("pull", release)


def plan_round(run: int) -> None:
    """Decide what to do about the records that a run found touched."""
    _go_on(run, "plan")


def apply(run: int) -> None:
    """Write what a run decided."""
    _go_on(run, "apply")


def audit(run: int | None = None) -> None:
    """Ask every rule about every record again: what depends on the day changes without a change of a record.

    It is asked for more than once a night, since a pass may be at work; one audit is enough.
    """
    if run is not None:
        _go_on(run, "audit")
    elif not due.is_audited():
        _begin("audit")


def undo(run: int) -> None:
    """Go on with an undo that was begun at the command line, and whose process is gone."""
    for stage in ("undo", "undone"):
        _go_on(run, stage)


def sweep() -> None:
    """Wake up what waits and no run has at hand, whatever became of the message about it."""
    if left := runs.resumable():
        _enqueue(left.id, left.stage)
    elif due.is_anything_due():
        enqueue("pull")


def heartbeat() -> None:
    """Leave a sign that messages reach a worker, and that it reaches the database."""
    beat()


def send_digests() -> None:
    """Write the digests that are due and send what waits; until something has been read there is nothing to say."""
    settings = environment()
    try:
        digests.send_digests(settings, load_configuration(settings.config_dir))
    except NothingRead as nothing:
        _log.info("%s", nothing)


def _begin(stage: str, release: int | None = None) -> None:
    """Start a run and do its first step, unless another one is at work."""
    if (busy := runs.at_work()) is not None:
        _log.info("run %s is at work already", busy)
        return
    service = build()
    try:
        with runs.holding():
            run = passes.begin(service, release) if stage == "pull" else runs.start_run(stage)
            _advance(service, run)
    except runs.AnotherRun as other:
        _log.info("%s", other)


def _go_on(run: int, stage: str) -> None:
    """Do the next step of a run, unless another worker has it or had it."""
    service = build()
    try:
        with runs.holding():
            if passes.resume(service, run, stage):
                _advance(service, run)
    except runs.AnotherRun as other:
        _log.info("%s", other)


def _advance(service: Any, run: int) -> None:
    """One step; the next one is a task of its own."""
    started = time.monotonic()
    with bound_contextvars(run=run):
        result = passes.step(service, run, enough=lambda: time.monotonic() - started > LONG_ENOUGH)
        match result["state"]:
            case "running":
                runs.let_go(run)
                _enqueue(run, result["stage"])
            case "braked":
                reasons = "; ".join(result["braked"])
                _log.warning("run %s was braked before its first write: this round %s", run, reasons)
            case _:
                told = ("pulled", "created", "updated", "conflicts", "held", "dead")
                _log.info("run %s is done: %s", run, {name: result[name] for name in told if name in result})


def _enqueue(run: int, stage: str) -> None:
    enqueue(TASKS[stage], run)
