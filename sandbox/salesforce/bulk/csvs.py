"""The CSV of bulk jobs: what is uploaded read into rows, and results written with every value in quotes.

https://developer.salesforce.com/docs/platform/api-asynch/guide/datafiles-prepare-csv.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
NEWLINES = {"LF": "\n", "CRLF": "\r\n"}
csv.field_size_limit(1_000_000)


class BadFile(Exception):
    """An upload that fails its job; the message is the job's errorMessage."""


@dataclass(slots=True)
class Rows:
    """The columns of an upload and its records, as text."""

    columns: list[str] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)


def read(raw: bytes, delimiter: str, line_ending: str) -> Rows:
    """Raises BadFile. Blank lines are no records; a byte order mark is part of the first name, as in Salesforce."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile("InvalidBatch : The data is not in UTF-8") from error
    _check_line_ending(text, line_ending)
    if text.startswith('\ufeff"'):
        raise BadFile(UNESCAPED)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise BadFile(UNESCAPED) from error
    if not rows:
        raise BadFile("InvalidBatch : Records not found")
    columns, records = rows[0], rows[1:]
    width = len(columns)
    for record in records:
        if len(record) > width:
            raise BadFile(f"InvalidBatch : Found {len(record)} values in a line, and {width} names in the header")
        record.extend([""] * (width - len(record)))
    return Rows(columns, records)


UNESCAPED = "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote"


def _check_line_ending(text: str, line_ending: str) -> None:
    """Lines end as the job says; inside quotes anything may stand."""
    if line_ending == "LF" and "\r" not in text:
        return
    outside = text.split('"')[::2]
    if line_ending == "LF":
        is_wrong = any("\r" in part for part in outside)
    else:
        is_wrong = any("\n" in part.replace("\r\n", "") for part in outside)
    if is_wrong:
        raise BadFile(
            f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {line_ending}"
        )


def line(values: Iterable[str], delimiter: str) -> str:
    """One line, each value in quotes.

    >>> line(["a", 'b "c"'], ",")
    '"a","b ""c\""'
    """
    return delimiter.join(['"' + value.replace('"', '""') + '"' for value in values])


def results_header(own: Iterable[str], columns: Iterable[str], delimiter: str) -> str:
    """Salesforce's own columns in quotes, the caller's without, as recorded."""
    return delimiter.join([*(f'"{name}"' for name in own), *columns])
