"""What is counted: the cells of one field, and the records of one team or segment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from crm.record import Side
from reports.spreadsheet.counts import percentage
from reports.words import say, title, words
from rules.language import Language

TeamKind = Literal["team", "no_team", "no_rep"]
"""A manager's people; reps without a manager; records without a rep."""

GroupKind = Literal["team", "no_team", "no_rep", "value", "others", "no_value"]
"""Of a segment: the records with one value; those of its smallest values together; those without a value."""

TEAM_ORDER: dict[TeamKind, int] = {"team": 0, "no_team": 1, "no_rep": 2}
"""What is no team stands last."""

TEAM = "team"
"""The name of the cut by team, beside those of the segments."""

FEWEST = 5
"""A total of fewer people than this would be about persons."""


@dataclass(frozen=True, slots=True)
class FieldCount:
    """What the cells of one field hold; `invalid` are some of the filled ones."""

    object: str
    field: str
    owed_by: tuple[Side, ...]
    """Whom the rules ask for it: above `observe`, in the order of the rules."""
    blank: int
    placeholder: int
    invalid: int
    ok: int

    @property
    def filled(self) -> int:
        return self.invalid + self.ok

    @property
    def records(self) -> int:
        return self.blank + self.placeholder + self.filled

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent; None where no record has the field."""
        return percentage(self.filled, self.records)


@dataclass(frozen=True, slots=True)
class GroupCount:
    """The records of one team or of one value of a segment; its fields are in mapping order."""

    kind: GroupKind
    key: str
    """The manager's name, or the value; empty for the kinds that have none."""
    records: int
    fields: tuple[FieldCount, ...]
    people: int = 0
    """How many reps own these records, at least."""

    @property
    def filled(self) -> int:
        return sum(count.filled for count in self.fields)

    @property
    def cells(self) -> int:
        return sum(count.records for count in self.fields)

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent."""
        return percentage(self.filled, self.cells)

    def name(self, language: Language) -> str:
        """The manager's name or the value, or in words what these records lack."""
        return self.key or words(language)[self.kind]


def added(fields: Iterable[FieldCount], others: Iterable[FieldCount]) -> tuple[FieldCount, ...]:
    """Counts of the same and of further fields, added field by field."""
    sums = {(count.object, count.field): count for count in fields}
    for count in others:
        before = sums.get((count.object, count.field))
        sums[count.object, count.field] = _sum(before, count) if before else count
    return tuple(sums.values())


def label(language: Language, count: FieldCount, among: Iterable[FieldCount]) -> str:
    """A field as people read it, with its object where the report speaks of several."""
    if len({other.object for other in among}) == 1:
        return title(language, count.field)
    return say(language, "field_of", object=title(language, count.object), field=title(language, count.field))


def _sum(one: FieldCount, other: FieldCount) -> FieldCount:
    numbers = {name: getattr(one, name) + getattr(other, name) for name in ("blank", "placeholder", "invalid", "ok")}
    return replace(one, **numbers)
