"""Writes that were decided: stored before they are sent, so that a crash between the two is seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from connectors.base import Archive, Create, Merge, Update, Write
from crm.record import Ref, Side
from store import follow_ups
from store.attempts import batch_size
from store.links import LinkStore
from store.packing import packed, unpacked
from store.records import RecordStore
from store.references import ReferenceStore
from store.sql import execute, execute_in, execute_many, now, rows, rows_in
from store.waiting import Waiting
from sync.mapping import Mapping as FieldMapping
from sync.mapping import native, native_new
from sync.plan import Link, Plan
from sync.ports import Intent
from sync.references import must_wait

_PLAN = """INSERT INTO store_intent
               (run_id, link, object, source, side, object_name, target, action, step, changes, state, attempts, at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'planned', %s, %s)"""
_ACTIONS: dict[type[Write], str] = {Archive: "archive", Merge: "merge"}
FRESH = 60 * 1000
"""How long what an update would overwrite counts as what the decision saw, in milliseconds; then it is read again."""
_DONE = {"archive": "archived", "merge": "merged", follow_ups.ACTION: "followed_up"}


class Intents:
    """The intents of one run at a time. Methods that write are called inside the caller's transaction."""

    def __init__(
        self,
        mapping: FieldMapping,
        links: LinkStore,
        records: RecordStore,
        references: ReferenceStore,
        waiting: Waiting,
        keyless: Collection[str] = (),
    ) -> None:
        self._mapping = mapping
        self._keyless = sorted(keyless)
        self._references = references
        self._waiting = waiting
        ranks = " ".join(f"WHEN '{each.name}' THEN {rank}" for rank, each in enumerate(mapping.parents_first))
        self._parents_first = f"CASE object {ranks} ELSE {len(mapping.objects)} END"
        self._links = links
        self._records = records

    @staticmethod
    def _made_already(run: int, plans: Sequence[Plan]) -> set[tuple[str, str]]:
        """Of what would be created, by source and side, what an intent of this run creates."""
        sources = [str(plan.source) for plan in plans if any(isinstance(write, Create) for write in plan.writes)]
        return set(
            rows_in(
                f"""SELECT source, side FROM store_intent WHERE run_id = {int(run)} AND state = 'planned'
                    AND target IS NULL AND source IN ({{keys}})""",
                sources,
            )
        )

    def plan(self, run: int, object_name: str, plans: Sequence[Plan]) -> None:
        """Store the writes of plans, with the attempts behind what this run claimed to make them. What another batch of
        the run makes already is not made again."""
        made = self._made_already(run, plans)
        before = dict(rows("SELECT ref, attempts - 1 FROM store_touch WHERE run_id = %s AND attempts > 1", [run]))
        execute_many(
            _PLAN,
            [
                (
                    run,
                    plan.link.id if plan.link else None,
                    object_name,
                    str(plan.source),
                    write.side.value,
                    write.object if isinstance(write, Create) else write.ref.object,
                    None if isinstance(write, Create) else str(write.ref),
                    _ACTIONS.get(type(write), "write"),
                    plan.step,
                    orjson.dumps(packed(change for change in plan.changes if change.side is write.side)).decode(),
                    max(before.get(str(ref), 0) for ref in plan.refs) if before else 0,
                    now(),
                )
                for plan in plans
                for write in plan.writes
                if not (isinstance(write, Create) and (str(plan.source), write.side.value) in made)
            ],
        )
        execute_many(_PLAN, list(follow_ups.planned(run, object_name, plans, before)))

    def next(self, run: int, most: Mapping[Side, int]) -> list[Intent]:
        """The next batch to send, all of one side and one of its objects, marked as sent; empty when none is left. What
        a worker was lost over comes last, in ever smaller batches."""
        while first := rows(
            f"""SELECT side, object, object_name, attempts, step FROM store_intent WHERE run_id = %s
                AND state = 'planned' ORDER BY attempts, step, {self._parents_first}, side, object_name, id LIMIT 1""",
            [run],
        ):
            found = rows(
                f"""SELECT id, link, source, target, changes, action, at FROM store_intent
                    WHERE run_id = %s AND state = 'planned'
                    AND side = %s AND object = %s AND object_name = %s AND attempts = %s AND step = %s
                    ORDER BY id LIMIT {batch_size(most[Side(first[0][0])], first[0][3])}""",
                [run, *first[0]],
            )
            links = self._links.by_id({row[1] for row in found if row[1] is not None})
            lost = [row for row in found if row[1] is not None and row[1] not in links]
            kept = [row for row in found if row not in lost] if lost else found
            side, object_name, native_object, _, step = first[0]
            intents = self._intents(Side(side), object_name, native_object, kept, links)
            # A later step builds on what an earlier one has written.
            old = {row[0] for row in kept if not step and row[6] < now() - FRESH}
            intents = [replace(each, is_old=each.id in old) for each in intents]
            orphans = {each.id for each in intents if self._is_orphan(each)}
            intents = [each for each in intents if each.id not in orphans]
            lost += [row for row in kept if row[0] in orphans]
            kept = [row for row in kept if row[0] not in orphans]
            ids = (row[0] for row in kept)
            execute_in("UPDATE store_intent SET state = 'sent', attempts = attempts + 1 WHERE id IN ({keys})", ids)
            self._mark("dropped", lost)
            self._records.touch(object_name, (Ref.parse(row[2]) for row in lost))
            for intent in intents:
                for held in intent.waits:
                    self._waiting.keep(object_name, intent.source, held)
            if intents:
                return intents
        return []

    def _is_orphan(self, intent: Intent) -> bool:
        """Whether a write can say nothing yet: what it leads to was to be linked by this run, and was not; so nothing
        is left of it, or a record would be made without the parent that it must have."""
        if not isinstance(intent.write, Create):
            return isinstance(intent.write, Update) and not intent.changes
        fields = {change.field for change in intent.changes}
        return bool(intent.waits) and must_wait(self._mapping.objects[intent.object], intent.object_name, fields)

    @staticmethod
    def _mark(state: str, found: Sequence[tuple[Any, ...]]) -> None:
        execute_in("UPDATE store_intent SET state = %s WHERE id IN ({keys})", (row[0] for row in found), [state])

    def _intents(
        self,
        side: Side,
        object_name: str,
        native_object: str,
        found: Sequence[tuple[Any, ...]],
        links: Mapping[int, Link],
    ) -> list[Intent]:
        """The intents of these rows, with references and owners as the system that is written knows them."""
        if found and found[0][5] == follow_ups.ACTION:
            return follow_ups.intents(self._mapping, self._records, object_name, found, links)
        object_map = self._mapping.objects[object_name]
        changes = [tuple(unpacked(self._mapping, object_name, side, row[4])) for row in found]
        intents = []
        for row, ready in zip(found, self._references.ready(object_map, side, changes), strict=True):
            intent_id, link_id, source, target, _, action, *_ = row
            write: Write
            if target is None:
                fields = native_new(object_map, side, native_object, Ref.parse(source).object, ready.values)
                write = Create(side, native_object, source, fields, assign=object_map.assignment_rule == "on")
            elif action == "archive":
                write = Archive(side, Ref.parse(target))
            elif action == "merge":
                write = Merge(side, Ref.parse(target), Ref.parse(source))
            else:
                write = Update(side, Ref.parse(target), native(object_map, side, native_object, ready.values))
            link = links.get(link_id) if link_id is not None else None
            about = (object_name, link, Ref.parse(source), side, native_object)
            intents.append(Intent(intent_id, *about, ready.changes, write, ready.waits))
        return intents

    def give_up(self, condition: str, run: int) -> None:
        """What was not sent is dropped, of what was sent nobody knows what became; all of it is touched, to be
        read and decided anew. The touches keep the attempts of what was sent."""
        for ref in ("source", "target"):
            execute(
                f"""INSERT INTO store_touch (ref, object, seen, run_id, attempts, at)
                    SELECT {ref}, MIN(object), FALSE, CAST(NULL AS BIGINT), MAX(attempts), CAST(%s AS BIGINT)
                    FROM store_intent WHERE state IN ('planned', 'sent') AND {ref} IS NOT NULL AND {condition}
                    GROUP BY {ref}
                    ON CONFLICT (ref) DO UPDATE SET seen = excluded.seen, run_id = NULL, attempts =
                    CASE WHEN excluded.attempts > store_touch.attempts THEN excluded.attempts
                    ELSE store_touch.attempts END""",
                [now(), run],
            )
        execute(
            f"""UPDATE store_intent SET state = CASE WHEN state = 'sent' AND action <> 'archive'
                THEN 'unknown' ELSE 'dropped' END WHERE state IN ('planned', 'sent') AND {condition}""",
            [run],
        )

    def unanswered(self, object_name: str) -> list[Intent]:
        """Creates of which no answer came, in objects that cannot carry our key."""
        found = rows_in(
            """SELECT side, object_name, id, link, source, target, changes, action FROM store_intent
               WHERE state = 'unknown' AND link IS NULL AND target IS NULL AND object = %s
               AND object_name IN ({keys}) ORDER BY id""",
            self._keyless,
            [object_name],
        )
        groups: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
        for side, native_object, *row in found:
            groups[side, native_object].append(tuple(row))
        return [
            intent
            for (side, native_object), each in groups.items()
            for intent in self._intents(Side(side), object_name, native_object, each, {})
        ]

    def carries_key(self, intent: Intent) -> bool:
        """Whether the record that a create makes tells its source."""
        return intent.object_name not in self._keyless

    def unknown(
        self, links: Iterable[int] = (), alone: Iterable[Ref] = (), created_from: Iterable[Ref] = ()
    ) -> list[tuple[int, Intent]]:
        """Writes to these links, or to records `alone` beside any link, or creates from some, of which no answer came;
        each with its run."""
        sql = """SELECT run_id, side, object, object_name, id, link, source, target, changes, action FROM store_intent
                 WHERE state = 'unknown' AND {place} ORDER BY id"""
        found = list(rows_in(sql.replace("{place}", "link IN ({keys})"), links))
        beside = sql.replace("{place}", "link IS NULL AND target IN ({keys})")
        found += rows_in(beside, {str(ref) for ref in alone})
        created = sql.replace("{place}", "link IS NULL AND target IS NULL AND source IN ({keys})")
        found += rows_in(created, {str(ref) for ref in created_from})
        links_now = self._links.by_id({row[5] for row in found if row[5] is not None})
        return [
            (row[0], intent)
            for row in found
            for intent in self._intents(Side(row[1]), row[2], row[3], [row[4:]], links_now)
        ]

    @staticmethod
    def tries(intent: Intent) -> int:
        """How often in a row writes of this record to this side were put off."""
        found = rows(
            "SELECT COUNT(*) FROM store_intent WHERE state = 'waiting' AND source = %s AND side = %s",
            [str(intent.source), intent.side.value],
        )
        return int(found[0][0])

    @staticmethod
    def forget_tries(intents: Iterable[Intent]) -> None:
        """A write of these records was answered for good: older ones that were put off count no more."""
        sources: dict[Side, list[str]] = defaultdict(list)
        for intent in intents:
            sources[intent.side].append(str(intent.source))
        sql = "UPDATE store_intent SET state = 'dropped' WHERE state = 'waiting' AND side = %s AND source IN ({keys})"
        for side, names in sources.items():
            execute_in(sql, names, [side.value])

    @staticmethod
    def forget_creates(sources: Iterable[Ref]) -> None:
        """These are in a pair now: it is of no more interest what became of other creates from them."""
        execute_in(
            """UPDATE store_intent SET state = 'dropped'
               WHERE state = 'unknown' AND link IS NULL AND target IS NULL AND source IN ({keys})""",
            {str(ref) for ref in sources},
        )

    def age(self, run: int) -> None:
        """Nobody knows how long ago a lost worker decided this: creates are decided anew, what updates overwrite is
        read again before they are sent."""
        self.give_up("target IS NULL AND run_id = %s", run)
        execute("UPDATE store_intent SET at = at - %s WHERE state = 'planned' AND run_id = %s", [2 * FRESH, run])

    def settle(self, done: Iterable[int], dropped: Iterable[int]) -> None:
        """What became of them was read."""
        self._mark("done", [(each,) for each in done])
        self._mark("dropped", [(each,) for each in dropped])

    def written(self, run: int) -> dict[str, dict[Side, int]]:
        """How many records a run created and updated, by side; and archived, merged away or followed up, where it
        did."""
        counts = {action: dict.fromkeys(Side, 0) for action in ("created", "updated")}
        for side, is_create, action, number in rows(
            """SELECT side, target IS NULL, action, COUNT(*) FROM store_intent WHERE run_id = %s AND state = 'done'
               GROUP BY side, target IS NULL, action""",
            [run],
        ):
            what = _DONE.get(action, "created" if is_create else "updated")
            counts.setdefault(what, dict.fromkeys(Side, 0))[Side(side)] = number
        return counts
