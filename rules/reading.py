"""A row of facts as rules read it: conditions as SQL over it, and over the records that are related to it.

What is read on the way is noted in `Reads`, so that the store keeps just that, and looks at a record again when
something that its rules read has changed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.compare import Comparison
from rules.conditions import Condition, Loc
from rules.facts import (
    LEADS,
    NOW,
    STAGE,
    CannotCompile,
    Catalog,
    Fact,
    Hop,
    ObjectFacts,
    Sql,
    facts_table,
    filled,
    joined,
)

KIND = "kind"


@dataclass(slots=True)
class Reads:
    """What rules need of the store beside the plain facts."""

    stamps: set[tuple[str, str]] = field(default_factory=set)
    """Object and field of which it must be known when it changed."""
    keys: set[tuple[str, str]] = field(default_factory=set)
    """Object and expression by which rows are looked for: each wants an index."""
    leads: set[tuple[str, str]] = field(default_factory=set)
    """Object and reference of which must be known which records lead where."""
    readers: dict[str, set[tuple[str, Sql]]] = field(default_factory=dict)
    """By object, who reads its rows: the readers' object, and a SELECT of their refs. Those of the rows stand for
    `{keys}`, after the other parameters."""
    unreadable: list[tuple[str, Sql]] = field(default_factory=list)
    """What a record leads to without its being stored here, each with the reference's name."""

    def read_by(self, read: str, reader: str, sql: Sql) -> None:
        """Rows of one object are read by those rows of another that a SELECT gives."""
        self.readers.setdefault(read, set()).add((reader, sql))

    def add(self, other: Reads) -> None:
        self.stamps |= other.stamps
        self.keys |= other.keys
        self.leads |= other.leads
        for name, readers in other.readers.items():
            self.readers.setdefault(name, set()).update(readers)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of facts of an object, under a name in SQL. `since` is the rule's own start, in epoch milliseconds: what
    changed before it does not count as changed."""

    catalog: Catalog
    object: str
    table: str
    reads: Reads
    since: int | None = None
    rest: str = ""
    """Of related rows, what follows a SELECT over them."""

    @property
    def facts(self) -> ObjectFacts:
        return self.catalog.object(self.object, ())

    def fact(self, path: str, where: Loc) -> Fact:
        """The fact behind a path. Raises CannotCompile where there is none."""
        fact = self.catalog.fact(path, self.object, where, self.table, bare=bool(self.rest))
        if fact.hop:
            self._note(fact.hop)
        return fact

    def condition(self, condition: Condition, where: Loc = ()) -> Sql:
        """True or false for every row. Raises CannotCompile with the place (below `where`) and the mend."""
        if condition.field is not None:
            return self._leaf(condition, condition.field, where)
        parts = [self.condition(part, where + loc) for loc, part in condition.branches()]
        if condition.not_ is not None:
            return ~parts[0]
        return joined("AND" if condition.all else "OR", parts)

    def of_kind(self, kind: str | None, where: Loc) -> list[Sql]:
        """The test that a row is of a kind; none where any will do."""
        return [Comparison(self.fact(f"{self.object}.{KIND}", where), "eq", (kind,)).sql()] if kind else []

    def changed_at(self, fact: Fact) -> str:
        """The column that says when a fact changed as we saw it."""
        if fact.type is not None:
            self.reads.stamps.add((fact.hop.target if fact.hop else self.object, fact.name))
        return fact.changed_at

    def related(self, child: str, alias: str, where: Loc) -> tuple[Row, str]:
        """The rows of another object that lead to this one, by any of their references, or to the other record of its
        pair; with what follows a SELECT over them. Raises CannotCompile where none leads here."""
        fields = self.catalog.children(child, self.object, where)
        names = ", ".join(f"'{child}.{name}'" for name in fields)
        self.reads.leads |= {(child, name) for name in fields}
        ends = _same_record(self.table, "lead", alias)
        own = facts_table(self.object)
        self.reads.read_by(
            child,
            self.object,
            Sql(
                f"SELECT {own}.ref FROM {facts_table(child)} {alias} JOIN {LEADS} lead ON lead.ref = {alias}.ref AND "
                f"lead.field IN ({names}) JOIN {own} ON {ends} WHERE {alias}.ref IN ({{keys}})"
            ),
        )
        self.reads.keys |= {(self.object, "id"), (self.object, "twin")}
        rest = (
            f"FROM {LEADS} lead JOIN {facts_table(child)} {alias} ON {alias}.ref = lead.ref WHERE lead.field IN "
            f"({names}) AND lead.target IN ({self.table}.id, {self.table}.twin) AND {ends} AND {alias}.counted = 1"
        )
        return Row(self.catalog, child, alias, self.reads, self.since, rest), rest

    def _note(self, hop: Hop) -> None:
        """What a rule reads of another record: who reads it is looked at again when that one changes."""
        self.reads.keys.add((hop.target, "id"))
        lost = hop.cannot_be_read()
        if self.rest:
            lost = filled(f"EXISTS (SELECT 1 {self.rest} AND {{}})", lost)
        elif self.table != facts_table(self.object):
            return  # another record of the same kind, which has its own turn
        if (hop.field, lost) not in self.reads.unreadable:
            self.reads.unreadable.append((hop.field, lost))
        self.reads.leads.add((self.object, hop.field))
        reader = (
            f"SELECT lead.ref FROM {LEADS} lead JOIN {facts_table(hop.target)} ended ON ended.id = lead.target "
            f"JOIN {facts_table(self.object)} own ON own.ref = lead.ref AND own.side = ended.side "
            f"WHERE lead.field = '{self.object}.{hop.field}' AND ended.ref IN ({{keys}})"
        )
        self.reads.read_by(hop.target, self.object, Sql(reader))

    def _leaf(self, condition: Condition, path: str, where: Loc) -> Sql:
        assert condition.op is not None, "a leaf has an op: see Condition"
        fact = self.fact(path, (*where, "field"))
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        stages = self.catalog.object(fact.hop.target if fact.hop else self.object, where).stages
        written = tuple(value for value in values if value is not None)
        op = "eq" if condition.op == "changed_to" else condition.op
        try:
            test = Comparison(fact, op, written, stages if fact.name == STAGE else ()).sql()
        except ValueError as unsuited:
            raise CannotCompile((*where, "value"), str(unsuited)) from None
        return joined("AND", [test, self._has_changed(fact)]) if condition.op == "changed_to" else test

    def _has_changed(self, fact: Fact) -> Sql:
        """It was seen to change: since the rule's `since`, or else since we first saw the record."""
        column = self.changed_at(fact)
        seen = Sql(f"({column} IS NOT NULL)") if self.since is None else Sql(f"(COALESCE({column}, 0) >= {self.since})")
        return fact.through(seen)


def _same_record(table: str, lead: str, alias: str) -> str:
    """A reference leads to this row, or to the other record of its pair."""
    here = f"{alias}.side = {table}.side AND {lead}.target = {table}.id"
    there = f"{alias}.side <> {table}.side AND {lead}.target = {table}.twin"
    return f"(({here}) OR ({there}))"


def names_where(tests: Iterable[tuple[str, Sql]]) -> Sql:
    """The names of which the test holds, joined by commas."""
    found = list(tests)
    pieces = [Sql(f"CASE WHEN {test.text} THEN ',{name}' ELSE '' END", test.parameters) for name, test in found]
    together = joined("||", pieces)
    return Sql(f"SUBSTR({together.text}, 2)", together.parameters)


def not_yet(moment: Sql) -> Sql:
    """The moment is still to come."""
    return Sql(f"({moment.text} > %s)", (*moment.parameters, NOW))
