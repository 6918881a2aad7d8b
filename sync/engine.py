"""The engine: pull what changed, plan the round, apply it. Deciding and doing are apart, and a crash means: run again.

    read        pages of changed records become stored records and touches; then the cursor moves
    plan_round  touched records become plans; plans become intents
    judge       the brakes see the totals of the whole round before the first write
    apply       intents are sent in batches; each answer becomes a new base and a line of history

Each goes on batch by batch, and whoever calls may stop in between. All I/O goes through what the engine is handed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from connectors.base import Connector, Refused, Update, key_of
from crm.record import Ref, Side
from sync.brakes import Totals, tripped
from sync.fit import Schema
from sync.gates import Hold, nothing_held
from sync.handoff import NO_STANDING, Standing
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap
from sync.plan import Batch
from sync.planner import Planner
from sync.ports import Intent, Links, Log, Outcome, Records, References

BATCH = 1_000
Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many records are done, and how many there will be, where that is known."""


def silent(_doing: str, _done: int, _total: int | None) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page that was read and stored, or the end of what one system has of an object."""

    key: str
    side: Side
    changed: int = 0
    is_over: bool = False


@dataclass(slots=True)
class Engine:
    """One pass for every object of the mapping."""

    mapping: FieldMapping
    connectors: Mapping[Side, Connector]
    records: Records
    links: Links
    log: Log
    references: References
    in_scope: Callable[[Iterable[Ref]], set[Ref]]
    after: Callable[[], None]
    """Called whenever stored records have changed: facts are refreshed already, rules are not."""
    progress: Progress = silent
    hold: Hold = nothing_held
    """Which fields of some plans wait, since they say a transition whose facts are not there."""
    standing: Standing = NO_STANDING
    """What hand-offs go by, as it was found before the pass."""

    def pull(self) -> dict[Side, int]:
        """Read all that changed on both sides since the cursors; returns how many records had changed, by side."""
        pulled = dict.fromkeys(Side, 0)
        for part in self.read():
            pulled[part.side] += part.changed
        self.after()
        return pulled

    def read(self, skip: Collection[str] = ()) -> Iterator[Part]:
        """Read what changed since the cursors, page by page; the caller may stop after each. `skip` names by key what
        was read to its end before."""
        for object_map, side, object_name in self._parts():
            key = f"{side}:{object_name}"
            if key in skip:
                continue
            connector = self.connectors[side]
            fields = self.mapping.fields_asked(object_map.name, side, object_name, key_of(connector, object_name))
            done = 0
            for page in connector.changes(object_name, fields, self.records.cursor(key)):
                changed = self.records.save_page(object_map.name, side, page.records, key, page.cursor)
                done += len(page.records)
                self.progress(f"reading {connector.system} {object_name}", done, page.total)
                yield Part(key, side, changed)
            yield Part(key, side, is_over=True)

    def plan_round(self, run: int, schema: Schema) -> Iterator[int]:
        """Decide what to do about every touched record, and store it, batch by batch; the caller may stop after each.
        Yields how many records were looked at."""
        for object_map in self.mapping.parents_first:
            planner = self._planner(object_map, schema)
            planned = 0
            while touched := self.records.claim(object_map.name, run, BATCH):
                with self.records.loading_once():
                    batch = planner.plan(touched)
                self.log.store(run, object_map.name, batch)
                planned += len(touched)
                self.progress("comparing", planned, None)
                yield len(touched)

    def judge(self, totals: Mapping[str, Totals], released: Totals | None = None) -> list[str]:
        """Why a round with these totals must stop before its first write; empty where it may go on. The brakes judge
        each object; a person may have `released` a round of up to these totals."""
        whole, reasons = Totals(), list[str]()
        for name, each in totals.items():
            whole += each
            reasons += tripped(self.mapping.brakes, each, self.links.count(name))
        return [] if released is not None and whole.within(released) else reasons

    def preview(self, schema: Schema) -> Iterator[Batch]:
        """What `plan_round` would decide, batch by batch; touches stay, and nothing is written on either side."""
        try:
            for object_map in self.mapping.parents_first:
                yield from self._preview(object_map, self._planner(object_map, schema))
        finally:
            self.references.expect_nothing()

    def _preview(self, object_map: ObjectMap, planner: Planner) -> Iterator[Batch]:
        after, planned = "", set[Ref]()
        while touched := self.records.look(object_map.name, after, BATCH):
            after = str(touched[-1].ref)
            with self.records.loading_once():
                batch = planner.plan([each for each in touched if each.ref not in planned])
            links = [plan.link for plan in batch.plans if plan.link]
            planned |= {ref for link in links for ref in (link.marketing, link.sales)}
            self.references.expect(batch)
            yield batch

    def apply(self, run: int) -> Iterator[int]:
        """Send the intents of a run, batch by batch, each of which has its answer before the next; the caller may stop
        in between. Yields how many were sent."""
        sent = 0
        most = {side: connector.most_at_once for side, connector in self.connectors.items()}
        while intents := self.log.next_intents(run, most):
            side, object_name = intents[0].side, intents[0].object_name
            connector = self.connectors[side]
            fields = self.mapping.fields_asked(intents[0].object, side, object_name, key_of(connector, object_name))
            current = self._not_overtaken(intents)
            answers = connector.write_many(object_name, [intent.write for intent in current], fields) if current else []
            outcomes = [Outcome(intent, answer) for intent, answer in zip(current, answers, strict=True)]
            self.log.remember(run, outcomes)
            self._adopt(outcomes)
            sent += len(current)
            self.progress(f"writing {connector.system} {object_name}", sent, None)
            yield len(intents)

    def _not_overtaken(self, intents: list[Intent]) -> list[Intent]:
        """All but those that were decided a while ago, and whose record was edited since; these are decided anew."""
        old = [each for each in intents if each.is_old and isinstance(each.write, Update)]
        if not old:
            return intents
        refs = {each.write.ref for each in old if isinstance(each.write, Update)}
        self._read(intents[0].side, intents[0].object, intents[0].object_name, refs)
        overtaken = self.log.overtaken(old)
        return [each for each in intents if each.id not in overtaken]

    def _adopt(self, outcomes: Iterable[Outcome]) -> None:
        """Where creates met records that already exist, read these and link them: the next pass merges the pairs."""
        met: dict[tuple[Side, str, str], list[tuple[Outcome, Ref]]] = defaultdict(list)
        for outcome in outcomes:
            match outcome.answer:
                case Refused(existing=Ref() as existing) if outcome.intent.makes_counterpart:
                    met[outcome.intent.side, outcome.intent.object, existing.object].append((outcome, existing))
        for (side, name, object_name), pairs in met.items():
            readable = self._read(side, name, object_name, {existing for _, existing in pairs})
            for outcome, existing in pairs:
                if existing in readable:
                    self.log.adopt(outcome, existing)
                else:
                    self.log.leave(outcome, f"{existing} holds a value that must be unique, and cannot be read")

    def _read(self, side: Side, name: str, object_name: str, refs: set[Ref]) -> set[Ref]:
        """Read and store records of one object; returns those that are there."""
        if object_name not in self.mapping.objects[name].object_names(side):
            return set()
        connector = self.connectors[side]
        fields = self.mapping.fields_asked(name, side, object_name, key_of(connector, object_name))
        records = connector.get_many(object_name, sorted(ref.id for ref in refs), fields)
        self.records.save(name, side, records)
        return {record.ref for record in records if not record.deleted and record.merged_into is None}

    def _planner(self, object_map: ObjectMap, schema: Schema) -> Planner:
        return Planner(
            self.mapping,
            object_map,
            self.connectors,
            self.records,
            self.links,
            self.log,
            schema,
            self.in_scope,
            self.references,
            self.hold,
            self.standing,
        )

    def _parts(self) -> Iterator[tuple[ObjectMap, Side, str]]:
        """Everything that is read. What people become comes first: a lead that is converted while we read is then seen
        as converted, or not at all, and its contact is not taken for somebody new."""
        for object_map in self.mapping.objects.values():
            for side in Side:
                for object_name in reversed(object_map.object_names(side)):
                    if self.mapping.is_there(object_name):
                        yield object_map, side, object_name
