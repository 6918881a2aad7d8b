"""What a SOQL text says, as data; `at` is the place in the text, for the errors that point at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a value is written as."""

    TEXT = "string"
    NUMBER = "double"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    DATETIME = "dateTime"
    PERIOD = "dateLiteral"
    """A span of days named from today: `TODAY`, `LAST_N_DAYS:30`."""


class Literal(NamedTuple):
    """`value` is the text without quotes and escapes, the number, the boolean, or the date; `raw` is all as written."""

    kind: Kind
    value: str | float | bool | None
    raw: str
    at: int


class Path(NamedTuple):
    """A field, perhaps of a parent: `("Account", "Owner", "Name")`. `labelled`: written as `toLabel(...)`."""

    names: tuple[str, ...]
    at: int
    labelled: bool = False
    alias: str | None = None


class Aggregate(NamedTuple):
    """`COUNT(Id) total`: a function of a field over the rows of a group."""

    function: str
    path: Path
    alias: str | None
    at: int


class Fields(NamedTuple):
    """`FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)`."""

    which: str
    at: int


class Children(NamedTuple):
    """`(SELECT Id FROM Contacts)`: `query.object_name` is the name of the relationship."""

    query: Query
    at: int


class TypeOf(NamedTuple):
    """`TYPEOF Who WHEN Contact THEN Email ELSE Id END`."""

    path: Path
    whens: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


Item = Path | Aggregate | Fields | Children | TypeOf


@dataclass(frozen=True, slots=True)
class Compare:
    path: Path | Aggregate
    operator: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Within:
    """`IN` and `NOT IN`."""

    path: Path | Aggregate
    literals: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Includes:
    """`INCLUDES` and `EXCLUDES` of a multi-select picklist."""

    path: Path
    literals: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Semi:
    """`Id IN (SELECT ContactId FROM ...)`, a semi-join, or an anti-join."""

    path: Path
    query: Query
    negated: bool


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Compare | Within | Includes | Semi | And | Or | Not


@dataclass(frozen=True, slots=True)
class Order:
    path: Path | Aggregate
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Query:
    """`aliases` are the names that FROM gives to the object itself (no path) and to parents of it."""

    text: str
    items: tuple[Item, ...]
    counts: bool
    object_name: str
    object_at: int
    aliases: tuple[tuple[str, tuple[str, ...]], ...]
    scope: str | None
    where: Condition | None
    group: tuple[Path, ...]
    having: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int

    @property
    def fields(self) -> tuple[Path, ...]:
        """The selected fields that are written out one by one."""
        return tuple(item for item in self.items if isinstance(item, Path))

    @property
    def is_aggregate(self) -> bool:
        """Are the answer's rows groups of records?"""
        return bool(self.group) or any(isinstance(item, Aggregate) for item in self.items)

    @property
    def has_children(self) -> bool:
        return any(isinstance(item, Children) for item in self.items)
