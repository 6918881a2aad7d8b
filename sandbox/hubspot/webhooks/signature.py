"""The signatures by which a receiver knows that HubSpot sent a webhook: version 1 and version 3.

https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac

DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
"""What version 3 decodes in the address before it signs."""


def version_1(secret: str, body: str) -> str:
    return hashlib.sha256(f"{secret}{body}".encode()).hexdigest()


def version_3(secret: str, method: str, url: str, body: str, timestamp: str) -> str:
    for encoded, character in DECODED.items():
        url = url.replace(encoded, character)
    digest = hmac.new(secret.encode(), f"{method}{url}{body}{timestamp}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(secret: str, url: str, body: str, now: int) -> dict[str, str]:
    """The headers of a webhook that is sent at `now`, in milliseconds."""
    return {
        "X-HubSpot-Signature": version_1(secret, body),
        "X-HubSpot-Signature-Version": "v1",
        "X-HubSpot-Signature-v3": version_3(secret, "POST", url, body, str(now)),
        "X-HubSpot-Request-Timestamp": str(now),
    }
