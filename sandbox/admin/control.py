"""What every control is made of: its shape, the refusal of one that cannot be carried out, and how its body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import orjson

from sandbox.log import Log
from sandbox.reading import read_json
from sandbox.world import World

System = Literal["hubspot", "salesforce"]
Body = dict[str, Any]
Action = Callable[[World, System, Body], Body | Awaitable[Body]]
"""It answers at once, or (awaited) when what it starts is done, while the sandbox answers other calls."""


class BadControl(Exception):
    """A control that cannot be carried out; the message says what to send instead."""


def read_body(raw: bytes) -> Body:
    try:
        body = read_json(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadControl(f"the body is not JSON ({error}); send an object such as {{}}") from error
    if not isinstance(body, dict):
        raise BadControl("the body must be a JSON object, such as {}")
    return body


def only(body: Body, *known: str) -> None:
    """Refuse keys that mean nothing here: a misspelt one would otherwise pass unnoticed."""
    unknown = sorted(body.keys() - set(known))
    if unknown:
        raise BadControl(f"unknown key {', '.join(unknown)}; it takes {', '.join(known) or 'none'}")


def whole_number(body: Body, key: str, default: int | None = None) -> int:
    value = body.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadControl(f"{key} must be a whole number from 0 on, not {value!r}")
    return value


def log_of(world: World, system: System) -> Log:
    return world.hubspot_log if system == "hubspot" else world.salesforce_log
