"""The worker's heartbeat: a row that beat writes through the queue, so that it stops when any of them does."""

from __future__ import annotations

from store import known
from store.models import Known
from store.sql import now

STALE = 180
"""Seconds without a heartbeat after which the worker counts as gone."""
_KEY = "worker.heartbeat"


def beat() -> None:
    """A worker is at work, now."""
    known.learn(_KEY, True)


def age() -> int | None:
    """Seconds since the last heartbeat, or `None` where there never was one."""
    found = Known.objects.filter(key=_KEY).first()
    return None if found is None else max(0, (now() - found.read_at) // 1000)
