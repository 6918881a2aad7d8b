"""One function per kind of check: when does a record fail it, and which fields are to blame?

A function gets the check and a reader of facts and returns SQL; a kind without a function is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.states import FieldState
from crm.values import FieldType
from rules.compare import Comparison
from rules.conditions import Loc
from rules.facts import CannotCompile, Fact, Sql, joined
from rules.kinds import Format, Required, UnknownOk

ReadFact = Callable[[str, Loc], Fact]
"""The fact behind a field's path; the place is below the check. Raises CannotCompile where there is none."""

ASKED = "unknown_asked"
"""The answer "asked, not known" that is kept outside of the field; facts do not hold it yet, so it excuses nothing."""

UNKNOWN_MAY_STAND_IN = frozenset({FieldType.TEXT, FieldType.PICKLIST, FieldType.MULTI})


@dataclass(frozen=True, slots=True)
class Failing:
    """When a record fails, and the names of the fields that are to blame, joined by commas."""

    when: Sql
    missing: Sql


def check_required(check: Required, read: ReadFact) -> Failing:
    """Fails where one of the fields (mode `any`: every one) is blank, a placeholder, or shorter than `min_chars`.

    An invalid value is filled: that it cannot be used is for `format` to say. A field that shows the answer of
    `unknown_ok` is met, also where that answer is a placeholder or short. A field that the record's object does not
    have is owed by nobody there, and satisfies nothing.
    """
    facts = [read(path, ("fields", index)) for index, path in enumerate(check.fields)]
    lacks = [_lacks(fact, check, ("fields", index)) for index, fact in enumerate(facts)]
    owed = [joined("AND", [lack, fact.is_there()]) for lack, fact in zip(lacks, facts, strict=True)]
    fails = joined("OR", owed)
    if check.mode == "any":
        fails = joined("AND", [*lacks, fails])
    return Failing(fails, _names_where(facts, owed))


def check_format(check: Format, read: ReadFact) -> Failing:
    """Fails where an address or a number is invalid or a placeholder; a blank is for `required` to ask for."""
    fact = read(check.field, ("field",))
    if fact.type != check.type:
        kind = fact.type or "stage"
        mend = f"name a field of type {check.type}"
        raise CannotCompile(("type",), f"{check.field} is of type {kind} in the mapping, not {check.type}; {mend}")
    fails = fact.has_state(FieldState.PLACEHOLDER, FieldState.INVALID)
    return Failing(fails, _names_where([fact], [fails]))


def _lacks(fact: Fact, check: Required, where: Loc) -> Sql:
    lacks = ~fact.is_set()
    if check.min_chars is not None:
        if not fact.is_textual:
            kind = fact.type or "stage"
            raise CannotCompile(where, f"min_chars is for text, {fact.name} is of type {kind}; move it to its own rule")
        too_short = Sql(f"COALESCE(LENGTH(TRIM({fact.column})), 0) < %s", (check.min_chars,))
        lacks = joined("OR", [lacks, too_short])
    if check.unknown_ok is None or check.unknown_ok.value == ASKED:
        return lacks
    return joined("AND", [lacks, ~_says_unknown(fact, check.unknown_ok, where)])


def _says_unknown(fact: Fact, unknown_ok: UnknownOk, where: Loc) -> Sql:
    if fact.type not in UNKNOWN_MAY_STAND_IN:
        kind, mend = fact.type or "stage", f"use value: {ASKED}"
        raise CannotCompile(where, f'"{unknown_ok.value}" cannot stand in a field of type {kind}; {mend}')
    return Comparison(fact, "eq", (unknown_ok.value,)).shown()


def _names_where(facts: Sequence[Fact], tests: Sequence[Sql]) -> Sql:
    pieces = [
        Sql(f"CASE WHEN {test.text} THEN ',{fact.name}' ELSE '' END", test.parameters)
        for fact, test in zip(facts, tests, strict=True)
    ]
    together = joined("||", pieces)
    return Sql(f"SUBSTR({together.text}, 2)", together.parameters)


BUILT: dict[str, Callable[[Any, ReadFact], Failing]] = {
    "required": check_required,
    "format": check_format,
}
"""The kinds that run; the others of `rules/kinds.py` are understood and refused by name."""
