"""An index of live rows by something that is worked out from them, beside those of single fields."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

Row = dict[str, Any]
Key = Callable[[Row], Hashable | None]


class Watch:
    """Which rows have which key, in the order in which they got it; a row whose key is None is not in it."""

    def __init__(self, key: Key, rows: Iterable[Row]) -> None:
        self._key = key
        self._ids: dict[Hashable, dict[str, None]] = {}
        self._keys: dict[str, Hashable] = {}
        for row in rows:
            self.enter(row)

    def ids(self, key: Hashable) -> list[str]:
        return list(self._ids.get(key, ()))

    def enter(self, row: Row) -> None:
        if (key := self._key(row)) is not None:
            self._keys[row["Id"]] = key
            self._ids.setdefault(key, {})[row["Id"]] = None

    def leave(self, record_id: str) -> None:
        if (key := self._keys.pop(record_id, None)) is not None:
            del self._ids[key][record_id]
            if not self._ids[key]:
                del self._ids[key]
