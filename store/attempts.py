"""Attempts: work that workers were lost over is taken again in ever smaller batches, and at last kept for a person.

A claim counts as an attempt until its outcome is stored. Whoever is killed in between leaves the count behind: a
thousand records are tried again thirty at a time, these one by one, and what is left over was at hand each time.
"""

from __future__ import annotations

import orjson

from connectors.base import Policy, Refused
from store.sql import execute, execute_many, now, rows, rows_in

MOST = 3
"""How many workers may be lost over one record."""
LOST = "WORKER_LOST"
FREE = """attempts = store_touch.attempts - CASE WHEN store_touch.run_id IS NULL THEN 0 ELSE 1 END, run_id = NULL"""
"""Sets what was touched anew while a run had claimed it: that claim is void, and no attempt."""
_SMALLER = 32
_MESSAGE = (
    "three workers ended while they were at work on this record, the last time on it alone: read their log for what "
    "ended them (memory, a time limit, a defect), mend it or the record, then change the record and it is tried again"
)
_BURY = """INSERT INTO store_deadletter (object, ref, side, code, message, changes, at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def batch_size(limit: int, attempts: int) -> int:
    """How many records to take at once that have so many attempts behind them.

    >>> [batch_size(1000, attempts) for attempts in (0, 1, 2, 3)]
    [1000, 31, 1, 1]
    """
    if attempts < 1:
        return limit
    return max(1, limit // _SMALLER) if attempts < MOST - 1 else 1


def park(sides: dict[str, str]) -> None:
    """Make dead letters of the touches and intents over which too many workers were lost; `sides` by system.

    In the caller's transaction, when nothing of them is at hand any more.
    """
    touches = rows("SELECT object, ref FROM store_touch WHERE run_id IS NULL AND attempts >= %s", [MOST])
    intents = rows(
        """SELECT object, source, side, changes, id FROM store_intent
           WHERE state IN ('planned', 'sent') AND state = 'sent' AND attempts >= %s""",
        [MOST],
    )
    dead = [(name, ref, sides.get(ref.partition(":")[0], ""), "{}") for name, ref in touches]
    dead += [(name, source, side, _only_new(changes)) for name, source, side, changes, _ in intents]
    _close([(ref, side) for _, ref, side, _ in dead])
    execute_many(_BURY, [(name, ref, side, LOST, _MESSAGE, changes, now()) for name, ref, side, changes in dead])
    execute_many("DELETE FROM store_touch WHERE ref = %s", [(ref,) for _, ref in touches])
    execute_many("UPDATE store_intent SET state = 'refused' WHERE id = %s", [(row[4],) for row in intents])


def revive(refs: set[str]) -> None:
    """These were planned, and the worker lives: what was kept because workers were lost is over."""
    found = rows_in(
        f"""SELECT ref, side FROM store_deadletter
            WHERE closed_at IS NULL AND code = '{LOST}' AND ref IN ({{keys}})""",
        refs,
    )
    _close(list(found))


def give_back(run: int) -> None:
    """What a run has at hand was not at fault: this try does not count."""
    execute("UPDATE store_touch SET attempts = attempts - 1, run_id = NULL WHERE run_id = %s", [run])
    execute("UPDATE store_intent SET attempts = attempts - 1 WHERE state = 'sent' AND run_id = %s", [run])


def _close(refs: list[tuple[str, str]]) -> None:
    execute_many(
        "UPDATE store_deadletter SET closed_at = %s WHERE ref = %s AND side = %s AND closed_at IS NULL",
        [(now(), ref, side) for ref, side in refs],
    )


def _only_new(changes: str) -> str:
    """The written values of an intent, as a dead letter keeps them."""
    return orjson.dumps({name: each["new"] for name, each in orjson.loads(changes).items()}).decode()


def lost() -> Refused:
    """How work that too many workers were lost over is answered."""
    return Refused(Policy.DEAD, LOST, _MESSAGE)
