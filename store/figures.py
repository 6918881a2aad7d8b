"""Figures about the service, read from the database when somebody asks: none of them names a person or a rep."""

from __future__ import annotations

from store import heartbeat
from store.models import Known
from store.sql import now, rows
from store.waiting import open_counts


def runs_by_state() -> dict[str, int]:
    """How many runs there were, by state; all of them, since runs are never deleted."""
    return {state: int(number) for state, number in rows("SELECT state, COUNT(*) FROM store_run GROUP BY state")}


def last_run() -> tuple[float, float] | None:
    """Seconds since the last pass that was done ended, and how long it took; `None` where there was none yet."""
    found = rows(
        "SELECT ended_at, started_at FROM store_run WHERE state = 'done' AND stage <> 'audit' ORDER BY id DESC LIMIT 1"
    )
    return ((now() - found[0][0]) / 1000, (found[0][0] - found[0][1]) / 1000) if found else None


def ages() -> dict[str, float]:
    """Seconds since the oldest of each kind began to wait: touches to plan, writes to send, messages that are due."""
    at = now()
    oldest = {
        "touch": rows("SELECT MIN(at) FROM store_touch"),
        "intent": rows("SELECT MIN(at) FROM store_intent WHERE state IN ('planned', 'sent')"),
        "delivery": rows("SELECT MIN(due_at) FROM store_delivery WHERE state = 'waiting' AND due_at <= %s", [at]),
    }
    return {kind: max(0.0, (at - found[0][0]) / 1000) if found[0][0] else 0.0 for kind, found in oldest.items()}


def usage() -> dict[str, dict[str, int | None]]:
    """By system: `calls` made so far, and of its daily quota what was `used` and is `allowed` by its last answer."""
    found = Known.objects.filter(key__startswith="usage.").values_list("key", "value")
    return {key.removeprefix("usage."): value for key, value in found}


def open_gaps() -> dict[str, int]:
    """How many gaps are open, by the side that owes."""
    counts = dict.fromkeys(("marketing", "sales", "both"), 0)
    found = rows("SELECT COALESCE(owed_by, 'both'), COUNT(*) FROM store_gap GROUP BY COALESCE(owed_by, 'both')")
    return counts | {side: int(number) for side, number in found}


def waiting() -> dict[str, int]:
    """How many conflicts, held values and dead letters wait for somebody."""
    return open_counts()


def heartbeat_age() -> int | None:
    """Seconds since a worker last gave a sign of life."""
    return heartbeat.age()
