"""What every report returns: a table, and how it is shown as JSON, as CSV and on a terminal."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

Cell = str | int | float | None
Kind = Literal["text", "count", "percent"]
"""How a column is shown: as it is; as a whole number; as a percentage from 0 to 100 with a small bar."""

_BAR = 12
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `name` for machines, `label` for people."""

    name: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A report. Every row has one cell per column; None is what is not known, never 0. Notes are whole sentences."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The table as one JSON object, every row an object keyed by the columns' names."""
        names = [column.name for column in self.columns]
        content = {
            "title": self.title,
            "columns": [{"name": column.name, "label": column.label, "kind": column.kind} for column in self.columns],
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
            "notes": list(self.notes),
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_csv(self) -> str:
        """The rows under the columns' names, in a form that no spreadsheet program runs as a formula."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)  # ends lines as RFC 4180 says, and so quotes either character of a line end
        writer.writerow(neutral(column.name) for column in self.columns)
        writer.writerows([neutral(cell) for cell in row] for row in self.rows)
        return lines.getvalue()

    def print_table(self, console: Console) -> None:
        """Show the table for people; `console` decides on colours and width."""
        console.print(plain(self.title), style="bold", soft_wrap=True)
        grid = Grid(header_style="bold")
        for column in self.columns:
            justify: Literal["left", "right"] = "right" if column.kind == "count" else "left"
            grid.add_column(plain(column.label), justify=justify, overflow="fold")
        for row in self.rows:
            grid.add_row(*(_shown(cell, column.kind) for cell, column in zip(row, self.columns, strict=True)))
        console.print(grid)
        for note in self.notes:
            console.print(plain(note), style="dim", soft_wrap=True)


def neutral(cell: Cell) -> Cell:
    """The cell, with a leading apostrophe where a spreadsheet program would run it (OWASP: CSV Injection).

    >>> neutral("=1+1"), neutral("-5"), neutral("Rita"), neutral(-5)
    ("'=1+1", '-5', 'Rita', -5)
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def shown_percent(percent: float | None) -> str:
    """A percentage for people, with two decimals; only what is whole says 100, and only what is nothing says 0.

    >>> shown_percent(66.6667), shown_percent(99.9999), shown_percent(0.0001), shown_percent(None)
    ('66.67 %', '99.99 %', '0.01 %', 'no data')
    """
    if percent is None:
        return "no data"
    if 0 < percent < 100:
        percent = min(max(percent, 0.01), 99.99)
    return f"{percent:.2f} %"


def plain(text: str) -> Text:
    """Text that is shown as it is: no markup, no line breaks, nothing that steers the terminal."""
    return Text("".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split())))


def _shown(cell: Cell, kind: Kind) -> Text:
    match kind, cell:
        case "percent", int() | float():
            return _bar(cell)
        case "percent", None:
            return Text(shown_percent(None), style="dim")
        case "count", int():
            return Text(f"{cell:,}")
        case _:
            return plain("" if cell is None else str(cell))


def _bar(percent: float) -> Text:
    """A small bar and the number; the bar is full only at 100."""
    full = math.floor(percent * _BAR / 100)
    return Text.assemble(("█" * full, "cyan"), ("░" * (_BAR - full), "dim"), f" {shown_percent(percent):>8}")


def alphabetical(names: Iterable[str]) -> list[str]:
    """The names in the order of the alphabet, whatever their case; the empty name comes first."""
    return sorted(names, key=lambda name: (name.casefold(), name))
