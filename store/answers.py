"""What reps answered, on its way into the records: stored first, written by the next pass, and closed with what came.

    1. What the writes of an earlier pass came to is read from their intents: written, or refused and why.
    2. The records of all open answers are read anew, in batches. A field that somebody else has filled since it was
       asked is left alone; where an unanswered write turns out to be done, its line of history is written now.
    3. Every other answer becomes an intent (rule `answered`), one for each record, which the engine sends.
    4. Again what they came to is read. A written record is touched: the plan of the same pass carries the value over.

An answer moves no link's base: the other side has not got the value yet. Killed anywhere, the next pass begins at 1.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from django.db import IntegrityError, transaction

from connectors.base import Connector, key_of
from crm.record import Record, Ref, Side, Value
from crm.states import FieldState
from crm.values import load, same
from store.facts import Judge
from store.history import line, write_history
from store.models import Answer, Intent
from store.packing import packed, unpacked
from store.questions import held_of
from store.records import RecordStore
from store.runs import renew
from store.sql import execute_many, now, rows_in
from sync.fit import Schema
from sync.mapping import FieldMap
from sync.mapping import Mapping as FieldMapping
from sync.outcomes import FieldChange

_log = logging.getLogger("entente.answers")

RULE = "answered"
BATCH = 500
KEPT = 14 * 24 * 60 * 60 * 1000
"""How long a closed answer is kept; the history of the record stays."""

_MOVES = 3
"""How often a record may have been merged or converted since it was asked about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One gap's field as it is asked: `was` is what the record shows."""

    rule: str
    ref: str
    object: str
    field: str
    was: str | None


class Closed(NamedTuple):
    """How an answer ended, and why, where it was refused."""

    state: str
    code: str = ""
    message: str = ""


@transaction.atomic
def save(answers: Sequence[tuple[Asked, str]], rep: str, by: str) -> int:
    """Store what was answered; returns how many are new. A field with an open answer keeps that one."""
    at = now()
    refs = {asked.ref for asked, _ in answers}
    waiting = set(Answer.objects.filter(state="open", ref__in=refs).values_list("ref", "field"))
    fresh = [
        Answer(rule=asked.rule, ref=asked.ref, object=asked.object, field=asked.field, value=value, was=asked.was,
               rep=rep, by=by, at=at, changed_at=at)
        for asked, value in answers
        if (asked.ref, asked.field) not in waiting
    ]  # fmt: skip
    Answer.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def fields_on_the_way(refs: Iterable[str]) -> set[tuple[str, str]]:
    """Which fields of these records have an open answer: (ref, field)."""
    return set(rows_in("SELECT ref, field FROM store_answer WHERE state = 'open' AND ref IN ({keys})", refs))


def shown(object_name: str, ref: str, fields: Sequence[str]) -> dict[str, str | None]:
    """What the facts of a record show of these fields, as `save` keeps it."""
    columns = ", ".join(f'"f_{field}"' for field in fields)
    sql = f'SELECT {columns} FROM "facts_{object_name}" WHERE "ref" IN ({{keys}})'
    found = next(iter(rows_in(sql, [ref])), (None,) * len(fields))
    return {field: _text(value) for field, value in zip(fields, found, strict=True)}


class Answers:
    """Writes open answers; one pass at a time calls it."""

    def __init__(
        self,
        mapping: FieldMapping,
        connectors: Mapping[Side, Connector],
        records: RecordStore,
        judge: Judge,
    ) -> None:
        self._mapping = mapping
        self._connectors = connectors
        self._records = records
        self._judge = judge

    def send(self, run: int, schema: Schema, apply: Callable[[int], Iterable[int]]) -> None:
        """Every open answer is written, or closed with the reason; `apply` sends the intents of a run."""
        Answer.objects.exclude(state="open").filter(changed_at__lt=now() - KEPT).delete()
        self._settle(run)
        waiting = list(Answer.objects.filter(state="open").order_by("id"))
        if not waiting:
            return
        for start in range(0, len(waiting), BATCH):
            part = waiting[start : start + BATCH]
            for _ in range(_MOVES):
                part = self._plan(run, schema, part, self._read(part)) if part else part
        for _ in apply(run):
            pass
        self._settle(run)

    # -- what became of writes ---------------------------------------------------------------------------------------

    @transaction.atomic
    def _settle(self, run: int) -> None:
        renew(run)
        sent = list(Answer.objects.filter(state="open", intent__isnull=False))
        intents = Intent.objects.in_bulk({each.intent for each in sent})
        refusals = _refusals({each.ref for each in sent})
        told = []
        for each in sent:
            intent = intents.get(each.intent)
            if intent is None:
                continue
            is_dropped = each.field not in intent.changes
            if is_dropped or intent.state == "refused":
                key = (each.ref, each.field, intent.side)
                refused = refusals.get(key) or refusals.get((each.ref, "", intent.side)) or ("", "")
                _close(each, Closed("refused", *refused))
                told.append(key)
            elif intent.state == "done":
                _close(each, Closed("written"))
        _store(sent)
        execute_many("DELETE FROM store_held WHERE ref = %s AND field = %s AND side = %s", told)

    # -- what is to be written ---------------------------------------------------------------------------------------

    @transaction.atomic
    def _plan(self, run: int, schema: Schema, answers: Sequence[Answer], records: Mapping[str, Record]) -> list[Answer]:
        """Store an intent for each record, and close what needs none; returns answers whose record went elsewhere."""
        renew(run)
        unanswered = Intent.objects.filter(state="unknown").in_bulk({each.intent for each in answers if each.intent})
        changes: dict[str, list[tuple[Answer, FieldChange]]] = defaultdict(list)
        moved = []
        for each in answers:
            record = records.get(each.ref)
            if record is not None and record.merged_into is not None:
                if _follow(each, record.merged_into):
                    moved.append(each)
                continue
            match self._decide(each, record, schema, unanswered.get(each.intent)):
                case Closed() as closed:
                    _close(each, closed)
                case change:
                    changes[each.ref].append((each, change))
        self._intend(run, changes)
        _store(answers)
        Intent.objects.filter(id__in=list(unanswered), state="unknown").update(state="dropped")
        return moved

    def _read(self, answers: Sequence[Answer]) -> dict[str, Record]:
        """The records as they are now; read outside of a plan, so they are touched as well."""
        groups: dict[tuple[str, Side, str], set[Ref]] = defaultdict(set)
        for each in answers:
            ref = Ref.parse(each.ref)
            if place := self._place(each.object, ref):
                groups[each.object, place, ref.object].add(ref)
        found: dict[str, Record] = {}
        for (name, side, native_object), refs in groups.items():
            connector = self._connectors[side]
            fields = self._mapping.fields_asked(name, side, native_object, key_of(connector, native_object))
            read = connector.get_many(native_object, sorted(ref.id for ref in refs), fields)
            self._records.save(name, side, read, refs - {record.ref for record in read})
            self._records.look_again(name, refs)
            found |= {str(record.ref): record for record in read if not record.deleted}
        return found

    def _place(self, object_name: str, ref: Ref) -> Side | None:
        object_map = self._mapping.objects.get(object_name)
        return next((s for s in Side if object_map and ref.object in object_map.object_names(s)), None)

    def _decide(
        self, answer: Answer, record: Record | None, schema: Schema, unanswered: Intent | None
    ) -> FieldChange | Closed:
        """What an answer comes to: a change of its record, or an end without one."""
        field_map = self._field(answer)
        ref = Ref.parse(answer.ref)
        side = self._place(answer.object, ref)
        native = field_map.native_name(side, ref.object) if field_map and side else None
        value = _value(field_map, answer.value)
        if field_map is None or side is None or native is None or value is None:
            return Closed("refused", "not_mapped")
        if record is None:
            return Closed("gone")
        fact, state = self._judge.reader(field_map, side)(record.fields.get(native))
        old = _canonical(field_map, side, record.fields.get(native))
        if same(field_map.type, old, value):
            if unanswered is not None:
                self._was_written(answer, unanswered, record, value)
            return Closed("written")
        if state == FieldState.OK and _text(fact) != answer.was:
            return Closed("overtaken")
        change = FieldChange(answer.field, side, old, value, value, RULE, "answered by a rep")
        held = held_of(self._mapping.objects[answer.object], ref, side, change, schema[side].get(ref.object, {}))
        return Closed("refused", held.code, held.message) if held else change

    def _field(self, answer: Answer) -> FieldMap | None:
        object_map = self._mapping.objects.get(answer.object)
        return object_map.fields.get(answer.field) if object_map else None

    def _was_written(self, answer: Answer, intent: Intent, record: Record, value: Value) -> None:
        """A write of which no answer came, was done: what it overwrote goes into the history."""
        text = orjson.dumps(intent.changes).decode()
        changes = unpacked(self._mapping, answer.object, Side(intent.side), text)
        write_history([line(intent.run_id, record.ref, each, value) for each in changes if each.field == answer.field])

    def _intend(self, run: int, changes: Mapping[str, Sequence[tuple[Answer, FieldChange]]]) -> None:
        # A worker that was lost over such a write has left its attempts on the record's touch.
        attempts = dict(rows_in("SELECT ref, attempts FROM store_touch WHERE ref IN ({keys})", changes))
        intents = [
            Intent(
                run_id=run, at=now(), attempts=attempts.get(ref, 0), object=group[0][0].object, source=ref,
                side=group[0][1].side, object_name=Ref.parse(ref).object, target=ref,
                changes=packed(change for _, change in group),
            )
            for ref, group in changes.items()
        ]  # fmt: skip
        for intent in Intent.objects.bulk_create(intents):
            for answer, _ in changes[intent.source]:
                answer.intent = intent.id


def _refusals(refs: set[str]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Why systems refused writes: (code, message) by (ref, field, side); the field is empty for the whole record."""
    held = "SELECT ref, field, side, code, message FROM store_held WHERE ref IN ({keys})"
    dead = "SELECT ref, '', side, code, message FROM store_deadletter WHERE closed_at IS NULL AND ref IN ({keys})"
    return {tuple(row[:3]): (row[3], row[4]) for sql in (dead, held) for row in rows_in(sql, refs)}


def _follow(answer: Answer, ref: Ref) -> bool:
    """The record went into another: the answer goes with it, unless there is one already."""
    try:
        with transaction.atomic():
            Answer.objects.filter(id=answer.id).update(ref=str(ref))
    except IntegrityError:
        _close(answer, Closed("overtaken"))
        return False
    answer.ref = str(ref)
    return True


def _close(answer: Answer, closed: Closed) -> None:
    _log.info("answer %s about %s, %s: %s %s", answer.id, answer.ref, answer.field, closed.state, closed.code)
    answer.state, answer.code, answer.message, answer.changed_at = closed.state, closed.code[:80], closed.message, now()


def _store(answers: Iterable[Answer]) -> None:
    Answer.objects.bulk_update(answers, ["state", "code", "message", "changed_at", "intent"], batch_size=BATCH)


def _value(field_map: FieldMap | None, text: str) -> Value:
    try:
        return load(field_map.type, text) if field_map else None
    except ValueError:
        return None


def _canonical(field_map: FieldMap, side: Side, wire: object) -> Value:
    try:
        return field_map.read(side, wire)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
