"""The history: one line per field that was written, with what it overwrote."""

from __future__ import annotations

from collections.abc import Sequence

from crm.record import Ref, Value
from crm.values import dump
from store.sql import execute_many, now
from sync.outcomes import FieldChange

Line = tuple[object, ...]


def line(run: int, ref: Ref, change: FieldChange, new: Value) -> Line:
    """One change of a record: `new` is what its system made of the value."""
    old, after = dump(change.old), dump(new)
    return (run, str(ref), change.side.value, change.field, old, after, change.rule, change.reason, now())


def write_history(lines: Sequence[Line]) -> None:
    """Add these lines, in the caller's transaction."""
    execute_many(
        """INSERT INTO store_change (run_id, ref, side, field, old, new, rule, reason, at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        lines,
    )
