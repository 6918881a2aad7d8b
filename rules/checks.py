"""One function per kind of check: when does a record fail it, and which fields are to blame?

A function gets the check and the row it is about, and returns SQL. What happens in time (`within`, `cadence`) is in
`rules/episodes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.states import FieldState
from crm.values import FieldType
from rules.compare import Comparison
from rules.facts import ID, NOW, CannotCompile, Fact, Sql, facts_table, filled, joined
from rules.kinds import Consistent, Evidence, Format, Fresh, RelatedCount, Required, Unique, UnknownOk
from rules.reading import Row, names_where

ASKED = "unknown_asked"
"""The answer "asked, not known" that is kept outside of the field; facts do not hold it yet, so it excuses nothing."""

UNKNOWN_MAY_STAND_IN = frozenset({FieldType.TEXT, FieldType.PICKLIST, FieldType.MULTI})
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Failing:
    """When a record fails, and the names of the fields that are to blame, joined by commas.

    `unknown` holds, by field, when that cannot be said of a record; `moments` when the verdict may change by itself.
    """

    when: Sql
    missing: Sql
    unknown: tuple[tuple[str, Sql], ...] = ()
    moments: tuple[Sql, ...] = ()


def check_required(check: Required, row: Row) -> Failing:
    """Fails where one of the fields (mode `any`: every one) is blank, a placeholder, or shorter than `min_chars`.

    An invalid value is filled: that it cannot be used is for `format` to say. A field that shows the answer of
    `unknown_ok` is met, also where that answer is a placeholder or short. A field that the record's object does not
    have is owed by nobody there, and satisfies nothing. One behind a reference is missing where that leads nowhere.
    """
    facts = [row.fact(path, ("fields", index)) for index, path in enumerate(check.fields)]
    lacks = [_lacks(fact, check, index) for index, fact in enumerate(facts)]
    owed = [joined("AND", [lack, fact.is_there()]) for lack, fact in zip(lacks, facts, strict=True)]
    fails = joined("OR", owed)
    if check.mode == "any":
        fails = joined("AND", [*lacks, fails])
    return Failing(fails, _blamed(facts, owed))


def check_format(check: Format, row: Row) -> Failing:
    """Fails where an address or a number is invalid or a placeholder; a blank is for `required` to ask for."""
    fact = row.fact(check.field, ("field",))
    if fact.type != check.type:
        kind = fact.type or "stage"
        mend = f"name a field of type {check.type}"
        raise CannotCompile(("type",), f"{check.field} is of type {kind} in the mapping, not {check.type}; {mend}")
    fails = fact.has_state(FieldState.PLACEHOLDER, FieldState.INVALID)
    return Failing(fails, _blamed([fact], [fails]))


def check_fresh(check: Fresh, row: Row) -> Failing:
    """Fails where a field is blank, or neither changed nor (by `value_confirmed`) confirmed for too long, as we saw it.

    A value that we never saw changing is as old as the record's last change before we first saw it, or older. While
    that is not too long ago yet, the age is not known.
    """
    facts = [row.fact(path, ("fields", index)) for index, path in enumerate(check.fields)]
    owed, unknown, moments = list[Sql](), list[tuple[str, Sql]](), list[Sql]()
    for index, fact in enumerate(facts):
        if fact.type is None:
            raise CannotCompile(("fields", index), "a stage is not confirmed; use changed_to in a condition")
        at, seen = _last_sure(check, fact, row)
        ends = f"({at} + {check.max_age_days * DAY})"
        lasts = joined("AND", [fact.is_set_here(), Sql(f"({ends} >= %s)", (NOW,))])
        owed.append(joined("AND", [~fact.through(lasts), fact.is_there()]))
        unknown.append((fact.path, fact.through(joined("AND", [lasts, Sql(f"({seen} IS NULL)")]))))
        moments.append(Sql(fact.value(f"CASE WHEN {fact.is_set_here().text} THEN {ends} + 1 END")))
    return Failing(joined("OR", owed), _blamed(facts, owed), tuple(unknown), tuple(moments))


def check_related_count(check: RelatedCount, row: Row) -> Failing:
    """Fails where fewer than `min` records lead to this one and meet the condition; of a pair of them one counts."""
    owner, _, child = check.relation.partition(".")
    if owner != row.object:
        raise CannotCompile(
            ("relation",), f"{check.relation} is no relation of {row.object}; write {row.object}.{child}"
        )
    related, rest = row.related(child, "related", ("relation",))
    where = related.condition(check.where, ("where",)) if check.where else Sql("(1 = 1)")
    counted = f"{related.table}.ref" if check.distinct is None else _distinct(check.distinct, related)
    fails = filled(f"((SELECT COUNT(DISTINCT {counted}) {rest} AND {{}}) < {check.min})", where)
    return Failing(fails, Sql(f"'{child}'"))


def check_evidence(check: Evidence, row: Row) -> Failing:
    """Fails where the basis is none of those allowed, or a proof field is not filled."""
    basis = row.fact(check.basis_field, ("basis_field",))
    proofs = [row.fact(path, ("proof_fields", index)) for index, path in enumerate(check.proof_fields)]
    try:
        named = Comparison(basis, "in", check.basis_in).sql()
    except ValueError as unsuited:
        raise CannotCompile(("basis_in",), str(unsuited)) from None
    facts, lacks = [basis, *proofs], [~named, *(~proof.is_set() for proof in proofs)]
    owed = [joined("AND", [lack, fact.is_there()]) for lack, fact in zip(lacks, facts, strict=True)]
    return Failing(joined("OR", owed), _blamed(facts, owed))


def check_unique(check: Unique, row: Row) -> Failing:
    """Fails where another counted record, of either system, agrees in all fields of a key. Upper and lower case, and
    how a number is spaced, make no difference; of a linked pair one record is counted."""
    table = facts_table(row.object)
    doubled, blamed = list[Sql](), dict[str, list[Sql]]()
    for index, key in enumerate(check.keys):
        facts = [row.fact(path, ("keys", index, place)) for place, path in enumerate(key)]
        if any(fact.hop or fact.type is None for fact in facts):
            raise CannotCompile(("keys", index), f"a key is made of fields of {row.object} itself; remove the others")
        pairs = [(_plain(fact), _plain(_under(fact, "other"))) for fact in facts]
        same = " AND ".join(f"{other} = {own}" for own, other in pairs)
        full = joined("AND", [each for fact in facts for each in (fact.is_set(), _under(fact, "other").is_set())])
        others = f"other.counted = 1 AND other.ref <> {row.table}.ref AND {same} AND {full.text}"
        doubled.append(Sql(f"(EXISTS (SELECT 1 FROM {table} other WHERE {others}))", full.parameters))
        for fact in facts:
            blamed.setdefault(fact.path, []).append(doubled[-1])
        row.reads.keys.add((row.object, _plain(_under(facts[0], ""))))
        twins = f"{table} JOIN {table} other ON {same} AND other.ref <> {table}.ref AND {full.text}"
        row.reads.read_by(row.object, row.object, Sql(f"SELECT other.ref FROM {twins} WHERE {table}.ref IN ({{keys}})"))
    return Failing(joined("OR", doubled), names_where((name, joined("OR", tests)) for name, tests in blamed.items()))


def check_consistent(check: Consistent, row: Row) -> Failing:
    """Fails where the condition does not hold, on records that have all these fields."""
    facts = [row.fact(path, ("fields", index)) for index, path in enumerate(check.fields)]
    holds = row.condition(check.holds, ("holds",))
    fails = joined("AND", [~holds, *(fact.is_there() for fact in facts)])
    return Failing(fails, Sql(f"'{','.join(fact.path for fact in facts)}'"))


def _lacks(fact: Fact, check: Required, index: int) -> Sql:
    where = ("fields", index)
    has = fact.is_set_here()
    if check.min_chars is not None:
        if not fact.is_textual:
            kind = fact.type or "stage"
            raise CannotCompile(where, f"min_chars is for text, {fact.path} is of type {kind}; move it to its own rule")
        long_enough = Sql(f"COALESCE(LENGTH(TRIM({fact.column})), 0) >= %s", (check.min_chars,))
        has = joined("AND", [has, long_enough])
    lacks = ~fact.through(has)
    if check.unknown_ok is None or check.unknown_ok.value == ASKED:
        return lacks
    return joined("AND", [lacks, ~_says_unknown(fact, check.unknown_ok, index)])


def _says_unknown(fact: Fact, unknown_ok: UnknownOk, index: int) -> Sql:
    if fact.type not in UNKNOWN_MAY_STAND_IN:
        kind, mend = fact.type or "stage", f"use value: {ASKED}"
        message = f'"{unknown_ok.value}" cannot stand in a field of type {kind}; {mend}'
        raise CannotCompile(("fields", index), message)
    return Comparison(fact, "eq", (unknown_ok.value,)).shown()


def _last_sure(check: Fresh, fact: Fact, row: Row) -> tuple[str, str]:
    """When a value was last changed or confirmed, at the latest; and the same, NULL where that was never seen."""
    changed = row.changed_at(fact)
    known = f"COALESCE({changed}, {fact.table}.first_at)"
    if check.clock_from == "value_changed":
        return known, changed
    sure = f"{fact.column}__sure_at"
    later = f"(CASE WHEN COALESCE({sure}, 0) > {known} THEN {sure} ELSE {known} END)"
    return later, f"COALESCE({sure}, {changed})"


def _distinct(path: str, related: Row) -> str:
    """The column that tells related records apart: a field of theirs, or (`contact.id`) what a reference leads to."""
    owner, _, name = path.partition(".")
    if name == ID and owner != related.object:
        hop = related.fact(f"{owner}.{ID}", ("distinct",)).hop
        assert hop is not None, "another object is behind a reference"
        return f"{hop.table}.f_{hop.field}"
    fact = related.fact(path, ("distinct",))
    if fact.hop:
        raise CannotCompile(
            ("distinct",), f"{path} is not told apart by; use {owner}.{ID} or a field of {related.object}"
        )
    return fact.column


def _under(fact: Fact, alias: str) -> Fact:
    return Fact(fact.name, fact.type, alias)


def _plain(fact: Fact) -> str:
    """A fact as two records are compared by it."""
    if fact.type is FieldType.PHONE:
        text = fact.column
        for sign in " .-()/":
            text = f"REPLACE({text}, '{sign}', '')"
        return text
    return f"LOWER(TRIM({fact.column}))" if fact.type in UNKNOWN_MAY_STAND_IN or fact.is_textual else f"({fact.column})"


def _blamed(facts: Sequence[Fact], tests: Sequence[Sql]) -> Sql:
    return names_where((fact.path, test) for fact, test in zip(facts, tests, strict=True))


STATES: dict[str, Callable[[Any, Row], Failing]] = {
    "required": check_required,
    "format": check_format,
    "fresh": check_fresh,
    "related_count": check_related_count,
    "evidence": check_evidence,
    "unique": check_unique,
    "consistent": check_consistent,
}
