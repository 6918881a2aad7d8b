"""An undo as a run: what another run wrote goes back, is decided, sent and remembered as any other write.

    undo     the run's changes are read from the history, their records from both systems, in batches; what may go back
             becomes intents with the rule `undo`, and the bases move with them. All in one step: where that is cut
             short, it is decided anew
    apply    the intents are sent, and each answer becomes a line of history, as in every pass
    undone   records that the run had made are archived where that was asked for; what was not done is looked at again

Brakes judge what a round would change by itself; an undo is what a person asked for, and was shown before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from config.environment import SettingsError
from connectors.base import Archive, Refused, Shown, Unknown
from crm.record import Record, Ref, Side
from store import past
from store.models import Run
from store.sql import chunks
from sync.departures import RULE as MERGED
from sync.fit import Schema
from sync.plan import Link
from sync.undo import Left, Undo, Why, Written, is_untouched, undo_pair
from wiring.readiness import prepare

if TYPE_CHECKING:
    from wiring.service import Service

BATCH = 500
_NOT_SEEN = "the system has not got it any more"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes to undo: those of a run, or of some records in it; and whether what it made is archived."""

    run: int
    refs: frozenset[str] | None = None
    archive_created: bool = False

    def as_progress(self) -> dict[str, Any]:
        """As the run that undoes keeps it."""
        refs = None if self.refs is None else sorted(self.refs)
        return {"undo": {"run": self.run, "refs": refs, "archive": self.archive_created}}


@dataclass(frozen=True, slots=True)
class Made:
    """A record that the run made. `is_untouched`: it shows nothing but what both sides agreed on."""

    ref: Ref
    side: Side
    link: Link | None
    is_untouched: bool


@dataclass(slots=True)
class Found:
    """What an undo comes to for one batch of records."""

    object: str
    undo: Undo = field(default_factory=Undo)
    made: list[Made] = field(default_factory=list)


def wanted(run: int | None, record: str | None, *, archive_created: bool) -> Wanted:
    """What a person asked to undo; of a record alone the last run that wrote to it, or to its counterpart. Raises
    SettingsError where there is no such thing."""
    refs = past.pair_of(record) if record is not None else None
    if refs is not None and not refs:
        raise SettingsError(f"{record}: no such record is stored; give its reference, such as hubspot:contacts:151")
    number = run if run is not None else past.last_run(refs or ())
    if number is None:
        raise SettingsError(f"{record}: nothing was ever written to it, so there is nothing to undo")
    if not Run.objects.filter(id=number).exists():
        raise SettingsError(f"there is no run {number}: `entente history` names the run of every change")
    return Wanted(number, frozenset(refs) if refs is not None else None, archive_created)


def find(service: Service, schema: Schema, asked: Wanted) -> Iterator[Found]:
    """What an undo would do, batch by batch; both systems are read, and nothing is written. Raises SettingsError where
    the mapping leaves writing to another integration."""
    if service.mapping.mode == "beside":
        raise SettingsError(
            "mode: beside in mapping.yaml leaves writing to HubSpot's own integration: nothing is undone"
        )
    for object_name, refs in past.written_records(service.mapping, asked.run, asked.refs).items():
        yield from _find(service, schema, asked, object_name, refs)


def _find(service: Service, schema: Schema, asked: Wanted, object_name: str, refs: Sequence[Ref]) -> Iterator[Found]:
    were: dict[Ref, list[Ref]] = defaultdict(list)
    for ref, end in past.ends(refs).items():
        were[end].append(ref)
    done: set[Ref] = set()
    for chunk in chunks(list(were), BATCH):
        here = [ref for ref in chunk if ref not in done]
        links = service.links.of(here)
        pairs = {link.id: link for link in links.values()}
        both = {*here, *(ref for link in pairs.values() for ref in (link.marketing, link.sales))}
        done |= both
        known = past.past_of(
            service.mapping, object_name, asked.run, [ref for end in both for ref in were.get(end, ())]
        )
        batch = _Batch(service, schema, object_name, f"undo of run {asked.run}", were, known)
        lone = [ref for ref in here if ref not in links]
        yield batch.found([*((link, (link.marketing, link.sales)) for link in pairs.values()),
                           *((None, (ref,)) for ref in lone)])  # fmt: skip


@dataclass(slots=True)
class _Batch:
    """The pairs of one batch, and what a run wrote to them."""

    service: Service
    schema: Schema
    object: str
    reason: str
    were: Mapping[Ref, Sequence[Ref]]
    past: past.Past

    def found(self, pairs: Sequence[tuple[Link | None, tuple[Ref, ...]]]) -> Found:
        records = self._read({ref for _, refs in pairs for ref in refs})
        waiting = past.unanswered(link.id for link, _ in pairs if link)
        found = Found(self.object)
        object_map = self.service.mapping.objects[self.object]
        known = self.service.references.known(object_map, records.values())
        for link, refs in pairs:
            written = [each for ref in refs for each in self._written(ref)]
            there = {self.service.side_of(ref): records[ref] for ref in refs if ref in records}
            found.made += self._made(link, refs, records)
            if link and link.id in waiting:
                found.undo.left += [Left(each, Why.UNANSWERED) for each in written]
            elif written:
                one = undo_pair(object_map, link, there, written, self.schema, self.reason, known)
                found.undo.plans += one.plans
                found.undo.left += one.left
        return found

    def _written(self, ref: Ref) -> Iterator[Written]:
        """What was written to a record, or to one that went into it; what a merge itself replaced stays with the record
        that showed it."""
        for was in self.were.get(ref, ()):
            for each in self.past.written.get(was, ()):
                yield each if each.rule == MERGED else replace(each, ref=ref)

    def _made(self, link: Link | None, refs: Iterable[Ref], records: Mapping[Ref, Record]) -> Iterator[Made]:
        object_map = self.service.mapping.objects[self.object]
        for ref in refs:
            if ref not in records or self.past.created.isdisjoint(self.were.get(ref, ())):
                continue
            side = self.service.side_of(ref)
            as_made = self.were[ref] == [ref] and link is not None and not object_map.is_read_only
            yield Made(ref, side, link, bool(as_made and link and is_untouched(object_map, link, side, records[ref])))

    def _read(self, refs: set[Ref]) -> dict[Ref, Record]:
        """The live ones of these records as they are now. They are not stored: what changed since the last pass would
        then not be seen to have changed."""
        found: dict[Ref, Record] = {}
        groups = sorted(refs, key=lambda ref: (ref.system, ref.object, ref.id))
        for (_, object_name), group in groupby(groups, key=lambda ref: (ref.system, ref.object)):
            ids = [*group]
            side = self.service.side_of(ids[0])
            fields = self.service.mapping.native_fields(self.object, side, object_name)
            read = self.service.connectors[side].get_many(object_name, [ref.id for ref in ids], fields)
            found |= {each.ref: each for each in read if not each.deleted and each.merged_into is None}
        return self.service.references.translate(found)


# -- the stages --------------------------------------------------------------------------------------------------------


def decide(service: Service, run: int, progress: dict[str, Any], _enough: Callable[[], bool]) -> bool:
    """Store what goes back as intents; what an interrupted try had intended is given up first."""
    schema = prepare(service)
    service.log.drop_intents(run)
    left: Counter[str] = Counter()
    made = 0
    for found in find(service, schema, _asked(progress)):
        service.log.store_undo(run, found.object, found.undo.plans)
        left.update(each.why.value for each in found.undo.left)
        made += len(found.made)
        service.engine.progress("undoing", sum(left.values()), None)
    progress["undo"] |= {"left": dict(left), "made": made, "archived": 0}
    return True


def finish(service: Service, run: int, progress: dict[str, Any], _enough: Callable[[], bool]) -> bool:
    """Archive what the undone run had made, where that was asked for, and look again at what was not done."""
    for object_name, refs in past.not_done(run):
        service.records.touch(object_name, refs)
    if progress["undo"]["archive"]:
        for found in find(service, prepare(service), _asked(progress)):
            progress["undo"]["archived"] += _archive(service, run, found, progress["undo"]["run"])
    service.after()
    return True


def _asked(progress: Mapping[str, Any]) -> Wanted:
    kept = progress["undo"]
    return Wanted(kept["run"], None if kept["refs"] is None else frozenset(kept["refs"]), kept["archive"])


def _archive(service: Service, run: int, found: Found, undone: int) -> int:
    """Archive the untouched records of a batch; archiving twice is archiving once. Returns how many are archived."""
    archived = 0
    untouched = [each for each in found.made if each.is_untouched]
    for (side, object_name), group in groupby(
        sorted(untouched, key=lambda each: (each.side, str(each.ref))), key=lambda each: (each.side, each.ref.object)
    ):
        made = list(group)
        writes = [Archive(side, each.ref) for each in made]
        answers = service.connectors[side].write_many(object_name, writes, [])
        gone = []
        for each, answer in zip(made, answers, strict=True):
            match answer:
                case Shown():
                    gone.append(each)
                case Refused() | Unknown():
                    service.records.touch(found.object, [each.ref])
        lines = [past.archived_line(run, each.ref, side, f"undo of run {undone}: it had made this") for each in gone]
        service.log.store_archived(run, [(each.link, side) for each in gone if each.link], lines)
        archived += len(gone)
    return archived
