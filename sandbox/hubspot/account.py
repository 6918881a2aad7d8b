"""The portal itself: its details, and its owners."""

from __future__ import annotations

from datetime import timedelta

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import PORTAL_ID, bad_request, not_found
from sandbox.hubspot.stamps import stamp

OWNERS_MOST = 500


def details(call: Call) -> Answer:
    zone = call.state.quotas.zone
    offset = call.state.clock.now().astimezone(zone)
    return Answer(
        {
            "portalId": PORTAL_ID,
            "accountType": "STANDARD",
            "timeZone": zone.key,
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "utcOffset": offset.isoformat()[-6:],
            "utcOffsetMilliseconds": (offset.utcoffset() or timedelta()) // timedelta(milliseconds=1),
            "uiDomain": "app-eu1.hubspot.com",
            "dataHostingLocation": "eu1",
        }
    )


def usage(call: Call) -> Answer:
    """What private apps have used of the day, this call included, as the headers of every answer say it."""
    quotas, now = call.state.quotas, call.state.now()
    day = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": quotas.daily_limit,
        "currentUsage": quotas.used_today,
        "collectedAt": stamp(now),
        "fetchStatus": "SUCCESS",
        "resetsAt": stamp(quotas.day[1]),
    }
    return Answer({"results": [day]})


def list_owners(call: Call) -> Answer:
    """Owners in the order of their ids, the archived ones only when asked for; `email` finds one."""
    limit, after, email = call.limit(default=100, most=OWNERS_MOST), call.after(), call.asked("email")
    owners = [
        each
        for each in call.state.owners.values()
        if each.is_archived == call.flag("archived") and each.id >= after and email in (None, "", each.email)
    ]
    following = owners[limit].id if len(owners) > limit else None
    return Answer({"results": [each.shape() for each in owners[:limit]]} | call.paging(following))


def read_owner(call: Call) -> Answer:
    """By owner id, or by user id with `idProperty=userId`."""
    wanted, how = call.path["owner_id"], call.asked("idProperty") or "id"
    if how not in ("id", "userId"):
        raise bad_request(f"idProperty must be id or userId, not {how}")
    for each in call.state.owners.values():
        if wanted == str(each.id if how == "id" else each.user_id) and each.is_archived == call.flag("archived"):
            return Answer(each.shape())
    raise not_found()
