"""Where HubSpot says what changed. What it says is stored, answered within one transaction, and read by a later pass.

The answer tells HubSpot whether to come again, which it does up to ten times in a day: 401 for a signature that is not
its own, 503 while we cannot store anything, else 204, also for what cannot be read or is none of ours: to hear it again
would not help, and the passes find by themselves what changed.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.environment import Environment, environment
from config.yaml_file import ConfigError
from connectors.hubspot.events import Told, Unreadable, read_events
from connectors.hubspot.signature import is_signed
from crm.record import Side
from store import known, told
from store.sql import now
from web.frame import written

MOST_BYTES = 10_000_000
"""A hundred events, each with a value of 65,536 characters, are 6.5 million."""
_log = logging.getLogger("entente.webhooks")
_REFUSED = (
    "a webhook was refused: its signature (%s) is not HubSpot's for %s, or its time is not now: check "
    "ENTENTE_HUBSPOT_WEBHOOK_SECRET, ENTENTE_BASE_URL and this machine's clock"
)


@csrf_exempt
@require_POST
def hubspot(request: HttpRequest) -> HttpResponse:
    """Take what HubSpot tells. Without ENTENTE_HUBSPOT_WEBHOOK_SECRET the address does not exist."""
    settings = environment()
    secret = settings.hubspot_webhook_secret.get_secret_value()
    if not secret:
        raise Http404
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _say(413, f"no webhook of HubSpot is longer than {MOST_BYTES} bytes")
    version, url = settings.hubspot_webhook_signature, called(settings, request)
    if not is_signed(version, secret, "POST", url, body, request.headers, now()):
        _log.warning(_REFUSED, version, url)
        return _say(401, "the signature is not HubSpot's")
    try:
        _take(body)
    except (OperationalError, InterfaceError, ConfigError) as error:
        _log.error("a webhook could not be stored (%s): HubSpot will send it again", type(error).__name__)
        return _say(503, "come again later")
    return HttpResponse(status=204)


def called(settings: Environment, request: HttpRequest) -> str:
    """The address that HubSpot called and signed; behind a proxy it is not what arrives here."""
    url = settings.hubspot_webhook_url or settings.base_url.rstrip("/") + request.path
    query = request.META.get("QUERY_STRING", "")
    return f"{url}?{query}" if query and "?" not in url else url


def _take(body: bytes) -> None:
    portal = known.bound(Side.MARKETING)
    if portal is None:
        return  # before the first pass, which reads everything
    try:
        found = read_events(body, portal)
    except Unreadable as error:
        _log.error("a webhook with HubSpot's signature is no list of events (%s): passes will find what changed", error)
        return
    objects = written().mapping.objects
    told.keep(found.touched, found.erased, {name: each.name for each in objects.values() for name in each.marketing})
    _warn(found, portal)


def _warn(found: Told, portal: str) -> None:
    if found.strangers:
        _log.warning("%s events of another portal than %s were passed over: the app is installed there too, or "
                     "ENTENTE_HUBSPOT_WEBHOOK_SECRET is of another app", found.strangers, portal)  # fmt: skip
    if found.unread:
        _log.warning("%s events of HubSpot could not be read: passes will find what changed", found.unread)


def _say(status: int, words: str) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain")
