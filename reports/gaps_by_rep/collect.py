"""Reads the open gaps, all or those of some reps, and sorts them by who owes; one query per object."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from crm.record import Side
from reports.completeness import TEAM_ORDER, TeamKind
from reports.gaps_by_rep.rows import GapRow, Whose, gap_line, gap_rows
from reports.gaps_by_rep.sections import GapsByRep, Observed, Section, SectionKind
from reports.stored import last_read, stored_objects
from reports.words import name_key
from rules.language import Language, RuleSet
from store.sql import rows
from sync.mapping import Mapping


def gaps_by_rep(
    mapping: Mapping, rules: RuleSet, now: datetime, language: Language = "en", reps: Collection[str] | None = None
) -> GapsByRep:
    """What is open, as of `now` for its age; with `reps` only what is open with these, and nothing beside.

    Raises NothingRead where the store is empty.
    """
    stored = stored_objects(mapping)
    whose = Whose(rules) if reps is None else Whose(rules, reps, asked=True)
    found = [row for name, fields in stored.items() if fields for row in gap_rows(name, fields, whose)]
    listed: dict[tuple[SectionKind, str | None], list[GapRow]] = defaultdict(list)
    for row in found:
        if row.rule.is_asked:
            listed[_kind(row), row.rep].append(row)
    sections = [_section(kind, each, now, language) for (kind, _), each in listed.items()]
    sections.sort(key=lambda section: (name_key(section.rep), section.id))
    alone = {section.kind: section for section in sections}
    kinds: tuple[SectionKind, ...] = ("no_rep", "marketing", "both")
    no_rep, marketing, both = (alone.get(kind, Section(kind)) for kind in kinds)
    of_reps = tuple(section for section in sections if section.kind == "rep")
    measured = _observed([row for row in found if not row.rule.is_asked], language)
    return GapsByRep(language, now, last_read(), of_reps, no_rep, marketing, both, measured)


def _kind(row: GapRow) -> SectionKind:
    if row.rep is not None:
        return "rep"
    return {Side.SALES: "no_rep", Side.MARKETING: "marketing", None: "both"}[row.rule.owed_by]  # type: ignore[return-value]


def _section(kind: SectionKind, found: Sequence[GapRow], now: datetime, language: Language) -> Section:
    lines = tuple(gap_line(row, now, language) for row in sorted(found, key=_quickest_first))
    row = found[0]
    if kind != "rep":
        return Section(kind, gaps=lines)
    return Section(kind, row.name, row.rep or "", row.team, row.is_active, lines)


def _quickest_first(row: GapRow) -> tuple[object, ...]:
    return row.rule.fix.seconds, row.rule.id, row.since, name_key(row.record), row.ref


def _observed(found: Collection[GapRow], language: Language) -> tuple[Observed, ...]:
    alone = {team for (team,) in rows("SELECT team FROM store_rep WHERE team <> '' GROUP BY team HAVING COUNT(*) = 1")}
    totals = Counter((row.rule.id, *_team(row, alone)) for row in found)
    rules = {row.rule.id: row.rule for row in found}
    keys = sorted(totals, key=lambda key: (key[0], TEAM_ORDER[key[1]], name_key(key[2])))
    return tuple(
        Observed(rule, getattr(rules[rule].title, language), rules[rule].owed_by, kind, team, totals[rule, kind, team])
        for rule, kind, team in keys
    )


def _team(row: GapRow, alone: Collection[str]) -> tuple[TeamKind, str]:
    """The team of a total; a team of one counts as none, since its total would be a person's."""
    if row.rep is None:
        return "no_rep", ""
    return ("team", row.team) if row.team and row.team not in alone else ("no_team", "")
