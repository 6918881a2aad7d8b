"""The grant of one connection: loaded when it is first needed, renewed before it ends and when it is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from connectors.base import Grant, Keeper


def for_login(timeout: tuple[float, float]) -> tuple[float, float]:
    """Of a connection's timeout, what a sign-in may take: others wait for it."""
    return timeout[0], min(timeout[1], 15.0)


class Unkept:
    """Keeps nothing: for what can be asked for again with the settings alone."""

    def load(self) -> Grant | None:
        return None

    def renew(self, stale: Grant | None, fetch: Callable[[Grant | None], Grant]) -> Grant:
        return fetch(stale)


class Session:
    """`fetch` asks the system for a new grant, given the last one; it raises ConnectorError where it gets none."""

    def __init__(
        self,
        fetch: Callable[[Grant | None], Grant],
        keeper: Keeper | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._keeper = keeper or Unkept()
        self._clock = clock
        self._lock = threading.Lock()
        self._grant: Grant | None = None

    def grant(self) -> Grant:
        """A grant that has not ended, as far as anybody can tell before it is used."""
        with self._lock:
            if self._grant is None:
                self._grant = self._keeper.load()
            if self._grant is None or self._grant.is_over(self._clock()):
                self._grant = self._keeper.renew(self._grant, self._fetch)
            return self._grant

    def renew(self, refused: Grant) -> bool:
        """The system refused this grant: the next `grant()` is another one. Whether it is new from the system.

        One that another process or thread got may have ended as well, where the system tells no end.
        """
        is_new = False

        def fetch(kept: Grant | None) -> Grant:
            nonlocal is_new
            is_new = True
            return self._fetch(kept)

        with self._lock:
            if self._grant is None or self._grant.access_token == refused.access_token:
                self._grant = self._keeper.renew(refused, fetch)
        return is_new
