"""An address that was cleared to change places, and whose answer was lost: its record shows whether it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.base import Update
from crm.record import Side, Value
from store.intents import Intents
from store.records import RecordStore
from sync.mapping import Mapping as FieldMapping
from sync.mapping import canonical
from sync.plan import Base, Link
from sync.ports import Intent
from sync.swaps import RULE


def cleared(intent: Intent, shown: Mapping[str, Value]) -> Iterator[tuple[Link, Base]]:
    """The base of a link whose address was cleared, by what its record shows."""
    for change in intent.changes if intent.link else ():
        if change.rule == RULE and change.field in shown and shown[change.field] is None and intent.link:
            here, there = {change.field: None}, {change.field: change.source}
            yield intent.link, Base(here, there) if intent.side is Side.MARKETING else Base(there, here)


def settled(mapping: FieldMapping, records: RecordStore, intents: Intents, links: Sequence[Link]) -> list[Link]:
    """The links with the bases that unanswered clearings have moved."""
    unknown = [intent for _, intent in intents.unknown(link.id for link in links) if isinstance(intent.write, Update)]
    clearing = [intent for intent in unknown if any(change.rule == RULE for change in intent.changes)]
    if not clearing:
        return list(links)
    stored = records.load(intent.write.ref for intent in clearing if isinstance(intent.write, Update))
    moved: dict[int, Base] = {}
    for intent in clearing:
        record = stored.get(intent.write.ref) if isinstance(intent.write, Update) else None
        shown = canonical(mapping.objects[intent.object], intent.side, record)[0] if record else {}
        moved |= {link.id: base for link, base in cleared(intent, shown)}
    return [_moved(link, moved.get(link.id)) for link in links]


def _moved(link: Link, base: Base | None) -> Link:
    if base is None:
        return link
    sides = ({**link.base.of(side), **base.of(side)} for side in Side)
    return replace(link, base=Base(*sides))
