"""The controls of the sandbox's Salesforce: permissions, a validation rule, and those of `organisation` and `life`."""

from __future__ import annotations

from dataclasses import asdict

from sandbox.admin import life, organisation, setup_switches
from sandbox.admin.control import Action, BadControl, Body, System, only, whole_number
from sandbox.world import World


def permissions(world: World, system: System, body: Body) -> Body:
    """Take the API user's access to a field away, in part or in whole, or give it back."""
    only(body, "object", "field", "access")
    named = str(body.get("object", "")), str(body.get("field", "")), str(body.get("access", ""))
    try:
        world.salesforce.restrict(*named)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return body


def rule(world: World, system: System, body: Body) -> Body:
    """A validation rule at the top of the page: a record whose field holds this value is refused, naming no field.

    `lift` takes the rules of that object and field away.
    """
    only(body, "object", "field", "refused", "message", "lift")
    object_name, field_name = body.get("object"), body.get("field")
    if not isinstance(object_name, str) or not isinstance(field_name, str):
        raise BadControl('send {"object": name, "field": name, "refused": value, "message": text} or "lift": true')
    try:
        if body.get("lift"):
            world.salesforce.lift_rules(object_name, field_name)
        else:
            world.salesforce.add_rule(object_name, field_name, body.get("refused"), str(body.get("message", "")))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"object": object_name, "field": field_name}


def quota(world: World, system: System, body: Body) -> Body:
    """The org may make `daily` calls in 24 hours, `used` of them are made; or the next `calls` are refused once."""
    only(body, "calls", "daily", "used")
    usage = world.salesforce.usage
    if not body:
        raise BadControl('send {"calls": number} or {"daily": number, "used": number}')
    if "calls" in body:
        world.salesforce_log.refuse_next = whole_number(body, "calls")
    if "daily" in body:
        usage.daily = whole_number(body, "daily")
    if "used" in body:
        usage.calls.set(whole_number(body, "used"))
    return {**body, "daily": usage.daily, "used": usage.calls.total}


def jobs(world: World, system: System, body: Body) -> Body:
    """How long bulk jobs take by the clock, and how large an upload and a page of results may be."""
    only(body, "upload_seconds", "per_10k_seconds", "largest_upload", "results_page")
    settings = world.salesforce.jobs.settings
    for name in ("upload_seconds", "per_10k_seconds"):
        value = body.get(name, getattr(settings, name))
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise BadControl(f"{name} must be a number of seconds from 0 on, not {value!r}")
        setattr(settings, name, float(value))
    settings.largest_upload = whole_number(body, "largest_upload", settings.largest_upload)
    settings.results_page = max(1, whole_number(body, "results_page", settings.results_page))
    return asdict(settings)


def cursors(world: World, system: System, body: Body) -> Body:
    """How many query results stay open: the oldest one closes when one more is opened."""
    only(body, "open")
    world.salesforce.cursors.most = max(1, whole_number(body, "open"))
    return {"open": world.salesforce.cursors.most}


CONTROLS: dict[str, Action] = {
    "cursors": cursors, "jobs": jobs, "quota": quota, "permissions": permissions, "rule": rule,
    **organisation.CONTROLS, **life.CONTROLS, **setup_switches.CONTROLS,
}  # fmt: skip
LOOKS: dict[str, Action] = {**organisation.LOOKS}
