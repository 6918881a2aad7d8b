"""The facts that rules read: which columns an object has, and pieces of SQL over them.

The table `facts_<object>` has one row per record: `ref`, `id` (within its system), `side`, `twin` (the id of the other
record of its pair), `object_name`, `counted`, `rep`, `stage`, `modified_at`, per field `f_<field>` with
`f_<field>__state` (see `crm/states.py`), and where a rule asks for it `f_<field>__at`: when it changed as we saw it.
`facts__leads` says which record refers to which: `field` (`activity.contacts`), `target` (an id) and `ref`.

Names in SQL are checked identifiers without quotes (SQLite reads a quoted name that it does not know as a text); values
are always parameters (`%s`). Every condition is true or false, never unknown, so that `not` means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from crm.states import FieldState
from crm.values import TEXTUAL, FieldType
from rules.conditions import Loc
from rules.events import Event


class Now(Enum):
    """Stands among parameters for the moment at which a rule is judged; no database accepts it as it is."""

    NOW = "now"

    def __repr__(self) -> str:
        return "NOW"


NOW = Now.NOW
Parameter = str | int | float | Now

STAGE, ID = "stage", "id"
LEADS = "facts__leads"

_NAME = re.compile(r"(?!stage$)(?!id$)(?!.*__(state|at|sure_at)$)[a-z][a-z0-9_]{0,49}")


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


def filled(template: str, *parts: Sql) -> Sql:
    """A template with a part in each `{}`.

    >>> filled("CASE WHEN {} THEN {} END", Sql("a = %s", (1,)), Sql("b"))
    Sql(text='CASE WHEN a = %s THEN b END', parameters=(1,))
    """
    text = template.format(*[part.text for part in parts])
    return Sql(text, tuple(value for part in parts for value in part.parameters))


def facts_table(object_name: str) -> str:
    """The name of an object's table of facts."""
    return f"facts_{object_name}"


@dataclass(frozen=True, slots=True)
class Hop:
    """From a row to the record of the same side that one of its references leads to."""

    table: str
    field: str
    target: str

    @property
    def alias(self) -> str:
        return f"to_{self.field}"

    @property
    def rest(self) -> str:
        """What follows a SELECT over the record at the other end; more tests may be added to it."""
        joins = f"{self.alias}.id = {self.table}.f_{self.field} AND {self.alias}.side = {self.table}.side"
        return f"FROM {facts_table(self.target)} {self.alias} WHERE {joins}"

    def cannot_be_read(self) -> Sql:
        """The reference leads to a record that is not stored here."""
        leads = f"{self.table}.f_{self.field}__state >= {FieldState.INVALID.value}"
        return Sql(f"({leads} AND NOT EXISTS (SELECT 1 {self.rest}))")

    def is_owed(self) -> Sql:
        """The row's object has the reference, and it leads nowhere or to a record that is stored."""
        has = f"{self.table}.f_{self.field}__state <> {FieldState.ABSENT.value}"
        return Sql(f"({has} AND NOT {self.cannot_be_read().text})")


@dataclass(frozen=True, slots=True)
class Fact:
    """One readable field of a row, or of the record that a reference of it leads to; a stage is one without a type."""

    name: str
    type: FieldType | None
    table: str
    hop: Hop | None = None

    @property
    def path(self) -> str:
        """How people are told of it: of another record, with the reference."""
        return f"{self.hop.field}.{self.name}" if self.hop else self.name

    @property
    def column(self) -> str:
        name = f"f_{self.name}" if self.is_mapped else self.name
        return f"{self.table}.{name}" if self.table else name

    @property
    def is_mapped(self) -> bool:
        """A field of the mapping, with a state of its own; the stage and the id have none."""
        return self.type is not None and self.name != ID

    @property
    def changed_at(self) -> str:
        """When it last changed as we saw it, in epoch milliseconds; NULL where that was never seen."""
        return f"{self.column}__at" if self.type else f"{self.table}.stage_at"

    @property
    def is_textual(self) -> bool:
        return self.type in TEXTUAL

    def through(self, test: Sql) -> Sql:
        """A test over this fact's own columns, asked of the row: false where no record is at the other end."""
        return filled(f"EXISTS (SELECT 1 {self.hop.rest} AND {{}})", test) if self.hop else test

    def value(self, expression: str) -> str:
        """A value of this fact's own columns, for the row: NULL where no record is at the other end."""
        return f"(SELECT {expression} {self.hop.rest})" if self.hop else expression

    def is_set_here(self) -> Sql:
        if self.is_mapped:
            return Sql(f"({self._state} >= {FieldState.INVALID.value})")
        return Sql(f"({self.column} IS NOT NULL)")

    def is_set(self) -> Sql:
        """Filled: something other than blank and placeholder stands there; an invalid value is filled."""
        return self.through(self.is_set_here())

    def is_there(self) -> Sql:
        """The record's object has this field; every record has a stage. What cannot be read is not owed either."""
        here = Sql(f"({self._state} <> {FieldState.ABSENT.value})") if self.is_mapped else Sql("(1 = 1)")
        if self.hop is None:
            return here
        nobody = f"({self.hop.table}.f_{self.hop.field}__state < {FieldState.INVALID.value})"
        return joined("AND", [self.hop.is_owed(), joined("OR", [Sql(nobody), self.through(here)])])

    def has_state(self, *states: FieldState) -> Sql:
        return self.through(Sql(f"({self._state} IN ({', '.join(str(state.value) for state in states)}))"))

    @property
    def _state(self) -> str:
        return f"{self.column}__state"


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The fields of one object with their types, its stages from first to last (empty: it has none), and where its
    references lead: the object by field."""

    fields: Mapping[str, FieldType]
    stages: Sequence[str] = ()
    leads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalog:
    """What rules may read: per canonical object its fields and stages, as the mapping gives them, and what the mapping
    calls an event, by name.

    Raises ValueError for a name that cannot be a column.
    """

    objects: Mapping[str, ObjectFacts] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.objects, *(name for facts in self.objects.values() for name in facts.fields)]
        for name in names:
            if not _NAME.fullmatch(name):
                allowed = (
                    "small letters, digits and _, a letter first, 50 at most; neither stage nor id, nor an end in "
                    "__state or __at"
                )
                raise ValueError(f'"{name}" cannot be a column; use {allowed}')

    def object(self, name: str, where: Loc) -> ObjectFacts:
        """The facts of an object. Raises CannotCompile where the mapping has none such."""
        if name not in self.objects:
            mend = f"map it, or say under names: which of these {name} is"
            raise CannotCompile(where, f'unknown object "{name}"; the mapping has: {listed(self.objects)}; {mend}')
        return self.objects[name]

    def fact(self, path: str, object_name: str, where: Loc, table: str | None = None, *, bare: bool = False) -> Fact:
        """The fact behind `contact.email` for a row of `object_name`, which may lie behind one of its references
        (`account.industry`). `bare` names belong to the row itself. Raises CannotCompile where there is none."""
        owner, dot, name = path.partition(".")
        table = table or facts_table(object_name)
        facts = self.object(object_name, where)
        if not dot:
            if not bare:
                raise CannotCompile(where, f'"{path}" does not say its object; write {object_name}.{path}')
            owner, name = object_name, path
        if owner == object_name and owner not in facts.leads:
            return self._own(object_name, name, path, table, where)
        hop = Hop(table, self._reference(object_name, owner, path, where), "")
        hop = replace(hop, target=facts.leads[hop.field])
        return replace(self._own(hop.target, name, path, hop.alias, where), hop=hop)

    def children(self, child: str, parent: str, where: Loc) -> list[str]:
        """The references of one object that lead to another. Raises CannotCompile where there are none."""
        found = [name for name, target in self.object(child, where).leads.items() if target == parent]
        if not found:
            mend = f"give it a field of type: reference with to: {parent}"
            raise CannotCompile(where, f"no reference of {child} leads to {parent}; {mend}")
        return found

    def event(self, name: str, where: Loc) -> Event:
        """What the mapping says of an event. Raises CannotCompile where it says nothing."""
        if name not in self.events:
            mend = f"say under events: what it is; the mapping has: {listed(self.events)}"
            raise CannotCompile(where, f'unknown event "{name}"; {mend}')
        return self.events[name]

    def _own(self, object_name: str, name: str, path: str, table: str, where: Loc) -> Fact:
        facts = self.object(object_name, where)
        if name == STAGE:
            if not facts.stages:
                raise CannotCompile(where, f"{object_name} has no stages; give it a funnel in the mapping")
            return Fact(STAGE, None, table)
        if name == ID:
            return Fact(ID, FieldType.TEXT, table)
        if name not in facts.fields:
            raise CannotCompile(where, f'unknown field "{path}"; {object_name} has: {listed(facts.fields)}')
        return Fact(name, FieldType(facts.fields[name]), table)

    def _reference(self, object_name: str, owner: str, path: str, where: Loc) -> str:
        """The single reference behind the first half of a path: by its own name, or by the object it leads to."""
        leads = self.objects[object_name].leads
        found = [owner] if owner in leads else [name for name, target in leads.items() if target == owner]
        if len(found) == 1 and self.objects[object_name].fields[found[0]] is not FieldType.REFERENCES:
            return found[0]
        if found:
            message = f"{path} may be several records; name one reference of {object_name}: {listed(found)}"
            raise CannotCompile(where, message)
        mend = f"use a field of {object_name}, or map a reference to it"
        known = f"its references are: {listed(leads)}"
        raise CannotCompile(where, f"no reference of {object_name} leads to {owner} ({path}); {mend}; {known}")


def listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
