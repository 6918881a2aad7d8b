"""What HubSpot told by webhook, stored before it is answered: touches without values, and notices.

A touch says that a record may differ; it is read before anything is decided. A notice says what no later look can
show, and stays until it was carried out; a sweep leaves one, too. Told twice, late or in any order, the end is the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction

from crm.record import Ref
from store.records import TOUCH
from store.sql import execute_many, now, rows

ERASED = "erased"
_NOTICE = "INSERT INTO store_notice (kind, ref, at) VALUES (%s, %s, %s) ON CONFLICT (kind, ref) DO NOTHING"


@transaction.atomic
def keep(touched: Iterable[Ref], erased: Iterable[Ref], objects: Mapping[str, str]) -> int:
    """Store what was told; returns how many records were touched. `objects` gives the mapping's object by HubSpot's:
    what is not mapped is passed over, but for who was erased."""
    known = sorted((str(ref), objects[ref.object]) for ref in touched if ref.object in objects)
    execute_many(TOUCH, [(ref, object_name, False, now()) for ref, object_name in known])
    execute_many(_NOTICE, [(ERASED, str(ref), now()) for ref in sorted(erased, key=str)])
    return len(known)


def carry_out(erase: Callable[[list[Ref]], None]) -> int:
    """Have everybody erased who waits for it; returns how many. A notice is gone once `erase` has returned."""
    waiting = [ref for (ref,) in rows("SELECT ref FROM store_notice WHERE kind = %s ORDER BY ref", [ERASED])]
    if waiting:
        erase([Ref.parse(ref) for ref in waiting])
        execute_many("DELETE FROM store_notice WHERE kind = %s AND ref = %s", [(ERASED, ref) for ref in waiting])
    return len(waiting)
