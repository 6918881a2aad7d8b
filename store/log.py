"""What is to be done, what was done, and what waits for a person. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from django.db import transaction

from connectors.base import Create, Policy, Refused, Shown, Update, Write
from crm.record import Ref, Side
from crm.values import dump, load
from store.links import LinkStore
from store.models import Intent as IntentRow
from store.records import RecordStore
from store.sql import execute, execute_many, now, rows
from store.waiting import Waiting
from sync.mapping import Mapping as FieldMapping
from sync.mapping import canonical, native
from sync.plan import Base, Batch, FieldChange, Held, Link, Plan
from sync.ports import Intent, Outcome


class RunLog:
    """The log of one run at a time."""

    def __init__(self, mapping: FieldMapping, records: RecordStore, links: LinkStore) -> None:
        self._mapping = mapping
        self._records = records
        self._links = links
        self._waiting = Waiting(mapping)

    @transaction.atomic
    def store(self, run: int, object_name: str, batch: Batch) -> None:
        for link, side, ref in batch.moved:
            self._links.move(link, side, ref)
        for link, gone in batch.parted:
            self._links.part(link, gone)
        plans = self._linked(object_name, batch.plans)
        self._links.rebase((plan.link, plan.agreed) for plan in plans if plan.link)
        self._links.mark_seen(plan.link.id for plan in plans if plan.link and not plan.conflicts and not plan.writes)
        self._plan_intents(run, object_name, plans)
        self._waiting.conflicts(object_name, plans, batch.unresolved)
        self._waiting.hold(object_name, plans)
        decided = {ref for plan in plans if plan.writes or plan.conflicts for ref in _refs(plan)}
        execute_many("DELETE FROM store_touch WHERE ref = %s", [(str(ref),) for ref in decided])
        execute("DELETE FROM store_touch WHERE object = %s AND run_id = %s", [object_name, run])

    def _linked(self, object_name: str, plans: Sequence[Plan]) -> list[Plan]:
        """The plans with the links that they make."""
        pairs = [(plan.link.marketing, plan.link.sales) for plan in plans if plan.link and not plan.link.id]
        made = self._links.make(object_name, pairs) if pairs else {}
        return [
            replace(plan, link=made[plan.link.marketing]) if plan.link and not plan.link.id else plan for plan in plans
        ]

    @staticmethod
    def _plan_intents(run: int, object_name: str, plans: Sequence[Plan]) -> None:
        IntentRow.objects.bulk_create(
            IntentRow(
                run_id=run,
                link=plan.link.id if plan.link else None,
                object=object_name,
                source=str(plan.source),
                side=write.side,
                object_name=write.object if isinstance(write, Create) else write.ref.object,
                target=None if isinstance(write, Create) else str(write.ref),
                changes=_packed(change for change in plan.changes if change.side is write.side),
            )
            for plan in plans
            for write in plan.writes
        )

    def held(self, refs: Iterable[Ref]) -> dict[Ref, list[Held]]:
        return self._waiting.held(refs)

    @transaction.atomic
    def next_intents(self, run: int, limit: int) -> list[Intent]:
        first = rows(
            """SELECT side, object, object_name FROM store_intent WHERE run_id = %s AND state = 'planned'
               ORDER BY side, object_name, id LIMIT 1""",
            [run],
        )
        if not first:
            return []
        found = rows(
            f"""SELECT id, link, source, target, changes FROM store_intent WHERE run_id = %s AND state = 'planned'
                AND side = %s AND object = %s AND object_name = %s ORDER BY id LIMIT {int(limit)}""",
            [run, *first[0]],
        )
        execute_many("UPDATE store_intent SET state = 'sent' WHERE id = %s", [(row[0],) for row in found])
        links = self._links.by_id({row[1] for row in found if row[1] is not None})
        side, object_name, native_object = first[0]
        return [self._intent(Side(side), object_name, native_object, row, links) for row in found]

    def _intent(
        self, side: Side, object_name: str, native_object: str, row: tuple[Any, ...], links: Mapping[int, Link]
    ) -> Intent:
        intent_id, link_id, source, target, packed = row
        object_map = self._mapping.objects[object_name]
        changes = tuple(_unpacked(self._mapping, object_name, side, packed))
        fields = native(object_map, side, native_object, {change.field: change.new for change in changes})
        write: Write
        if target is None:
            write = Create(side, native_object, source, fields)
        else:
            write = Update(side, Ref.parse(target), fields)
        link = links.get(link_id) if link_id is not None else None
        return Intent(intent_id, object_name, link, Ref.parse(source), side, native_object, changes, write)

    @transaction.atomic
    def drop_intents(self, run: int) -> None:
        self._give_up("run_id = %s", run)

    @transaction.atomic
    def forget_claims(self, run: int) -> None:
        """Free what dead runs had claimed, and touch again what their unfinished intents were about."""
        execute("UPDATE store_touch SET run_id = NULL WHERE run_id <> %s", [run])
        self._give_up("run_id <> %s", run)

    @staticmethod
    def _give_up(condition: str, run: int) -> None:
        execute(
            f"""INSERT INTO store_touch (ref, object, seen, run_id)
                SELECT DISTINCT source, object, FALSE, NULL FROM store_intent
                WHERE state IN ('planned', 'sent') AND {condition}
                ON CONFLICT (ref) DO UPDATE SET seen = excluded.seen, run_id = NULL""",
            [run],
        )
        execute(f"UPDATE store_intent SET state = 'dropped' WHERE state IN ('planned', 'sent') AND {condition}", [run])

    # -- answers ------------------------------------------------------------------------------------------------------

    @transaction.atomic
    def remember(self, run: int, outcomes: Sequence[Outcome]) -> None:
        done = [(each.intent, each.answer) for each in outcomes if isinstance(each.answer, Shown)]
        if done:
            self._remember_done(run, done)
        for outcome in outcomes:
            match outcome.answer:
                case Refused(policy=Policy.HELD, field=str()) as refused:
                    self._hold(outcome.intent, refused)
                case Refused(policy=Policy.LATER):
                    self._close(outcome.intent, "waiting", touch=True)
                case Refused() as refused:
                    self._waiting.bury(outcome.intent, refused)
                    self._close(outcome.intent, "refused")
                case Shown():
                    self._close(outcome.intent, "done")
                case _:
                    self._close(outcome.intent, "waiting", touch=True)

    def _remember_done(self, run: int, done: Sequence[tuple[Intent, Shown]]) -> None:
        object_name, side = done[0][0].object, done[0][0].side
        whole = {*self._mapping.native_fields(object_name, side, done[0][0].object_name)}
        records = [answer.record for _, answer in done if whole <= answer.record.fields.keys()]
        self._records.save(object_name, side, records)
        pairs = [self._pair(intent, answer) for intent, answer in done if intent.link is None]
        made = self._links.make(object_name, pairs) if pairs else {}
        bases, history = [], []
        for intent, answer in done:
            link = intent.link or made[intent.source]
            shown, _ = canonical(self._mapping.objects[object_name], side, answer.record)
            values = {change.field: shown.get(change.field, change.new) for change in intent.changes}
            sources = {change.field: change.source for change in intent.changes}
            bases.append((link, Base(values, sources) if side is Side.MARKETING else Base(sources, values)))
            ref = str(answer.record.ref)
            history += [
                (run, ref, side.value, change.field, dump(change.old), dump(values[change.field]), change.rule,
                 change.reason, now())
                for change in intent.changes
            ]  # fmt: skip
        self._links.rebase(bases)
        self._links.mark_seen(link.id for link, _ in bases)
        execute_many(
            """INSERT INTO store_change (run_id, ref, side, field, old, new, rule, reason, at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            history,
        )
        self._waiting.revive([intent for intent, _ in done])

    @staticmethod
    def _pair(intent: Intent, answer: Shown) -> tuple[Ref, Ref]:
        created = answer.record.ref
        return (created, intent.source) if intent.side is Side.MARKETING else (intent.source, created)

    def _hold(self, intent: Intent, refused: Refused) -> None:
        """The refused field waits; what is left of the write is sent again in the same run."""
        fields = self._mapping.objects[intent.object].fields
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
        execute(
            "UPDATE store_intent SET state = %s, changes = %s WHERE id = %s",
            ["planned" if rest else "refused", orjson.dumps(_packed(rest)).decode(), intent.id],
        )

    def _close(self, intent: Intent, state: str, *, touch: bool = False) -> None:
        execute("UPDATE store_intent SET state = %s WHERE id = %s", [state, intent.id])
        if touch:
            self._records.touch(intent.object, [intent.source])

    @transaction.atomic
    def adopt(self, outcome: Outcome, existing: Ref) -> None:
        intent = outcome.intent
        if self._links.of([existing]):
            reason = f"{existing} already holds a value that must be unique, and is linked to another record"
            self._waiting.ask(intent.object, "match", intent.source, reason)
            execute("DELETE FROM store_touch WHERE ref = %s", [str(intent.source)])
            return
        pair = (existing, intent.source) if intent.side is Side.MARKETING else (intent.source, existing)
        self._links.make(intent.object, [pair])
        self._records.touch(intent.object, pair)
        execute(
            "UPDATE store_intent SET state = 'dropped' WHERE state = 'planned' AND target IS NULL AND source = %s",
            [str(existing)],
        )

    def written(self, run: int) -> dict[str, dict[Side, int]]:
        """How many records a run created and updated, by side."""
        counts = {action: dict.fromkeys(Side, 0) for action in ("created", "updated")}
        for side, is_create, number in rows(
            """SELECT side, target IS NULL, COUNT(*) FROM store_intent WHERE run_id = %s AND state = 'done'
               GROUP BY side, target IS NULL""",
            [run],
        ):
            counts["created" if is_create else "updated"][Side(side)] = number
        return counts


def _refs(plan: Plan) -> set[Ref]:
    return {plan.source} | ({plan.link.marketing, plan.link.sales} if plan.link else set())


def _packed(changes: Iterable[FieldChange]) -> dict[str, dict[str, str | None]]:
    return {
        change.field: {
            "old": dump(change.old),
            "new": dump(change.new),
            "source": dump(change.source),
            "rule": change.rule,
            "reason": change.reason,
        }
        for change in changes
    }


def _unpacked(mapping: FieldMapping, object_name: str, side: Side, packed: str) -> Iterable[FieldChange]:
    fields = mapping.objects[object_name].fields
    for name, each in orjson.loads(packed).items():
        field_type = fields[name].type
        old, new, source = (load(field_type, each[key]) for key in ("old", "new", "source"))
        yield FieldChange(name, side, old, new, source, each["rule"], each["reason"])
