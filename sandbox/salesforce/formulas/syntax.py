"""The syntax tree of a formula."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a number, TRUE, FALSE or NULL."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A field: `Email`, `Account.Name`, `Owner:User.Email`, `$User.Id`, `$Permission.Bypass`."""

    text: str


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """`-` or `!` before a value."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Operation:
    operator: str
    left: Node
    right: Node


Node = Constant | Name | Function | Sign | Operation
