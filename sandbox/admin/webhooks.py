"""The control of HubSpot's webhooks: which app is told what and where, and when."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from sandbox.admin.control import BadControl, Body, System, only, whole_number
from sandbox.hubspot.access.oauth import FIRST_APP_ID
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.webhooks.queue import Webhooks
from sandbox.hubspot.webhooks.sender import deliver, deliver_always
from sandbox.hubspot.webhooks.subscriptions import Target, read_subscriptions
from sandbox.world import World

TARGET_KEYS = (
    "url", "client_secret", "app_id", "subscriptions", "max_batch", "concurrency", "shuffle", "duplicate_rate",
    "timeout", "seed",
)  # fmt: skip


async def webhooks(world: World, system: System, body: Body) -> Body:
    """Subscribe an app (`url` and the rest), `deliver` what is due now, or deliver by itself (`automatic`).

    `clear` forgets every app and what it was still to be told. Delivering never makes an API call wait.
    """
    only(body, *TARGET_KEYS, "deliver", "automatic", "clear")
    hooks = world.hubspot.webhooks
    target = read_target(body) if body.keys() & set(TARGET_KEYS) else None
    for key in ("deliver", "automatic", "clear"):
        if not isinstance(body.get(key, False), bool):
            raise BadControl(f"{key} must be true or false, not {body[key]!r}")
    if body.get("clear"):
        hooks.forget()
    if target is not None:
        hooks.targets[target.app_id] = target
    if "automatic" in body:
        set_automatic(world, hooks, body["automatic"])
    sent = await deliver(hooks) if body.get("deliver") else []
    return {"sent": sent} | shown(hooks)


def set_automatic(world: World, hooks: Webhooks, is_wanted: bool) -> None:
    hooks.is_automatic = is_wanted
    if is_wanted and (hooks.task is None or hooks.task.done()):
        delivering = deliver_always(hooks, lambda: world.hubspot.webhooks is hooks)
        hooks.task = asyncio.get_running_loop().create_task(delivering)


def look(world: World, system: System, query: Body) -> Body:
    """What was delivered (the newest 1,000), and how much waits."""
    only(query)
    return {"deliveries": list(world.hubspot.webhooks.deliveries)} | shown(world.hubspot.webhooks)


def shown(hooks: Webhooks) -> dict[str, Any]:
    due = min((each.due for each in hooks.pending), default=None)
    return {
        "apps": list(hooks.targets),
        "automatic": hooks.is_automatic,
        "pending": len(hooks.pending),
        "next": None if due is None else stamp(due),
        "lost": hooks.lost,
    }


def read_target(body: Body) -> Target:
    url, secret, rate = body.get("url"), body.get("client_secret"), body.get("duplicate_rate", 0.0)
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadControl(f"url must be an http address, not {url!r}")
    if not isinstance(secret, str) or not secret:
        raise BadControl("client_secret must be the text that signs the webhooks")
    if not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise BadControl(f"duplicate_rate must be a number from 0 to 1, not {rate!r}")
    try:
        subscriptions = read_subscriptions(body.get("subscriptions"))
    except (ValueError, TypeError) as error:
        raise BadControl(str(error)) from error
    return Target(
        app_id=whole_number(body, "app_id", default=FIRST_APP_ID),
        url=url,
        secret=secret,
        subscriptions=subscriptions,
        max_batch=limited(body, "max_batch", 100),
        concurrency=limited(body, "concurrency", 10),
        shuffles=bool(body.get("shuffle", False)),
        duplicate_rate=float(rate),
        seconds=seconds(body),
        seed=whole_number(body, "seed", default=1),
    )


def limited(body: Body, key: str, most: int) -> int:
    number = whole_number(body, key, default=most)
    if not 1 <= number <= most:
        raise BadControl(f"{key} must be a whole number from 1 to {most}, not {number}")
    return number


def seconds(body: Body) -> float:
    wanted = body.get("timeout", 5.0)
    if not isinstance(wanted, int | float) or not 0 < wanted <= 5:
        raise BadControl(f"timeout must be a number of seconds up to 5, not {wanted!r}")
    return float(wanted)
