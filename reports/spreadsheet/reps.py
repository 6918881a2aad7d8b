"""Reads the list of all reps, so that a rep without a single record is seen too."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.spreadsheet import Sheet, UnreadableFile


@dataclass(frozen=True, slots=True)
class Reps:
    """All reps who should have records, and for each roll-up (such as `manager`) the value of every rep."""

    names: tuple[str, ...]
    rollups: dict[str, dict[str, str]]


def read_reps(sheet: Sheet) -> Reps:
    """The reps in a sheet's first column; each further column is a roll-up. Raises `UnreadableFile`.

    A row that cannot be read is refused: without its rep every roll-up would be wrong.
    """
    first = sheet.header[0]
    if not first:
        raise UnreadableFile(sheet.path, "the first column has no name", "Put the reps into a first column with a name")
    places = {name: sheet.header.index(name) for name in sheet.columns if name != first}
    found: dict[str, tuple[str, ...]] = {}
    for batch in sheet.batches():
        if batch.broken:
            broken = batch.broken[0]
            raise UnreadableFile(sheet.path, f"line {broken.line}: {broken.reason}", "Correct this row")
        for line, row in zip(batch.lines, batch.rows, strict=True):
            _add_rep(sheet, found, line, row[0].strip(), tuple(row[place].strip() for place in places.values()))
    if not found:
        raise UnreadableFile(sheet.path, "names no rep", "List one rep a line in the first column, under a header")
    rollups = {name: {rep: values[at] for rep, values in found.items()} for at, name in enumerate(places)}
    return Reps(tuple(found), rollups)


def _add_rep(sheet: Sheet, found: dict[str, tuple[str, ...]], line: int, rep: str, values: tuple[str, ...]) -> None:
    if not rep:
        sheet.notes.append(f"{sheet.path.name}: line {line} names no rep and is left out")
    elif found.setdefault(rep, values) != values:
        why = f'line {line} lists "{rep}" a second time, with other values'
        raise UnreadableFile(sheet.path, why, "Keep one line for each rep")
