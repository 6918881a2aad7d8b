"""Counts what is filled in a spreadsheet.

The one idea: rows are counted column by column, a batch at a time, and then forgotten, so memory does not grow with
the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import compress

from connectors.spreadsheet import Broken, Sheet
from reports.spreadsheet.counts import Audit, FieldCount, GroupCount
from reports.spreadsheet.reps import Reps
from reports.table import alphabetical


def audit_sheet(
    sheet: Sheet,
    *,
    fields: Collection[str] = (),
    by: str | None = None,
    placeholders: Collection[str] = (),
    reps: Reps | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> Audit:
    """Read the sheet to its end and count. No `fields` means all columns that have a name.

    A value that is a placeholder after trimming, whatever its case, is not filled. `reps` are the values that `by`
    should hold. `on_progress` hears the share of the file that is read. Raises `UnreadableFile`.
    """
    wanted = {sheet.index(name, "--fields") for name in fields or sheet.columns}
    audited = [(name, place) for place, name in enumerate(sheet.header) if place in wanted]
    tally = _Tally(audited, None if by is None else sheet.index(by, "--by"), placeholders)
    broken: list[Broken] = []
    for batch in sheet.batches():
        tally.add(batch.rows)
        broken += batch.broken
        if batch.share is not None:
            on_progress(batch.share)
    return _result(sheet, tally, broken, by, reps or Reps((), {}))


class _Tally:
    """Running counts over batches of rows."""

    def __init__(self, audited: Sequence[tuple[str, int]], group_at: int | None, placeholders: Iterable[str]) -> None:
        self.audited = audited
        self.group_at = group_at
        self.placeholders = {text.strip().casefold() for text in placeholders} - {""}
        self.records = 0
        self.incomplete = 0
        self.blank: Counter[str] = Counter()
        self.placeholder: Counter[str] = Counter()
        self.group_records: Counter[str] = Counter()
        self.group_unfilled: Counter[str] = Counter()

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Count these rows."""
        if not rows:
            return
        self.records += len(rows)
        columns = list(zip(*rows, strict=True))
        groups = [] if self.group_at is None else list(map(str.strip, columns[self.group_at]))
        self.group_records.update(groups)
        incomplete = 0  # a byte for each row, so that one `or` joins a column to those before it
        for name, place in self.audited:
            if marks := self._unfilled_marks(name, columns[place]):
                incomplete |= int.from_bytes(marks, "little")
                self.group_unfilled.update(compress(groups, marks))
        self.incomplete += incomplete.bit_count()

    def _unfilled_marks(self, field: str, column: Sequence[str]) -> bytes:
        """Count a column's cells; then a byte for each cell, 1 where it is not filled, or no byte if all are filled."""
        values = set(column)
        if (self.placeholders | {""}).isdisjoint(map(str.casefold, map(str.strip, values))):
            return b""
        blank = {value for value in values if not value.strip()}
        placeholder = {value for value in values if value.strip().casefold() in self.placeholders}
        marks = bytes(map((blank | placeholder).__contains__, column))
        blanks = sum(map(blank.__contains__, column))
        self.blank[field] += blanks
        self.placeholder[field] += sum(marks) - blanks
        return marks

    def field_counts(self) -> list[FieldCount]:
        """The counts by field, in file order."""
        return [self._field_count(name) for name, _ in self.audited]

    def _field_count(self, name: str) -> FieldCount:
        blank, placeholder = self.blank[name], self.placeholder[name]
        return FieldCount(name, self.records - blank - placeholder, blank, placeholder)

    def group_counts(self, parents: Mapping[str, str] | None = None) -> list[GroupCount]:
        """The counts by group, or by the parent of each group; a group without a parent counts under `""`."""
        records: Counter[str] = Counter()
        unfilled: Counter[str] = Counter()
        for group, number in self.group_records.items():
            key = group if parents is None else parents.get(group, "")
            records[key] += number
            unfilled[key] += self.group_unfilled[group]
        width = len(self.audited)
        return [
            GroupCount(key, records[key], records[key] * width - unfilled[key], records[key] * width)
            for key in alphabetical(records)
        ]


def _result(sheet: Sheet, tally: _Tally, broken: list[Broken], by: str | None, reps: Reps) -> Audit:
    notes = list(sheet.notes)
    if not tally.records:
        why = "none of its rows can be read" if broken else "it holds a header only"
        notes.append(f"{sheet.path.name}: no records, for {why}; so there is no percentage")
    return Audit(
        title=sheet.path.name,
        by=by,
        records=tally.records,
        fields=tally.field_counts(),
        complete_records=tally.records - tally.incomplete,
        groups=tally.group_counts(),
        no_data=alphabetical(name for name in reps.names if name not in tally.group_records),
        rollups={name: tally.group_counts(parents) for name, parents in reps.rollups.items()},
        broken=broken,
        notes=notes,
    )
