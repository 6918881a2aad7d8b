"""Reads delimited text: comma, semicolon or tab, with quoted cells that may hold line breaks.

The one idea: Python's strict csv reader tells where quoting goes wrong. The row at fault becomes a broken row, and
reading goes on with the very next line, so a quote that is never closed cannot swallow the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from connectors.spreadsheet.encoding import find_encoding
from connectors.spreadsheet.sheet import Batch, Broken, Sheet, UnreadableFile

_HEAD = 1 << 20
"""Characters read to find the delimiter and the header."""
_CHUNK = 1 << 16
"""Characters read at a time after that: about a thousand rows, which stay in the processor's cache while counted."""
_LONGEST = 1 << 23
"""Characters a record may span: 64 times Salesforce's longest text. Beyond it, a quote was not closed."""
_SAMPLE = 50
_DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
"""Where several fit equally well the first wins: commas stand in plain text more often than semicolons or tabs."""
_EXCEL_HINT = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
"""Excel's own way of naming the delimiter in a first line of its own."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class _Format:
    """How every row of this file is cut."""

    delimiter: str
    width: int
    has_nul: bool


def read_text(path: Path, file: BinaryIO) -> Sheet:
    """The sheet of an open text file. Raises `UnreadableFile`."""
    csv.field_size_limit(_LONGEST)
    notes: list[str] = []
    encoding = find_encoding(path, file, notes)
    size = max(path.stat().st_size, 1)
    text = TextIOWrapper(file, encoding.name, newline="")
    lines = text.readlines(_HEAD)
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise UnreadableFile(path, "holds no text", "Export it again, with a header in its first line")
    delimiter = None
    if hint := _EXCEL_HINT.fullmatch(lines[first]):
        delimiter, first = hint[1], first + 1
    delimiter = delimiter or _find_delimiter(path, lines[first:], notes)
    header, after = _read_header(path, lines, first, delimiter)
    shape = _Format(delimiter, len(header), encoding.has_nul)
    return Sheet(path, header, first + 1, _batches(text, lines[after:], after + 1, shape, size), notes)


def _find_delimiter(path: Path, lines: Sequence[str], notes: list[str]) -> str:
    """The delimiter that cuts the header into cells, and the most rows of the sample into as many."""
    fits: dict[str, tuple[float, int]] = {}
    for delimiter in _DELIMITERS:
        widths = _sample_widths(lines, delimiter)
        if widths and widths[0] > 1:
            fits[delimiter] = widths.count(widths[0]) / len(widths), widths[0]
    if not fits:
        return ","
    best = max(fits, key=lambda delimiter: fits[delimiter])
    if equal := [other for other in fits if other != best and fits[other] == fits[best]]:
        words = f"{_DELIMITERS[best]}, though {' and '.join(_DELIMITERS[other] for other in equal)} would fit as well"
        notes.append(f"{path.name}: cells are divided by {words}")
    return best


def _sample_widths(lines: Sequence[str], delimiter: str) -> list[int]:
    """How many cells each of the first rows has, blank lines apart."""
    widths: list[int] = []
    with suppress(csv.Error):  # a cell beyond all bounds: the real reading reports it, with its line
        for row in islice(csv.reader(lines, delimiter=delimiter), _SAMPLE):
            widths.append(len(row))
    return [width for width in widths if width]


def _read_header(path: Path, lines: Sequence[str], first: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the header, and the place of the line after it."""
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        why = f"line {first + 1}, the header: {_reason(error)}"
        raise UnreadableFile(path, why, "Correct the quotes of the header") from error
    if any(_CONTROL.search(name) for name in header):
        why = f"line {first + 1} holds control characters, so this is not a text file"
        raise UnreadableFile(path, why, "Export it as CSV (UTF-8) or .xlsx")
    return header, first + reader.line_num


def _batches(text: TextIOWrapper[BinaryIO], lines: list[str], line: int, shape: _Format, size: int) -> Iterator[Batch]:
    """Every row behind the header. `line` is the number of the first of `lines`, which are read already."""
    at_end = False
    while lines or not at_end:
        # A record that is not finished yet doubles what is read, so that it is not parsed again too often.
        more = text.readlines(max(_CHUNK, sum(map(len, lines))))
        at_end = not more
        lines += more
        batch, taken = _cut(lines, line, shape, at_end)
        del lines[:taken]
        line += taken
        batch.share = min(text.buffer.tell() / size, 1.0)
        yield batch


def _cut(lines: list[str], first: int, shape: _Format, at_end: bool) -> tuple[Batch, int]:
    """The records in these lines, and how many lines they took: a record that needs more lines is left standing."""
    batch = Batch()
    start = 0
    while start < len(lines):
        reached, error = _read_on(batch, lines, start, first, shape)
        start = reached.start
        if error is None:
            continue
        if _is_unfinished(error) and not at_end and sum(map(len, lines[start:])) < _LONGEST:
            break
        if reached.in_one_line and _is_disordered(error) and (mended := _lenient(lines[start], shape)):
            _sort(batch, mended, first + start, shape)
        else:
            batch.broken.append(Broken(first + start, _reason(error)))
        start += 1
    return batch, start


@dataclass(frozen=True, slots=True)
class _Reached:
    """The line after the last whole record, and whether the trouble with the next one lies in that line alone."""

    start: int
    in_one_line: bool


def _read_on(
    batch: Batch, lines: list[str], begin: int, first: int, shape: _Format
) -> tuple[_Reached, csv.Error | None]:
    """Sort the records from line `begin` on into the batch, until the lines end or quoting goes wrong."""
    rows, places, width = batch.rows, batch.lines, shape.width
    reader = csv.reader(map(lines.__getitem__, range(begin, len(lines))), delimiter=shape.delimiter, strict=True)
    start = begin
    try:
        for cells in reader:
            if len(cells) == width and not shape.has_nul:  # nearly every row: worth sparing a call
                rows.append(cells)
                places.append(first + start)
            else:
                _sort(batch, cells, first + start, shape)
            start = begin + reader.line_num
    except csv.Error as error:
        return _Reached(start, begin + reader.line_num == start + 1), error
    return _Reached(start, False), None


def _sort(batch: Batch, cells: list[str], line: int, shape: _Format) -> None:
    """Put one row where it belongs: among the records, among the broken, or, if its line is blank, nowhere."""
    if len(cells) == shape.width:
        if shape.has_nul and any("\0" in cell for cell in cells):
            batch.broken.append(Broken(line, "holds a NUL character"))
        else:
            batch.rows.append(cells)
            batch.lines.append(line)
    elif len(cells) > 1 or (cells and cells[0].strip()):
        noun = "cell" if len(cells) == 1 else "cells"
        batch.broken.append(Broken(line, f"{len(cells)} {noun} where the header has {shape.width}"))


def _lenient(line: str, shape: _Format) -> list[str] | None:
    """A line whose quotes are out of order, cut as Excel does it; None where a quote would reach into the next line."""
    reader = csv.reader([line, "\n"], delimiter=shape.delimiter)
    cells = next(reader)  # the second line is swallowed where a quote is left open
    return cells if reader.line_num == 1 else None


def _is_unfinished(error: csv.Error) -> bool:
    return str(error) == "unexpected end of data"


def _is_disordered(error: csv.Error) -> bool:
    return "expected after" in str(error)


def _reason(error: csv.Error) -> str:
    """What went wrong, in words for the person who must mend it."""
    if _is_unfinished(error):
        return "a quote is opened here and never closed"
    if str(error).startswith("field larger than"):
        return f"a cell is longer than {_LONGEST:,} characters: is a quote opened here and never closed?"
    return "a quote is opened here and not closed properly (a quote inside a cell is written twice)"
