"""References to records that are gone: what a system drops together with such a record is nobody's edit.

HubSpot takes an archived company out of its contacts at once, and only a later look at the company shows that it was
archived. So whatever a reference is about to lose is read first; where it is gone, the other side keeps what it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from crm.record import Record, Ref
from sync.mapping import ObjectMap
from sync.outcomes import FieldChange, Held
from sync.plan import Link, Plan, hold_back
from sync.ports import Links, Records
from sync.references import is_lone, members, own_text, waits


def keep_of_gone(
    object_map: ObjectMap,
    plans: Sequence[Plan],
    links: Links,
    records: Records,
    read: Callable[[Iterable[Ref], str], object],
) -> list[Plan]:
    """The plans without what would only follow a deletion. `read` reads records of an object and stores them."""
    losing = [(plan, change, lost) for plan in plans for change in plan.changes if (lost := _lost(object_map, change))]
    linked = links.by_id({int(each) for _, _, lost in losing for each in lost})
    wanted: dict[str, set[Ref]] = defaultdict(set)
    for _, change, lost in losing:
        for link in _links(linked, lost):
            wanted[link.object].add(link.ref(change.side.other))
    missing = set[Ref]()
    for name, refs in wanted.items():
        read(refs, name)
        gone = _gone(refs, records.load(refs))
        records.touch(name, gone)
        missing |= gone
    waiting: dict[int, dict[str, Held]] = defaultdict(dict)
    for plan, change, lost in losing:
        left = [link for link in _links(linked, lost) if link.ref(change.side.other) in missing]
        texts = {own_text(ref.system, link.object, ref.id) for link in left for ref in (link.marketing, link.sales)}
        if texts:
            waiting[id(plan)][change.field] = waits(object_map.fields[change.field], change.side, frozenset(texts))
    return [hold_back(object_map, plan, waiting[id(plan)]) if id(plan) in waiting else plan for plan in plans]


def _gone(refs: Iterable[Ref], stored: Mapping[Ref, Record]) -> set[Ref]:
    """Those that their system has not got any more; what is part of another record now is there."""
    there = {ref for ref, record in stored.items() if not record.deleted or record.merged_into is not None}
    return set(refs) - there


def _lost(object_map: ObjectMap, change: FieldChange) -> list[str]:
    """The pairs that a change of a reference takes away."""
    if object_map.fields[change.field].to is None:
        return []
    stays = set(members(change.new))
    return [each for each in members(change.old) if each not in stays and not is_lone(each)]


def _links(linked: Mapping[int, Link], lost: Iterable[str]) -> list[Link]:
    return [linked[int(each)] for each in lost if int(each) in linked]
