"""What can become of one field of a pair: kept, copied, left to a person, or held; each with its reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.record import Ref, Side, Value


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing travels. `agrees`: the base moves to what both sides show now."""

    reason: str
    agrees: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """The value goes to a side. `rule` names what decided."""

    to: Side
    value: Value
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person decides. `needs_times`: the change times of both sides, which were not at hand, might decide."""

    marketing: Value
    sales: Value
    reason: str
    needs_times: bool = False


Outcome = Keep | Copy | Conflict


@dataclass(frozen=True, slots=True)
class Times:
    """When a field changed on each side: somewhere between the two times, which are equal where it is known exactly."""

    marketing: tuple[datetime, datetime]
    sales: tuple[datetime, datetime]
    skew: timedelta = timedelta(seconds=120)

    def newest(self) -> Side | None:
        """The side that changed last, or `None` where the clocks cannot tell."""
        if self.marketing[0] > self.sales[1] + self.skew:
            return Side.MARKETING
        if self.sales[0] > self.marketing[1] + self.skew:
            return Side.SALES
        return None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a write sets: `side` showed `old` and will have `new`, because the other side shows `source`."""

    field: str
    side: Side
    old: Value
    new: Value
    source: Value
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A record of some `object` that is made beside a pair, about the pair's record `ref`, once for a value that the
    other side shows: `change` names that value as its source."""

    ref: Ref
    object: str
    change: FieldChange


@dataclass(frozen=True, slots=True)
class Held:
    """A value that must wait: the target would refuse it. `message` says why, and what would release it.

    `is_refused`: the system itself refused `value`, which is not sent again until it changes.
    """

    field: str
    side: Side
    code: str
    message: str
    value: Value = None
    is_refused: bool = False
