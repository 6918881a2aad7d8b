"""Reports as files: CSV, and XLSX in which no cell is a formula."""

from __future__ import annotations

import io
from typing import Any, Literal

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reports.table import Cell, Kind, Table, neutral

FileKind = Literal["csv", "xlsx"]

_WIDEST = 60
"""Characters of the widest column."""
_LOOKED_AT = 2_000
"""So many rows decide on the width of a column."""

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
    """The rows under the columns' names, as one sheet of a workbook: a bold header that stays in sight, columns as wide
    as what they hold, numbers as numbers, percentages as such."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns):
        longest = max(len(str(cell)) for cell in (column.name, *(row[place] for row in table.rows[:_LOOKED_AT])))
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(longest + 2, 8), _WIDEST)
    sheet.append([_cell(sheet, column.name, "text", bold=True) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, cell, column.kind) for cell, column in zip(row, table.columns, strict=True)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: WriteOnlyWorksheet, cell: Cell, kind: Kind, *, bold: bool = False) -> Any:
    """The cell as a workbook can hold it: no formula, and no character that XML forbids."""
    if isinstance(cell, str):
        cell = neutral(ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell))
    if not bold and (kind == "text" or cell is None):
        return cell
    is_share = kind == "percent" and isinstance(cell, int | float)
    shown = WriteOnlyCell(sheet, round(cell / 100, 6) if is_share else cell)  # type: ignore[operator]
    if bold:
        shown.font = Font(bold=True)
    else:
        shown.number_format = "0.0%" if is_share else "#,##0"
    return shown
