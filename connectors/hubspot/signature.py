"""Whether a webhook comes from HubSpot: its signature over the bytes that arrived, under the app's client secret.

HubSpot's own helper neither decodes the address nor refuses a time in the future, so it is not used.
https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Literal

Version = Literal["v1", "v2", "v3"]
MOST_SKEW = 5 * 60 * 1000
"""Milliseconds between HubSpot's clock and ours, either way; HubSpot refuses what is older itself."""
_HEADERS = {"v1": "X-HubSpot-Signature", "v2": "X-HubSpot-Signature", "v3": "X-HubSpot-Signature-v3"}
_TIMESTAMP = "X-HubSpot-Request-Timestamp"
_DECODED = re.compile("%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""What version 3 decodes in the address before it signs."""


def is_signed(
    version: Version, secret: str, method: str, url: str, body: bytes, headers: Mapping[str, str], now: int
) -> bool:
    """Whether a request carries the signature of this version; no other version counts.

    `url` is the address that HubSpot called, `now` is in milliseconds. Versions 1 and 2 sign no time: what was once
    sent may be sent again by whoever saw it.
    """
    given = headers.get(_HEADERS[version], "")
    if version == "v1":
        wanted = hashlib.sha256(secret.encode() + body).hexdigest()
    elif version == "v2":
        wanted = hashlib.sha256(f"{secret}{method}{url}".encode() + body).hexdigest()
    else:
        sent_at = headers.get(_TIMESTAMP, "")
        if not _is_now(sent_at, now):
            return False
        text = f"{method}{_DECODED.sub(_decode, url)}".encode() + body + sent_at.encode()
        wanted = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(given.encode(), wanted.encode())


def _is_now(sent_at: str, now: int) -> bool:
    is_number = sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 16
    return is_number and abs(now - int(sent_at)) <= MOST_SKEW


def _decode(found: re.Match[str]) -> str:
    return chr(int(found[0][1:], 16))
