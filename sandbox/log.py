"""What one system of the sandbox was asked, and what it accepted."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

REQUESTS_KEPT = 20_000


@dataclass
class Log:
    """What one system was asked (`requests`) and what it accepted (`writes`, one per record); the newest 20,000."""

    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    writes: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    request_count: int = 0
    write_count: int = 0
    refuse_next: int = 0
    """How many of the next API calls are answered as if the quota were spent."""

    def request(self, method: str, path: str, status: int) -> None:
        self.request_count += 1
        self.requests.append({"n": self.request_count, "method": method, "path": path, "status": status})

    def write(self, action: str, object_name: str, record_id: str, fields: dict[str, Any]) -> None:
        """`action` is create, update or archive; `fields` holds what the caller sent, nothing else."""
        self.write_count += 1
        self.writes.append(
            {"n": self.write_count, "action": action, "object": object_name, "id": record_id, "fields": fields}
        )
