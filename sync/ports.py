"""What the engine is handed to remember with: records, links and a log. The store provides them; tests may too.

Every method works on a batch, and each that writes is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from connectors.base import Answer, Create, Write
from crm.record import Record, Ref, Side
from sync.decide import Decisions
from sync.mapping import ObjectMap
from sync.match import Candidate
from sync.outcomes import FieldChange, Held
from sync.plan import Batch, Link, Plan
from sync.references import Known


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that may differ from its counterpart. `is_seen`: its stored values were just read."""

    ref: Ref
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was decided and stored, before it is sent.

    A create has no link yet; one with a link makes a follow-up. Nor has an update that is no merge: what a person
    answered. It moves no base, so that the next plan carries it over like any edit.
    """

    id: int
    object: str
    link: Link | None
    source: Ref
    side: Side
    object_name: str
    changes: tuple[FieldChange, ...]
    write: Write
    waits: tuple[Held, ...] = ()
    """References that were to be written with it, and lead to what is not there yet."""
    is_old: bool = False
    """Whether so much time has passed since it was decided that somebody may have edited what it overwrites."""

    @property
    def makes_counterpart(self) -> bool:
        """Whether it creates what belongs to its source; a create beside a link is a follow-up."""
        return isinstance(self.write, Create) and self.link is None

    @property
    def is_follow_up(self) -> bool:
        return isinstance(self.write, Create) and self.link is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write came to, with what it meant to do."""

    intent: Intent
    answer: Answer


class Records(Protocol):
    """What was last seen on each side."""

    def cursor(self, key: str) -> str | None: ...

    def save_page(self, object_name: str, side: Side, records: Sequence[Record], key: str, cursor: str) -> int:
        """Store a page with its touches, and only then its cursor; returns how many records had changed."""

    def save(self, object_name: str, side: Side, records: Sequence[Record], gone: Iterable[Ref] = ()) -> None:
        """Store what was just read, without touching it; `gone` were asked for and are no longer there."""

    def load(self, refs: Iterable[Ref]) -> dict[Ref, Record]:
        """The records as stored; one that was never seen is absent."""

    def loading_once(self) -> AbstractContextManager[None]:
        """Within it, as in the planning of a batch, a record is loaded once, until another version of it is saved."""

    def touch(self, object_name: str, refs: Iterable[Ref]) -> None:
        """Say that these may differ; they are read again before they are planned."""

    def claim(self, object_name: str, run: int, limit: int) -> list[Touched]:
        """Claim a batch of touches for a run; they stay until the log has stored what came of them. What a worker was
        lost over comes last, in ever smaller batches."""

    def look(self, object_name: str, after: str, limit: int) -> list[Touched]:
        """The touches after a reference in order, claimed by nobody: a dry run reads them and leaves them."""

    def candidates(self, object_name: str, emails: Iterable[str]) -> dict[str, dict[Side, list[Candidate]]]:
        """By normalised e-mail, the live records of both sides that show it."""

    def emails(self, refs: Iterable[Ref]) -> dict[Ref, set[str]]:
        """The normalised e-mails of each record that has any, further ones included."""

    def kin(self, refs: Iterable[Ref]) -> list[tuple[Ref, Ref]]:
        """Live records that belong together, either of them in `refs`: one carries the other's reference as its key,
        another integration says so, or they were a pair until one was deleted. What was merged or converted counts as
        what it is now."""

    def kept_apart(self, refs: Iterable[Ref]) -> set[Ref]:
        """Those whose counterpart was deleted: they are not made again."""


class References(Protocol):
    """What references and owners lead to. Records and links that the others hand out are translated already."""

    def known(self, object_map: ObjectMap, records: Iterable[Record]) -> Known:
        """What the decisions about these translated records must know."""

    def expect(self, batch: Batch) -> None:
        """A dry run: what this batch would link or create counts as promised from now on."""

    def expect_nothing(self) -> None:
        """The dry run is over."""


class Links(Protocol):
    """Which records belong together, and what they showed when they last agreed."""

    def of(self, refs: Iterable[Ref]) -> dict[Ref, Link]: ...

    def by_id(self, ids: Iterable[int]) -> dict[int, Link]: ...

    def linked(self, refs: Iterable[Ref]) -> set[Ref]:
        """Those of some references that have a link."""

    def leading_to(self, refs: Iterable[Ref]) -> dict[Ref, Link]:
        """The links of records that were merged or converted into these, by the record that was."""

    def count(self, object_name: str) -> int: ...


class Log(Protocol):
    """What is to be done, what was done, and what waits for a person."""

    def store(self, run: int, object_name: str, batch: Batch) -> None:
        """Store what was decided in one transaction: links made, moved and parted, bases that moved, intents,
        conflicts and held values, and the run's totals; then the touches that the run had claimed are gone."""

    def forget_claims(self, run: int) -> None:
        """Free what other runs had claimed, and touch again what their unfinished intents were about."""

    def take_over(self, run: int) -> None:
        """Of this run itself the last holder was lost: free what it had at hand. What too many were lost over becomes
        a dead letter."""

    def give_back(self, run: int) -> None:
        """What this run has at hand had its chance taken by no fault of its own: the try does not count."""

    def unanswered(self, object_name: str) -> list[Intent]:
        """Creates of which no answer came, in objects that cannot carry our key: they are looked up before anything
        is decided about their sources, or about records that they may have made."""

    def decisions(self, refs: Iterable[Ref]) -> Decisions:
        """What a person decided about these records, and was not carried out yet."""

    def settled(self, links: Sequence[Link]) -> list[Link]:
        """The links with their bases as unanswered writes have moved them, which their records show to be done."""

    def rewritten(self, plans: Sequence[Plan]) -> dict[Ref, dict[str, Held]]:
        """By a plan's source, the fields of which both systems keep rewriting what the other one has."""

    def held(self, refs: Iterable[Ref]) -> dict[Ref, list[Held]]:
        """The values that a system refused, by the plan's source."""

    def next_intents(self, run: int, most: Mapping[Side, int]) -> list[Intent]:
        """The next batch to send, all of one side and one of its objects, marked as sent; empty when none is left.
        `most`: how many a side is handed at once."""

    def overtaken(self, intents: Sequence[Intent]) -> set[int]:
        """Which of these updates would overwrite something else than they were decided to, as their stored records
        show it. They are dropped, and touched: the next run decides anew."""

    def drop_intents(self, run: int) -> None:
        """Give up what a run has not sent, and touch it again: the next run decides anew."""

    def remember(self, run: int, outcomes: Sequence[Outcome]) -> None:
        """One transaction: bases from what the system shows, one history row per field, links of what was created,
        held values, dead letters, and touches for what must be looked at again."""

    def adopt(self, outcome: Outcome, existing: Ref) -> None:
        """A create was refused because the person exists: link them, or ask a person where that one is taken."""

    def leave(self, outcome: Outcome, reason: str) -> None:
        """A create cannot pass: a person decides what becomes of its source."""
