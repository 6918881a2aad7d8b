"""Open query results: the rows that a query found, kept for its next pages."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.reading import whole
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id, make_id
from sandbox.salesforce.soql.plan import Shape
from sandbox.salesforce.table import Row

KEPT = 50
LIFE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Cursor:
    rows: list[Row]
    shape: Shape
    page: int
    opened_at: datetime


class Cursors:
    """The newest results by locator; one lives for two days, as in Salesforce.

    `most` results stay open, fifty unless the org is made to keep to the ten per user of older API versions.
    """

    def __init__(self, clock: Clock) -> None:
        self.most = KEPT
        self._clock = clock
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._made = 0

    def open(self, rows: list[Row], shape: Shape, page: int) -> str:
        self._made += 1
        locator = make_id("0r8", self._made)
        self._open[locator] = Cursor(rows, shape, page, self._clock.now())
        while len(self._open) > self.most:
            self._open.popitem(last=False)
        return locator

    def find(self, text: str) -> tuple[str, Cursor, int]:
        """The locator, its result and the first row of the page, from `<locator>-<row>`."""
        locator, _, first = text.partition("-")
        cursor = self._open.get(full_id(locator) or "")
        expired = cursor is not None and self._clock.now() - cursor.opened_at > LIFE
        if cursor is None or expired or (row := whole(first)) is None or row >= len(cursor.rows):
            raise Trouble("INVALID_QUERY_LOCATOR", "invalid query locator")
        return locator, cursor, row
