"""Open gaps for pages: counted by aggregates, and read a page at a time, so that cost follows what is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.gaps_by_rep.rows import Whose, gap_line, gap_rows
from reports.gaps_by_rep.sections import GapLine
from reports.stored import stored_objects
from rules.language import Language
from store.sql import rows
from sync.mapping import Mapping as FieldMapping


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How much is open, and how long all answers take, in seconds."""

    open: int = 0
    seconds: int = 0


class OpenGaps(Sequence[GapLine]):
    """The wanted gaps, the quickest fix first and then the oldest; a slice is read by one query for each object.

    Raises NothingRead where the store is empty.
    """

    def __init__(self, mapping: FieldMapping, whose: Whose, now: datetime, language: Language) -> None:
        self._stored = {name: fields for name, fields in stored_objects(mapping).items() if fields}
        self._whose, self._now, self._language = whose, now, language
        by_object = _by_object(whose)
        self._counts = {name: by_object.get(name, Counter()) for name in self._stored}

    def __len__(self) -> int:
        return sum(sum(counts.values()) for counts in self._counts.values())

    @property
    def total(self) -> OpenCount:
        """How much is open in all."""
        return _total(self._whose, sum(self._counts.values(), Counter()))

    def __getitem__(self, wanted: int | slice) -> list[GapLine]:  # type: ignore[override]
        """A page of them, object after object."""
        start, stop, _ = (slice(wanted, wanted + 1) if isinstance(wanted, int) else wanted).indices(len(self))
        found: list[GapLine] = []
        for name, fields in self._stored.items():
            number = sum(self._counts[name].values())
            if start < number and stop > 0:
                found += self._read(name, fields, max(start, 0), min(stop, number))
            start, stop = start - number, stop - number
        return found

    def _read(self, object_name: str, fields: Sequence[str], start: int, stop: int) -> list[GapLine]:
        tail = f"ORDER BY {self._whose.place()}, g.since, g.ref LIMIT {stop - start} OFFSET {start}"
        found = gap_rows(object_name, fields, self._whose, tail, [*self._whose.known])
        return [gap_line(row, self._now, self._language) for row in found]


def open_by_rep(whose: Whose) -> dict[str | None, OpenCount]:
    """By rep, how much is open; None for what no rep owes."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    if not whose.is_empty:
        where, parameters = whose.where()
        sql = f"SELECT g.rep, g.rule, COUNT(*) FROM store_gap g WHERE {where} GROUP BY 1, 2"
        for rep, rule, number in rows(sql, parameters):
            counts[rep][rule] = number
    return {rep: _total(whose, found) for rep, found in counts.items()}


def quickest_by_rep(mapping: FieldMapping, whose: Whose, now: datetime, language: Language) -> dict[str, GapLine]:
    """Of each rep the gap with the quickest fix, and of these the oldest. Raises NothingRead where all is empty."""
    found: dict[str, GapLine] = {}
    stored = stored_objects(mapping)
    if whose.is_empty:
        return found
    where, parameters = whose.where()
    ranked = f"""AND g.id IN (SELECT id FROM (
        SELECT g.id, ROW_NUMBER() OVER (PARTITION BY g.rep ORDER BY {whose.place()}, g.since, g.ref) AS place
        FROM store_gap g WHERE {where} AND g.rep IS NOT NULL) AS ranked WHERE place = 1)"""
    for name, fields in stored.items():
        if fields:
            for row in gap_rows(name, fields, whose, ranked, [*whose.known, *parameters]):
                found[row.rep or ""] = gap_line(row, now, language)
    return found


def _by_object(whose: Whose) -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    if not whose.is_empty:
        where, parameters = whose.where()
        sql = f"SELECT g.object, g.rule, COUNT(*) FROM store_gap g WHERE {where} GROUP BY 1, 2"
        for name, rule, number in rows(sql, parameters):
            found[name][rule] = number
    return found


def _total(whose: Whose, counts: Mapping[str, int]) -> OpenCount:
    seconds = sum(whose.known[rule].fix.seconds * number for rule, number in counts.items())
    return OpenCount(sum(counts.values()), seconds)
