"""Writes of which no answer came: where their record shows what was written they were done, and their bases have moved.

Without that the next merge would take our own write for somebody's edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Update
from crm.record import Side, Value
from crm.values import same
from store.intents import Intents
from store.records import RecordStore
from sync.mapping import Mapping as FieldMapping
from sync.mapping import canonical
from sync.plan import Base, Link
from sync.ports import Intent


def arrived(mapping: FieldMapping, intent: Intent, shown: Mapping[str, Value]) -> Base:
    """The base of the fields of a write that its record shows as they were written."""
    fields = mapping.objects[intent.object].fields
    there = [
        change
        for change in intent.changes
        if change.field in shown and same(fields[change.field].type, shown[change.field], change.new)
    ]
    written = {change.field: shown[change.field] for change in there}
    source = {change.field: change.source for change in there}
    return Base(written, source) if intent.side is Side.MARKETING else Base(source, written)


def both(one: Base, other: Base) -> Base:
    """A base with the fields of another one; the other one's stand."""
    marketing, sales = ({**one.of(side), **other.of(side)} for side in Side)
    return Base(marketing, sales)


def settled(mapping: FieldMapping, records: RecordStore, intents: Intents, links: Sequence[Link]) -> list[Link]:
    """The links with the bases that unanswered writes have moved."""
    unknown = [intent for _, intent in intents.unknown(link.id for link in links) if isinstance(intent.write, Update)]
    if not unknown:
        return list(links)
    stored = records.load(intent.write.ref for intent in unknown if isinstance(intent.write, Update))
    moved: dict[int, Base] = defaultdict(Base)
    for intent in unknown:
        record = stored.get(intent.write.ref) if isinstance(intent.write, Update) else None
        if record is not None and intent.link is not None:
            shown = canonical(mapping.objects[intent.object], intent.side, record)[0]
            moved[intent.link.id] = both(moved[intent.link.id], arrived(mapping, intent, shown))
    return [replace(link, base=both(link.base, moved[link.id])) if link.id in moved else link for link in links]
