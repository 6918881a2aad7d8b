"""The shortest way up: which open answers win most people for the least time, within what each rep may be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rules.language import Rule


@dataclass(frozen=True, slots=True)
class Cell:
    """So many people who would be usable if one rep (None: nobody owns them) answered these rules."""

    rep: str | None
    missing: tuple[Rule, ...]
    people: int

    @property
    def seconds(self) -> int:
        """What one person costs."""
        return sum(rule.fix.seconds for rule in self.missing)


@dataclass(frozen=True, slots=True)
class Way:
    """One step up: asking for the same rules, so many answers by so many reps win so many people."""

    missing: tuple[Rule, ...]
    won: int
    answers: int
    reps: frozenset[str]
    seconds: int
    usable: int
    """How many people are usable after this step and those before it."""


def shortest(cells: Iterable[Cell], usable: int, budget: int) -> tuple[Way, ...]:
    """The steps, the cheapest person first; no rep is asked for more than `budget` seconds.

    Greedy by seconds for each person won.
    """
    spent: Counter[str] = Counter()
    found: dict[tuple[Rule, ...], list[tuple[str, int]]] = {}
    owned = [(cell, cell.rep) for cell in cells if cell.rep is not None]
    for cell, rep in sorted(owned, key=lambda each: (each[0].seconds, [rule.id for rule in each[0].missing], each[1])):
        won = min(cell.people, (budget - spent[rep]) // cell.seconds)
        if won > 0:
            spent[rep] += won * cell.seconds
            found.setdefault(cell.missing, []).append((rep, won))
    ways = []
    for missing, each in found.items():
        won = sum(number for _, number in each)
        usable += won
        seconds = won * sum(rule.fix.seconds for rule in missing)
        ways.append(Way(missing, won, won * len(missing), frozenset(rep for rep, _ in each), seconds, usable))
    return tuple(ways)
