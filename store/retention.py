"""Forgets the values of long ago: who wrote which field when, and by which rule, stays; what it held does not.

Batches of one short transaction each; where it is cut short, the next night goes on. All times in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from store import known
from store.sql import CHUNK, execute, now, rows

DAY = 24 * 60 * 60 * 1000
_AT = "retention.changes"
"""Up to which line of the history the values are gone."""

_OLD = (
    # Closed questions keep what was asked and who answered.
    """UPDATE store_conflict SET base = NULL, marketing = NULL, sales = NULL WHERE id IN (
       SELECT id FROM store_conflict WHERE closed_at < %s
       AND (base IS NOT NULL OR marketing IS NOT NULL OR sales IS NOT NULL) LIMIT {limit})""",
    """UPDATE store_decision SET marketing = NULL, sales = NULL WHERE id IN (
       SELECT id FROM store_decision WHERE closed_at < %s AND keep IN ('marketing', 'sales')
       AND (marketing IS NOT NULL OR sales IS NOT NULL) LIMIT {limit})""",
    """UPDATE store_deadletter SET changes = '{{}}', message = '' WHERE id IN (
       SELECT id FROM store_deadletter WHERE closed_at < %s AND message <> '' LIMIT {limit})""",
    # Of a write that is settled the history tells all that matters.
    """DELETE FROM store_intent WHERE id IN (
       SELECT id FROM store_intent WHERE at < %s AND state IN ('done', 'refused', 'dropped') LIMIT {limit})""",
    """DELETE FROM store_gapevent WHERE id IN (SELECT id FROM store_gapevent WHERE at < %s LIMIT {limit})""",
    # What was deleted in its system long ago, and belongs to nobody.
    """DELETE FROM store_record WHERE ref IN (
       SELECT r.ref FROM store_record r WHERE r.deleted AND r.merged_into IS NULL AND r.modified_at < %s
       AND NOT EXISTS (SELECT 1 FROM store_link l WHERE l.marketing = r.ref OR l.sales = r.ref) LIMIT {limit})""",
)


def forget_values(days: int) -> Iterator[int]:
    """Forget what is older than so many days, batch by batch; the caller may stop after each. Yields rows changed."""
    before = now() - days * DAY
    yield from _forget_changes(before)
    for sql in _OLD:
        while number := execute(sql.format(limit=CHUNK), [before]):
            yield number


def _forget_changes(before: int) -> Iterator[int]:
    """The history grows by its end only, so each night goes on where the last one ended."""
    last = int(known.recall(_AT) or 0)
    while found := rows(f"SELECT id, at FROM store_change WHERE id > %s ORDER BY id LIMIT {CHUNK}", [last]):
        old = [number for number, at in found if at < before]
        if not old:
            return
        with transaction.atomic():
            execute(
                """UPDATE store_change SET old = NULL, new = NULL, forgotten = %s
                   WHERE id > %s AND id <= %s AND at < %s""",
                [True, last, old[-1], before],
            )
            known.learn(_AT, old[-1])
        last = old[-1]
        yield len(old)
        if len(old) < len(found):
            return
