"""The transport below simple-salesforce: what its session lacks, in one adapter.

It adds timeouts, counts calls, keeps what Salesforce says of the quota, and speaks plain http with a sandbox on this
machine, which the library addresses as https.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from connectors.salesforce.client import SalesforceClient

HEADERS = {
    "Accept-Encoding": "gzip",
    "Content-Type": "application/json",
    # Without it every write of a Lead runs the active assignment rule, and may change the owner.
    # https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
    "Sforce-Auto-Assign": "FALSE",
}
_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")


class Transport(HTTPAdapter):
    """Sends the requests of one session; `client` is told of each, where there is one (not for tokens)."""

    def __init__(self, client: SalesforceClient | None, timeout: tuple[float, float], is_plain: bool) -> None:
        # Only a connection that never stood is retried below us: no call was made, nothing is counted.
        retries = urllib3.Retry(
            total=None, connect=2, read=False, redirect=False, status=0, other=0, backoff_factor=0.2
        )
        super().__init__(max_retries=retries)
        self._client = client
        self._timeout = timeout
        self._is_plain = is_plain

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        if self._is_plain and request.url:
            request.url = "http" + request.url.removeprefix("https")
        options["timeout"] = self._timeout
        if self._client is None:
            return super().send(request, *args, **options)
        self._client.calls += 1
        answer = super().send(request, *args, **options)
        self._client.date = answer.headers.get("Date", "")
        if found := _USAGE.search(answer.headers.get("Sforce-Limit-Info", "")):
            self._client.usage = int(found[1]), int(found[2])
        return answer


def make_session(client: SalesforceClient | None, timeout: tuple[float, float], instance_url: str) -> requests.Session:
    """A session for one address; an `http` one is this machine's, which the client has checked."""
    session = requests.Session()
    session.headers.update(HEADERS)
    is_plain = urlsplit(instance_url).scheme == "http"
    session.trust_env = not is_plain  # no proxy of the environment stands between us and this machine
    session.mount("https://", Transport(client, timeout, is_plain))
    return session
