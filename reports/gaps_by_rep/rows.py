"""Open gaps as rows: which ones are wanted, as SQL, and what each says to people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from crm.record import Side
from reports.gaps_by_rep.sections import GapLine
from reports.names import called, name_columns
from reports.words import say, title, titles, words
from rules.compile import facts_table
from rules.kinds import Format, Required
from rules.language import Language, Rule, RuleSet
from store.sql import marks, moment, rows


@dataclass(frozen=True, slots=True)
class Whose:
    """Which gaps are wanted: of some rules, all of them, those of some reps, or those that are no rep's."""

    rules: RuleSet
    reps: Collection[str] | None = None
    sides: Collection[Side | None] | None = None
    """What these sides owe (both: None) and no rep does."""
    asked: bool = False
    """Whether rules that only observe are left out."""
    records: tuple[str, Sequence[str]] | None = None
    """A query for the references of the only records that are wanted, with its parameters."""
    known: dict[str, Rule] = field(init=False)
    """The wanted rules by their ids, the quickest fix first."""

    def __post_init__(self) -> None:
        wanted = [rule for rule in self.rules.rules if self._wants(rule)]
        ordered = sorted(wanted, key=lambda rule: (rule.fix.seconds, rule.id))
        object.__setattr__(self, "known", {rule.id: rule for rule in ordered})

    def _wants(self, rule: Rule) -> bool:
        return (rule.is_asked or not self.asked) and (self.sides is None or rule.owed_by in self.sides)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found, whatever is open."""
        return not self.known or (self.reps is not None and not self.reps)

    def where(self) -> tuple[str, list[str]]:
        """The condition on a row `g` of the gaps, with its parameters; not for what is empty."""
        text, parameters = f"g.rule IN ({marks(list(self.known))})", [*self.known]
        if self.records is not None:
            text, parameters = f"{text} AND g.ref IN ({self.records[0]})", [*parameters, *self.records[1]]
        if self.reps is not None:
            return f"{text} AND g.rep IN ({marks(list(self.reps))})", [*parameters, *self.reps]
        return (text if self.sides is None else f"{text} AND g.rep IS NULL"), parameters

    def place(self) -> str:
        """SQL for the place of a row's rule in their order; it takes the rules' ids as parameters."""
        return f"CASE g.rule {' '.join(f'WHEN %s THEN {place}' for place in range(len(self.known)))} END"


@dataclass(frozen=True, slots=True)
class GapRow:
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


def gap_rows(
    object_name: str, fields: Sequence[str], whose: Whose, tail: str = "", more: Sequence[str] = ()
) -> Iterator[GapRow]:
    """The wanted gaps of one object with the names behind their references; `tail`, with the parameters `more`, ends
    the query: in what order, and how many."""
    if whose.is_empty:
        return
    where, parameters = whose.where()
    sql = f"""
        SELECT g.rule, g.ref, g.fields, g.since, g.rep, COALESCE(r.name, g.rep, ''), COALESCE(r.team, ''),
               COALESCE(r.is_active, %s), {name_columns(fields)}
        FROM store_gap g LEFT JOIN store_rep r ON r.id = g.rep LEFT JOIN "{facts_table(object_name)}" f ON f.ref = g.ref
        WHERE g.object = %s AND {where} {tail}"""
    found = rows(sql, [True, object_name, *parameters, *more])
    for rule, ref, missing, since, rep, name, team, is_active, *shown in found:
        facts = tuple(orjson.loads(missing) if isinstance(missing, str) else missing)
        yield GapRow(
            whose.known[rule], ref, facts, moment(since), rep, name, team, bool(is_active), called(ref, *shown)
        )


def gap_line(row: GapRow, now: datetime, language: Language) -> GapLine:
    """A gap in words."""
    rule = row.rule
    return GapLine(
        row.record, row.ref, rule.object, rule.id, getattr(rule.title, language), row.fields,
        missing_words(rule, row.fields, language), row.since, max((now - row.since).days, 0),
        getattr(rule.why, language), rule.fix.seconds,
    )  # fmt: skip


def missing_words(rule: Rule, fields: Sequence[str], language: Language) -> str:
    """What is missing, or wrong."""
    match rule.check:
        case Format():
            return say(language, "to_correct", field=titles(language, fields))
        case Required(mode="any"):
            return words(language)["or"].join(title(language, field) for field in fields)
        case _:
            return titles(language, fields)
