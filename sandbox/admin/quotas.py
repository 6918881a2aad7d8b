"""The control of HubSpot's quotas."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.admin.control import BadControl, Body, System, only, whole_number
from sandbox.hubspot.quotas import INCREASES_MOST, TIERS, Quotas
from sandbox.world import World

KEYS = (
    "calls", "enforce", "tier", "api_increase", "daily", "window", "search", "retry_after", "time_zone", "reset",
)  # fmt: skip


def quota(world: World, system: System, body: Body) -> Body:
    """Refuse the next `calls`; enforce the limits of a tier, or limits of one's own (null: the tier's); forget.

    `time_zone` is the account's: its midnight ends the day.
    """
    only(body, *KEYS)
    state = world.hubspot
    calls = whole_number(body, "calls", default=state.log.refuse_next)
    changes: dict[str, Any] = {to: flag(body, key) for key, to in FLAGS.items() if key in body}
    changes |= {key: limit(body, key) for key in ("daily", "window", "search") if key in body}
    changes |= {"tier": tier(body)} if "tier" in body else {}
    changes |= {"increases": increases(body)} if "api_increase" in body else {}
    changes |= {"zone": zone(body)} if "time_zone" in body else {}
    state.log.refuse_next = calls
    for name, value in changes.items():
        setattr(state.quotas, name, value)
    if "time_zone" in body:
        state.quotas.day = (0, 0)
    if "reset" in body and flag(body, "reset"):
        state.quotas.forget()
    return shown(state.quotas) | {"calls": calls}


FLAGS = {"enforce": "is_enforced", "retry_after": "sends_retry_after"}


def look(world: World, system: System, query: Body) -> Body:
    """The limits that hold, whether they are enforced, and what is spent."""
    only(query)
    return shown(world.hubspot.quotas) | {"calls": world.hubspot.log.refuse_next}


def shown(quotas: Quotas) -> dict[str, Any]:
    return {
        "enforce": quotas.is_enforced,
        "tier": quotas.tier,
        "api_increase": quotas.increases,
        "daily": quotas.daily_limit,
        "window": quotas.limits.window if quotas.window is None else quotas.window,
        "search": quotas.search_limit,
        "associations": quotas.limits.associations,
        "retry_after": quotas.sends_retry_after,
        "time_zone": quotas.zone.key,
        "used_today": quotas.used_today,
    }


def flag(body: Body, key: str) -> bool:
    if not isinstance(body[key], bool):
        raise BadControl(f"{key} must be true or false, not {body[key]!r}")
    return bool(body[key])


def limit(body: Body, key: str) -> int | None:
    return None if body[key] is None else whole_number(body, key)


def tier(body: Body) -> str:
    if str(body["tier"]) not in TIERS:
        raise BadControl(f"tier must be one of {', '.join(TIERS)}, not {body['tier']!r}")
    return str(body["tier"])


def increases(body: Body) -> int:
    times = whole_number(body, "api_increase")
    if times > INCREASES_MOST:
        raise BadControl(f"api_increase can be bought {INCREASES_MOST} times at most, not {times}")
    return times


def zone(body: Body) -> ZoneInfo:
    try:
        return ZoneInfo(str(body["time_zone"]))
    except (KeyError, ValueError, OSError) as error:
        raise BadControl(f"time_zone must be a name such as Europe/Berlin, not {body['time_zone']!r}") from error
