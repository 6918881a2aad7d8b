"""What an audit found, as numbers. A percentage is over cells; where there is no cell there is no percentage."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.spreadsheet import Broken


@dataclass(frozen=True, slots=True)
class FieldCount:
    """What the cells of one field hold."""

    field: str
    filled: int
    blank: int
    placeholder: int

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent."""
        return percentage(self.filled, self.filled + self.blank + self.placeholder)


@dataclass(frozen=True, slots=True)
class GroupCount:
    """The records of one group; `filled` counts their filled cells, of `cells` in all."""

    group: str
    records: int
    filled: int
    cells: int

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent."""
        return percentage(self.filled, self.cells)


@dataclass(frozen=True, slots=True)
class Audit:
    """An audited file; `by` names the column of the groups.

    Groups, roll-ups and `no_data` are in alphabetical order, fields in file order.
    `rollups` holds, for each further column of the reps file, groups of the same shape; `no_data` the reps without
    a record. `notes` are sentences for the person who asked.
    """

    title: str
    by: str | None
    records: int
    fields: list[FieldCount]
    complete_records: int
    groups: list[GroupCount]
    no_data: list[str]
    rollups: dict[str, list[GroupCount]]
    broken: list[Broken]
    notes: list[str]

    @property
    def filled(self) -> int:
        """How many cells of the audited fields are filled."""
        return sum(field.filled for field in self.fields)

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent, over all cells of the audited fields."""
        return percentage(self.filled, self.records * len(self.fields))


def percentage(part: int, whole: int) -> float | None:
    """`part` of `whole` in percent, with four decimals; None where there is nothing to be a part of.

    >>> percentage(1, 3), percentage(0, 0)
    (33.3333, None)
    """
    return round(100 * part / whole, 4) if whole else None
