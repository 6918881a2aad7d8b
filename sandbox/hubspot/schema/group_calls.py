"""The calls on property groups."""

from __future__ import annotations

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.schema.definitions import NAME
from sandbox.hubspot.schema.groups import Group


def list_groups(call: Call) -> Answer:
    return Answer({"results": [each.shape() for each in call.table.groups.values()]})


def read_group(call: Call) -> Answer:
    return Answer(pathed(call).shape())


def create_group(call: Call) -> Answer:
    body, groups = call.body(), call.table.groups
    name, label = str(body.get("name") or ""), str(body.get("label") or "")
    if not NAME.fullmatch(name) or not label:
        raise bad_request("A property group needs a label, and a name of lower-case letters, digits and underscores")
    if name in groups:
        raise HubSpotRefusal(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{name}' already exists.")
    groups[name] = Group(name, label, display_order(body.get("displayOrder", -1)))
    return Answer(groups[name].shape(), 201)


def update_group(call: Call) -> Answer:
    group, body = pathed(call), call.body()
    order = display_order(body.get("displayOrder", group.order))
    group.label, group.order = str(body.get("label") or group.label), order
    return Answer(group.shape())


def archive_group(call: Call) -> Answer:
    """Refused for HubSpot's own groups, and while there are properties in it."""
    group = pathed(call)
    inside = [each.name for each in call.table.definitions.values() if each.group == group.name and not each.archived]
    if group.is_standard or inside:
        raise bad_request(f"Property group {group.name} cannot be archived: there are properties in it")
    del call.table.groups[group.name]
    return Answer(status=204)


def display_order(sent: object) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise bad_request(f"displayOrder must be a whole number, not {sent!r}")
    return sent


def pathed(call: Call) -> Group:
    name = call.path["group"]
    if name not in call.table.groups:
        raise HubSpotRefusal(404, "OBJECT_NOT_FOUND", f"Property group {name} does not exist")
    return call.table.groups[name]
