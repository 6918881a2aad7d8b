"""CSV and Excel files as rows of text, read in batches.

The one idea: a file is never guessed right in silence. What cannot be read as it stands is refused in one line that
names the place and the mend, or reported as a broken row; what was decided on the way is said in the sheet's notes.

    with open_sheet(Path("contacts.csv")) as sheet:
        for batch in sheet.batches():
            ...
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.spreadsheet.sheet import Batch, Broken, Sheet, UnreadableFile
from connectors.spreadsheet.text import read_text

__all__ = ["Batch", "Broken", "Sheet", "UnreadableFile", "open_sheet"]

_EXCEL = {".xlsx", ".xlsm"}
_OTHER_OFFICE = {".xls", ".xlsb", ".ods", ".numbers"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """The sheet of a CSV or Excel file, open while the block runs. Raises `UnreadableFile`, also while it is read."""
    _check_kind(path)
    with path.open("rb") as file:
        if path.suffix.lower() in _EXCEL:
            from connectors.spreadsheet.excel import read_excel  # noqa: PLC0415  # openpyxl takes 0.3 s to load

            yield read_excel(path, file)
        else:
            yield read_text(path, file)


def _check_kind(path: Path) -> None:
    """The file exists, can be opened, and is what its name says it is."""
    suffix = path.suffix.lower()
    try:
        if path.exists() and not path.is_file():
            raise UnreadableFile(path, "is not a file", "Give the path of a CSV or .xlsx file on disk")
        with path.open("rb") as file:
            magic = file.read(4)
    except FileNotFoundError as error:
        raise UnreadableFile(path, "there is no such file", "Check the path") from error
    except OSError as error:
        raise UnreadableFile(path, f"cannot be opened ({error.strerror})", "Check the path and its rights") from error
    if not magic:
        raise UnreadableFile(path, "is empty", "Export it again, with a header in its first line")
    if magic == _OLE:
        why = "is an old .xls workbook, or one locked with a password"
        raise UnreadableFile(path, why, "Save it as .xlsx without a password")
    if suffix in _OTHER_OFFICE:
        raise UnreadableFile(path, f"is a {suffix} file, which cannot be read", "Save it as .xlsx or as CSV (UTF-8)")
    if suffix in _EXCEL and magic != _ZIP:
        why = f"is named {suffix} but is not an Excel workbook"
        raise UnreadableFile(path, why, "Save it as .xlsx again, or, if it is text, rename it to .csv")
    if suffix not in _EXCEL and magic == _ZIP:
        why = "is a zip archive or an Excel workbook, not text"
        raise UnreadableFile(path, why, "Rename a workbook to .xlsx, or unpack an archive first")
