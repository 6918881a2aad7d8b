"""What the report on the usable audience holds, as one flat table and as tables for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reports.audience.ways import Way
from reports.completeness import Segment
from reports.spreadsheet.counts import percentage
from reports.table import Cell, Column, Kind, Table
from reports.words import counted, duration, percent, say, words
from rules.language import Language

StepName = Literal["all", "email", "valid", "bounced", "marketing", "consent", "proof", "facts"]
STEPS: tuple[StepName, ...] = ("all", "email", "valid", "bounced", "marketing", "consent", "proof", "facts")
"""In this order people are lost: each counts at the first step that loses them."""

_FLAT: dict[str, Kind] = {
    "section": "text", "name": "text", "people": "count", "lost": "count", "usable": "percent", "answers": "count",
    "reps": "count", "seconds": "count", "by": "text", "segment": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """How many people are `left` after a step, and how many it lost."""

    name: StepName
    left: int
    lost: int


@dataclass(frozen=True, slots=True)
class Audience:
    """The report: a waterfall from all people to the usable ones, and the shortest way up."""

    language: Language
    read_at: datetime | None
    steps: tuple[Step, ...]
    ways: tuple[Way, ...]
    unmapped: tuple[StepName, ...]
    """Steps that cannot be told, since the mapping names no field for them or no rule asks."""
    without_rep: int
    """People who lack an answer that nobody can be asked for: no rep owns them."""
    only: Segment | None = None

    @property
    def people(self) -> int:
        return self.steps[0].left

    @property
    def usable(self) -> int:
        return self.steps[-1].left

    def share(self, people: int) -> float | None:
        """Of all people, in percent."""
        return percentage(people, self.people)

    @property
    def reps(self) -> int:
        """How many reps the whole way up needs."""
        return len(frozenset[str]().union(*(way.reps for way in self.ways)))

    def shortest(self) -> str:
        """The whole way up in one sentence; empty where there is none."""
        if not self.ways:
            return ""
        answers, seconds = sum(way.answers for way in self.ways), sum(way.seconds for way in self.ways)
        return say(
            self.language, "way_up", answers=counted(self.language, "answers", answers),
            people=counted(self.language, "people", self.reps), time=duration(seconds),
            now=percent(self.language, self.share(self.usable)),
            then=percent(self.language, self.share(self.ways[-1].usable)),
        )  # fmt: skip

    def to_table(self) -> Table:
        """Everything as one tidy table: sections are step and way; `usable` is the share of all, in percent."""
        lines = [
            self._flat("step", name=step.name, people=step.left, lost=step.lost, usable=self.share(step.left))
            for step in self.steps
        ]
        lines += [
            self._flat(
                "way", name=" ".join(rule.id for rule in way.missing), people=way.won, answers=way.answers,
                reps=len(way.reps), seconds=way.seconds, usable=self.share(way.usable),
            )
            for way in self.ways
        ]  # fmt: skip
        columns = tuple(Column(name, name, kind) for name, kind in _FLAT.items())
        return Table("audience", columns, tuple(lines), self.notes())

    def to_json(self) -> str:
        """The flat table as one JSON object."""
        return self.to_table().to_json()

    def to_tables(self) -> list[Table]:
        """The report for people at a terminal: the waterfall, then the way up."""
        word = words(self.language)
        share = Column("usable", word["usable"], "percent")
        steps = tuple((self.title(step.name), self.share(step.left), step.left, step.lost) for step in self.steps)
        ways = tuple(
            (self.asking(way), self.share(way.usable), way.won, way.answers, len(way.reps), duration(way.seconds))
            for way in self.ways
        )
        left, lost = (Column(name, word[name], "count") for name in ("left", "lost"))
        columns = [Column(name, word[name], "count") for name in ("won", "answers", "reps")]
        found = [Table(word["audience"], (Column("step", word["step"]), share, left, lost), steps, self.notes())]
        if ways:
            first, last = Column("asking", word["ask_for"]), Column("time", word["time_in_sum"])
            found.append(Table(word["way_heading"], (first, share, *columns, last), ways, (self.shortest(),)))
        return found

    def title(self, step: StepName) -> str:
        """A step as people read it."""
        return words(self.language)[f"step_{step}"]

    def asking(self, way: Way) -> str:
        """What a step of the way asks for."""
        return " + ".join(getattr(rule.title, self.language) for rule in way.missing)

    def notes(self) -> tuple[str, ...]:
        """What could not be checked, and why."""
        found = []
        if self.unmapped:
            names = ", ".join(self.title(step) for step in self.unmapped)
            found.append(say(self.language, "steps_unmapped", steps=names))
        if self.without_rep:
            found.append(
                say(self.language, "without_rep_lost", people=counted(self.language, "people", self.without_rep))
            )
        return tuple(found)

    def _flat(self, section: str, **cells: Cell) -> tuple[Cell, ...]:
        only: dict[str, Cell] = {"by": self.only.by, "segment": self.only.value} if self.only else {}
        return tuple(section if name == "section" else (cells | only).get(name) for name in _FLAT)
