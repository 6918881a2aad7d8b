"""A file of hashes for one comparison: which pairs agree is worked out on disk, so that memory does not grow with them.

It holds numbers of links and hashes of records, no value of anybody, and is gone when the comparison is.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.record import Side

_DIFFERS = "marketing IS NULL OR sales IS NULL OR marketing <> sales"


class Spool:
    """The pairs of one object, with the hash of what each side shows; a side that was not met has none."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        file.execute("CREATE TABLE pair (link INTEGER PRIMARY KEY, marketing BLOB, sales BLOB)")

    def expect(self, links: Iterable[int]) -> None:
        """These pairs are to be met."""
        self._file.executemany("INSERT OR IGNORE INTO pair (link) VALUES (?)", ((link,) for link in links))

    def note(self, side: Side, digests: Iterable[tuple[int, bytes]]) -> None:
        """One side of these pairs was read."""
        sql = f"INSERT INTO pair (link, {side}) VALUES (?, ?) ON CONFLICT (link) DO UPDATE SET {side} = excluded.{side}"
        self._file.executemany(sql, digests)

    def agreeing(self) -> int:
        """How many pairs were met on both sides, with the same hash."""
        return int(self._file.execute(f"SELECT COUNT(*) FROM pair WHERE NOT ({_DIFFERS})").fetchone()[0])

    def differing(self, size: int) -> Iterator[list[int]]:
        """All other pairs, in lists of at most `size`."""
        found = self._file.execute(f"SELECT link FROM pair WHERE {_DIFFERS} ORDER BY link")
        while part := [link for (link,) in found.fetchmany(size)]:
            yield part


@contextmanager
def spool() -> Iterator[Spool]:
    """An empty spool; its file is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="entente-") as directory:
        file = sqlite3.connect(Path(directory) / "spool", isolation_level=None)
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
        try:
            yield Spool(file)
        finally:
            file.close()
