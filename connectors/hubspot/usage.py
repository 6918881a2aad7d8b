"""What HubSpot says of the day's calls: in the headers of most answers, and when it is asked.

https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.hubspot.wire import decode

PATH = "/account-info/v3/api-usage/daily/private-apps"


class _Day(msgspec.Struct, rename="camel"):
    resets_at: datetime | None = None


class _Days(msgspec.Struct):
    results: list[_Day]


def told(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """Calls used, and allowed, today; `None` after a search, or where no private app asked."""
    allowed, left = (headers.get(f"X-HubSpot-RateLimit-Daily{end}", "") for end in ("", "-Remaining"))
    return (int(allowed) - int(left), int(allowed)) if allowed.isdigit() and left.isdigit() else None


def end_of_day(body: bytes) -> datetime | None:
    """When the portal's midnight begins to count anew, by the answer to `PATH`; `None` where it does not say."""
    return max((day.resets_at for day in decode(_Days, body).results if day.resets_at), default=None)
