"""The controls of the sandbox's Salesforce: permissions, conversion, a validation rule."""

from __future__ import annotations

from sandbox.admin.control import Action, BadControl, Body, System, only
from sandbox.admin.objects import OBJECT_CONTROLS
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


def convert(world: World, system: System, body: Body) -> Body:
    """Convert a Lead into a Contact of a new Account, as a rep does in Salesforce."""
    only(body, "lead", "account")
    if not isinstance(body.get("lead"), str):
        raise BadControl('send {"lead": id, "account"?: name of the new account}')
    try:
        contact_id = world.salesforce.convert_lead(body["lead"], body.get("account"))
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"contact": contact_id}


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


CONTROLS: dict[str, Action] = {"convert": convert, "permissions": permissions, "rule": rule, **OBJECT_CONTROLS}
LOOKS: dict[str, Action] = {}
