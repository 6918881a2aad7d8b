"""One run at a time: who is at work, since when, and what came of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from store.models import Run
from store.sql import lock_until_commit, now
from sync.brakes import Totals

LEASE = 15 * 60 * 1000
"""How long a run may be silent before another takes over, in milliseconds; longer than any batch takes."""


class AnotherRun(Exception):
    """Somebody else is at work on this store; the message says who, and until when."""


@transaction.atomic
def start_run() -> int:
    """Begin a run and return its number. Raises AnotherRun while another one is alive.

    A run whose lease is over, or whose process is gone from this machine, counts as dead: its work is taken over.
    """
    lock_until_commit("run")
    for other in Run.objects.select_for_update().filter(state="running"):
        if other.lease_until > now() and _is_alive(other.holder):
            raise AnotherRun(f"run {other.id} ({other.holder}) is at work: wait until it ends, or stop that process")
        other.state, other.ended_at = "failed", now()
        other.save(update_fields=["state", "ended_at"])
    return Run.objects.create(started_at=now(), lease_until=now() + LEASE, holder=_holder()).id


def renew(run: int) -> None:
    """Still at work. Raises AnotherRun where another process has taken over."""
    if not Run.objects.filter(id=run, state="running").update(lease_until=now() + LEASE):
        raise AnotherRun(f"run {run} was taken over by another process, and stops here")


def end_run(run: int, state: str, result: Mapping[str, Any], totals: Totals | None = None) -> None:
    """Close a run with what it came to; `totals` of a braked one say what a release allows."""
    found = {name: getattr(totals, name) for name in ("deletes", "blanks", "overwrites")} if totals else {}
    Run.objects.filter(id=run).update(state=state, ended_at=now(), result=dict(result), totals=found)


def braked_totals(run: int) -> Totals | None:
    """What a braked run would have changed, or `None` where there is no such run."""
    found = Run.objects.filter(id=run, state="braked").first()
    return Totals(**found.totals) if found else None


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_alive(holder: str) -> bool:
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()
