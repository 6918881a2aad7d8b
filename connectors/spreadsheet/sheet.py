"""What a spreadsheet file looks like once it can be read: a header, and batches of rows of equal width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

_LISTED = 12
"""How many column names an error message lists at most."""


class UnreadableFile(ValueError):
    """The file cannot be used as asked; the message is one line that names the place and the mend."""

    def __init__(self, path: Path, why: str, mend: str) -> None:
        super().__init__(one_line(f"{path}: {why}. {mend}."))
        self.path = path


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read as a record. `line` is the line of the file where it starts; the header is line 1."""

    line: int
    reason: str


@dataclass(slots=True)
class Batch:
    """Some rows in file order, each as wide as the header, with the line where each starts.

    `share` is how much of the file is read by now, from 0 to 1, where it is known.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    share: float | None = None


class Sheet:
    """One sheet. `header` holds the trimmed names in file order, `""` for a column without one.

    `notes` are sentences for the person who asked; they are complete once the batches are read.
    """

    def __init__(self, path: Path, header: Sequence[str], line: int, batches: Iterable[Batch], notes: list[str]):
        self.path = path
        self.header = tuple(name.strip() for name in header)
        self.notes = notes
        self._batches = batches
        self._check_header(line)

    @property
    def columns(self) -> list[str]:
        """The names of the columns that have one, in file order."""
        return [name for name in self.header if name]

    def index(self, name: str, asked_by: str) -> int:
        """Where a column stands in every row. `asked_by` is the option that names it, for the error message."""
        if name and name in self.header:
            return self.header.index(name)
        why = f'has no column "{name}" ({asked_by})'
        by_lower = {column.lower(): column for column in self.columns}
        if close := get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75):
            raise UnreadableFile(self.path, why, f'Perhaps "{by_lower[close[0]]}" is meant')
        listed = ", ".join(self.columns[:_LISTED]) + (", ..." if len(self.columns) > _LISTED else "")
        raise UnreadableFile(self.path, why, f"Its columns are: {listed}")

    def batches(self) -> Iterator[Batch]:
        """The rows, once. Raises `UnreadableFile` at a value in a column that has no name."""
        nameless = [place for place, name in enumerate(self.header) if not name]
        for batch in self._batches:
            for place in nameless:
                self._check_nameless(batch, place)
            yield batch
        for place in nameless:
            self.notes.append(f"{self.path.name}: column {place + 1} has neither a name nor data and is left out")

    def _check_header(self, line: int) -> None:
        if not self.columns:
            raise UnreadableFile(self.path, f"line {line} names no column", "Put the column names into the first line")
        seen: dict[str, int] = {}
        for place, name in enumerate(self.header, start=1):
            if name and name in seen:
                why = f'line {line}: columns {seen[name]} and {place} are both named "{name}"'
                raise UnreadableFile(self.path, why, "Rename or remove one of them")
            seen[name] = place

    def _check_nameless(self, batch: Batch, place: int) -> None:
        for line, row in zip(batch.lines, batch.rows, strict=True):
            if row[place].strip():
                raise nameless_data(self.path, line, place)


def nameless_data(path: Path, line: int, place: int) -> UnreadableFile:
    """The error for a value at `line` in the column at `place` (from 0), which the header does not name."""
    why = f"line {line} holds a value in column {place + 1}, which has no name in the header"
    return UnreadableFile(path, why, "Name the column in the header, or empty it")


def one_line(text: str) -> str:
    """The text without line breaks and without characters that would steer a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
