"""What the report on gaps holds, and how it is shown: as JSON, as one flat table, and as tables for people."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from crm.record import Side
from reports.completeness import TeamKind
from reports.table import Cell, Column, Kind, Table
from reports.words import age, counted, duration, say, words
from rules.language import Language

SectionKind = Literal["rep", "no_rep", "marketing", "both"]
"""A rep's own; sales' without a rep; marketing's; what both sides owe without a rep."""

SHOWN = 20
"""How many gaps of a rep people are shown at once; JSON and CSV list all."""

_TITLES: dict[SectionKind, str] = {
    "rep": "gaps_of_rep",
    "no_rep": "gaps_without_rep",
    "marketing": "gaps_of_marketing",
    "both": "gaps_of_both",
}
_FLAT = (
    "section", "rep", "team", "record", "ref", "rule", "fields", "missing", "since", "age_days", "reason", "seconds",
    "open",
)  # fmt: skip

_KINDS: dict[str, Kind] = dict.fromkeys(("age_days", "seconds", "open"), "count")


@dataclass(frozen=True, slots=True)
class GapLine:
    """One open gap: `record` names the record for people, `missing` says what is missing in words."""

    record: str
    ref: str
    object: str
    rule: str
    title: str
    fields: tuple[str, ...]
    missing: str
    since: datetime
    age_days: int
    why: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Section:
    """The gaps of one rep, or of one side; the quickest fix first, then the oldest."""

    kind: SectionKind
    rep: str = ""
    id: str = ""
    team: str = ""
    is_active: bool = True
    gaps: tuple[GapLine, ...] = ()

    @property
    def seconds(self) -> int:
        """How long all answers take together."""
        return sum(gap.seconds for gap in self.gaps)

    def by_rule(self) -> list[tuple[GapLine, ...]]:
        """The gaps of each rule together, in the order of the gaps."""
        found: dict[str, list[GapLine]] = defaultdict(list)
        for gap in self.gaps:
            found[gap.rule].append(gap)
        return [tuple(gaps) for gaps in found.values()]


@dataclass(frozen=True, slots=True)
class Observed:
    """A rule that is only measured: how often it is not met in one team; for marketing's rules there is no team."""

    rule: str
    title: str
    owed_by: Side | None
    kind: TeamKind
    team: str
    open: int

    def name(self, language: Language) -> str:
        """The team's name, or in words what these records lack."""
        if self.kind == "no_rep" and self.owed_by is Side.MARKETING:
            return words(language)["marketing"]
        return self.team or words(language)[self.kind]


@dataclass(frozen=True, slots=True)
class GapsByRep:
    """The report; `reps` are those with an open gap, in alphabetical order."""

    language: Language
    at: datetime
    read_at: datetime | None
    reps: tuple[Section, ...]
    no_rep: Section
    marketing: Section
    both: Section
    observed: tuple[Observed, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in the order in which it is shown."""
        return *self.reps, self.no_rep, self.marketing, self.both

    @property
    def open(self) -> int:
        """How many gaps are listed; what is only measured is none of them."""
        return sum(len(section.gaps) for section in self.sections)

    def to_json(self) -> str:
        """The report as one JSON object.

        `reps` lists the reps with their `gaps`; `no_rep`, `marketing` and `both` are objects of the same shape without
        a rep. `observed` lists the totals by team of the rules that are only measured; `team` is null where there is
        none. `open` counts the listed gaps and `seconds` says how long their answers take.
        """
        content = {
            "report": "gaps_by_rep",
            "at": self.at.isoformat(),
            "read_at": self.read_at.isoformat() if self.read_at else None,
            "open": self.open,
            "reps": [
                {"rep": each.rep, "id": each.id, "team": each.team or None, "is_active": each.is_active}
                | _section_json(each)
                for each in self.reps
            ],
            "no_rep": _section_json(self.no_rep),
            "marketing": _section_json(self.marketing),
            "both": _section_json(self.both),
            "observed": [
                {"rule": each.rule, "title": each.title, "owed_by": each.owed_by, "team": each.team or None,
                 "kind": each.kind, "open": each.open}
                for each in self.observed
            ],
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_table(self) -> Table:
        """Every gap as one row for CSV, and one row for each total of what is only measured."""
        lines: list[tuple[Cell, ...]] = [
            (section.kind, section.rep or None, section.team or None, gap.record, gap.ref, gap.rule,
             ",".join(gap.fields), gap.missing, gap.since.isoformat(), gap.age_days, gap.why, gap.seconds, 1)
            for section in self.sections
            for gap in section.gaps
        ]  # fmt: skip
        for each in self.observed:
            team = each.name(self.language)
            lines.append(("observed", None, team, None, None, each.rule, None, each.title, *[None] * 4, each.open))
        return Table("gaps_by_rep", tuple(Column(name, name, _KINDS.get(name, "text")) for name in _FLAT), tuple(lines))

    def to_tables(self) -> list[Table]:
        """The report for people at a terminal: a table for each rep, then what marketing owes."""
        word = words(self.language)
        tables = [self._section_table(section) for section in self.sections if section.gaps]
        if not tables:
            tables.append(Table(word["no_gaps"], (), ()))
        if self.observed:
            totals = tuple((each.title, each.name(self.language), each.open) for each in self.observed)
            names = Column("title", word["rule"]), Column("team", word["team"])
            tables.append(Table(word["observed"], (*names, Column("open", word["number_open"], "count")), totals))
        return tables

    def _section_table(self, section: Section) -> Table:
        language, word = self.language, words(self.language)
        names = ("record", "missing", "age", "takes", "reference")
        lines = tuple(
            (gap.record, gap.missing, age(language, gap.age_days), duration(gap.seconds), gap.ref)
            for gap in section.gaps[:SHOWN]
        )
        notes = tuple(f"{group[0].title}{word['colon']}{group[0].why}" for group in section.by_rule())
        if (more := len(section.gaps) - SHOWN) > 0:
            notes = say(language, "all_listed", more=counted(language, "more", more)), *notes
        rep = f"{section.rep}, {say(language, 'team_of', team=section.team)}" if section.team else section.rep
        opened = counted(language, "open", len(section.gaps))
        title = say(language, _TITLES[section.kind], rep=rep, open=opened, time=duration(section.seconds))
        return Table(title, tuple(Column(name, word[name]) for name in names), lines, notes)


def _section_json(section: Section) -> dict[str, Any]:
    return {
        "open": len(section.gaps),
        "seconds": section.seconds,
        "gaps": [
            {
                "record": gap.record,
                "ref": gap.ref,
                "object": gap.object,
                "rule": gap.rule,
                "title": gap.title,
                "fields": list(gap.fields),
                "missing": gap.missing,
                "since": gap.since.isoformat(),
                "age_days": gap.age_days,
                "why": gap.why,
                "seconds": gap.seconds,
            }
            for gap in section.gaps
        ],
    }
