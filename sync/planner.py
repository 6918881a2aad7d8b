"""From touched records to plans: links are followed, current values read, and every pair merged once.

Plans are first made from what is stored; only a pair that would change is read again: what was not just seen, and
always what would be written. So a quiet pair costs no call. All reads are batches, and nothing is written to a CRM.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import Connector, Create, Wanted, key_of
from crm.record import Record, Ref, Side
from crm.values import dump
from sync.breaks import pauses
from sync.decide import Decision
from sync.departures import archive_plans, merge_plans
from sync.farewells import keep_of_gone
from sync.finder import Finder
from sync.fit import Schema
from sync.follow import Follower
from sync.follow_ups import marketing_of, with_follow_ups
from sync.forms import REMINDER
from sync.gates import Hold
from sync.handoff import NO_STANDING, Standing
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap
from sync.outcomes import Held, Times
from sync.plan import Batch, Link, Plan, hold_back, make_create, make_plan
from sync.ports import Intent, Links, Log, Records, References, Touched
from sync.swaps import SIDE, in_order, to_review, wanted_emails
from sync.times import times_of


@dataclass(slots=True)
class Planner:
    """Decides for one object. `in_scope` says which of some records take part, `hold` what of some plans waits."""

    mapping: FieldMapping
    object_map: ObjectMap
    connectors: Mapping[Side, Connector]
    records: Records
    links: Links
    log: Log
    schema: Schema
    in_scope: Callable[[Iterable[Ref]], set[Ref]]
    references: References
    hold: Hold
    standing: Standing = NO_STANDING

    def plan(self, touched: Sequence[Touched]) -> Batch:
        """The plans for a batch: linked pairs merged, others matched, created or left to a person."""
        batch = Batch()
        seen = {each.ref for each in touched}
        seen |= self.read(each.ref for each in touched if not each.is_seen)
        if self.object_map.is_read_only:
            return Batch(judged=seen)
        links = self.links.of(seen)
        links |= self.links.leading_to(seen - set(links))
        batch.decisions = self.log.decisions(seen | {link.marketing for link in links.values()})
        follower = Follower(
            self.object_map, self.records, self.links, batch, self.read, self.in_scope, batch.decisions.apart
        )
        pairs = follower.follow(list({link.id: link for link in links.values()}.values()))
        batch.judged = seen - set(links)
        made = self._made(batch)
        taken = {ref for _, _, ref in batch.moved} | {ref for link in made for ref in (link.marketing, link.sales)}
        loose = self.records.load(self.in_scope(batch.judged - taken))
        loose = {ref: record for ref, record in loose.items() if self._takes_part(record)}
        finder = Finder(self.mapping, self._matched, self.connectors, self.records, self.links)
        found = finder.find(list(loose.values()), taken, batch.decisions.pairs)
        pairs += [Link(0, self.object_map.name, marketing, sales) for marketing, sales in found.pairs]
        batch.unresolved += found.unresolved
        in_scope = self.in_scope({*found.lone, *(ref for link in pairs for ref in (link.marketing, link.sales))})
        pairs = [link for link in pairs if {link.marketing, link.sales} & in_scope]
        if self.mapping.mode == "beside":
            return self._only_linked(batch, [*pairs, *made])
        batch.plans = [*self._merge(self.log.settled([*pairs, *made]), seen, follower), *self._depart(batch)]
        lone = [ref for ref in found.lone if ref in in_scope]
        plans = [*self._in_order(batch, follower), *self._creates(lone)]
        batch.plans = self._hold_back(self._follow_up(plans, in_scope))
        return batch

    def _follow_up(self, plans: Sequence[Plan], in_scope: set[Ref]) -> list[Plan]:
        """The plans, with what is to be made beside pairs whose marketing record is in scope."""
        if not self.object_map.has_follow_ups:
            return list(plans)
        records = self.records.load(ref for plan in plans for ref in plan.refs)
        key_field = self.connectors[Side.MARKETING].key_field
        return [
            with_follow_ups(self.object_map, plan, records, key_field, self.standing)
            if marketing_of(plan) in in_scope
            else plan
            for plan in plans
        ]

    def _creates(self, refs: Iterable[Ref]) -> list[Plan]:
        """Records that the other side lacks, as new ones there."""
        lone = self.records.load(refs)
        known = self.references.known(self.object_map, lone.values())
        return [
            make_create(self.object_map, record, self._side(record.ref), self.schema, known) for record in lone.values()
        ]

    @property
    def _matched(self) -> ObjectMap:
        """Beside HubSpot's own integration nobody is created, so nobody is asked for either."""
        nobody = {"create_in_sales": None, "create_in_marketing": False}
        return self.object_map if self.mapping.mode == "sync" else self.object_map.model_copy(update=nobody)

    @staticmethod
    def _only_linked(batch: Batch, pairs: Iterable[Link]) -> Batch:
        """Who belongs together is remembered, so that reports count a person once; nothing is written or asked."""
        batch.plans = [Plan(link.marketing, link) for link in pairs]
        batch.unresolved = []
        return batch

    def read(self, refs: Iterable[Ref], name: str | None = None) -> set[Ref]:
        """Read these records from their systems and store them; whoever is not there any more is marked as gone.
        Returns the records that answered in place of others, which are part of them now. `name`: of another object."""
        name = name or self.object_map.name
        survivors = set[Ref]()
        groups = self._by_object(refs)
        for side, connector in self.connectors.items():
            ours = {name: group for (of, name), group in groups.items() if of is side}
            if not ours:
                continue
            wanted = [
                Wanted(each, [ref.id for ref in group], self._fields(side, each, name)) for each, group in ours.items()
            ]
            records = connector.get_each(wanted)
            asked, answered = {ref for group in ours.values() for ref in group}, {record.ref for record in records}
            self.records.save(name, side, records, asked - answered)
            survivors |= answered - asked
        return survivors

    def _fields(self, side: Side, object_name: str, name: str) -> list[str]:
        return self.mapping.fields_asked(name, side, object_name, key_of(self.connectors[side], object_name))

    def _by_object(self, refs: Iterable[Ref]) -> dict[tuple[Side, str], list[Ref]]:
        groups: dict[tuple[Side, str], list[Ref]] = defaultdict(list)
        for ref in sorted(refs, key=str):
            groups[self._side(ref), ref.object].append(ref)
        return groups

    def _side(self, ref: Ref) -> Side:
        return next(side for side, connector in self.connectors.items() if connector.system == ref.system)

    def _takes_part(self, record: Record) -> bool:
        """Whether a loose record is one of the mapping's; the reminders that we make ourselves never travel."""
        side = self._side(record.ref)
        key = record.fields.get(self.connectors[side].key_field)
        return not str(key or "").startswith(REMINDER) and self.object_map.takes_part(side, record)

    def _made(self, batch: Batch) -> list[Link]:
        """What became of creates that were never answered, in objects that carry no key: pairs with what they made."""
        by_object: dict[tuple[Side, str], list[Intent]] = defaultdict(list)
        for intent in self.log.unanswered(self.object_map.name):
            by_object[intent.side, intent.object_name].append(intent)
        pairs: dict[Ref, Ref] = {}
        for (side, object_name), intents in by_object.items():
            connector = self.connectors[side]
            native_fields = self.mapping.native_fields(self.object_map.name, side, object_name)
            creates = [intent.write for intent in intents if isinstance(intent.write, Create)]
            found = connector.find_made(object_name, creates, native_fields)
            records = [record for each in found.values() for record in each]
            self.records.save(self.object_map.name, side, records)
            used = set(self.links.of({record.ref for record in records} | {intent.source for intent in intents}))
            for position, intent in enumerate(intents):
                free = [record.ref for record in found.get(position, ()) if record.ref not in used]
                batch.made[intent.id] = free[0] if free and intent.source not in used else None
                if free and intent.source not in used:
                    pairs[intent.source] = free[0]
                    used |= {free[0], intent.source}
        return [self._pair(source, made) for source, made in pairs.items()]

    def _pair(self, one: Ref, other: Ref) -> Link:
        marketing, sales = (one, other) if self._side(one) is Side.MARKETING else (other, one)
        return Link(0, self.object_map.name, marketing, sales)

    # -- pairs -------------------------------------------------------------------------------------------------------

    def _merge(self, links: Sequence[Link], seen: set[Ref], follower: Follower) -> list[Plan]:
        """One plan per pair: from stored values, fresh ones where it would change, with times where they decide."""
        decided = follower.batch.decisions.fields
        plans = self._plans(links, decided)
        stale: list[Link] = []
        unread: set[Ref] = set()
        for plan in plans:
            if plan.link and (plan.writes or plan.conflicts or not plan.link.id):
                written = {plan.link.ref(write.side) for write in plan.writes}
                if old := {plan.link.marketing, plan.link.sales} - seen | written:
                    stale.append(plan.link)
                    unread |= old
        if stale and (stale := self._read_anew(stale, unread)):
            plans = _replaced(plans, self._plans(self.log.settled(follower.follow(stale)), decided), stale)
        undecided = [plan.link for plan in plans if plan.link and plan.awaits_times]
        if undecided:
            names = {name for plan in plans for name, conflict in plan.conflicts.items() if conflict.needs_times}
            times = self._times(undecided, sorted(names))
            plans = _replaced(plans, self._plans(undecided, decided, times), undecided)
        return keep_of_gone(self.object_map, plans, self.links, self.records, self.read)

    def _read_anew(self, links: Sequence[Link], refs: set[Ref]) -> list[Link]:
        """Read these records of some links; returns the links of which one has changed since it was stored."""
        before = self.records.load(refs)
        self.read(refs)
        now = self.records.load(refs)
        changed = {ref for ref in refs if ref not in before or before[ref] != now.get(ref)}
        return [link for link in links if not changed.isdisjoint((link.marketing, link.sales))]

    def _plans(
        self,
        links: Sequence[Link],
        decided: Mapping[Ref, Mapping[str, Decision]],
        times: Mapping[Ref, Mapping[str, Times]] | None = None,
    ) -> list[Plan]:
        records = self.records.load(ref for link in links for ref in (link.marketing, link.sales))
        known = self.references.known(self.object_map, records.values())
        paused = {homes: pauses(self.object_map, homes, self.schema) for homes in {link.homes for link in links}}
        plans = []
        for link in links:
            there = {side: records[link.ref(side)] for side in Side if link.ref(side) in records}
            at, by = (times or {}).get(link.marketing), decided.get(link.marketing)
            plans.append(make_plan(self.object_map, link, there, self.schema, at, by, known, paused[link.homes]))
        return plans

    def _times(self, links: Sequence[Link], names: Sequence[str]) -> dict[Ref, dict[str, Times]]:
        """When fields changed on each side."""
        refs = [ref for link in links for ref in (link.marketing, link.sales)]
        exact: dict[Ref, Mapping[str, datetime]] = {}
        for (side, object_name), wanted in self._by_object(refs).items():
            native_names = [self.object_map.fields[name].native_name(side, object_name) for name in names]
            fields = [name for name in native_names if name is not None]
            changed = self.connectors[side].change_times(object_name, [ref.id for ref in wanted], fields)
            exact |= {ref: changed.get(ref.id, {}) for ref in wanted}
        skew = timedelta(seconds=self.mapping.clock_skew_seconds)
        return times_of(self.object_map, links, names, self.records.load(refs), exact, skew)

    def _depart(self, batch: Batch) -> list[Plan]:
        """Records that follow a deleted counterpart, or a merge of theirs; what would be merged is read before."""
        both = {link.marketing for pair in batch.merging for link in pair}
        self.read(both)
        merges = merge_plans(self.object_map, batch.merging, self.records.load(both))
        return [*archive_plans(batch.leaving), *merges]

    def _in_order(self, batch: Batch, follower: Follower) -> list[Plan]:
        """Where addresses change hands, the writes in an order that HubSpot takes; holders outside of the batch are
        planned with it."""
        plans = batch.plans
        while wanted := wanted_emails(self.object_map, plans):
            found = self.records.candidates(self.object_map.name, wanted)
            holders = {email: each[SIDE][0].ref for email, each in found.items() if len(each[SIDE]) == 1}
            links = self.links.of(set(holders.values()) - {plan.source for plan in plans})
            pairs = self._taking_part(self.log.settled(follower.follow(list(links.values())))) if links else []
            if not pairs:
                break
            plans = plans + self._merge(pairs, set(), follower)
        if not wanted:
            return plans
        ordered = in_order(self.object_map, plans, holders)
        if ordered.moving:
            refs = {ref for plan in ordered.plans if plan.source in ordered.moving for ref in plan.refs}
            batch.unresolved += to_review(ordered, self.records.load(refs))
        return ordered.plans

    def _taking_part(self, links: Sequence[Link]) -> list[Link]:
        """Those of which a record is in scope."""
        in_scope = self.in_scope({ref for link in links for ref in (link.marketing, link.sales)})
        return [link for link in links if {link.marketing, link.sales} & in_scope]

    # -- what waits --------------------------------------------------------------------------------------------------

    def _hold_back(self, plans: Sequence[Plan]) -> list[Plan]:
        """What a system refused waits until it changes, a transition until its facts come; the rest travels."""
        held = self.log.held({ref for plan in plans if plan.writes for ref in plan.refs})
        rewritten, gated = self.log.rewritten(plans), self.hold(self.object_map, plans)

        def waits(plan: Plan) -> dict[str, Held]:
            waiting = {
                (each.field, each.side, dump(each.value)): each for ref in plan.refs for each in held.get(ref, ())
            }
            keys = {change.field: (change.field, change.side, dump(change.new)) for change in plan.changes}
            refused = {name: waiting[key] for name, key in keys.items() if key in waiting}
            return {**refused, **rewritten.get(plan.source, {}), **gated.get(plan.source, {})}

        return [hold_back(self.object_map, plan, waits(plan)) for plan in plans]


def _replaced(plans: Sequence[Plan], newer: Sequence[Plan], links: Sequence[Link]) -> list[Plan]:
    """The plans with those of `links` exchanged for newer ones (or gone, where a record is)."""
    sources = {link.marketing for link in links}
    return [plan for plan in plans if plan.source not in sources] + list(newer)
