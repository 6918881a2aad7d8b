"""Several calls that stand or fall together: the subrequests of a composite call.

Handlers run to their end one after the other, so the org has at most one open transaction. Writes stand at once, as
always; what waits for the end is their entry into the log, which comes when the whole is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.salesforce.writes import Change


class Transaction:
    """`changes` are those of accepted writes so far, in their order."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def take_back(self) -> None:
        """All rows as they were when the transaction was opened."""
        for change in reversed(self.changes):
            change.take_back()
        self.changes.clear()


class Transactions:
    """`current` is the open transaction, if there is one."""

    def __init__(self) -> None:
        self.current: Transaction | None = None

    @contextmanager
    def open(self) -> Iterator[Transaction]:
        """A transaction for a block; the changes that it still holds in the end are kept by whoever opened it."""
        assert self.current is None, "transactions do not nest"
        self.current = transaction = Transaction()
        try:
            yield transaction
        finally:
            self.current = None
