"""One batch of opt-outs on its way: what is to be done, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Refused
from connectors.preferences import OptedOut
from crm.record import Record, Ref, Side
from store.history import Line, line
from store.resubscribed import Decided
from sync.consent import RULE, Settlement, Standing
from sync.decide import RULE as DECIDED
from sync.mapping import FieldMap, ObjectMap
from sync.outcomes import FieldChange


@dataclass(slots=True)
class Work:
    """What the steps of store/consent.py hand on to each other."""

    run: int
    object_map: ObjectMap
    touched: dict[str, int | None]
    """By touched record, the run that may have written it already."""
    people: dict[Ref, Standing]
    pairs: dict[Ref, Ref]
    todo: Settlement
    decided: list[Decided] = field(default_factory=list)
    told: dict[str, OptedOut] = field(default_factory=dict)
    read: list[tuple[Side, Record]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    again: dict[str, int] = field(default_factory=dict)
    """Records to look at once more, and when."""
    done: list[tuple[Ref, Side]] = field(default_factory=list)
    refused: list[tuple[Ref, Side, Refused]] = field(default_factory=list)
    asked: dict[Ref, datetime] = field(default_factory=dict)
    """Marketing records whose address subscribed again, and when."""
    freed: dict[Ref, Decided] = field(default_factory=dict)
    """Sales records that somebody lets be written to again, by what that person decided."""
    forgotten: set[str] = field(default_factory=set)
    """Their addresses."""
    carried: dict[int, str] = field(default_factory=dict)
    """By answer of a person, what became of it."""

    @property
    def field(self) -> FieldMap:
        assert self.object_map.consent is not None
        return self.object_map.consent

    def wrote(self, ref: Ref, side: Side, reason: str) -> None:
        """An opt-out was written, or taken back as a person decided."""
        value, rule = ref not in self.freed, RULE if ref not in self.freed else DECIDED
        change = FieldChange(self.field.name, side, self.people[ref].shows, value, value, rule, reason)
        self.lines.append(line(self.run, ref, change, value))
        self.done.append((ref, side))

    def is_marketing(self, ref: Ref) -> bool:
        return self.people[ref].side is Side.MARKETING

    def let_be(self, answer: Decided) -> None:
        """A person takes an opt-out back: for the address, the pair, and whoever shares the address."""
        pair = {answer.ref, self.pairs.get(answer.ref, answer.ref)}
        addresses = {self.people[ref].address for ref in pair if ref in self.people}
        for each in self.people.values():
            if each.side is Side.SALES and (each.ref in pair or each.address in addresses):
                self.todo.mark.pop(each.ref, None)
                if each.is_out:
                    self.freed[each.ref] = answer
        self.forgotten |= {address for address in addresses if address}
        for address in self.forgotten:
            self.todo.tell.pop(address, None)
        self.carried[answer.id] = "done"

    def settled(self) -> set[str]:
        """The addresses that have no opt-out any more: where the flag of one record could not be cleared, what a
        person decided waits, or was refused with it."""
        kept = {Ref.parse(ref) for ref in self.again}
        for ref, answer in self.freed.items():
            if ref in kept:
                self.carried.pop(answer.id, None)
            elif any(ref == each for each, _, _ in self.refused):
                self.carried[answer.id] = "changed"
        return self.forgotten if all(self.carried.get(each.id) == "done" for each in self.freed.values()) else set()
