"""Lists on the terminal and for machines: the same rows as a table, as JSON or as CSV, a page at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sync.mapping import Mapping as SyncMapping


class Format(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


_NARROWEST = 140
"""Columns of text that a list needs at least; a narrower terminal folds the lines."""


def write_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows under their columns, for people."""
    from rich.console import Console

    from reports.table import Column, Table

    width = max(shutil.get_terminal_size().columns, _NARROWEST)
    cells = tuple(tuple("(blank)" if row[name] is None else row[name] for name in columns) for row in rows)
    table = Table(title, tuple(Column(name, name.replace("_", " ")) for name in columns), cells)
    table.print_table(Console(width=width, highlight=False))


def with_names(mapping: SyncMapping, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows with a `record` and a `field`; in these columns, names in place of what stands for references and owners."""
    from crm.record import Ref
    from web.readable import readable

    places = [(Ref.parse(row["record"]).object, row["field"]) for row in rows]
    cells = [(*place, row[name]) for place, row in zip(places, rows, strict=True) for name in columns]
    shown = readable(mapping.objects, cells)
    return [
        {**row, **{name: shown.get((*place, row[name]), row[name]) for name in columns}}
        for place, row in zip(places, rows, strict=True)
    ]


def write_json(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def write_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """As a spreadsheet reads it, in a form that it does not run as a formula."""
    from reports.table import Column, Table

    cells = tuple(tuple(row[name] for name in columns) for row in rows)
    typer.echo(Table("", tuple(Column(name, name) for name in columns), cells).to_csv(), nl=False)
