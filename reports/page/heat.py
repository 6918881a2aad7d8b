"""The heat map: a cell for each field in each team, in percent of the picture, so that it stretches with the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.completeness import FEW, Completeness, FieldCount, label
from reports.words import percent, say, whole, words
from rules.language import Language

_STEPS = (50, 70, 85, 95)
"""Where the hue gets a step darker, in percent."""


@dataclass(frozen=True, slots=True)
class _Share:
    """What one cell shows: the share of so many records; no record where the field does not exist."""

    filled: float | None
    records: int

    @property
    def shade(self) -> str:
        if self.filled is None:
            return "none"
        if self.records < FEW:
            return "few"
        return f"fill-{sum(self.filled >= step for step in _STEPS)}"

    @property
    def text(self) -> str:
        """A whole number; only what is whole says 100, and only what is nothing says 0."""
        if self.filled is None:
            return "–"
        return f"{self.filled:.0f}" if self.filled in (0, 100) else f"{min(max(self.filled, 1), 99):.0f}"


def heat_map(counts: Completeness) -> dict[str, Any]:
    """Columns, rows and placed cells: teams (or values of a segment) from left to right, fields from top to bottom,
    sums at the ends."""
    language = counts.language
    word = words(language)
    columns = [group.name(language) for group in counts.groups]
    by_group = [{(each.object, each.field): each for each in group.fields} for group in counts.groups]
    lines = [
        (label(language, each, counts.fields), [_share(found.get((each.object, each.field))) for found in by_group])
        for each in counts.fields
    ]
    lines.append((word["all_fields"], [_Share(group.completeness, group.records) for group in counts.groups]))
    if len(counts.groups) > 1:
        columns.append(word["all_teams"])
        totals = [*(_share(each) for each in counts.fields), _Share(counts.completeness, counts.records)]
        for (_, shares), total in zip(lines, totals, strict=True):
            shares.append(total)
    return {
        "columns": columns,
        "rows": [_row(language, line, at, len(lines), columns) for at, line in enumerate(lines)],
    }


def place(number: float, whole_number: float) -> str:
    """A position or a length in percent, as SVG reads it in every language."""
    return f"{100 * number / whole_number:.3f}%"


def _share(count: FieldCount | None) -> _Share:
    return _Share(count.completeness, count.records) if count else _Share(None, 0)


def _row(
    language: Language, line: tuple[str, Sequence[_Share]], at: int, height: int, columns: Sequence[str]
) -> dict[str, Any]:
    title, shares = line
    cells = [
        {
            "x": place(column, len(columns)),
            "y": place(at, height),
            "middle_x": place(column + 0.5, len(columns)),
            "middle_y": place(at + 0.5, height),
            "width": place(1, len(columns)),
            "height": place(1, height),
            "shade": share.shade,
            "text": share.text,
            "percent": percent(language, share.filled),
            "says": _says(language, title, columns[column], share),
        }
        for column, share in enumerate(shares)
    ]
    return {"title": title, "cells": cells}


def _says(language: Language, title: str, column: str, share: _Share) -> str:
    if share.filled is None:
        return say(language, "heat_none", field=title, team=column)
    records = whole(language, share.records)
    return say(
        language, "heat_cell", field=title, team=column, percent=percent(language, share.filled), records=records
    )
