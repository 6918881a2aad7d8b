"""Turns a rule into SQL over the facts of its object: the only evaluator there is.

The same text answers for all records, for the few that changed (`sql_for`), in Postgres and in SQLite (`for_sqlite`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from rules.checks import DAY, STATES
from rules.conditions import Condition, Loc
from rules.episodes import EPISODES
from rules.facts import NOW, CannotCompile, Catalog, Now, Parameter, Sql, facts_table, filled, joined
from rules.language import Document, Exemption, Rule, RuleSet
from rules.reading import Reads, Row, names_where

__all__ = ["BUILT", "CompiledRule", "Query", "compile_condition", "compile_rule", "compile_rules", "facts_table",
           "for_sqlite", "reads_of"]  # fmt: skip

BUILT = (*STATES, *EPISODES)
EVERY_RECORD = Sql("(1 = 1)")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT over the facts of an object whose first column is the ref; it may be asked for some records alone."""

    object: str
    sql: str
    parameters: tuple[Parameter, ...]

    def sql_for(self, refs_count: int) -> str:
        """The same question for as many records; their refs follow `parameters`. One at least."""
        if refs_count < 1:
            raise ValueError("a rule is asked for one record at least")
        return f"{self.sql} AND {facts_table(self.object)}.ref IN ({', '.join(['%s'] * refs_count)})"

    def parameters_at(self, now: int) -> tuple[str | int | float, ...]:
        """The parameters for a moment in epoch milliseconds; `sql` takes no others."""
        return tuple(now if isinstance(each, Now) else each for each in self.parameters)


@dataclass(frozen=True, slots=True)
class CompiledRule(Query):
    """One rule as a SELECT of `(ref, rep, missing)`: the records that do not meet it.

    `rep` is `None` where nobody owns the record, or where the record's rep is not the one who owes; `missing` holds
    field names joined by commas. An episode rule gives every episode instead, met or not, with three more columns:
    `started_at`, `met_at` (epoch milliseconds; `None`: not yet) and `met_by`, the event; `missing` holds the events of
    which one meets it.

    `next_change` gives `(ref, at)`: when by time alone the verdict of a record changes next. `checked` gives
    `(ref, rep)` of all records that were judged, met or not; `unchecked` gives `(ref, why)` of those that were not,
    with the fields that could not be read: they are never clean.
    """

    rule: str
    is_episode: bool
    checked: Query
    unchecked: Query | None = None
    next_change: Query | None = None
    reads: Reads | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What any check comes to: the columns after `rep`, the test of the rows to give, and what cannot be said."""

    columns: Sql
    when: Sql
    unknown: tuple[tuple[str, Sql], ...]
    moments: tuple[Sql, ...]
    source: str = ""


def for_sqlite(sql: str) -> str:
    """The text with SQLite's placeholders; it holds no other `%s`, since values are never written into it."""
    return sql.replace("%s", "?")


def compile_rules(
    ruleset: RuleSet, catalog: Catalog, document: Document, kinds: Mapping[str, str] | None = None
) -> tuple[CompiledRule, ...]:
    """All rules in file order; `kinds` says by rule of which kind its records are, where they are of one kind only.
    Raises the document's error with one line for each rule that cannot run."""
    compiled: list[CompiledRule] = []
    problems: list[tuple[Loc, str]] = []
    for index, rule in enumerate(ruleset.rules):
        try:
            compiled.append(compile_rule(rule, catalog, (kinds or {}).get(rule.id)))
        except CannotCompile as refused:
            problems.append((("rules", index, *refused.where), refused.message))
    if problems:
        raise document.refusal(problems)
    return tuple(compiled)


def compile_rule(rule: Rule, catalog: Catalog, kind: str | None = None) -> CompiledRule:
    """One rule as SQL. Raises CannotCompile that names the rule, the place in it and the mend."""
    try:
        return _compiled(rule, catalog, kind)
    except CannotCompile as refused:
        raise CannotCompile(refused.where, refused.message, rule.id) from None


def compile_condition(condition: Condition, object_name: str, catalog: Catalog, where: Loc = ()) -> Sql:
    """A condition as the text of a WHERE with its parameters, true or false for every record.

    Raises CannotCompile that names the place (below `where`) and the mend.
    """
    return Row(catalog, object_name, facts_table(object_name), Reads()).condition(condition, where)


def reads_of(compiled: Iterable[CompiledRule]) -> Reads:
    """What these rules need of the store, taken together."""
    together = Reads()
    for each in compiled:
        together.add(each.reads or Reads())
    return together


def _compiled(rule: Rule, catalog: Catalog, kind: str | None) -> CompiledRule:
    catalog.object(rule.object, ("object",))
    table = facts_table(rule.object)
    row = Row(catalog, rule.object, table, Reads(), _since(rule.enforcement.since))
    applies = joined("AND", [Sql(f"{table}.counted = 1"), *row.of_kind(kind, ("object",)), *_asks(rule, row)])
    verdict = _verdict(rule, row)
    rep = f"{table}.rep" if rule.is_owed_by_the_rep else "CAST(NULL AS TEXT) AS rep"

    def select(columns: Sql, *tests: Sql, source: str = "") -> Query:
        where = joined("AND", tests)
        text = f"SELECT {table}.ref, {columns.text} FROM {table} {source} WHERE {where.text}"
        return Query(rule.object, text, columns.parameters + where.parameters)

    main = select(filled(f"{rep}, {{}}", verdict.columns), applies, verdict.when, source=verdict.source)
    unread = [*row.reads.unreadable, *((name, joined("AND", [applies, test])) for name, test in verdict.unknown)]
    unsure = joined("OR", [test for _, test in unread])
    unchecked = select(names_where(unread), Sql(f"{table}.counted = 1"), unsure) if unread else None
    checked = select(Sql(rep), applies, *([~unsure] if unread else []))
    upcoming = _upcoming(verdict.moments)
    next_change = (
        select(upcoming, applies, filled("{} IS NOT NULL", upcoming), source=verdict.source)
        if verdict.moments
        else None
    )
    return CompiledRule(rule.object, main.sql, main.parameters, rule.id, rule.check.kind in EPISODES, checked,
                        unchecked, next_change, row.reads)  # fmt: skip


def _asks(rule: Rule, row: Row) -> list[Sql]:
    """Whom a rule is about: it applies, and no exemption holds."""
    applies = row.condition(rule.applies_when, ("applies_when",)) if rule.applies_when else EVERY_RECORD
    return [applies, *(~_exempt(exemption, row, ("exempt", place)) for place, exemption in enumerate(rule.exempt))]


def _exempt(exemption: Exemption, row: Row, where: Loc) -> Sql:
    tests = [row.condition(exemption.when, (*where, "when"))] if exemption.when else []
    if exemption.who:
        tests.append(_is_of(exemption.who, row))
    if exemption.until:
        tests.append(Sql(f"(%s < {_midnight(exemption.until) + DAY})", (NOW,)))
    return joined("AND", tests)


def _is_of(who: str, row: Row) -> Sql:
    """The record's rep is this one, by e-mail or id, or in this team; a team's blanks may be written as hyphens."""
    word, _, name = who.partition(":")
    if word == "team":
        found = "LOWER(REPLACE(team, ' ', '-')) = %s OR LOWER(team) = %s"
    else:
        found = "LOWER(email) = %s OR %s IN (LOWER(sales), LOWER(marketing), LOWER(id))"
    return Sql(
        f"(COALESCE({row.table}.rep, '') IN (SELECT id FROM store_rep WHERE {found}))", (name.lower(), name.lower())
    )


def _verdict(rule: Rule, row: Row) -> _Verdict:
    check = rule.check
    try:
        if check.kind in EPISODES:
            episode = EPISODES[check.kind](check, row)
            columns = filled(
                "{} AS missing, {} AS started_at, {} AS met_at, {} AS met_by",
                *(episode.missing, episode.started, episode.met, episode.met_by),
            )
            return _Verdict(columns, episode.when, episode.unknown, episode.moments, episode.source)
        failing = STATES[check.kind](check, row)
    except CannotCompile as refused:
        raise CannotCompile(("check", *refused.where), refused.message) from None
    return _Verdict(filled("{} AS missing", failing.missing), failing.when, failing.unknown, failing.moments)


def _upcoming(moments: tuple[Sql, ...]) -> Sql:
    """The first of several moments that is still to come."""
    lines = [filled("SELECT {} AS at", moment) for moment in moments]
    union = Sql(" UNION ALL ".join(each.text for each in lines), tuple(p for each in lines for p in each.parameters))
    first = filled("(SELECT MIN(moment.at) FROM ({}) moment WHERE moment.at > %s)", union)
    return Sql(first.text, (*first.parameters, NOW))


def _since(day: date | None) -> int | None:
    return None if day is None else _midnight(day)


def _midnight(day: date) -> int:
    """The start of a day (UTC), in epoch milliseconds."""
    return (datetime.combine(day, time(), UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
