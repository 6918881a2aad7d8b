"""The facts that rules read: which columns an object has, and pieces of SQL over them.

The table `facts_<object>` has one row per record: `ref`, `side`, `object_name`, `counted`, `rep`, `stage`,
`modified_at`, and per field `f_<field>` with `f_<field>__state` (see `crm/states.py`). Names in SQL are checked
identifiers without quotes (SQLite reads a quoted name that it does not know as a text); values are always parameters
(`%s`). Every condition is true or false, never unknown, so that `not` means
what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crm.states import FieldState
from crm.values import TEXTUAL, FieldType
from rules.conditions import Loc

Parameter = str | int | float

STAGE = "stage"

_NAME = re.compile(r"(?!stage$)(?!.*__state$)[a-z][a-z0-9_]{0,49}")


class CannotCompile(ValueError):
    """A rule or a condition cannot be turned into SQL; `where` is its place, `rule` its id where it has one."""

    def __init__(self, where: Loc, message: str, rule: str | None = None) -> None:
        self.where, self.message, self.rule = where, message, rule
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
        super().__init__(": ".join(part for part in (rule, place, message) if part))


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters."""

    text: str
    parameters: tuple[Parameter, ...] = ()

    def __invert__(self) -> Sql:
        return Sql(f"NOT {self.text}", self.parameters)


def joined(word: str, parts: Iterable[Sql]) -> Sql:
    """The parts with a word between them, in brackets.

    >>> joined("AND", [Sql("a = %s", (1,)), Sql("b = %s", (2,))])
    Sql(text='(a = %s AND b = %s)', parameters=(1, 2))
    """
    parts = list(parts)
    text = f" {word} ".join(part.text for part in parts)
    return Sql(f"({text})", tuple(value for part in parts for value in part.parameters))


@dataclass(frozen=True, slots=True)
class Fact:
    """One readable field of an object; the stage is one without a type of its own."""

    name: str
    type: FieldType | None

    @property
    def column(self) -> str:
        return f"f_{self.name}" if self.type else STAGE

    @property
    def is_textual(self) -> bool:
        return self.type in TEXTUAL

    def is_set(self) -> Sql:
        """Filled: something other than blank and placeholder stands there; an invalid value is filled."""
        if self.type is None:
            return Sql(f"({self.column} IS NOT NULL)")
        return Sql(f"({self._state} >= {FieldState.INVALID.value})")

    def is_there(self) -> Sql:
        """The record's object has this field; every record has a stage."""
        return Sql("(1 = 1)") if self.type is None else Sql(f"({self._state} <> {FieldState.ABSENT.value})")

    def has_state(self, *states: FieldState) -> Sql:
        return Sql(f"({self._state} IN ({', '.join(str(state.value) for state in states)}))")

    @property
    def _state(self) -> str:
        return f"f_{self.name}__state"


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The fields of one object with their types, and its stages from first to last (empty: it has none)."""

    fields: Mapping[str, FieldType]
    stages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """What rules may read: per canonical object its fields and stages, as the mapping gives them.

    Raises ValueError for a name that cannot be a column.
    """

    objects: Mapping[str, ObjectFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.objects, *(name for facts in self.objects.values() for name in facts.fields)]
        for name in names:
            if not _NAME.fullmatch(name):
                allowed = "small letters, digits and _, a letter first, 50 at most; not stage, nor an end in __state"
                raise ValueError(f'"{name}" cannot be a column; use {allowed}')

    def object(self, name: str, where: Loc) -> ObjectFacts:
        """The facts of an object. Raises CannotCompile where the mapping has none such."""
        if name not in self.objects:
            raise CannotCompile(where, f'unknown object "{name}"; the mapping has: {_listed(self.objects)}')
        return self.objects[name]

    def fact(self, path: str, object_name: str, where: Loc) -> Fact:
        """The fact behind `contact.email`, for a rule over `object_name`. Raises CannotCompile where there is none."""
        owner, dot, name = path.partition(".")
        facts = self.object(object_name, where)
        if not dot:
            raise CannotCompile(where, f'"{path}" does not say its object; write {object_name}.{path}')
        if owner != object_name:
            mend = f"use a field of {object_name}"
            raise CannotCompile(where, f"a field of another object ({path}) is not built yet here; {mend}")
        if name == STAGE:
            return self._stage(object_name, facts, where)
        if name not in facts.fields:
            raise CannotCompile(where, f'unknown field "{path}"; {object_name} has: {_listed(facts.fields)}')
        return Fact(name, FieldType(facts.fields[name]))

    def _stage(self, object_name: str, facts: ObjectFacts, where: Loc) -> Fact:
        if not facts.stages:
            raise CannotCompile(where, f"{object_name} has no stages; give it a funnel in the mapping")
        return Fact(STAGE, None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
