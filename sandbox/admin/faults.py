"""The control of faults: `POST /_sandbox/faults` makes a rule, `{"clear": true}` ends all, `GET` shows them.

    {"fault": "cut_after", "method": "POST", "path": "/crm/v3/objects/*", "first": 2, "calls": 1}

The faults: `latency` and `slow` (with `milliseconds`; `slow` in `chunks`), `cut_before` and `cut_after` the handler,
`truncated`, `answer` (with `status`, `body`, `headers` of your own), and the names of each system's own outages.
With `"committed": true` an answer is given after the handler has done its work.
"""

from __future__ import annotations

from typing import Any

from sandbox.admin.control import BadControl, Body, System, only, whole_number
from sandbox.faults import ANSWER, DEEDS
from sandbox.hubspot import outages as hubspot
from sandbox.salesforce import outages as salesforce
from sandbox.world import World

KEYS = ("fault", "method", "path", "first", "calls", "probability", "seed", "milliseconds", "chunks", "committed",
        "status", "body", "headers")  # fmt: skip
LONGEST_WAIT = 10_000


def faults(world: World, system: System, body: Body) -> Body:
    """Make one rule, or take all of this system's away."""
    rules = world.faults[system]
    if "clear" in body:
        only(body, "clear")
        rules.clear()
        return {"faults": []}
    only(body, *KEYS)
    name, own = body.get("fault"), (hubspot if system == "hubspot" else salesforce).NAMES
    if name not in (*DEEDS, *own):
        raise BadControl(f"fault must be one of {', '.join((*DEEDS, *own))}; not {name!r}")
    return rules.add(str(name), **read_match(body), **read_deed(body, str(name))).shape()


def look(world: World, system: System, body: Body) -> Body:
    """The rules, with how many calls fitted (`seen`) and how many met the fault (`hits`)."""
    only(body)
    return {"faults": [rule.shape() for rule in world.faults[system].rules]}


def read_match(body: Body) -> dict[str, Any]:
    """Which calls a rule is for."""
    method, path = body.get("method"), body.get("path", "*")
    if not isinstance(method, str | None) or not isinstance(path, str):
        raise BadControl('method and path must be text, such as "PATCH" and "/crm/v3/objects/contacts/*"')
    probability = body.get("probability", 1.0)
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise BadControl(f"probability must be a number from 0 to 1, not {probability!r}")
    match = {"method": method and method.upper(), "path": path, "probability": float(probability)}
    calls = None if body.get("calls") is None else whole_number(body, "calls")
    return match | {"first": whole_number(body, "first", 1), "calls": calls, "seed": whole_number(body, "seed", 1)}


def read_deed(body: Body, name: str) -> dict[str, Any]:
    """What the fault does."""
    milliseconds, chunks = whole_number(body, "milliseconds", 0), whole_number(body, "chunks", 5)
    if milliseconds > LONGEST_WAIT or chunks < 1:
        raise BadControl(f"milliseconds must be {LONGEST_WAIT} at most, chunks 1 at least")
    status, headers = whole_number(body, "status", 500), body.get("headers", {})
    if not 200 <= status <= 599:
        raise BadControl(f"status must be from 200 to 599, not {status}")
    if not isinstance(headers, dict) or not all(isinstance(each, str) for each in headers.values()):
        raise BadControl("headers must be an object of names and texts")
    if body.get("committed") and name in DEEDS[:-1]:
        raise BadControl(f"committed is for answers; {name} has none of its own (cut_after commits, too)")
    if name != ANSWER and body.keys() & {"status", "body", "headers"}:
        raise BadControl(f"status, body and headers are for the fault {ANSWER}; {name} has its own")
    deed = {"milliseconds": milliseconds, "chunks": chunks, "is_committed": bool(body.get("committed"))}
    return deed | {"status": status, "body": body.get("body"), "headers": headers}
