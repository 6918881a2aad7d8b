"""Several requests in one call, each answered alone.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from connectors.salesforce.client import API_VERSION, SalesforceClient, decode

MOST_COLLECTIONS = 5
"""Of 25 subrequests, so many may be collections or queries."""
Subrequest = tuple[str, str, dict[str, Any] | None]
"""Method, path below the API's address, and body."""
_DATA = f"/services/data/v{API_VERSION}/"


class Inner(msgspec.Struct, rename="camel"):
    """The answer to one subrequest."""

    body: msgspec.Raw
    http_status_code: int

    @property
    def is_fine(self) -> bool:
        return self.http_status_code < HTTPStatus.MULTIPLE_CHOICES


class _Composite(msgspec.Struct, rename="camel"):
    composite_response: list[Inner]


def composite(client: SalesforceClient, requests: Sequence[Subrequest], assigns: bool = False) -> list[Inner]:
    """The answers in the order of the requests, none of which depends on another. `assigns`: creates run the active
    assignment rule, as each subrequest must say again: it knows nothing of the outer call's header."""
    headers = {"Sforce-Auto-Assign": "TRUE" if assigns else "FALSE"}
    inner = [
        {"method": method, "url": _DATA + path, "referenceId": f"call{number}", "httpHeaders": headers}
        | ({"body": body} if body else {})
        for number, (method, path, body) in enumerate(requests)
    ]
    data = client.request("POST", "composite", body={"allOrNone": False, "compositeRequest": inner})
    return decode(_Composite, data).composite_response
