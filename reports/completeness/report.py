"""What the report on completeness holds, and how it is shown: as JSON, as one flat table, and as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reports.completeness.counts import TEAM, FieldCount, GroupCount, label
from reports.completeness.segments import Segment
from reports.spreadsheet.counts import percentage
from reports.table import Cell, Column, Kind, Table
from reports.words import say, title, words
from rules.language import Language

if TYPE_CHECKING:
    from reports.trend import Trend

_FLAT: dict[str, Kind] = {
    "section": "text", "object": "text", "field": "text", "team": "text", "records": "count", "filled": "count",
    "blank": "count", "placeholder": "count", "invalid": "count", "completeness": "percent", "by": "text",
    "segment": "text", "day": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Completeness:
    """The report: fields in mapping order; teams in alphabetical order, or a segment's largest values first."""

    language: Language
    read_at: datetime | None
    pairs: int
    fields: tuple[FieldCount, ...]
    groups: tuple[GroupCount, ...]
    unread: tuple[str, ...]
    """Mapped fields that no pass has read yet."""
    by: str = TEAM
    """What the groups are: `team`, or a segment of the mapping."""
    only: Segment | None = None
    """The segment whose records alone are counted."""
    records: int = 0

    @property
    def filled(self) -> int:
        return sum(count.filled for count in self.fields)

    @property
    def cells(self) -> int:
        return sum(count.records for count in self.fields)

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent, over all cells of the fields."""
        return percentage(self.filled, self.cells)

    def to_json(self) -> str:
        """The report as one JSON object; percentages from 0 to 100 with four decimals, null where there is no cell.

        `fields` lists the counts, and `teams` or, by a segment, `segments` lists groups with `fields` of their own.
        `team` is null for the kinds `no_team` and `no_rep`, `segment` for the kinds `others` and `no_value`.
        """
        groups = "teams" if self.by == TEAM else "segments"
        content = {
            "report": "completeness",
            "read_at": self.read_at.isoformat() if self.read_at else None,
            "by": self.by,
            "only": {self.only.by: self.only.value} if self.only else None,
            "records": self.records,
            "pairs": self.pairs,
            "filled": self.filled,
            "cells": self.cells,
            "completeness": self.completeness,
            "fields": [_field_json(count, self.language) for count in self.fields],
            groups: [_group_json(each, groups.removesuffix("s"), self.language) for each in self.groups],
            "notes": list(self.notes()),
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_table(self, trend: Trend | None = None) -> Table:
        """The whole report as one tidy table for CSV.

        Its sections are all, field, team and field_team (segment and field_segment), and trend: a day's share of one
        field, or of a team where it names one.
        """
        everything = {"records": self.records, "filled": self.filled, "completeness": self.completeness}
        lines = [_flat("all", **everything, **self._restricted())]
        lines += [_flat("field", **_numbers(count), **self._restricted()) for count in self.fields]
        for group in self.groups:
            lines += self._group_lines(group)
        if trend:
            lines += _trend_lines(trend)
        return Table("completeness", tuple(Column(name, name, kind) for name, kind in _FLAT.items()), tuple(lines))

    def to_tables(self) -> list[Table]:
        """The report for people at a terminal: by field, then by team or segment."""
        word = words(self.language)
        share = Column("completeness", word["completeness"], "percent")
        numbers = [Column(name, word[name], "count") for name in ("filled", "blank", "placeholder", "invalid")]
        fields = tuple(
            (label(self.language, each, self.fields), each.completeness, each.filled, each.blank, each.placeholder,
             each.invalid)
            for each in self.fields
        )  # fmt: skip
        groups = tuple((each.name(self.language), each.completeness, each.records, each.filled) for each in self.groups)
        records = Column("records", word["records"], "count")
        name = word["team"] if self.by == TEAM else title(self.language, self.by)
        heading = word["by_team"] if self.by == TEAM else say(self.language, "by_segment", segment=name.lower())
        return [
            Table(word["by_field"], (Column("field", word["field"]), share, *numbers), fields, self.notes()),
            Table(heading, (Column(self.by, name), share, records, numbers[0]), groups),
        ]

    def notes(self) -> tuple[str, ...]:
        """How it was counted, and what could not be."""
        definition = say(self.language, "definition")
        if not self.unread:
            return (definition,)
        return definition, say(self.language, "not_read_yet", fields=", ".join(self.unread))

    def _restricted(self) -> dict[str, Cell]:
        return {"by": self.only.by, "segment": self.only.value} if self.only else {}

    def _group_lines(self, group: GroupCount) -> Iterator[tuple[Cell, ...]]:
        name = group.name("en")
        section, named = ("team", {"team": name}) if self.by == TEAM else ("segment", {"by": self.by, "segment": name})
        yield _flat(
            section, records=group.records, filled=group.filled, completeness=group.completeness, **named
        )  # fmt: skip
        for count in group.fields:
            yield _flat(f"field_{section}", **_numbers(count), **named)


def _trend_lines(trend: Trend) -> Iterator[tuple[Cell, ...]]:
    for (object_name, field), line in trend.fields.items():
        if line.is_trend:
            named: dict[str, Cell] = {"object": object_name, "field": field}
            yield from (_flat("trend", **point.numbers(), **named) for point in line.points)
    for team, line in trend.teams.items():
        if line.is_trend:
            yield from (_flat("trend", **point.numbers(), team=team) for point in line.points)


def _field_json(count: FieldCount, language: Language) -> dict[str, Any]:
    return {
        "object": count.object,
        "field": count.field,
        "title": title(language, count.field),
        "owed_by": list(count.owed_by),
        "records": count.records,
        "filled": count.filled,
        "blank": count.blank,
        "placeholder": count.placeholder,
        "invalid": count.invalid,
        "completeness": count.completeness,
    }


def _group_json(group: GroupCount, name: str, language: Language) -> dict[str, Any]:
    return {
        name: group.key or None,
        "kind": group.kind,
        "records": group.records,
        "filled": group.filled,
        "cells": group.cells,
        "completeness": group.completeness,
        "fields": [_field_json(count, language) for count in group.fields],
    }


def _numbers(count: FieldCount) -> dict[str, Cell]:
    names = ("object", "field", "records", "filled", "blank", "placeholder", "invalid", "completeness")
    return {name: getattr(count, name) for name in names}


def _flat(section: str, **cells: Cell) -> tuple[Cell, ...]:
    """A row of the flat table; the columns that are not named are empty."""
    return tuple(section if name == "section" else cells.get(name) for name in _FLAT)
