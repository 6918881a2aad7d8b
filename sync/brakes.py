"""A round that would change more than a set share of all pairs stops before its first write."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import Archive, Merge, Update
from sync.mapping import Brakes
from sync.plan import Plan


@dataclass(slots=True)
class Totals:
    """How many records a round would delete (or merge away), blank or overwrite; each record counts once for each."""

    deletes: int = 0
    blanks: int = 0
    overwrites: int = 0

    def add(self, plan: Plan) -> None:
        self.deletes += sum(isinstance(write, Archive | Merge) for write in plan.writes)
        for write in plan.writes:
            if isinstance(write, Update):
                replaced = [change for change in plan.changes if change.side is write.side and change.old is not None]
                self.blanks += any(change.new is None for change in replaced)
                self.overwrites += any(change.new is not None for change in replaced)

    def __iadd__(self, other: Totals) -> Totals:
        self.deletes += other.deletes
        self.blanks += other.blanks
        self.overwrites += other.overwrites
        return self

    def as_dict(self) -> dict[str, int]:
        return {"deletes": self.deletes, "blanks": self.blanks, "overwrites": self.overwrites}

    def within(self, other: Totals) -> bool:
        """Whether this round would change no more than another one."""
        return self.deletes <= other.deletes and self.blanks <= other.blanks and self.overwrites <= other.overwrites


def tripped(brakes: Brakes, totals: Totals, pairs: int) -> list[str]:
    """Why a round over `pairs` linked pairs must stop, in words; empty where it may go on.

    >>> tripped(Brakes(), Totals(blanks=60), pairs=1000)
    ['would blank values of 60 of 1000 linked records, more than 2 % and at least 50']
    >>> tripped(Brakes(), Totals(blanks=49), pairs=100)
    []
    """
    reasons = []
    if totals.deletes > brakes.deletes * pairs:
        reasons.append(f"would delete {totals.deletes} records, more than {brakes.deletes * 100:g} % of {pairs}")
    for verb, number, share in (
        ("blank values of", totals.blanks, brakes.blanks),
        ("overwrite values of", totals.overwrites, brakes.overwrites),
    ):
        if number >= brakes.floor and number > share * pairs:
            limits = f"more than {share * 100:g} % and at least {brakes.floor}"
            reasons.append(f"would {verb} {number} of {pairs} linked records, {limits}")
    return reasons
