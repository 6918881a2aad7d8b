"""Reports as files: CSV, and XLSX in which no cell is a formula."""

from __future__ import annotations

import io
from typing import Literal

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from reports.table import Cell, Table, neutral

FileKind = Literal["csv", "xlsx"]

_TYPES: dict[FileKind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_response(table: Table, name: str, kind: FileKind) -> HttpResponse:
    """The table as a download."""
    content = table.to_csv().encode() if kind == "csv" else to_xlsx(table)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=_TYPES[kind], headers=headers)


def to_xlsx(table: Table) -> bytes:
    """The rows under the columns' names, as one sheet of a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.append([column.name for column in table.columns])
    for row in table.rows:
        sheet.append([_shown(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _shown(cell: Cell) -> Cell:
    """The cell as a workbook can hold it: no formula, and no character that XML forbids."""
    return neutral(ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell)) if isinstance(cell, str) else cell
