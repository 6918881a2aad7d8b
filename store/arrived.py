"""What a record shows of a write about which something is unknown.

A write of which no answer came was done where its record shows what was written, and its bases have moved: without that
the next merge would take our own write for somebody's edit. A write that was decided a while ago is overtaken where its
record shows no longer what it was to overwrite: without that somebody's edit would be lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connectors.base import Update
from crm.record import Ref, Side, Value
from crm.values import same
from store.intents import Intents
from store.records import RecordStore
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap, canonical
from sync.outcomes import FieldChange
from sync.plan import Base, Link
from sync.ports import Intent
from sync.references import NOTHING, visible


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


def overtaken(mapping: FieldMapping, records: RecordStore, intents: Iterable[Intent]) -> list[Intent]:
    """The updates whose record, as it is stored now, shows another value where they were decided to overwrite one."""
    updates = [(intent, intent.write) for intent in intents if isinstance(intent.write, Update)]
    stored = records.load(write.ref for _, write in updates)
    late = []
    for intent, write in updates:
        record, object_map = stored.get(write.ref), mapping.objects[intent.object]
        if record is None or record.deleted or record.merged_into is not None:
            continue  # the system's answer tells what became of it
        shown, _ = visible(object_map, intent.side, canonical(object_map, intent.side, record)[0], NOTHING)
        if any(_differs(object_map, shown, change) for change in intent.changes):
            late.append(intent)
    return late


def _differs(object_map: ObjectMap, shown: Mapping[str, Value], change: FieldChange) -> bool:
    type_ = object_map.fields[change.field].type
    return change.field in shown and not same(type_, shown[change.field], change.old)


def settled(mapping: FieldMapping, records: RecordStore, intents: Intents, links: Sequence[Link]) -> list[Link]:
    """The links with the bases that unanswered writes have moved, and new pairs with those of unanswered creates."""
    by_id = {link.id: link for link in links if link.id}
    written = [
        (by_id[intent.link.id], intent.write.ref, intent)
        for _, intent in intents.unknown(by_id)
        if isinstance(intent.write, Update) and intent.link is not None
    ]
    new = [link for link in links if not link.id]
    written += [(link, link.ref(intent.side), intent) for link, _, intent in created(records, intents, new)]
    if not written:
        return list(links)
    stored = records.load(ref for _, ref, _ in written)
    moved: dict[Ref, Base] = defaultdict(Base)
    for link, ref, intent in written:
        if ref in stored:
            shown = canonical(mapping.objects[intent.object], intent.side, stored[ref])[0]
            moved[link.marketing] = both(moved[link.marketing], arrived(mapping, intent, shown))
    return [replace(link, base=both(link.base, moved[link.marketing])) for link in links]


def created(records: RecordStore, intents: Intents, links: Iterable[Link]) -> list[tuple[Link, int, Intent]]:
    """The unanswered creates, each with its run, that made one record of these pairs from the other: it carries that
    one's key, or was found as what a create without a key made."""
    pairs = {ref: link for link in links for ref in (link.marketing, link.sales)}
    found = {intent.source: (run, intent) for run, intent in intents.unknown(created_from=pairs)}
    kin = {frozenset(pair) for pair in records.kin(found)} if found else set()
    return [
        (pairs[source], run, intent)
        for source, (run, intent) in found.items()
        if frozenset((pairs[source].marketing, pairs[source].sales)) in kin or not intents.carries_key(intent)
    ]
