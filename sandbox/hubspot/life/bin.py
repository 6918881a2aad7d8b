"""The recycle bin: what is archived can be restored for 90 days; then it is gone for good.

https://knowledge.hubspot.com/records/restore-deleted-records
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from sandbox.hubspot.table import Record, Table

KEPT = 90 * 24 * 3600 * 1000


@dataclass(slots=True)
class RecycleBin:
    """Every archived record with the moment of it, in that order."""

    put_in: deque[tuple[int, Table, Record]] = field(default_factory=deque)

    def put(self, table: Table, record: Record) -> None:
        self.put_in.append((record.archived or 0, table, record))

    def empty(self, now: int) -> list[tuple[Table, Record]]:
        """Let go what has lain there too long, but for what was restored or erased meanwhile; tells what it was."""
        gone = []
        while self.put_in and self.put_in[0][0] + KEPT <= now:
            moment, table, record = self.put_in.popleft()
            if record.archived == moment and table.records.get(record.id) is record:
                table.remove(record)
                gone.append((table, record))
        return gone
