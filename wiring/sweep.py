"""Looks at linked records by their ids: a 24th of them each hour where a system does not tell what was deleted, and all
of them where its changes were not read for so long that it tells no more.

These calls are counted apart: they grow with what is linked, not with what changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.base import key_of
from crm.record import Ref, Side
from store import known, runs, sweeping, told

if TYPE_CHECKING:
    from wiring.service import Service

BATCH = 1_000
MARGIN = timedelta(days=1)
"""How long before a system forgets what was deleted the links are looked at."""
_log = logging.getLogger("entente.sweep")
Place = tuple[str, Side, str]
"""An object of the mapping, a side, and that system's object."""


def remember_overdue(service: Service) -> None:
    """Before changes are read: note what was not read for too long, so that a crash does not forget it."""
    for _, side, native_object in _places(service):
        window = service.connectors[side].deleted_window
        if window is not None:
            sweeping.overdue(f"{side}:{native_object}", _milliseconds(window - MARGIN))


def sweep(service: Service, run: int, enough: Callable[[], bool]) -> bool:
    """Look at what is due. Returns whether all of it was; the rest goes on with the next step."""
    for place in _places(service):
        _, side, native_object = place
        window = service.connectors[side].deleted_window
        key = f"{side}:{native_object}"
        part = sweeping.due(key) if window is None else sweeping.overdue(key, _milliseconds(window - MARGIN))
        while part is not None:
            part = _look(service, place, part)
            runs.renew(run)
            if part is not None and enough():
                return False
    return True


def _look(service: Service, place: Place, part: sweeping.Part) -> sweeping.Part | None:
    """Look at the next records of a part; returns what is left of it."""
    name, side, native_object = place
    connector = service.connectors[side]
    prefix = f"{connector.system}:{native_object}"
    found = sweeping.refs_of(part, side, prefix, BATCH)
    refs = [ref for _, ref in found] + sweeping.buried(part, prefix)
    if refs:
        fields = service.mapping.fields_asked(name, side, native_object, key_of(connector, native_object))
        records = connector.get_many(native_object, [ref.id for ref in refs], fields)
        linked = {ref for _, ref in found}
        missing = linked - {record.ref for record in records if not record.deleted}
        if not sweeping.is_believable(len(linked), len(missing)):
            _log.error(
                "%s does not show %s of %s linked %s by their ids: nothing is taken for deleted. Check what the "
                "integration user may see, then run `entente sync` again",
                connector.system, len(missing), len(linked), native_object,
            )  # fmt: skip
            missing = set[Ref]()
        service.records.saw(name, side, records, missing - _erased(service, place, part, missing))
    is_over = len(found) < BATCH
    sweeping.go_on(part, None if is_over else found[-1][0])
    return None if is_over else replace(part, after=found[-1][0])


def _erased(service: Service, place: Place, part: sweeping.Part, missing: set[Ref]) -> set[Ref]:
    """Of who is gone, those whom a system deleted for good at their request: the next pass erases them here."""
    _, side, native_object = place
    gone = sweeping.were_there(part, missing)
    if not gone:
        return set()
    ids = service.connectors[side].erased(native_object, sorted(ref.id for ref in gone))
    erased = {ref for ref in gone if ref.id in ids}
    told.keep((), erased, {})
    return erased


def _places(service: Service) -> Iterator[Place]:
    for name, object_map in service.mapping.objects.items():
        for side in Side:
            for native_object in object_map.object_names(side):
                yield name, side, native_object


def _milliseconds(window: timedelta) -> int:
    return int(window.total_seconds() * 1000)


def resting(service: Service) -> list[str]:
    """What is optional and of which there is nothing: it is asked for once an hour."""
    return [
        key
        for name, object_map in service.mapping.objects.items()
        for side in Side
        for key in [f"{side}:{native}" for native in object_map.object_names(side) if object_map.optional]
        if known.recall(f"read.{key}", max_age=known.HOUR) and not service.facts[name].has_any()
    ]
