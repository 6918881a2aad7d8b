"""What one system of the sandbox was asked, and what it accepted: the record of truth that tests read."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

REQUESTS_KEPT = 20_000


class Caller(NamedTuple):
    """Who is writing: the token of the request (its first eight characters), or the automation that did it."""

    who: str
    route: str


INSIDE = Caller("inside", "")
"""A change that no request asked for."""


@dataclass
class Log:
    """What one system was asked (`requests`) and what it accepted (`writes`, one per record); the newest 20,000."""

    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    writes: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    request_count: int = 0
    write_count: int = 0
    refuse_next: int = 0
    """How many of the next API calls are answered as if the quota were spent."""
    caller: Caller = INSIDE
    """Of the request that is being answered: handlers run to their end, one at a time."""

    def request(self, method: str, path: str, status: int | None, route: str = "", fault: str = "") -> None:
        """`status` is None where no handler ran and nothing was answered; `fault` names what was done to the call."""
        self.request_count += 1
        entry = {"n": self.request_count, "method": method, "path": path, "status": status, "route": route}
        self.requests.append(entry | {"fault": fault} if fault else entry)

    def write(
        self,
        action: str,
        object_name: str,
        record_id: str,
        fields: dict[str, Any],
        at: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        who: str | None = None,
    ) -> None:
        """`action` is create, update, archive and the like; `fields` holds what the caller sent, nothing else.

        `before` and `after` hold the values that differ; `who` names an automation that wrote by itself.
        """
        self.write_count += 1
        changed = differing(before or {}, after or {})
        entry = {"n": self.write_count, "action": action, "object": object_name, "id": record_id, "fields": fields}
        entry |= {"at": at, "who": who or self.caller.who, "route": "" if who else self.caller.route}
        entry |= {"before": {name: (before or {}).get(name) for name in changed}}
        entry |= {"after": {name: (after or {}).get(name) for name in changed}}
        self.writes.append(entry)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names whose values differ, those of `before` first."""
    names = [*before, *(name for name in after if name not in before)]
    return [name for name in names if before.get(name) != after.get(name)]


def shown_token(authorization: str) -> str:
    """The beginning of a token, enough to tell callers apart."""
    return authorization.partition(" ")[2].strip()[:8]
