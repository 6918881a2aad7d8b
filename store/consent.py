"""Carries opt-outs to where they must be, before and beside what a round does: no scope, hold or brake stops one.

    1. What is stored of the touched records, their pairs and namesakes says what must be done (sync/consent.py).
    2. Which addresses have opted out is stored, and which records are about to be written: from here on none is lost.
    3. The marketing system is told address by address; sales records get their flag, in batches.
    4. What was written is read back and stored, with a line of history each; then the touches are gone.

Killed anywhere, the next step begins at 1, and doing a thing twice changes nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.db import transaction

from connectors.base import Answer, Connector, ConnectorError, Policy, Refused, Shown, Unknown, Update
from connectors.preferences import OptedOut, Preferences
from crm.record import Ref, Side
from store import attempts, optouts, resubscribed
from store.consent_work import Work
from store.history import line, write_history
from store.records import RecordStore
from store.runs import renew
from store.sql import execute, execute_many, milliseconds, now, rows
from store.waiting import Waiting
from sync.consent import RULE, STAYS, settle
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap
from sync.outcomes import FieldChange
from sync.ports import Intent

_log = logging.getLogger("entente.consent")

BATCH = 200
LATER = 60_000
"""How long a busy system is left alone about one record, in milliseconds."""


class Consent:
    """Carries the opt-outs of one installation; one pass at a time calls it."""

    def __init__(
        self,
        mapping: FieldMapping,
        connectors: Mapping[Side, Connector],
        records: RecordStore,
        in_scope: Callable[[Iterable[Ref]], set[Ref]],
    ) -> None:
        self._connectors = connectors
        self._records = records
        self._in_scope = in_scope
        self._mapping = mapping
        self._waiting = Waiting(mapping)
        written = [each for name, each in mapping.objects.items() if mapping.is_written(name)]
        scoped = [each for each in written if each.scope.marketing or each.scope.sales]
        self._objects = [each for each in scoped if each.consent is not None]

    def send(self, run: int, enough: Callable[[], bool]) -> bool:
        """Carry every opt-out that is due, batch by batch, until it is enough; says whether nothing is left to the next
        step. Nothing happens for an object that is only read, or whose scope nobody has chosen yet.
        """
        until = now()
        self._drop_unmapped()
        for object_map in self._objects:
            while touched := self._claim(run, object_map.name, until):
                try:
                    self._carry(run, object_map, touched)
                except ConnectorError:
                    execute_many(
                        "UPDATE store_consenttouch SET attempts = attempts - 1 WHERE ref = %s", [(r,) for r in touched]
                    )
                    raise
                if enough():
                    return False
        return True

    def preview(self) -> Iterator[Work]:
        """What `send` would carry, batch by batch; a record may be in several. Nothing is written."""
        for object_map in self._objects:
            due = rows("SELECT ref FROM store_consenttouch WHERE object = %s ORDER BY ref", [object_map.name])
            for start in range(0, len(due), BATCH):
                yield self._decide(0, object_map, {ref: None for (ref,) in due[start : start + BATCH]})

    def _drop_unmapped(self) -> None:
        """Where no opt-out is mapped there is nothing to carry."""
        unmapped = [(name,) for name, each in self._mapping.objects.items() if each.consent is None]
        execute_many("DELETE FROM store_consenttouch WHERE object = %s", unmapped)

    @transaction.atomic
    def _claim(self, run: int, object_name: str, until: int) -> dict[str, int | None]:
        """The next batch; what a worker was lost over comes last, in ever smaller batches, and at last to a person."""
        renew(run)
        where = "FROM store_consenttouch WHERE object = %s AND due_at <= %s"
        least = rows(f"SELECT attempts {where} ORDER BY attempts LIMIT 1", [object_name, until])
        if not least:
            return {}
        if least[0][0] >= attempts.MOST:
            for (ref,) in rows(f"SELECT ref {where}", [object_name, until]):
                self._bury(object_name, Ref.parse(ref), self._side(ref), attempts.lost())
            execute(f"DELETE {where}", [object_name, until])
            return {}
        size = attempts.batch_size(BATCH, least[0][0])
        found = rows(
            f"SELECT ref, run {where} AND attempts = %s ORDER BY due_at, ref LIMIT {size}",
            [object_name, until, least[0][0]],
        )
        execute_many(
            "UPDATE store_consenttouch SET attempts = attempts + 1 WHERE ref = %s", [(ref,) for ref, _ in found]
        )
        return dict(found)

    def _side(self, ref: str) -> Side:
        system = ref.partition(":")[0]
        return next(side for side, connector in self._connectors.items() if connector.system == system)

    # -- one batch -----------------------------------------------------------------------------------------------------

    def _carry(self, run: int, object_map: ObjectMap, touched: dict[str, int | None]) -> None:
        work = self._decide(run, object_map, touched)
        self._intend(work)
        self._tell(work)
        self._mark(work)
        self._remember(work)

    def _decide(self, run: int, object_map: ObjectMap, touched: dict[str, int | None]) -> Work:
        standings, pairs = optouts.standings(object_map, touched)
        decided = resubscribed.decided({str(each.ref) for each in standings})
        known = optouts.known(each.address for each in standings if each.address)
        loose = {each.ref for each in standings if each.side is Side.SALES}
        work = Work(
            run, object_map, touched, {each.ref: each for each in standings}, pairs,
            settle(standings, pairs, known, self._in_scope(loose)), decided,
        )  # fmt: skip
        self._look_closer(work)
        return work

    @transaction.atomic
    def _intend(self, work: Work) -> None:
        """Store who has opted out and what is about to be written."""
        renew(work.run)
        seen = now()
        kept, since = work.todo.kept, work.todo.since
        optouts.remember((each, since.get(each, seen), each in kept) for each in work.todo.news | kept)
        targets = [*work.todo.mark, *(ref for ref in work.todo.tell.values() if work.is_marketing(ref))]
        execute_many(
            """INSERT INTO store_consenttouch (ref, object, due_at, run) VALUES (%s, %s, %s, %s)
               ON CONFLICT (ref) DO UPDATE SET run = excluded.run""",
            [(str(ref), work.object_map.name, seen, work.run) for ref in targets],
        )
        # What an earlier run was about to write, and is written: its answer was lost, its line of history is not.
        for name, before in work.touched.items():
            person = work.people.get(Ref.parse(name))
            if before is not None and person is not None and person.is_out:
                change = FieldChange(work.field.name, person.side, None, True, True, RULE, STAYS)
                work.lines.append(line(before, person.ref, change, True))

    @property
    def _preferences(self) -> Preferences:
        marketing = self._connectors[Side.MARKETING]
        assert isinstance(marketing, Preferences), f"{marketing.system} keeps no opt-outs by address"
        return marketing

    def _look_closer(self, work: Work) -> None:
        """The marketing system has taken opt-outs back: by the person, later, that is a question; else it is told
        again."""
        answers = {each.ref: each for each in work.decided}
        work.carried = {each.id: "changed" for each in work.decided}
        open_now = resubscribed.open_about(work.todo.doubtful.values())
        for address, ref in work.todo.doubtful.items():
            answer = answers.get(ref)
            if answer is None and ref in open_now:
                continue
            choice = self._preferences.choice(address)
            if choice.is_out:
                work.again[str(ref)] = now() + LATER
            elif answer is not None and answer.lets_be:
                work.let_be(answer)
            elif answer is not None:
                work.todo.tell[address] = ref
                work.carried[answer.id] = "done"
            elif choice.subscribed_at and milliseconds(choice.subscribed_at) > optouts.opted_out_at(address):
                work.asked[ref] = choice.subscribed_at
            else:
                work.todo.tell[address] = ref

    def _tell(self, work: Work) -> None:
        """Opt addresses out in the marketing system, and read back the records that carry them."""
        addresses = list(work.todo.tell)
        if not addresses:
            return
        for address, answer in zip(addresses, self._preferences.opt_out(addresses), strict=True):
            ref = work.todo.tell[address]
            match answer:
                case OptedOut():
                    work.told[address] = answer
                    work.wrote(ref, Side.MARKETING, work.todo.why_tell(address))
                case _:
                    self._refuse(work, ref, Side.MARKETING, answer)
        told = [ref for address, ref in work.todo.tell.items() if address in work.told]
        self._read_back(work, [ref for ref in told if work.is_marketing(ref)])

    def _read_back(self, work: Work, refs: Sequence[Ref]) -> None:
        by_object: dict[str, list[str]] = defaultdict(list)
        for ref in refs:
            by_object[ref.object].append(ref.id)
        for object_name, ids in by_object.items():
            fields = self._fields(work, Side.MARKETING, object_name)
            found = self._connectors[Side.MARKETING].get_many(object_name, ids, fields)
            work.read += [(Side.MARKETING, record) for record in found]

    def _mark(self, work: Work) -> None:
        """Set the flag on sales records; clear it only where a person said so."""
        consent, connector = work.field, self._connectors[Side.SALES]
        by_object: dict[str, list[Ref]] = defaultdict(list)
        for ref in (*work.todo.mark, *work.freed):
            if consent.native_name(Side.SALES, ref.object):
                by_object[ref.object].append(ref)
        for object_name, refs in by_object.items():
            native = consent.native_name(Side.SALES, object_name) or ""
            writes = [Update(Side.SALES, ref, {native: ref not in work.freed}) for ref in refs]
            answers = connector.write_many(object_name, writes, self._fields(work, Side.SALES, object_name))
            for ref, answer in zip(refs, answers, strict=True):
                self._marked(work, ref, answer)

    def _marked(self, work: Work, ref: Ref, answer: Answer) -> None:
        if isinstance(answer, Shown):
            work.read.append((Side.SALES, answer.record))
            work.wrote(ref, Side.SALES, work.freed[ref].reason if ref in work.freed else work.todo.mark[ref])
        else:
            self._refuse(work, ref, Side.SALES, answer)

    def _fields(self, work: Work, side: Side, object_name: str) -> list[str]:
        native = self._mapping.native_fields(work.object_map.name, side, object_name)
        return [*native, self._connectors[side].key_field]

    def _refuse(self, work: Work, ref: Ref, side: Side, answer: Refused | Unknown) -> None:
        """Busy or without an answer: later again. Refused for good: a person must look, and nothing forgets it."""
        if isinstance(answer, Unknown) or answer.policy is Policy.LATER:
            work.again[str(ref)] = now() + LATER
        else:
            work.refused.append((ref, side, answer))

    # -- what came of it -----------------------------------------------------------------------------------------------

    @transaction.atomic
    def _remember(self, work: Work) -> None:
        renew(work.run)
        name = work.object_map.name
        finished = {*work.touched, *(str(ref) for ref, _ in work.done), *(str(ref) for ref, _, _ in work.refused)}
        execute_many("DELETE FROM store_consenttouch WHERE ref = %s", [(ref,) for ref in finished])
        optouts.remember((address, milliseconds(answer.at), True) for address, answer in work.told.items())
        optouts.forget(work.settled())
        for number, state in work.carried.items():
            resubscribed.carried_out(work.run, number, state)
        for side in Side:
            records = [record for whose, record in work.read if whose is side]
            self._records.save(name, side, records)
            # Beside the opt-out they may show what nobody has looked at yet.
            self._records.look_again(name, [record.ref for record in records])
        write_history(work.lines)
        for again, due_at in work.again.items():
            optouts.touch(name, [again], due_at)
        self._waiting.revive_field(work.field.name, work.done)
        for ref, side, refused in work.refused:
            self._bury(name, ref, side, refused)
        self._ask(work)
        if work.done:
            _log.info("run %s carried %s opt-outs of %s", work.run, len(work.done), name)

    def _ask(self, work: Work) -> None:
        """Open the questions about those who subscribed again; those about who is out again are over."""
        for ref, at in work.asked.items():
            resubscribed.ask(work.object_map, ref, at)
        resubscribed.close(each.ref for each in work.people.values() if each.side is Side.MARKETING and each.is_out)

    def _bury(self, object_name: str, ref: Ref, side: Side, refused: Refused) -> None:
        field = self._mapping.objects[object_name].consent
        assert field is not None
        change = FieldChange(field.name, side, None, True, True, RULE, STAYS)
        intent = Intent(0, object_name, None, ref, side, ref.object, (change,), Update(side, ref, {}))
        self._waiting.bury(intent, refused)
