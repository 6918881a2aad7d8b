"""From touched records to plans: links are followed, current values read, and every pair merged once.

Plans are first made from what is stored; only a pair that would change is read again on the side that was not just
seen, so that a quiet pair costs no call. All reads are batches, and nothing is written to a CRM.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.base import Connector
from crm.record import Record, Ref, Side
from crm.values import dump, same
from sync.finder import Finder
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap, canonical
from sync.outcomes import Times
from sync.plan import Batch, Link, Plan, Schema, Unresolved, hold_back, make_create, make_plan
from sync.ports import Links, Log, Records, Touched

Changed = Mapping[str, Mapping[str, datetime]]


@dataclass(slots=True)
class Planner:
    """Decides for one object. `in_scope` says which of some records take part."""

    mapping: FieldMapping
    object_map: ObjectMap
    connectors: Mapping[Side, Connector]
    records: Records
    links: Links
    log: Log
    schema: Schema
    in_scope: Callable[[Iterable[Ref]], set[Ref]]

    def plan(self, touched: Sequence[Touched]) -> Batch:
        """The plans for a batch: linked pairs merged, others matched, created or left to a person."""
        batch = Batch()
        seen = {each.ref for each in touched}
        self.read(each.ref for each in touched if not each.is_seen)
        links = self.links.of(seen)
        pairs = self._follow(list({link.id: link for link in links.values()}.values()), batch)
        loose = self.records.load(self.in_scope(seen - set(links)))
        finder = Finder(self.mapping, self.object_map, self.connectors, self.records, self.links)
        found = finder.find(list(loose.values()))
        pairs += [Link(0, self.object_map.name, marketing, sales) for marketing, sales in found.pairs]
        batch.unresolved += found.unresolved
        in_scope = self.in_scope({*found.lone, *(ref for link in pairs for ref in (link.marketing, link.sales))})
        batch.plans = self._merge([link for link in pairs if {link.marketing, link.sales} & in_scope], seen)
        lone = self.records.load(ref for ref in found.lone if ref in in_scope)
        batch.plans += [self._create(record) for record in lone.values()]
        batch.plans = self._hold_back(batch.plans)
        return batch

    def read(self, refs: Iterable[Ref]) -> None:
        """Read these records from their systems and store them; whoever is not there any more is marked as gone."""
        for (side, object_name), wanted in self._by_object(refs).items():
            connector = self.connectors[side]
            fields = self.mapping.native_fields(self.object_map.name, side, object_name)
            records = connector.get_many(object_name, [ref.id for ref in wanted], [*fields, connector.key_field])
            self.records.save(self.object_map.name, side, records, set(wanted) - {record.ref for record in records})

    def _by_object(self, refs: Iterable[Ref]) -> dict[tuple[Side, str], list[Ref]]:
        groups: dict[tuple[Side, str], list[Ref]] = defaultdict(list)
        for ref in sorted(refs, key=str):
            groups[self._side(ref), ref.object].append(ref)
        return groups

    def _side(self, ref: Ref) -> Side:
        return next(side for side, connector in self.connectors.items() if connector.system == ref.system)

    # -- what became of the records of a link ------------------------------------------------------------------------

    def _follow(self, links: Sequence[Link], batch: Batch) -> list[Link]:
        """Links of which both records are there, after merges and conversions were followed; the others are settled."""
        records = self.records.load(ref for link in links for ref in (link.marketing, link.sales))
        live = []
        for link in links:
            pair = {side: records.get(link.ref(side)) for side in Side}
            gone = [side for side, record in pair.items() if record is None or record.deleted]
            moved = [(side, record.merged_into) for side, record in pair.items() if record and record.merged_into]
            if moved:
                live += self._repoint(link, *moved[0], batch)
            elif not gone:
                live.append(link)
            elif len(gone) == 1 and self._is_edited(link, gone[0].other, pair[gone[0].other]):
                reason = f"deleted in {gone[0]}, edited in {gone[0].other}"
                batch.unresolved.append(Unresolved(link.marketing, "deleted", reason, (link.sales,)))
            else:
                batch.parted.append((link, gone[0]))
        return live

    def _repoint(self, link: Link, side: Side, ref: Ref | None, batch: Batch) -> list[Link]:
        """The link on the record that its own was merged or converted into, unless that one is taken."""
        assert ref is not None
        if self.links.of([ref]):
            reason = f"{link.ref(side)} was merged into {ref}, which belongs to another pair"
            batch.unresolved.append(Unresolved(link.marketing, "match", reason, (link.sales, ref)))
            return []
        self.read([ref])
        batch.moved.append((link, side, ref))
        return [replace(link, marketing=ref) if side is Side.MARKETING else replace(link, sales=ref)]

    def _is_edited(self, link: Link, side: Side, record: Record | None) -> bool:
        if record is None:
            return False
        shown, _ = canonical(self.object_map, side, record)
        fields = self.object_map.fields
        return any(
            not same(fields[name].type, shown[name], value)
            for name, value in link.base.of(side).items()
            if name in shown
        )

    # -- pairs -------------------------------------------------------------------------------------------------------

    def _merge(self, links: Sequence[Link], seen: set[Ref]) -> list[Plan]:
        """One plan per pair: from stored values first, again from fresh ones where something would change, and once
        more with change times where only they can decide."""
        plans = self._plans(links)
        eager = [link for plan in plans if (link := plan.link) and (plan.writes or plan.conflicts or not link.id)]
        unseen = {ref for link in eager for ref in (link.marketing, link.sales)} - seen
        if unseen:
            self.read(unseen)
            stale = [link for link in eager if {link.marketing, link.sales} & unseen]
            plans = _replaced(plans, self._plans(stale), stale)
        undecided = [plan.link for plan in plans if plan.link and plan.awaits_times]
        if undecided:
            names = {name for plan in plans for name, conflict in plan.conflicts.items() if conflict.needs_times}
            plans = _replaced(plans, self._plans(undecided, self._times(undecided, sorted(names))), undecided)
        return plans

    def _plans(self, links: Sequence[Link], times: Mapping[Ref, Mapping[str, Times]] | None = None) -> list[Plan]:
        records = self.records.load(ref for link in links for ref in (link.marketing, link.sales))
        plans = []
        for link in links:
            pair = {side: records.get(link.ref(side)) for side in Side}
            live = {side: record for side, record in pair.items() if record is not None and not record.deleted}
            if len(live) == len(Side):
                plans.append(make_plan(self.object_map, link, live, self.schema, (times or {}).get(link.marketing)))
        return plans

    def _times(self, links: Sequence[Link], names: Sequence[str]) -> dict[Ref, dict[str, Times]]:
        """When fields changed on each side: exact where the system keeps a history, else between our two looks."""
        refs = [ref for link in links for ref in (link.marketing, link.sales)]
        records = self.records.load(refs)
        exact: dict[Ref, Mapping[str, datetime]] = {}
        for (side, object_name), wanted in self._by_object(refs).items():
            native_names = [self.object_map.fields[name].native_name(side, object_name) for name in names]
            fields = [name for name in native_names if name is not None]
            changed = self.connectors[side].change_times(object_name, [ref.id for ref in wanted], fields)
            exact |= {ref: changed.get(ref.id, {}) for ref in wanted}
        skew = timedelta(seconds=self.mapping.clock_skew_seconds)

        def interval(link: Link, side: Side, name: str) -> tuple[datetime, datetime]:
            ref = link.ref(side)
            native_name = self.object_map.fields[name].native_name(side, ref.object)
            known = exact[ref].get(native_name or "")
            modified_at = records[ref].modified_at
            return (known, known) if known else (link.seen_at.get(side, modified_at), modified_at)

        return {
            link.marketing: {
                name: Times(interval(link, Side.MARKETING, name), interval(link, Side.SALES, name), skew)
                for name in names
            }
            for link in links
        }

    # -- lone records, and what waits ------------------------------------------------------------------------------

    def _create(self, record: Record) -> Plan:
        return make_create(self.object_map, record, self._side(record.ref), self.schema)

    def _hold_back(self, plans: Sequence[Plan]) -> list[Plan]:
        """What a system refused waits until the value changes; the rest of the record travels."""
        held = self.log.held(plan.source for plan in plans if plan.writes)
        result = []
        for plan in plans:
            waiting = {(each.field, each.side): each for each in held.get(plan.source, ())}
            refused = {
                change.field: waiting[change.field, change.side]
                for change in plan.changes
                if (change.field, change.side) in waiting
                and dump(waiting[change.field, change.side].value) == dump(change.new)
            }
            result.append(hold_back(self.object_map, plan, refused))
        return result


def _replaced(plans: Sequence[Plan], newer: Sequence[Plan], links: Sequence[Link]) -> list[Plan]:
    """The plans with those of `links` exchanged for newer ones (or gone, where a record is)."""
    sources = {link.marketing for link in links}
    return [plan for plan in plans if plan.source not in sources] + list(newer)
