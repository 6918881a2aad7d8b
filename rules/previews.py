"""The conditions of rules as questions to the systems: here a SOQL WHERE, in `rules/searches.py` HubSpot's filters.

They are for previews ("how many records would this gate stop?"); gaps come from `rules/compile.py` alone. A condition
becomes a tree of plain tests first, which both renderings share, so that they cannot mean different things. Text
compares without regard to case, which neither system has otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from crm.values import TEXTUAL, FieldType
from rules.compare import OPPOSITE, ORDER, span
from rules.conditions import Condition, Scalar
from rules.facts import STAGE


class CannotPreview(ValueError):
    """The system cannot be asked this; the message says why."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as one object of a system shows it; `write` gives the system's own word for a canonical one."""

    name: str
    type: FieldType
    write: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Sight:
    """One object of a system: its mapped fields by canonical name (those that it lacks are not there), its stages from
    first to last with the words that tell each, and what counts as a placeholder."""

    object: str
    fields: Mapping[str, Shown]
    stages: Sequence[tuple[str, Mapping[str, str]]] = ()
    placeholders: Sequence[str] = ()
    known: frozenset[str] = frozenset()
    """All canonical fields of the object, those included that this object of the system lacks."""


@dataclass(frozen=True, slots=True)
class Test:
    """A field is filled (`set`), or shows one of `values` (`in`, `has`), or stands in an order to one."""

    shown: Shown
    op: str
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """`all` or `any` of some parts, or the opposite (`not`) of one. No part at all: always true, and never."""

    op: str
    parts: tuple[Tree | Test, ...] = ()


Part: TypeAlias = Tree | Test
ALWAYS, NEVER = Tree("all"), Tree("any")


def soql_where(condition: Condition, sight: Sight) -> str:
    """The condition as what follows WHERE. Raises CannotPreview where SOQL cannot say it."""
    return _soql(plain(condition, sight), sight)


# -- the shared tree ---------------------------------------------------------------------------------------------------


def plain(condition: Condition, sight: Sight) -> Part:
    """The condition as plain tests of the system's own fields. Raises CannotPreview."""
    if condition.not_ is not None:
        return Tree("not", (plain(condition.not_, sight),))
    if condition.field is None:
        op = "all" if condition.all else "any"
        return Tree(op, tuple(plain(part, sight) for _, part in condition.branches()))
    op = str(condition.op)
    if op in OPPOSITE:
        return Tree("not", (_leaf(condition.field, OPPOSITE[op], condition, sight),))
    return _leaf(condition.field, op, condition, sight)


def _leaf(path: str, op: str, condition: Condition, sight: Sight) -> Part:
    owner, _, name = path.partition(".")
    if owner != sight.object or op == "changed_to":
        what = "what changed" if op == "changed_to" else f"fields of {owner}"
        raise CannotPreview(f"a preview of {sight.object} cannot ask for {what} ({path})")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    written = tuple(value for value in values if value is not None)
    if name == STAGE:
        return _stage(op, [str(value) for value in written], sight)
    if name not in sight.known | set(sight.fields):
        raise CannotPreview(f"{path} is not mapped")
    shown = sight.fields.get(name)
    return NEVER if shown is None else _test(shown, op, written, sight)


def _test(shown: Shown, op: str, values: tuple[Scalar, ...], sight: Sight) -> Part:
    if op == "is_set":
        return Test(shown, "set")
    match shown.type:
        case FieldType.PHONE | FieldType.REFERENCE | FieldType.REFERENCES | FieldType.OWNER:
            raise CannotPreview(f"a preview asks of {shown.name} only whether it is filled")
        case FieldType.DATETIME:
            return Tree("any", tuple(_moment(shown, op, *span(value)) for value in values))
        case FieldType.MULTI:
            return Test(shown, "has", tuple(shown.write(str(value)) for value in values))
    if op not in ("eq", "in"):
        return Test(shown, op, values)
    if shown.type in TEXTUAL:
        folded = {each.casefold() for each in sight.placeholders}
        values = tuple(shown.write(str(each)) for each in values if str(each).casefold() not in folded)
    return Test(shown, "in", values) if values else NEVER


def _moment(shown: Shown, op: str, start: int, end: int) -> Part:
    """The stretch from `start` up to, not including, `end`, as `Comparison` means it."""
    first, last = (datetime.fromtimestamp(each / 1000, UTC) for each in (start, end))
    match op:
        case "gt":
            return Test(shown, "gte", (last,))
        case "gte":
            return Test(shown, "gte", (first,))
        case "lt":
            return Test(shown, "lt", (first,))
        case "lte":
            return Test(shown, "lt", (last,))
    return Tree("all", (Test(shown, "gte", (first,)), Test(shown, "lt", (last,))))


def _stage(op: str, wanted: Sequence[str], sight: Sight) -> Part:
    names = [name for name, _ in sight.stages]
    if unknown := [each for each in wanted if each not in names]:
        raise CannotPreview(f"unknown stage {unknown[0]}")
    places = {names.index(each) for each in wanted}
    order = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}.get(op)
    if order:
        places = {place for place in range(len(names)) if order(place, *places)}
    if op == "is_set":
        places = set(range(len(names)))
    return Tree("any", tuple(_at_stage(place, sight) for place in sorted(places) if sight.stages[place][1]))


def _at_stage(place: int, sight: Sight) -> Part:
    """A record stands at the last stage whose words it shows: it shows these, and those of no later one."""
    words = sight.stages[place][1]
    later = [each for _, each in sight.stages[place + 1 :] if each and not _contradict(each, words)]
    return Tree("all", (_shows(words), *(Tree("not", (_shows(each),)) for each in later)))


def _shows(words: Mapping[str, str]) -> Part:
    return Tree("all", tuple(Test(Shown(name, FieldType.PICKLIST), "in", (word,)) for name, word in words.items()))


def _contradict(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(name in other and other[name].casefold() != word.casefold() for name, word in one.items())


# -- SOQL --------------------------------------------------------------------------------------------------------------


def _soql(part: Part, sight: Sight) -> str:
    if isinstance(part, Test):
        return f"({' AND '.join(_soql_test(part, sight))})"
    if part.op == "not":
        return f"(NOT {_soql(part.parts[0], sight)})"
    if not part.parts:
        return f"(Id {'!=' if part.op == 'all' else '='} null)"
    word = " AND " if part.op == "all" else " OR "
    return f"({word.join(_soql(each, sight) for each in part.parts)})"


def _soql_test(test: Test, sight: Sight) -> Iterator[str]:
    name = test.shown.name
    if test.op == "set":
        if test.shown.type is FieldType.BOOL:
            yield "Id != null"  # a checkbox is never blank
            return
        yield f"{name} != null"
        if test.shown.type in TEXTUAL and sight.placeholders:
            yield f"(NOT {name} IN ({', '.join(map(_literal, sight.placeholders))}))"
    elif test.op == "has":
        yield f"{name} INCLUDES ({', '.join(map(_literal, test.values))})"
    elif test.op == "in":
        yield f"{name} IN ({', '.join(map(_literal, test.values))})"
    else:
        yield f"{name} {ORDER[test.op]} {_literal(test.values[0])}"


def _literal(value: Scalar) -> str:
    """A value as SOQL writes it.

    >>> _literal("O'Neil"), _literal(True), _literal(date(2026, 3, 29))
    ("'O\\\\'Neil'", 'true', '2026-03-29')
    """
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case int() | float():
            return repr(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
