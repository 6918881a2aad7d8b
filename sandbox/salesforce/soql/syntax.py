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


class Literal(NamedTuple):
    """`value` is the text without quotes and escapes, the number, the boolean, or the date; `raw` is all as written."""

    kind: Kind
    value: str | float | bool | None
    raw: str
    at: int


class Path(NamedTuple):
    """A field, perhaps of a parent: `("Account", "Owner", "Name")`."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Compare:
    path: Path
    operator: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Within:
    """`IN` and `NOT IN`."""

    path: Path
    literals: tuple[Literal, ...]
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


Condition = Compare | Within | And | Or | Not


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    fields: tuple[Path, ...]
    counts: bool
    object_name: str
    object_at: int
    alias: str | None
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int
