"""What Salesforce, and the gateway before it, answer when they cannot serve a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm; the gateway's pages are HTML.
There is no 429 and no Retry-After.
"""

from __future__ import annotations

import orjson

from sandbox.faults import Canned
from sandbox.salesforce.errors import Trouble, quota_spent, session_invalid
from sandbox.salesforce.limits import usage
from sandbox.salesforce.state import SalesforceState

JSON, HTML = "application/json;charset=UTF-8", "text/html;charset=UTF-8"
GATEWAY = {
    "bad_gateway": (502, "Bad Gateway"),
    "unavailable": (503, "Service Unavailable"),
    "gateway_timeout": (504, "Gateway Timeout"),
}
REFUSALS = {
    "server_unavailable": lambda: Trouble(
        "SERVER_UNAVAILABLE", "Server too busy: please try your request again later.", status=503
    ),
    "internal_error": lambda: Trouble(
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support: 1-42 (1)",
        status=500,
    ),
    "locked": lambda: Trouble("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", ()),
    "query_timeout": lambda: Trouble("QUERY_TIMEOUT", "Your query request was running for too long."),
    "daily_limit": quota_spent,
    "concurrent_limit": lambda: Trouble(
        "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", status=403
    ),
    "token_revoked": session_invalid,
}
NAMES = (*GATEWAY, *REFUSALS)


def outage(state: SalesforceState, name: str) -> Canned:
    """The answer to a call that meets this fault."""
    if name in GATEWAY:
        status, title = GATEWAY[name]
        page = f"<html><head><title>{title}</title></head><body><h1>{status} {title}</h1></body></html>\n"
        return Canned(status, {"Content-Type": HTML}, page.encode())
    trouble = REFUSALS[name]()
    headers = {"Content-Type": JSON, "Sforce-Limit-Info": usage(state)}
    return Canned(trouble.status, headers, orjson.dumps(trouble.as_call()))
