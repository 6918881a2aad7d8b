"""What hand-offs go by in a pass: campaigns as they were looked up, and whether hand-offs were just switched on.

Campaigns are looked up once an hour, and in every pass while nobody can join one of them; once that is mended, whoever
waited is looked at again (readiness.py).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from crm.record import Side
from store import known
from sync.handoff import Campaign, Standing
from sync.mapping import Mapping, ObjectMap
from wiring.campaigns import handing_off, look_up, named
from wiring.checking import tasks_per_form

if TYPE_CHECKING:
    from wiring.service import Service

_FOUND = "campaigns"


def standing(service: Service) -> Standing:
    """What the follow-ups of this pass go by."""
    names = named(service.mapping)
    able = service.references.owners().able if tasks_per_form(service.mapping) else {}
    reps = frozenset(native for (_, side), native in able.items() if side is Side.SALES)
    if not names:
        return Standing(reps=reps)
    found = known.recall(_FOUND, max_age=known.HOUR) or {}
    if sorted(found) != names or any(each["trouble"] for each in found.values()):
        looked_up = look_up(service.connectors[Side.SALES], names)
        found = {name: asdict(each) for name, each in looked_up.items()}
        known.learn(_FOUND, found)
    begins = any((known.recall(_key(each)) or {}).get("begins") for each in handing_off(service.mapping))
    return Standing({name: Campaign(**each) for name, each in found.items()}, begins, reps)


def follow(object_map: ObjectMap) -> None:
    """Notice where hand-offs were switched on, or go by another field now: until a whole round was planned, whoever is
    linked counts as handed over."""
    mapped, kept = object_map.handoff_campaign, known.recall(_key(object_map))
    if mapped is None and kept is not None:
        known.forget(_key(object_map))
    elif mapped is not None and (kept is None or kept["by"] != mapped.by):
        known.learn(_key(object_map), {"by": mapped.by, "begins": True})


def have_begun(mapping: Mapping) -> None:
    """A whole round was planned: whoever was linked before it is noted."""
    for object_map in handing_off(mapping):
        kept = known.recall(_key(object_map))
        if kept and kept["begins"]:
            known.learn(_key(object_map), {**kept, "begins": False})


def _key(object_map: ObjectMap) -> str:
    return f"handoff.{object_map.name}."
