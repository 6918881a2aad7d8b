"""Opt-outs in memory: they belong to an address, and the records that carry it show them, as in HubSpot."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.base import Refused, Unknown
from connectors.memory.records import FIRST_CHANGE_AT, MemoryRecords, Row
from connectors.preferences import Choice, OptedOut
from crm.record import Wire


@dataclass
class MemoryPreferences(MemoryRecords):
    """The records with what their addresses chose; without `preferences` there is nothing to choose."""

    preferences: tuple[str, str] | None = None
    """The field of an e-mail address and the field that shows whether it opted out, as HubSpot keeps opt-outs."""

    opted_out: dict[str, datetime] = field(default_factory=dict)
    """By address, since when it has opted out."""
    subscribed: dict[str, datetime] = field(default_factory=dict)
    """By address, when the person subscribed again."""
    opt_out_calls: int = 0
    refused_addresses: deque[Refused] = field(default_factory=deque)
    """What the next opt-outs are answered with."""

    def opt_out(self, addresses: Sequence[str]) -> list[OptedOut | Refused | Unknown]:
        answers: list[OptedOut | Refused | Unknown] = []
        for address in addresses:
            self.opt_out_calls += 1
            if self.refused_addresses:
                answers.append(self.refused_addresses.popleft())
                continue
            if address not in self.opted_out:
                self.unsubscribe(address)
            answers.append(OptedOut(self.opted_out[address]))
        return answers

    def choice(self, address: str) -> Choice:
        return Choice(address in self.opted_out, self.subscribed.get(address))

    def unsubscribe(self, address: str) -> None:
        """The person wants no more mail."""
        self.subscribed.pop(address, None)
        self.opted_out[address] = self._clock()
        self._show_preference(address)

    def subscribe(self, address: str) -> None:
        """The person wants mail again."""
        self.opted_out.pop(address, None)
        self.subscribed[address] = self._clock()
        self._show_preference(address)

    def _set(self, row: Row, values: Mapping[str, Wire]) -> None:
        if self.preferences and self.preferences[0] in values:
            address = str(values[self.preferences[0]] or "").lower()
            shown = "true" if address in self.opted_out else "false" if address in self.subscribed else None
            values = {**values, self.preferences[1]: shown}
        super()._set(row, values)

    def _show_preference(self, address: str) -> None:
        assert self.preferences
        name = self.preferences[0]
        for table in self._rows.values():
            for row in table.values():
                if str(row.values.get(name) or "").lower() == address:
                    self._set(row, {name: row.values[name]})

    def _clock(self) -> datetime:
        self._counter += 1
        return self.now() if self.now else FIRST_CHANGE_AT + timedelta(seconds=self._counter)
