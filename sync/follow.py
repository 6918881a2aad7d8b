"""What became of the records of a link: still there, moved by a merge or a conversion, or gone.

A link follows its record to where it went; the base goes along. Only where both records are there is a pair merged.
Where two links come to the same record, one has it, and the other waits for a person (or for the same merge on the
other side, which the mapping may ask for).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from crm.record import Record, Ref, Side, Value
from crm.values import same
from sync.mapping import ObjectMap, canonical
from sync.plan import Batch, Link, Unresolved
from sync.ports import Links, Records
from sync.references import NOTHING, visible

Stored = dict[Ref, Record | None]
"""What is stored of some records; `None` where a system does not know one."""
Ends = Mapping[Side, Ref]


@dataclass(slots=True)
class Follower:
    """Settles the links of one batch. `read` reads records from their systems and stores them."""

    object_map: ObjectMap
    records: Records
    links: Links
    batch: Batch
    read: Callable[[Iterable[Ref]], object]
    in_scope: Callable[[Iterable[Ref]], set[Ref]]
    apart: Set[Ref] = frozenset()
    """Marketing records of pairs that a person wants parted where one record is gone."""
    _followed: set[int] = field(default_factory=set)
    _taken: dict[Ref, Link] = field(default_factory=dict)
    """By record that a link of this batch has moved to, that link where it is now."""

    def follow(self, links: Sequence[Link]) -> list[Link]:
        """Links of which both records are there, on the records that they are now; the others are settled in the
        batch: parted, or left to a person."""
        stored: Stored = {}
        ends: dict[int, Ends] = {}
        owners: dict[Ref, Link] = {}
        links, new = [], list(links)
        while new:
            links += new
            ends |= self._ends(new, stored)
            new = self._others(new, ends, owners)
        gone = {
            link.id: [side for side in Side if not _is_there(stored.get(ends[link.id][side]))]
            for link in links
            if link.id
        }
        parting = [link for link in links if gone.get(link.id)]
        self._see_again([ref for link in parting for ref in ends[link.id].values()], stored)
        in_scope = (
            self.in_scope({ref for link in parting for ref in (link.marketing, link.sales)}) if parting else set()
        )
        live = []
        for link in sorted(links, key=lambda link: _rank(stored, link)):
            if not link.id:
                live += self._new(link, stored)
            elif sides := gone[link.id]:
                takes_part = bool({link.marketing, link.sales} & in_scope)
                self._part(link, sides, stored.get(ends[link.id][sides[0].other]), owners, takes_part=takes_part)
            else:
                live += self._moved(link, ends, owners, stored)
        return live

    def _ends(self, links: Sequence[Link], stored: Stored) -> dict[int, Ends]:
        """By link, the records that its own are now."""
        self._followed |= {link.id for link in links}
        stored |= self._stored({ref for link in links for ref in (link.marketing, link.sales)})
        return {link.id: {side: _end(stored, link.ref(side)) for side in Side} for link in links if link.id}

    def _others(self, links: Sequence[Link], ends: Mapping[int, Ends], owners: dict[Ref, Link]) -> list[Link]:
        """Links that have, or lead to, a record that one of these leads to: they are followed together."""
        known = [link for link in links if link.id]
        owners |= {ref: link for link in known for ref in (link.marketing, link.sales)}
        owners |= self.links.of({ref for link in known for ref in ends[link.id].values()} - owners.keys())
        moved = {end for link in known for side, end in ends[link.id].items() if end != link.ref(side)}
        leading = self.links.leading_to(moved) if moved else {}
        others = {link.id: link for link in (*owners.values(), *leading.values())}
        return [link for link in others.values() if link.id not in self._followed]

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

    def _see_again(self, parting: Iterable[Ref], stored: Stored) -> None:
        """Who would follow a deleted record to the recycle bin is read first: an edit of this minute is one."""
        alone = {ref for ref in parting if _is_there(stored.get(ref))}
        if self.object_map.on_delete == "archive" and alone:
            self.read(alone)
            stored |= self.records.load(alone)

    def _new(self, link: Link, stored: Stored) -> list[Link]:
        """A pair about to be linked; where a record turns out to be gone, the other is looked at again."""
        if all(_is_there(stored.get(link.ref(side))) for side in Side):
            return [link]
        self.batch.again |= {link.marketing, link.sales}
        return []

    # -- merged or converted -----------------------------------------------------------------------------------------

    def _moved(
        self, link: Link, all_ends: Mapping[int, Ends], owners: Mapping[Ref, Link], stored: Stored
    ) -> list[Link]:
        """The link on the records that its own were merged or converted into, unless another link has one."""
        ends = all_ends[link.id]
        moved = [side for side in Side if ends[side] != link.ref(side)]
        holders = {side: holder for side in Side if (holder := self._holder(link, ends[side], owners)) is not None}
        if any(all_ends.get(holder.id) == ends for holder in holders.values()):
            self.batch.retired.append(link)  # both lead to one pair
            return []
        if any(side in holders for side in moved):
            self._double(link, ends, holders, stored)
            return []
        now = replace(link, marketing=ends[Side.MARKETING], sales=ends[Side.SALES]) if moved else link
        for side in moved:
            self._taken[ends[side]] = now
            self.batch.moved.append((link, side, ends[side]))
        return [now]

    def _holder(self, link: Link, end: Ref, owners: Mapping[Ref, Link]) -> Link | None:
        """The other link that has this record, and keeps it."""
        holder = self._taken.get(end) or owners.get(end)
        is_other = holder is not None and holder.id != link.id and holder not in self.batch.retired
        return holder if is_other else None

    def _double(self, link: Link, ends: Ends, holders: Mapping[Side, Link], stored: Stored) -> None:
        """A link whose record is now another pair's: the same pair, a pair to be, or a question."""
        if len(holders) == len(Side) and len({holder.id for holder in holders.values()}) == 1:
            self.batch.retired.append(link)
            return
        if link.marketing in self.apart:
            self.batch.parted.append((link, next(iter(holders))))
            return
        side, holder = next(iter(holders.items()))
        if side is Side.SALES and self.object_map.on_merge == "propagate" and ends[side.other] == link.ref(side.other):
            self.batch.merging.append((holder, link))
            return
        reason = f"{link.ref(side)} was merged into {ends[side]}, which belongs to another pair"
        others = dict.fromkeys((link.sales, ends[side], holder.ref(side.other)))
        record = stored.get(ends[side.other])
        edits = self.edits(link, side.other, record) if record is not None and len(holders) == 1 else {}
        unresolved = Unresolved(link.marketing, "merged", reason, tuple(others), edits)
        self.batch.unresolved.append(unresolved)

    # -- gone --------------------------------------------------------------------------------------------------------

    def _part(
        self, link: Link, gone: list[Side], other: Record | None, owners: Mapping[Ref, Link], *, takes_part: bool
    ) -> None:
        """A pair of which a record is gone, by the mapping's `on_delete`; an edit against the delete is a question. A
        pair out of scope is parted, and nothing more."""
        lone = other if len(gone) == 1 and link.marketing not in self.apart else None
        if lone is None or not _is_there(lone):
            self.batch.parted.append((link, gone[0]))
        elif self._holder(link, lone.ref, owners) is not None:
            self.batch.retired.append(link)
        elif not takes_part:
            self.batch.parted.append((link, gone[0]))
        elif self.object_map.on_delete == "recreate":
            self.batch.parted.append((link, gone[0]))
            self.batch.remade.add(lone.ref)
        elif self.edits(link, gone[0].other, lone):
            reason = f"deleted in {gone[0]}, edited in {gone[0].other}"
            self.batch.unresolved.append(Unresolved(link.marketing, "deleted", reason, (link.sales,)))
        elif self.object_map.on_delete == "archive" and lone.ref == link.ref(gone[0].other):
            self.batch.leaving.append((link, gone[0]))
        else:
            self.batch.parted.append((link, gone[0]))

    def edits(self, link: Link, side: Side, record: Record) -> dict[str, Value]:
        """What a record shows otherwise than its base, by canonical field."""
        shown, _ = visible(self.object_map, side, canonical(self.object_map, side, record)[0], NOTHING)
        fields = self.object_map.fields
        return {
            name: shown[name]
            for name, value in link.base.of(side).items()
            if name in shown and not same(fields[name].type, shown[name], value)
        }


def _is_there(record: Record | None) -> bool:
    return record is not None and not record.deleted and record.merged_into is None


def _end(stored: Stored, ref: Ref) -> Ref:
    """The record that this one is now part of, or itself."""
    passed = {ref}
    while (record := stored.get(ref)) and record.merged_into and record.merged_into not in passed:
        ref = record.merged_into
        passed.add(ref)
    return ref


def _rank(stored: Stored, link: Link) -> tuple[int, int]:
    """Which of two links comes first to the record that both lead to: whose record stood first in the merge, then the
    older link."""
    ranks = [0]
    for side in Side:
        record = stored.get(_end(stored, link.ref(side)))
        names = record.merged_from if record is not None else ()
        ranks.append(names.index(link.ref(side).id) if link.ref(side).id in names else 0)
    return max(ranks), link.id
