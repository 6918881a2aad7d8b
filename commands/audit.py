"""`entente audit`: how complete a CSV or Excel file is, without a CRM and without set-up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reports.files import write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from reports.spreadsheet import Audit, Reps

_LARGE = 2_000_000
"""Bytes from which a file gets a progress bar."""
_PAGE_WIDTH = 120
"""Columns of a table that is written to a file."""


class Format(StrEnum):
    """How the result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def audit(
    input_path: Annotated[Path, typer.Option("--input", help="The CSV or .xlsx file to look at.", show_default=False)],
    fields: Annotated[str | None, typer.Option(help="Columns to count, divided by commas. Without it: all.")] = None,
    by: Annotated[str | None, typer.Option(help="Column to group by, such as the one that holds the rep.")] = None,
    placeholders: Annotated[
        str | None, typer.Option(help='Values that count as not filled, divided by commas: "Select,N/A".')
    ] = None,
    reps: Annotated[
        Path | None,
        typer.Option(help="File that lists all reps in its first column; each further column becomes a roll-up."),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write to, instead of the terminal.")] = None,
) -> None:
    """Count what is filled, blank or a placeholder in a spreadsheet: by field, by group, by what groups roll up to.

    In --fields and --placeholders, a name that holds a comma goes into double quotes.
    """
    from connectors.spreadsheet import UnreadableFile

    names = None if fields is None else _split(fields)
    _check_options(names, by, reps)
    try:
        _check_output(output, [path for path in (input_path, reps) if path])
        found = _audited(input_path, names or [], by, _split(placeholders or ""), reps)
    except UnreadableFile as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or input_path}: {error.strerror}. Check the path and its disk")
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    _write(found, output_format, output)


def _audited(path: Path, fields: list[str], by: str | None, placeholders: list[str], reps_path: Path | None) -> Audit:
    from connectors.spreadsheet import open_sheet
    from reports.spreadsheet import audit_sheet, read_reps

    reps: Reps | None = None
    notes: list[str] = []
    if reps_path:
        with open_sheet(reps_path) as sheet:
            reps, notes = read_reps(sheet), sheet.notes
    by = None if by is None else by.strip()
    with open_sheet(path) as sheet, _progress(path) as on_progress:
        found = audit_sheet(sheet, fields=fields, by=by, placeholders=placeholders, reps=reps, on_progress=on_progress)
    found.notes.extend(notes)
    return found


def _split(names: str) -> list[str]:
    """The names in an option, divided by commas; a name in double quotes may hold one.

    >>> _split('email, "name, first",')
    ['email', 'name, first']
    """
    cells = next(csv.reader([names], skipinitialspace=True), [])
    return [cell.strip() for cell in cells if cell.strip()]


def _check_options(fields: list[str] | None, by: str | None, reps: Path | None) -> None:
    if fields == []:
        _refuse("--fields names no column. Name at least one, or leave --fields out to count all")
    if reps and by is None:
        _refuse("--reps needs --by. Add --by with the column that holds the rep")


def _check_output(output: Path | None, sources: list[Path]) -> None:
    """Refuse a place that cannot be written to before time is spent on reading."""
    if output is None:
        return
    if output.resolve() in [source.resolve() for source in sources]:
        _refuse(f"--output {output} would overwrite what is read. Choose another name")
    if output.exists() and not output.is_file():
        _refuse(f"--output {output} is not a file. Name a file, or leave --output out to print the result")
    if not output.parent.is_dir():
        _refuse(f"--output {output}: there is no folder {output.parent}. Create it first")


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[float], None]]:
    """A progress bar on a terminal's stderr while a large file is read; what it yields takes the share from 0 to 1."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    is_shown = console.is_terminal and path.stat().st_size >= _LARGE
    with Progress(console=console, transient=True, disable=not is_shown) as progress:
        task = progress.add_task(f"Reading {path.name}", total=None)
        yield lambda share: progress.update(task, completed=share, total=1.0)


def _write(found: Audit, output_format: Format, output: Path | None) -> None:
    from rich.console import Console

    if output is None and output_format is Format.TABLE:
        _print(found, Console())
        return
    content = _rendered(found, output_format).encode()
    if output is None:
        typer.echo(content, nl=False)
        return
    try:
        write_whole(output, content)
    except OSError as error:
        _refuse(f"--output {output} cannot be written ({error.strerror}). Check the folder's rights and space")


def _rendered(found: Audit, output_format: Format) -> str:
    from rich.console import Console

    from reports.spreadsheet import as_flat_table, as_json

    match output_format:
        case Format.JSON:
            return json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
        case Format.CSV:
            return as_flat_table(found).to_csv()
        case Format.TABLE:
            page = io.StringIO()
            _print(found, Console(file=page, width=_PAGE_WIDTH))
            return page.getvalue()


def _print(found: Audit, console: Console) -> None:
    from reports.spreadsheet import as_tables, summary
    from reports.table import plain

    console.print(plain(summary(found)), soft_wrap=True)
    for table in as_tables(found):
        console.print()
        table.print_table(console)


def _refuse(message: str) -> NoReturn:
    """Say in one line what is wrong and how to mend it, and end with exit code 1."""
    typer.echo(message if message.endswith(".") else f"{message}.", err=True)
    raise typer.Exit(1)
