"""What a look has found; amounts by currency (empty: the organisation's own), lists the worst first and cut short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Sums = Mapping[str, float]
SHOWN = 8
"""How many of a list are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the page asks about of one object: the mapping's name of the object, and by our name the mapping's field."""

    object: str
    fields: Mapping[str, str]

    def column(self, name: str, table: str = "f") -> str:
        """The facts' column of one of our names, or NULL where no system shows it."""
        return f'{table}."f_{self.fields[name]}"' if name in self.fields else "NULL"


@dataclass(frozen=True, slots=True)
class Deal:
    """An open deal."""

    name: str
    account: str
    stage: str
    amount: float | None
    currency: str
    close_on: str
    last_activity: str


@dataclass(frozen=True, slots=True)
class Deals:
    """Some open deals: how many and how much, out of how many and how much; the largest of them by name."""

    count: int = 0
    amounts: Sums = field(default_factory=dict)
    of: int = 0
    of_amounts: Sums = field(default_factory=dict)
    named: tuple[Deal, ...] = ()


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Somebody who said no in one system, which the other does not know."""

    name: str
    email: str
    said_in: str
    """marketing or sales"""


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead that marketing handed over and nobody has touched."""

    name: str
    company: str
    campaign: str
    days: int | None


@dataclass(frozen=True, slots=True)
class FieldDiffers:
    """One field over all pairs: in how many both sides are filled and differ, and in how many only one is filled."""

    object: str
    field: str
    differ: int
    only_marketing: int
    only_sales: int
    example: tuple[str, str, str] | None
    """Who, what marketing has, what sales has."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Marketing's contacts, step by step: all, with an e-mail, a valid one, not opted out anywhere, not bounced."""

    contacts: int = 0
    with_email: int = 0
    valid: int = 0
    not_opted_out: int = 0
    usable: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """Everything on the page; `could_not` gives by section the key of the sentence that says why it is empty."""

    quarter: tuple[str, str]
    """First and last day, ISO."""
    people: Mapping[str, int]
    """By side, how many records of people were read."""
    pairs: int
    without_decision_maker: Deals = Deals()
    forgotten: Deals = Deals()
    opted_out: tuple[OptedOut, ...] = ()
    opted_out_count: int = 0
    untouched: tuple[Lead, ...] = ()
    untouched_count: int = 0
    handed_over: int = 0
    campaigns: tuple[tuple[str, int], ...] = ()
    """Untouched leads by campaign, the most first; the empty name is for none."""
    differing: tuple[FieldDiffers, ...] = ()
    audience: Audience = Audience()
    could_not: Mapping[str, str] = field(default_factory=dict)
