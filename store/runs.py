"""One run at a time, advanced by short steps: who is at work, since when, and what came of it.

Whoever takes a run gets a fencing number. The number is asked for in every transaction that the run's work commits, so
that a worker which was taken for dead, and lives, changes nothing any more.
"""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import F

from store.models import Run
from store.sql import execute, lock_until_commit, now
from sync.brakes import Totals

LEASE = 3 * 60 * 1000
"""How long a holder may be silent before another takes over, in milliseconds; longer than any batch takes."""
GRACE = 60 * 1000
"""How long after a step the next one may let wait for itself before a new run may begin."""
STALE = 5 * 60 * 1000
"""After this much more a run does not go on where it stood: what it decided may be overtaken, and is decided anew."""
MOST_LOSSES = 12
"""How many holders may be lost in one stage before a run counts as failed, and passes rest."""

_numbers = itertools.count(1)
_held: set[str] = set()
"""The holders of this process that are at work: two threads of it are told apart."""
_fence: ContextVar[tuple[int, int]] = ContextVar("fence", default=(0, 0))
"""The run that this thread holds, and its fencing number."""


class AnotherRun(Exception):
    """Somebody else is at work on this store; the message says who, and until when."""


@transaction.atomic
def start_run(stage: str = "pull", progress: Mapping[str, Any] | None = None) -> int:
    """Begin a run, hold it, and return its number. Raises AnotherRun while another one is alive.

    A run whose lease is over, or whose process is gone from this machine, counts as dead: its work is taken over.
    """
    lock_until_commit("run")
    for other in Run.objects.select_for_update().filter(state="running"):
        if other.lease_until > now() and (not other.holder or _is_alive(other.holder)):
            who = other.holder.rpartition(":")[0] or "between two steps"
            raise AnotherRun(f"run {other.id} ({who}) is at work: wait until it ends, or stop that process")
        other.state, other.ended_at = "failed", now()
        other.save(update_fields=["state", "ended_at"])
    run = Run.objects.create(
        started_at=now(), lease_until=now() + LEASE, holder=_take(), stage=stage, fence=1, progress=dict(progress or {})
    )
    _fence.set((run.id, 1))
    return run.id


def resumable() -> Run | None:
    """The run that waits for its next step: nobody holds it, or its holder is known to be dead."""
    run = Run.objects.filter(state="running").order_by("-id").first()
    if run is None or _is_held(run) or run.lease_until < now() - STALE or run.losses >= MOST_LOSSES:
        return None
    return run


def at_work() -> int | None:
    """The run that somebody holds, or whose next step is on its way; asked before anything is built for another one."""
    run = Run.objects.filter(state="running").order_by("-id").first()
    is_on_its_way = run is not None and not run.holder and run.lease_until > now()
    return run.id if run is not None and (is_on_its_way or _is_held(run)) else None


def claim(number: int, stage: str) -> tuple[Run, bool] | None:
    """Hold the next step of a run, and say whether its last holder was lost; `None` where it is not to be had."""
    run = resumable()
    if run is None or run.id != number or run.stage != stage:
        return None
    mine = Run.objects.filter(id=number, state="running", stage=stage, fence=run.fence, holder=run.holder)
    holder, lost = _take(), int(bool(run.holder))
    if not mine.update(fence=F("fence") + 1, holder=holder, lease_until=now() + LEASE, losses=F("losses") + lost):
        _held.discard(holder)
        return None
    _fence.set((number, run.fence + 1))
    return run, bool(lost)


@contextmanager
def holding() -> Iterator[None]:
    """Within it a run is started or claimed; after it this thread holds none, whatever came of it."""
    before = set(_held)
    try:
        yield
    finally:
        _held.intersection_update(before)
        _fence.set((0, 0))


def renew(run: int) -> None:
    """Still at work. Raises AnotherRun where another process has taken over."""
    number, fence = _fence.get()
    renewed = "UPDATE store_run SET lease_until = %s WHERE id = %s AND state = 'running' AND fence = %s"
    if not execute(renewed, [now() + LEASE, run, fence if number == run else -1]):
        raise AnotherRun(f"run {run} was taken over by another process, and stops here")


def save_step(run: int, stage: str, progress: Mapping[str, Any]) -> None:
    """What the next step must know. Raises AnotherRun where another process has taken over."""
    if not _mine(run).update(stage=stage, progress=dict(progress), losses=0, lease_until=now() + LEASE):
        raise AnotherRun(f"run {run} was taken over by another process, and stops here")


def let_go(run: int) -> None:
    """Whoever comes next may hold the run."""
    _mine(run).update(holder="", lease_until=now() + GRACE)


def end_run(run: int, state: str, result: Mapping[str, Any]) -> None:
    """Close a run with what it came to, unless another process has taken it over."""
    _mine(run).update(state=state, ended_at=now(), result=dict(result))


def add_totals(run: int, object_name: str, totals: Totals) -> None:
    """In the transaction that stores a run's plans: what they would delete, blank and overwrite."""
    whole = totals_of(run)
    known = whole.setdefault(object_name, Totals())
    known += totals
    Run.objects.filter(id=run).update(totals={name: each.as_dict() for name, each in whole.items()})


def totals_of(run: int) -> dict[str, Totals]:
    """By object, what a run would delete, blank and overwrite."""
    found: dict[str, dict[str, int]] = Run.objects.values_list("totals", flat=True).get(id=run)
    return {name: Totals(**each) for name, each in found.items()}


def braked_totals(run: int) -> Totals | None:
    """What a braked run would have changed, or `None` where there is no such run."""
    if not Run.objects.filter(id=run, state="braked").exists():
        return None
    whole = Totals()
    for each in totals_of(run).values():
        whole += each
    return whole


def _mine(run: int) -> Any:
    number, fence = _fence.get()
    return Run.objects.filter(id=run, state="running", fence=fence if number == run else -1)


def _take() -> str:
    holder = f"{socket.gethostname()}:{os.getpid()}:{next(_numbers)}"
    _held.add(holder)
    return holder


def _is_held(run: Run) -> bool:
    return bool(run.holder) and run.lease_until > now() and _is_alive(run.holder)


def _is_alive(holder: str) -> bool:
    """Whether a holder may still be at work; of another machine nobody knows."""
    host, _, rest = holder.partition(":")
    if host != socket.gethostname():
        return True
    process = int(rest.partition(":")[0])
    if process == os.getpid():
        return holder in _held
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
