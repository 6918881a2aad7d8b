"""What HubSpot, and the gateway before it, answer when they cannot serve a call.

https://developers.hubspot.com/docs/api-reference/error-handling lists the statuses; 502 to 524 come from the gateway
and are HTML. The 429 bodies are as recorded.
"""

from __future__ import annotations

import orjson

from sandbox.faults import Canned
from sandbox.hubspot.errors import HubSpotRefusal, expired, no_credentials
from sandbox.hubspot.quotas import too_many_requests
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState

JSON, HTML = "application/json;charset=utf-8", "text/html; charset=UTF-8"
GATEWAY = {
    "bad_gateway": (502, "Bad gateway"),
    "unavailable": (503, "Service Temporarily Unavailable"),
    "gateway_timeout": (504, "Gateway time-out"),
    "server_down": (521, "Web server is down"),
    "unreachable": (523, "Origin is unreachable"),
    "timeout": (524, "A timeout occurred"),
}
REFUSALS = {
    "rate_limit": too_many_requests,
    "daily_limit": lambda: HubSpotRefusal(
        429, None, "You have reached your daily limit.", errorType="RATE_LIMIT", policyName="DAILY"
    ),
    "search_limit": lambda: HubSpotRefusal(429, "RATE_LIMITS", "You have reached your secondly limit."),
    "locked": lambda: HubSpotRefusal(423, None, "The resource is locked. Please wait 2 seconds and try again."),
    "migration": lambda: HubSpotRefusal(477, None, "A migration is in progress for this account."),
    "internal_error": lambda: HubSpotRefusal(500, None, "internal error"),
    "no_credentials": no_credentials,
}
NAMES = (*GATEWAY, *REFUSALS, "token_revoked")
RETRY_AFTER = {"migration": "30"}
"""Seconds; only a migration says when to come back."""


def outage(state: HubSpotState, name: str) -> Canned:
    """The answer to a call that meets this fault."""
    correlation_id = state.correlation_id()
    headers = {"X-HubSpot-Correlation-Id": correlation_id, "X-Request-Id": correlation_id}
    if name in GATEWAY:
        status, title = GATEWAY[name]
        return Canned(status, {"Content-Type": HTML, "Server": "cloudflare"}, gateway_page(status, title))
    refusal = expired(stamp(state.now()), 0) if name == "token_revoked" else REFUSALS[name]()
    headers |= {"Content-Type": JSON} | ({"Retry-After": RETRY_AFTER[name]} if name in RETRY_AFTER else {})
    return Canned(refusal.status, headers, orjson.dumps(refusal.body(correlation_id)))


def gateway_page(status: int, title: str) -> bytes:
    head = f"<head><title>api.hubapi.com | {status}: {title}</title></head>"
    return f"<!DOCTYPE html>\n<html>{head}<body><h1>{title}</h1><p>Error code {status}</p></body></html>\n".encode()
