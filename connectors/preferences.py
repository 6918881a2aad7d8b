"""What a system that keeps opt-outs by e-mail address offers beside its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.base import Refused, Unknown


@dataclass(frozen=True, slots=True)
class OptedOut:
    """An address gets no marketing mail any more, since `at` by the system's own clock."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address chose last: out of all mail, or subscribed to some again at a time."""

    is_out: bool
    subscribed_at: datetime | None = None


@runtime_checkable
class Preferences(Protocol):
    """A system in which an opt-out belongs to the e-mail address, whether or not a record has it.

    Its records show the opt-out of their address, and nobody can write it there.
    """

    def opt_out(self, addresses: Sequence[str]) -> list[OptedOut | Refused | Unknown]:
        """No marketing mail to these addresses any more, of any kind; one answer each, in the same order.

        Doing it twice changes nothing. Raises as `Connector.write_many` does.
        """

    def choice(self, address: str) -> Choice:
        """What the address chose last, as the system knows it now."""
