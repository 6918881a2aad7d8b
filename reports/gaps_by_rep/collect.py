"""Reads the open gaps and sorts them by who owes; one query per object."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from crm.record import Side
from reports.completeness import TEAM_ORDER, TeamKind
from reports.gaps_by_rep.sections import GapLine, GapsByRep, Observed, Section, SectionKind
from reports.names import called, name_columns
from reports.stored import last_read, stored_objects
from reports.words import name_key, say, title, titles, words
from rules.compile import facts_table
from rules.kinds import Format, Required
from rules.language import Language, Rule, RuleSet
from store.sql import marks, moment, rows
from sync.mapping import Mapping


@dataclass(frozen=True, slots=True)
class _Row:
    """A stored gap with its record's names and its rep."""

    rule: Rule
    ref: str
    fields: tuple[str, ...]
    since: datetime
    rep: str | None
    name: str
    team: str
    is_active: bool
    record: str


def gaps_by_rep(
    mapping: Mapping, rules: RuleSet, now: datetime, language: Language = "en", rep: str | None = None
) -> GapsByRep:
    """What is open, as of `now` for its age; `rep` reads the gaps of one rep and nobody else's.

    Raises NothingRead where the store is empty.
    """
    stored = stored_objects(mapping)
    by_id = {rule.id: rule for rule in rules.rules}
    found = [row for name, fields in stored.items() if fields for row in _rows(name, fields, by_id, rep)]
    listed: dict[tuple[SectionKind, str | None], list[_Row]] = defaultdict(list)
    for row in found:
        if row.rule.is_asked:
            listed[_kind(row), row.rep].append(row)
    sections = [_section(kind, each, now, language) for (kind, _), each in listed.items()]
    sections.sort(key=lambda section: (name_key(section.rep), section.id))
    alone = {section.kind: section for section in sections}
    kinds: tuple[SectionKind, ...] = ("no_rep", "marketing", "both")
    no_rep, marketing, both = (alone.get(kind, Section(kind)) for kind in kinds)
    reps = tuple(section for section in sections if section.kind == "rep")
    measured = _observed([row for row in found if not row.rule.is_asked], language)
    return GapsByRep(language, now, last_read(), reps, no_rep, marketing, both, measured)


def _rows(object_name: str, fields: Sequence[str], rules: dict[str, Rule], whose: str | None = None) -> Iterator[_Row]:
    """The open gaps of one object, of the rules that are known, with the names behind their references."""
    if not rules:
        return
    of_rep, only = ("AND g.rep = %s", [whose]) if whose else ("", [])
    sql = f"""
        SELECT g.rule, g.ref, g.fields, g.since, g.rep, COALESCE(r.name, g.rep, ''), COALESCE(r.team, ''),
               COALESCE(r.is_active, %s), {name_columns(fields)}
        FROM store_gap g LEFT JOIN store_rep r ON r.id = g.rep LEFT JOIN "{facts_table(object_name)}" f ON f.ref = g.ref
        WHERE g.object = %s AND g.rule IN ({marks(list(rules))}) {of_rep}"""
    for rule, ref, missing, since, rep, name, team, is_active, *shown in rows(sql, [True, object_name, *rules, *only]):
        facts = tuple(orjson.loads(missing) if isinstance(missing, str) else missing)
        yield _Row(rules[rule], ref, facts, moment(since), rep, name, team, bool(is_active), called(ref, *shown))


def _kind(row: _Row) -> SectionKind:
    if row.rep is not None:
        return "rep"
    return {Side.SALES: "no_rep", Side.MARKETING: "marketing", None: "both"}[row.rule.owed_by]  # type: ignore[return-value]


def _section(kind: SectionKind, found: Sequence[_Row], now: datetime, language: Language) -> Section:
    lines = tuple(_line(row, now, language) for row in sorted(found, key=_quickest_first))
    row = found[0]
    if kind != "rep":
        return Section(kind, gaps=lines)
    return Section(kind, row.name, row.rep or "", row.team, row.is_active, lines)


def _quickest_first(row: _Row) -> tuple[object, ...]:
    return row.rule.fix.seconds, row.rule.id, row.since, name_key(row.record), row.ref


def _line(row: _Row, now: datetime, language: Language) -> GapLine:
    rule = row.rule
    return GapLine(
        row.record, row.ref, rule.object, rule.id, getattr(rule.title, language), row.fields,
        _missing(rule, row.fields, language), row.since, max((now - row.since).days, 0), getattr(rule.why, language),
        rule.fix.seconds,
    )  # fmt: skip


def _missing(rule: Rule, fields: Sequence[str], language: Language) -> str:
    match rule.check:
        case Format():
            return say(language, "to_correct", field=titles(language, fields))
        case Required(mode="any"):
            return words(language)["or"].join(title(language, field) for field in fields)
        case _:
            return titles(language, fields)


def _observed(found: Collection[_Row], language: Language) -> tuple[Observed, ...]:
    alone = {team for (team,) in rows("SELECT team FROM store_rep WHERE team <> '' GROUP BY team HAVING COUNT(*) = 1")}
    totals = Counter((row.rule.id, *_team(row, alone)) for row in found)
    rules = {row.rule.id: row.rule for row in found}
    keys = sorted(totals, key=lambda key: (key[0], TEAM_ORDER[key[1]], name_key(key[2])))
    return tuple(
        Observed(rule, getattr(rules[rule].title, language), rules[rule].owed_by, kind, team, totals[rule, kind, team])
        for rule, kind, team in keys
    )


def _team(row: _Row, alone: Collection[str]) -> tuple[TeamKind, str]:
    """The team of a total; a team of one counts as none, since its total would be a person's."""
    if row.rep is None:
        return "no_rep", ""
    return ("team", row.team) if row.team and row.team not in alone else ("no_team", "")
