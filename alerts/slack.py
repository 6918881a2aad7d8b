"""Posts a message to an incoming webhook of Slack."""

from __future__ import annotations

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError

from alerts.trouble import Doubtful, NotSent

_POOL = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=10, read=20))


def send(url: str, text: str) -> None:
    """Post a text as it is, without markup. Raises NotSent where Slack refused it, Doubtful where nobody knows."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    block = {"type": "section", "text": {"type": "plain_text", "text": text[:3000], "emoji": False}}
    try:
        answer = _POOL.request("POST", url, json={"text": safe, "blocks": [block]})
    except (NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise NotSent(f"Slack cannot be reached: {type(error).__name__}") from error
    except HTTPError as error:
        raise Doubtful(type(error).__name__) from error
    if answer.status != 200:
        raise NotSent(f"Slack answered {answer.status}")
