"""Reads Excel workbooks: the first sheet that holds data, every cell as the text a CSV export would show.

The one idea: a workbook stores only the cells that hold something, so a short row is a row with blanks, not a broken
one, and an empty row is no record.
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from connectors.spreadsheet.sheet import Batch, Sheet, UnreadableFile, nameless_data

# openpyxl warns of what it does not keep on writing (validation lists, styles); we only read values.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")

_BATCH = 2_000
_PIECE = 1 << 20
_DAMAGE = (
    BadZipFile, LargeZipFile, InvalidFileException, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError,
    SyntaxError, LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip
"""What openpyxl raises on a damaged workbook; SyntaxError is its XML parser's."""
_UNCALCULATED = re.compile(rb'<c\b(?![^>]*\bt="str")[^>]*><f\b[^<]*(?:/>|</f>)(?:<v\s*/>|<v></v>)?</c>')
"""A formula without a stored value. `t="str"` with nothing in it is a formula that came to an empty text."""

_Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Data:
    """A sheet that holds something: its first row, the rows after that, and how many the workbook says there are."""

    title: str
    first: _Row
    rest: Iterator[_Row]
    stated: int | None


def read_excel(path: Path, file: BinaryIO) -> Sheet:
    """The sheet of an open workbook. Raises `UnreadableFile`."""
    notes: list[str] = []
    try:
        if _has_uncalculated(file):
            notes.append(
                f"{path.name}: formulas that were never calculated count as blank; open and save the workbook in"
                " Excel or LibreOffice, then audit it again"
            )
        workbook = load_workbook(file, read_only=True, data_only=True)
    except _DAMAGE as error:
        raise _damaged(path) from error
    chosen, *others = _sheets_with_data(path, workbook)
    if others:
        names = ", ".join(sheet.title for sheet in others)
        notes.append(f'{path.name}: sheet "{chosen.title}" is read; not read: {names}')
    line, header = chosen.first
    return Sheet(path, header, line, _batches(path, chosen, len(header)), notes)


def _sheets_with_data(path: Path, workbook: Any) -> list[_Data]:
    """The visible sheets that hold anything, in their order; the hidden ones only where no sheet is visible."""
    found = []
    for sheet in [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"] or workbook.worksheets:
        stated = sheet.max_row
        rows = _filled_rows(path, sheet)
        if first := next(rows, None):
            found.append(_Data(sheet.title, first, rows, stated))
    if not found:
        raise UnreadableFile(path, "holds no data in any sheet", "Save it again, with a header in its first row")
    return found


def _filled_rows(path: Path, sheet: Any) -> Iterator[_Row]:
    """Rows that hold anything, with their number, without the blanks at their end."""
    for number, values in enumerate(_stored_rows(path, sheet), start=1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield number, cells


def _stored_rows(path: Path, sheet: Any) -> Iterator[tuple[object, ...]]:
    """The rows as openpyxl reads them."""
    try:
        sheet.reset_dimensions()  # some writers store wrong ones, which would cut off cells
        yield from sheet.iter_rows(values_only=True)
    except _DAMAGE as error:
        raise _damaged(path) from error


def _batches(path: Path, data: _Data, width: int) -> Iterator[Batch]:
    """The rows as wide as the header. Raises `UnreadableFile` where a row reaches beyond it."""
    batch = Batch()
    for line, cells in data.rest:
        if len(cells) > width:
            raise nameless_data(path, line, len(cells) - 1)
        cells.extend([""] * (width - len(cells)))
        batch.rows.append(cells)
        batch.lines.append(line)
        if len(batch.rows) == _BATCH:
            batch.share = min(line / data.stated, 1.0) if data.stated else None
            yield batch
            batch = Batch()
    yield batch


def _has_uncalculated(file: BinaryIO) -> bool:
    """True where a sheet holds a formula without a stored value, as programs write it that do not calculate."""
    with ZipFile(file) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                tail = b""
                with archive.open(name) as sheet:
                    while piece := sheet.read(_PIECE):
                        if _UNCALCULATED.search(tail + piece):
                            return True
                        tail = piece[-10_000:]  # a formula is at most 8,192 characters long
    return False


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(
        path, "is not a workbook that can be read, or is damaged", "Open it and save it as .xlsx again"
    )


def _whole(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time.min else value.isoformat()


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    type(None): lambda _: "",
    bool: lambda value: "TRUE" if value else "FALSE",
    int: str,
    float: _whole,
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
}


def _text(value: object) -> str:
    """A cell's value as text: dates as ISO, whole numbers without a decimal point, errors such as #N/A as they show."""
    return _TEXTS.get(type(value), str)(value)
