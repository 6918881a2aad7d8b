"""A running sandbox as the tests use it: two addresses, and its controls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import urllib3


@dataclass(frozen=True)
class SandboxClient:
    """`hubspot_url` and `salesforce_url` are what a client is given; `admin` and `look` speak to `/_sandbox/`."""

    hubspot_url: str
    salesforce_url: str
    pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager, repr=False)

    def url(self, system: str) -> str:
        return {"hubspot": self.hubspot_url, "salesforce": self.salesforce_url}[system]

    def admin(self, system: str, action: str, **body: Any) -> Any:
        """Carry out a control (reset, seed, fields, clock, quota, convert) and return its answer."""
        answer = self.pool.request("POST", f"{self.url(system)}/_sandbox/{action}", json=body)
        assert answer.status == 200, answer.data
        return answer.json()

    def look(self, system: str, what: str, **params: Any) -> Any:
        """What the sandbox knows: requests, writes or state."""
        answer = self.pool.request("GET", f"{self.url(system)}/_sandbox/{what}", fields=params)
        assert answer.status == 200, answer.data
        return answer.json()

    def hubspot(
        self, method: str, path: str, body: Any = None, token: str | None = "pat-otto"
    ) -> urllib3.BaseHTTPResponse:
        """One plain HTTP call to HubSpot's API, for looking at envelopes."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        extra = {"json": body} if body is not None else {}
        return self.pool.request(method, self.hubspot_url + path, headers=headers, **extra)
