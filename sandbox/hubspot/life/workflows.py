"""Workflows of a portal: after a write that they wait for, they change the record themselves, some time later.

A workflow never answers to its own writes, nor to what followed from them, so none runs for ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from sandbox.hubspot.table import Record, Table
from sandbox.log import differing

PHONES = ("phone", "mobilephone")
TRIGGERS = frozenset(("create", "update"))
"""A merge enrols nobody, unless a workflow is set up so: https://knowledge.hubspot.com/workflows/set-your-enrollment-triggers"""


@dataclass(frozen=True, slots=True)
class Workflow:
    """`property` and `value` are what it waits for (None: any); the rest is what it does after `after` milliseconds."""

    name: str
    object_name: str
    property: str | None = None
    value: str | None = None
    sets: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    normalises_phones: bool = False
    after: int = 0

    def starts(self, action: str, table: Table, record: Record, before: Mapping[str, str]) -> bool:
        """Whether this write is what it waits for."""
        if action not in TRIGGERS or table.kind.name != self.object_name:
            return False
        changed = set(differing(before, record.properties)) - set(table.kind.always_shown)
        if self.property is None:
            return bool(changed)
        return self.property in changed and self.value in (None, record.properties.get(self.property))

    def values(self, properties: Mapping[str, str]) -> dict[str, str]:
        """What it writes into a record that stands like this, as far as it differs."""
        wanted = {**self.sets} | {target: properties.get(source, "") for target, source in self.copies.items()}
        if self.normalises_phones:
            wanted |= {name: normal_phone(properties[name]) for name in PHONES if name in properties}
        return {name: value for name, value in wanted.items() if properties.get(name, "") != value}


def normal_phone(text: str) -> str:
    """Digits only, with a + before a country code.

    >>> normal_phone("0033 (0)1 40-00"), normal_phone("+49 30/1 23"), normal_phone("555 01 00")
    ('+33014000', '+4930123', '5550100')
    """
    plus = re.match(r"\s*(\+|00)", text)
    return ("+" if plus else "") + re.sub(r"\D", "", text[plus.end() :] if plus else text)


@dataclass(order=True, slots=True)
class Run:
    """One run that is to come."""

    at: int
    number: int
    workflow: Workflow = field(compare=False)
    record_id: int = field(compare=False)
    because_of: frozenset[str] = field(compare=False)


@dataclass(slots=True)
class Workflows:
    """The workflows of a portal, the runs to come, and what became of those that failed."""

    all: list[Workflow] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    count: int = 0
    running: frozenset[str] = frozenset()
    """The workflow that is writing now, and those whose writes led to it."""
    failed: list[dict[str, str]] = field(default_factory=list)

    def observe(self, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        """Plan the runs that a write starts."""
        for each in self.all:
            if each.name not in self.running and each.starts(action, table, record, before):
                self.count += 1
                run = Run(record.modified + each.after, self.count, each, record.id, self.running | {each.name})
                heappush(self.runs, run)

    def forget(self, object_name: str) -> None:
        """Take the workflows of an object away, and their runs to come."""
        self.all = [each for each in self.all if each.object_name != object_name]
        self.runs = [each for each in self.runs if each.workflow.object_name != object_name]
        heapify(self.runs)

    def next_due(self, now: int) -> Run | None:
        return heappop(self.runs) if self.runs and self.runs[0].at <= now else None
