"""What became of the records of a link: still there, moved by a merge or a conversion, or gone.

A link follows its record to where it went; the base goes along. Only where both records are there is a pair merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace

from crm.record import Record, Ref, Side
from crm.values import same
from sync.mapping import ObjectMap, canonical
from sync.plan import Batch, Link, Unresolved
from sync.ports import Links, Records
from sync.references import NOTHING, visible

Stored = dict[Ref, Record | None]
"""What is stored of some records; `None` where a system does not know one."""


@dataclass(slots=True)
class Follower:
    """Settles the links of one batch. `read` reads records from their systems and stores them."""

    object_map: ObjectMap
    records: Records
    links: Links
    batch: Batch
    read: Callable[[Iterable[Ref]], None]
    apart: Set[Ref] = frozenset()
    """Marketing records of pairs that a person wants parted where one record is gone."""
    _taken: set[Ref] = field(default_factory=set)
    """Records that a link of this batch has moved to."""

    def follow(self, links: Sequence[Link]) -> list[Link]:
        """Links of which both records are there, on the records that they are now; the others are settled in the
        batch: parted, or left to a person."""
        stored = self._stored({ref for link in links for ref in (link.marketing, link.sales)})
        ends = {link.id: {side: _end(stored, link.ref(side)) for side in Side} for link in links if link.id}
        owners = set(self.links.of({ref for pair in ends.values() for ref in pair.values()}))
        live = []
        for link in links:
            if not link.id:
                live += self._new(link, stored)
                continue
            pair = {side: stored.get(ref) for side, ref in ends[link.id].items()}
            gone = [side for side in Side if not _is_there(pair[side])]
            if gone:
                self._part(link, gone, pair[gone[0].other])
            else:
                live += self._moved(link, ends[link.id], owners)
        return live

    def _stored(self, refs: set[Ref]) -> Stored:
        """These records and those that they were merged into, to the end; what was never stored is read."""
        stored: Stored = {}
        while refs := refs - stored.keys():
            found = self.records.load(refs)
            if unread := {ref for ref in refs if ref not in found}:
                self.read(unread)
                found |= self.records.load(unread)
            stored |= {ref: found.get(ref) for ref in refs}
            refs = {record.merged_into for record in found.values() if record.merged_into}
            self.read(refs - stored.keys())
        return stored

    def _new(self, link: Link, stored: Stored) -> list[Link]:
        """A pair about to be linked; where a record turns out to be gone, the other is looked at again."""
        if all(_is_there(stored.get(link.ref(side))) for side in Side):
            return [link]
        self.batch.again |= {link.marketing, link.sales}
        return []

    def _moved(self, link: Link, ends: dict[Side, Ref], owners: set[Ref]) -> list[Link]:
        """The link on the records that its own were merged or converted into, unless one is taken."""
        moved = [side for side in Side if ends[side] != link.ref(side)]
        for side in moved:
            if ends[side] in owners | self._taken:
                reason = f"{link.ref(side)} was merged into {ends[side]}, which belongs to another pair"
                others = (link.sales, ends[side])
                self.batch.unresolved.append(Unresolved(link.marketing, "match", reason, others))
                return []
        for side in moved:
            self._taken.add(ends[side])
            self.batch.moved.append((link, side, ends[side]))
        return [replace(link, marketing=ends[Side.MARKETING], sales=ends[Side.SALES])]

    def _part(self, link: Link, gone: list[Side], other: Record | None) -> None:
        """A pair of which a record is gone: parted, unless the other one was edited meanwhile."""
        lone = other if len(gone) == 1 and link.marketing not in self.apart else None
        if lone is not None and self._is_edited(link, gone[0].other, lone):
            reason = f"deleted in {gone[0]}, edited in {gone[0].other}"
            self.batch.unresolved.append(Unresolved(link.marketing, "deleted", reason, (link.sales,)))
        else:
            self.batch.parted.append((link, gone[0]))

    def _is_edited(self, link: Link, side: Side, record: Record) -> bool:
        shown, _ = visible(self.object_map, side, canonical(self.object_map, side, record)[0], NOTHING)
        fields = self.object_map.fields
        return any(
            not same(fields[name].type, shown[name], value)
            for name, value in link.base.of(side).items()
            if name in shown
        )


def _is_there(record: Record | None) -> bool:
    return record is not None and not record.deleted and record.merged_into is None


def _end(stored: Stored, ref: Ref) -> Ref:
    """The record that this one is now part of, or itself."""
    passed = {ref}
    while (record := stored.get(ref)) and record.merged_into and record.merged_into not in passed:
        ref = record.merged_into
        passed.add(ref)
    return ref
