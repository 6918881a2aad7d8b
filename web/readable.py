"""References and owners as people read them: the name of what they lead to, in place of what stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm.record import Ref
from crm.values import REFERRING
from store.models import Link, Rep
from sync.mapping import ObjectMap
from sync.references import OWNER
from web.records import names, short

Cell = tuple[str, str, str | None]
"""An object (the mapping's, or a system's), a field, and what is kept of its value."""
Readable = Mapping[Cell, str]


def readable(objects: Mapping[str, ObjectMap], cells: Iterable[Cell]) -> dict[Cell, str]:
    """What to show in place of these values; whatever is no reference and no owner is left out, and stays as it is."""
    wanted = {cell: cell[2].split(";") for cell in cells if cell[2] and _refers(objects, cell)}
    parts = {part for each in wanted.values() for part in each}
    if not parts:
        return {}
    links = dict(Link.objects.filter(id__in=[part for part in parts if part.isdigit()]).values_list("id", "sales"))
    called = {
        part: ref for part in parts if (ref := links.get(int(part)) if part.isdigit() else _record(objects, part))
    }
    by_ref = names(objects, called.values())
    reps = dict(Rep.objects.filter(id__in=parts).values_list("id", "name"))
    shown = {part: reps.get(part) or by_ref.get(called.get(part, "")) or _plain(part) for part in parts}
    return {cell: ", ".join(shown[part] for part in each) for cell, each in wanted.items()}


def _refers(objects: Mapping[str, ObjectMap], cell: Cell) -> bool:
    name, field, _ = cell
    homes = (each for each in objects.values() if name in (each.name, *each.marketing, *each.sales))
    return any(field in each.fields and each.fields[field].type in REFERRING for each in homes)


def _record(objects: Mapping[str, ObjectMap], text: str) -> str | None:
    """The record behind the own text of one without a link; of several homes the last one, which people become."""
    if text.count(":") < 2:
        return None
    ref = Ref.parse(text)
    object_map = objects.get(ref.object)
    homes = (object_map.marketing if ref.system == "hubspot" else object_map.sales) if object_map else []
    return str(Ref(ref.system, homes[-1], ref.id)) if homes else None


def _plain(text: str) -> str:
    return short(text) if text.count(":") >= 2 and Ref.parse(text).object != OWNER else text
