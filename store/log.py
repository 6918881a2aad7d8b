"""What is to be done, what was done, and what waits for a person. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import orjson
from django.db import transaction

from connectors.base import Archive, Connector, Create, Merge, Policy, Refused, Shown, Unknown, Update
from crm.record import Ref, Side, Value
from crm.values import same
from store import attempts, follow_ups
from store.arrived import arrived, both, created, overtaken, settled
from store.decisions import Decided
from store.history import Line, line, write_history
from store.intents import Intents
from store.links import LinkStore
from store.packing import packed
from store.past import forget_record
from store.records import RecordStore
from store.references import ReferenceStore
from store.rewrites import rewritten
from store.runs import add_totals, renew
from store.sql import execute, execute_in
from store.waiting import Waiting
from sync.brakes import Totals
from sync.decide import RULE, Decisions
from sync.mapping import Mapping as FieldMapping
from sync.mapping import SyncRule, canonical
from sync.outcomes import FieldChange, Held
from sync.plan import Base, Batch, Link, Plan
from sync.ports import Intent, Outcome
from sync.references import NOTHING, given_owners, must_wait, visible

MOST_TRIES = 7
"""How often a busy system is asked again for the same record, one run each, before a person must look."""


class RunLog:
    """The log of one run at a time."""

    def __init__(
        self,
        mapping: FieldMapping,
        connectors: Mapping[Side, Connector],
        records: RecordStore,
        links: LinkStore,
        references: ReferenceStore,
    ) -> None:
        self._mapping = mapping
        self._connectors = connectors
        self._records = records
        self._links = links
        self._waiting = Waiting(mapping)
        self._decided = Decided(mapping)
        self._references = references
        keyless = {
            name
            for object_map in mapping.objects.values()
            for side, connector in connectors.items()
            for name in object_map.object_names(side)
            if not connector.carries_key(name)
        }
        self._intents = Intents(mapping, links, records, references, self._waiting, keyless)

    @transaction.atomic
    def store(self, run: int, object_name: str, batch: Batch) -> None:
        renew(run)
        self._settle_made(run, object_name, batch.made)
        self._links.retire(batch.retired)
        for link, side, ref in batch.moved:
            self._links.move(link, side, ref)
        deleted = self._links.of(each.ref for each in batch.unresolved if each.kind == "deleted")
        self._find_out({link.id for link in (*deleted.values(), *(link for link, _ in batch.parted))}, only_gone=True)
        for link, gone in batch.parted:
            self._links.part(link, gone, is_remade=link.ref(gone.other) in batch.remade)
        plans = self._linked(object_name, batch.plans)
        alone = batch.judged.union(*(plan.refs for plan in plans), (link.ref(side) for link, side, _ in batch.moved))
        alone |= {ref for link in batch.retired for ref in (link.marketing, link.sales)}
        self._find_out({plan.link.id for plan in plans if plan.link}, alone)
        self._links.rebase((plan.link, plan.agreed) for plan in plans if plan.link)
        self._links.mark_seen(
            plan.link.id for plan in plans if plan.link and not (plan.conflicts or plan.held or plan.writes)
        )
        self._intents.plan(run, object_name, plans)
        totals = Totals()
        for plan in plans:
            totals.add(plan)
        add_totals(run, object_name, totals)
        judged = batch.judged | {link.ref(side) for link, side, _ in batch.moved}
        away = [*batch.retired, *(link for link, _ in batch.parted)]
        judged |= {ref for link in away for ref in (link.marketing, link.sales)}
        self._waiting.conflicts(object_name, plans, batch.unresolved, judged)
        self._waiting.hold(object_name, plans, judged)
        self._decided.settle(run, plans, batch)
        # What would be written or asked was read in this batch on both sides, so that both are decided.
        decided = {ref for plan in plans if plan.writes or plan.conflicts for ref in plan.refs}
        attempts.revive({str(ref) for ref in judged.union(*(plan.refs for plan in plans))})
        execute_in("DELETE FROM store_touch WHERE ref IN ({keys})", (str(ref) for ref in decided))
        execute("DELETE FROM store_touch WHERE object = %s AND run_id = %s", [object_name, run])
        self._records.touch(object_name, batch.again)
        self._records.touch(object_name, self._decided.since(plans, batch))
        self._records.look_around(object_name, (link.ref(gone.other) for link, gone in batch.parted))

    def _settle_made(self, run: int, object_name: str, made: Mapping[int, Ref | None]) -> None:
        """Creates of which no answer came were looked up: what was made is done, the others are decided anew."""
        intents = {intent.id: intent for intent in self._intents.unanswered(object_name)} if made else {}
        found = {each: ref for each, ref in made.items() if ref is not None}
        lost = [each for each in made if each not in found]
        write_history(
            [line(run, ref, change, change.new) for each, ref in found.items() for change in intents[each].changes]
        )
        self._intents.settle(found, lost)

    @transaction.atomic
    def store_undo(self, run: int, object_name: str, plans: Sequence[Plan]) -> None:
        """Store the writes of an undo, and move the bases to what both sides will show; touches and all that waits
        stay as they are."""
        renew(run)
        self._links.rebase((plan.link, plan.agreed) for plan in plans if plan.link)
        self._intents.plan(run, object_name, plans)

    @transaction.atomic
    def store_archived(self, run: int, parted: Sequence[tuple[Link, Side]], lines: Sequence[Line]) -> None:
        """Records were archived by an undo: their pairs are parted, and the others are not made again."""
        renew(run)
        for link, gone in parted:
            forget_record(link.ref(gone))
            self._links.part(link, gone)
        write_history(lines)

    def _linked(self, object_name: str, plans: Sequence[Plan]) -> list[Plan]:
        """The plans with the links that they make."""
        new = [plan.link for plan in plans if plan.link and not plan.link.id]
        if not new:
            return list(plans)
        made = self._links.make(object_name, [(link.marketing, link.sales) for link in new])
        self._links.rebase((made[link.marketing], link.base) for link in new)
        linked = {link.marketing: replace(made[link.marketing], base=link.base) for link in new}
        self._find_out_creates(linked.values())
        return [replace(plan, link=linked.get(plan.link.marketing, plan.link)) if plan.link else plan for plan in plans]

    def _find_out_creates(self, links: Collection[Link]) -> None:
        """Creates of which no answer came, and which made one record of a new pair from the other."""
        done = created(self._records, self._intents, links)
        write_history(
            [line(run, link.ref(each.side), change, change.new) for link, run, each in done for change in each.changes]
        )
        self._intents.settle([each.id for _, _, each in done], [])
        self._intents.forget_creates(ref for link in links for ref in (link.marketing, link.sales))

    def _find_out(self, links: Iterable[int], alone: Iterable[Ref] = (), *, only_gone: bool = False) -> None:
        """Writes of which no answer came: where the record shows no longer what it did, they were done, and what they
        overwrote goes into the history. Of a record that is gone nobody can tell: there they count as done."""
        found = self._intents.unknown(links, alone)
        if not found:
            return
        self._find_out_merges([each for each in found if isinstance(each[1].write, Merge)])
        records = self._records.load(intent.write.ref for _, intent in found if isinstance(intent.write, Update))
        history: list[Line] = []
        moved: dict[int, tuple[Link, Base]] = {}
        done: list[int] = []
        dropped: list[int] = []
        for run, intent in found:
            if isinstance(intent.write, Merge):
                continue
            object_map = self._mapping.objects[intent.object]
            record = records.get(intent.write.ref) if isinstance(intent.write, Update) else None
            is_gone = record is not None and record.deleted
            if only_gone and not is_gone:
                continue
            shown = canonical(object_map, intent.side, record)[0] if record else {}
            written = [
                change
                for change in intent.changes
                if change.field in shown
                and (is_gone or not same(object_map.fields[change.field].type, shown[change.field], change.old))
            ]
            values = {change.field: change.new if is_gone else shown[change.field] for change in written}
            history += [line(run, record.ref, change, values[change.field]) for change in written if record]
            self._decided.carry_out(run, _chosen([(intent.source, written)]))
            if intent.link is not None:
                known = moved.get(intent.link.id, (intent.link, Base()))[1]
                moved[intent.link.id] = intent.link, both(known, arrived(self._mapping, intent, shown))
            (done if written else dropped).append(intent.id)
        self._links.rebase(moved.values())
        write_history(history)
        self._intents.settle(done, dropped)

    def _find_out_merges(self, found: Sequence[tuple[int, Intent]]) -> None:
        """Merges of which no answer came: they were done where the one that gives way is part of another record."""
        records = self._records.load(intent.source for _, intent in found)
        merged = {ref for ref, record in records.items() if record.merged_into is not None}
        done = [(run, intent) for run, intent in found if intent.source in merged]
        write_history([line(run, intent.source, each, each.new) for run, intent in done for each in intent.changes])
        self._intents.settle(
            [intent.id for _, intent in done], [intent.id for _, intent in found if intent.source not in merged]
        )

    def settled(self, links: Sequence[Link]) -> list[Link]:
        return settled(self._mapping, self._records, self._intents, links)

    def rewritten(self, plans: Sequence[Plan]) -> dict[Ref, dict[str, Held]]:
        return rewritten(plans)

    def unanswered(self, object_name: str) -> list[Intent]:
        return self._intents.unanswered(object_name)

    def decisions(self, refs: Iterable[Ref]) -> Decisions:
        return self._decided.open(refs)

    def held(self, refs: Iterable[Ref]) -> dict[Ref, list[Held]]:
        return self._waiting.held(refs)

    @transaction.atomic
    def next_intents(self, run: int, most: Mapping[Side, int]) -> list[Intent]:
        renew(run)
        return self._intents.next(run, most)

    @transaction.atomic
    def overtaken(self, intents: Sequence[Intent]) -> set[int]:
        late = overtaken(self._mapping, self._records, intents)
        for intent in late:
            self._close(intent, "dropped", touch=True)
        return {each.id for each in late}

    @transaction.atomic
    def drop_intents(self, run: int) -> None:
        self._intents.give_up("run_id = %s", run)

    @transaction.atomic
    def forget_claims(self, run: int) -> None:
        """Free what dead runs had claimed, and touch again what their unfinished intents were about."""
        execute("UPDATE store_touch SET run_id = NULL WHERE run_id <> %s", [run])
        self._park()
        self._intents.give_up("run_id <> %s", run)

    @transaction.atomic
    def take_over(self, run: int) -> None:
        renew(run)
        execute("UPDATE store_touch SET run_id = NULL WHERE run_id = %s", [run])
        self._park()
        self._intents.give_up("state = 'sent' AND run_id = %s", run)
        self._intents.age(run)

    @transaction.atomic
    def give_back(self, run: int) -> None:
        renew(run)
        attempts.give_back(run)

    def _park(self) -> None:
        attempts.park({connector.system: side.value for side, connector in self._connectors.items()})

    # -- answers ------------------------------------------------------------------------------------------------------

    @transaction.atomic
    def remember(self, run: int, outcomes: Sequence[Outcome]) -> None:
        renew(run)
        done = [(each.intent, each.answer) for each in outcomes if isinstance(each.answer, Shown)]
        if gone := [each for each in done if isinstance(each[0].write, Archive | Merge)]:
            self._remember_gone(run, gone)
        if followed := [each for each in done if each[0].is_follow_up]:
            self._remember_followed(run, followed)
        if written := [each for each in done if each not in gone and each not in followed]:
            self._remember_done(run, written)
        for outcome in outcomes:
            match outcome.answer:
                case Refused() as refused if outcome.intent.is_follow_up and refused.policy is not Policy.LATER:
                    for held in follow_ups.refused(outcome.intent, refused.code, refused.message):
                        self._waiting.keep(outcome.intent.object, outcome.intent.source, held)
                    self._close(outcome.intent, "refused")
                case Refused(policy=Policy.HELD, field=str()) as refused:
                    self._hold(outcome.intent, refused)
                case Refused(policy=Policy.LATER, field=str(), existing=Ref()) as refused if _is_update(outcome.intent):
                    self._hold(outcome.intent, refused)
                case Refused(policy=Policy.LATER, existing=Ref()) as refused if _is_update(outcome.intent):
                    self._waiting.bury(outcome.intent, refused)
                    self._close(outcome.intent, "refused")
                case Refused(policy=Policy.LATER) as refused:
                    self._put_off(outcome.intent, refused)
                case Refused() as refused:
                    self._waiting.bury(outcome.intent, refused)
                    self._close(outcome.intent, "refused")
                case Unknown():
                    is_archive = isinstance(outcome.intent.write, Archive)
                    self._close(outcome.intent, "waiting" if is_archive else "unknown", touch=True)

    def _put_off(self, intent: Intent, refused: Refused) -> None:
        """Again in the next run; what was put off too often is kept for a person instead."""
        if refused.code == "NOT_SENT" or self._intents.tries(intent) < MOST_TRIES:
            self._close(intent, "waiting", touch=True)
        else:
            self._intents.forget_tries([intent])
            self._waiting.bury(intent, refused)
            self._close(intent, "refused")

    def _remember_gone(self, run: int, gone: Sequence[tuple[Intent, Shown]]) -> None:
        """Records that were archived, or became part of others: the next plan follows their links."""
        object_name, side = gone[0][0].object, gone[0][0].side
        archived = [intent.write.ref for intent, _ in gone if isinstance(intent.write, Archive)]
        merged = [answer.record for intent, answer in gone if isinstance(intent.write, Merge)]
        self._records.save(object_name, side, merged, archived)
        self._records.look_again(object_name, [*archived, *(record.ref for record in merged)])
        self._records.touch(object_name, (intent.source for intent, _ in gone))
        write_history([line(run, intent.source, change, change.new) for intent, _ in gone for change in intent.changes])
        self._settle(gone)

    def _remember_followed(self, run: int, followed: Sequence[tuple[Intent, Shown]]) -> None:
        """Records that were made beside pairs: the bases say for what."""
        intents = [intent for intent, _ in followed]
        self._links.rebase(follow_ups.based(intents))
        write_history(follow_ups.lines(run, intents))
        self._settle(followed)

    def _settle(self, done: Sequence[tuple[Intent, Shown]]) -> None:
        self._waiting.revive([intent for intent, _ in done])
        self._intents.forget_tries(intent for intent, _ in done)
        self._intents.settle((intent.id for intent, _ in done), ())

    def _remember_done(self, run: int, done: Sequence[tuple[Intent, Shown]]) -> None:
        object_name, side = done[0][0].object, done[0][0].side
        whole = {*self._mapping.native_fields(object_name, side, done[0][0].object_name)}
        records = [answer.record for _, answer in done if whole <= answer.record.fields.keys()]
        self._records.save(object_name, side, records)
        links = self._linked_now(object_name, done)
        object_map = self._mapping.objects[object_name]
        translated = self._references.translate({answer.record.ref: answer.record for _, answer in done})
        bases, history, surprising = [], [], []
        for intent, answer in done:
            shown, _ = visible(object_map, side, canonical(object_map, side, translated[answer.record.ref])[0], NOTHING)
            values = {change.field: shown.get(change.field, change.new) for change in intent.changes}
            sources = {change.field: change.source for change in intent.changes}
            if not _is_update(intent):
                given = given_owners(object_map, shown, values)
                values, sources = {**given, **values}, {**dict.fromkeys(given), **sources}
            link = links.get(intent.source)
            if link is not None:
                bases.append((link, Base(values, sources) if side is Side.MARKETING else Base(sources, values)))
                if self._is_surprising(object_name, {**link.base.of(side), **values}, shown):
                    surprising.append(answer.record.ref)
            history += [line(run, answer.record.ref, change, values[change.field]) for change in intent.changes]
        self._links.rebase(bases)
        new = [intent.source for intent, _ in done if intent.makes_counterpart] if object_map.has_follow_ups else []
        self._records.look_again(object_name, [*surprising, *new])
        alone = [(intent.source, answer) for intent, answer in done if intent.link is None and _is_update(intent)]
        self._records.touch(object_name, {ref for source, answer in alone for ref in (source, answer.record.ref)})
        unsettled = self._waiting.unsettled(link.marketing for link, _ in bases)
        self._links.mark_seen(link.id for link, _ in bases if link.marketing not in unsettled)
        write_history(history)
        self._decided.carry_out(run, _chosen((intent.source, intent.changes) for intent, _ in done))
        self._settle(done)

    def _linked_now(self, object_name: str, done: Sequence[tuple[Intent, Shown]]) -> dict[Ref, Link]:
        """By the intent's source, its link; for what was created a new one, unless somebody else has it already."""
        links = {intent.source: intent.link for intent, _ in done if intent.link is not None}
        made = [(intent, answer) for intent, answer in done if not _is_update(intent)]
        pairs = {intent.source: self._pair(intent, answer) for intent, answer in made}
        refs = {ref for pair in pairs.values() for ref in pair}
        taken = self._links.linked(refs)
        free = []
        for pair in pairs.values():
            if not taken & set(pair):
                free.append(pair)
                taken |= set(pair)
        if free:
            self._links.make(object_name, free)
            self._intents.forget_creates(ref for pair in free for ref in pair)
        now = self._links.of(refs)
        for source, pair in pairs.items():
            link = now.get(source)
            if link is not None and (link.marketing, link.sales) == pair:
                links[source] = link
            else:
                reason = f"{pair[0]} and {pair[1]} are the same person, but one belongs to another pair"
                self._waiting.ask(object_name, "match", source, reason)
        return links

    def _is_surprising(self, object_name: str, expected: Mapping[str, Value], shown: Mapping[str, Value]) -> bool:
        """Whether a record shows, beside what was written, something new: a flow or a person did that."""
        return any(
            not same(field.type, expected.get(name), shown[name])
            for name, field in self._mapping.objects[object_name].fields.items()
            if name in shown and field.rule not in (SyncRule.OFF, SyncRule.CONSENT)
        )

    @staticmethod
    def _pair(intent: Intent, answer: Shown) -> tuple[Ref, Ref]:
        created = answer.record.ref
        return (created, intent.source) if intent.side is Side.MARKETING else (intent.source, created)

    def _hold(self, intent: Intent, refused: Refused) -> None:
        """The refused field waits; what is left of the write is sent again in the same run, unless it would make a
        record without the parent that it must have."""
        object_map = self._mapping.objects[intent.object]
        fields = object_map.fields
        named = next(
            (
                change
                for change in intent.changes
                if fields[change.field].native_name(intent.side, intent.object_name) == refused.field
            ),
            None,
        )
        if named is None:
            self._waiting.bury(intent, refused)
            self._close(intent, "refused")
            return
        held = Held(named.field, intent.side, refused.code, refused.message, named.new, is_refused=True)
        self._waiting.keep(intent.object, intent.source, held)
        rest = [change for change in intent.changes if change is not named]
        left = {change.field for change in rest}
        is_orphan = isinstance(intent.write, Create) and must_wait(object_map, intent.object_name, left)
        execute(
            "UPDATE store_intent SET state = %s, changes = %s, attempts = 0 WHERE id = %s",
            ["planned" if rest and not is_orphan else "refused", orjson.dumps(packed(rest)).decode(), intent.id],
        )

    def _close(self, intent: Intent, state: str, *, touch: bool = False) -> None:
        execute("UPDATE store_intent SET state = %s WHERE id = %s", [state, intent.id])
        if touch:
            target = [] if isinstance(intent.write, Create) else [intent.write.ref]
            self._records.touch(intent.object, [intent.source, *target])

    @transaction.atomic
    def adopt(self, outcome: Outcome, existing: Ref) -> None:
        intent = outcome.intent
        owner = self._links.of([existing, intent.source])
        if owner:
            reason = f"{existing} already holds a value that must be unique, and is linked to another record"
            self._leave(intent, reason)
            return
        self._waiting.revive([intent])
        pair = (existing, intent.source) if intent.side is Side.MARKETING else (intent.source, existing)
        self._links.make(intent.object, [pair])
        self._records.touch(intent.object, pair)
        execute(
            "UPDATE store_intent SET state = 'dropped' WHERE state = 'planned' AND target IS NULL AND source = %s",
            [str(existing)],
        )

    @transaction.atomic
    def leave(self, outcome: Outcome, reason: str) -> None:
        self._leave(outcome.intent, reason)

    def _leave(self, intent: Intent, reason: str) -> None:
        self._waiting.revive([intent])
        self._waiting.ask(intent.object, "match", intent.source, reason)
        execute("DELETE FROM store_touch WHERE ref = %s", [str(intent.source)])

    @transaction.atomic
    def release(self, object_name: str) -> None:
        """A schema or the mapping has changed: what waits for that is looked at again."""
        self._records.look_again(object_name, self._waiting.release(object_name))

    def written(self, run: int) -> dict[str, dict[Side, int]]:
        """How many records a run created and updated, by side."""
        return self._intents.written(run)


def _is_update(intent: Intent) -> bool:
    return isinstance(intent.write, Update)


def _chosen(written: Iterable[tuple[Ref, Iterable[FieldChange]]]) -> list[tuple[Ref, str]]:
    """Of what was written by source, the fields that a person had decided."""
    return [(source, change.field) for source, changes in written for change in changes if change.rule == RULE]
