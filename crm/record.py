"""The nouns that both systems share: a side, a reference, a record, a rep.

A record holds its values as its system sent them (`Wire`); `crm.values` turns them into typed values and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

Wire = str | int | float | bool | None
"""A value as a system sends it in JSON; HubSpot sends text only."""

Value = str | bool | Decimal | date | datetime | frozenset[str] | None
"""A typed value; `None` is blank."""

Fields = Mapping[str, Wire]


class Side(StrEnum):
    """Whose system it is: marketing's (HubSpot) or sales' (Salesforce)."""

    MARKETING = "marketing"
    SALES = "sales"

    @property
    def other(self) -> Side:
        return Side.SALES if self is Side.MARKETING else Side.MARKETING


class Ref(NamedTuple):
    """Names one record in one system. A tuple, since a batch makes, hashes and compares references by the thousand.

    >>> str(Ref("salesforce", "Lead", "00Q000000000001AAA"))
    'salesforce:Lead:00Q000000000001AAA'
    >>> Ref.parse("hubspot:contacts:151").id
    '151'
    """

    system: str
    object: str
    id: str

    def __str__(self) -> str:
        return f"{self.system}:{self.object}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reverse of `str()`. Raises ValueError where the text is no reference."""
        system, object_name, record_id = text.split(":", 2)
        return cls(system, object_name, record_id)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its system showed it.

    `fields` holds what was asked for and came back: a key that is missing was not read, `None` is blank.
    `owner` is the system's own id of the owner; `modified_at` is in UTC by the system's clock.
    `merged_into` is where the record went: by a merge, or a lead by its conversion. `merged_from` lists, on the record
    that survived a merge, the ids that are now part of it. `emails` are its further addresses, beside the one in its
    fields. `twin` is the record of the other system of which this one says that it is the same, where another
    integration left that there. `payload` is the record's JSON as it came.
    """

    ref: Ref
    fields: Fields
    owner: str | None
    modified_at: datetime
    deleted: bool = False
    merged_into: Ref | None = None
    merged_from: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    payload: bytes = field(default=b"", repr=False)
    twin: Ref | None = None


@dataclass(frozen=True, slots=True)
class Rep:
    """A person who owns records in one system: a Salesforce user or a HubSpot owner.

    `manager` is the id of the manager in the same system, where the system knows one; `time_zone` the IANA name of
    where this person's clock stands, where it says one.
    """

    ref: Ref
    name: str
    email: str
    is_active: bool = True
    manager: str | None = None
    time_zone: str = ""
