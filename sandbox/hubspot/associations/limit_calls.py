"""The calls on the limits that a portal sets for its associations: read, set, take away."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.reading import inputs_of, other_table
from sandbox.hubspot.associations.types import HUBSPOT, AssociationType
from sandbox.hubspot.batch import answer
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import bad_request, not_found

INPUTS_MOST = 100


def list_all(call: Call) -> Answer:
    limits = call.state.associations.types.limits
    return Answer({"results": [shape(call.state.associations.types.by_key[key], most) for key, most in limits.items()]})


def list_between(call: Call) -> Answer:
    types = call.state.associations.types
    found = types.between(call.table.kind.name, other_table(call).kind.name)
    return Answer({"results": [shape(each, types.limits[each.key]) for each in found if each.key in types.limits]})


def set_limits(call: Call) -> Answer:
    """Set or change limits; the answer shows them."""
    inputs = inputs_of(call, INPUTS_MOST, "typeId", "maxToObjectIds")
    wanted = [(named(call, each), read_most(each["maxToObjectIds"])) for each in inputs]
    for type_, most in wanted:
        call.state.associations.types.limits[type_.key] = most
    return answer(call, [shape(type_, most) for type_, most in wanted], [])


def purge_limits(call: Call) -> Answer:
    for each in [named(call, each) for each in inputs_of(call, INPUTS_MOST, "typeId")]:
        call.state.associations.types.limits.pop(each.key, None)
    return Answer(status=204)


def named(call: Call, each: dict[str, Any]) -> AssociationType:
    """The type that an input names; it must join the objects of the path."""
    types, ends = call.state.associations.types, (call.table.kind.name, other_table(call).kind.name)
    found = types.find(str(each.get("category") or each.get("associationCategory") or HUBSPOT), str(each["typeId"]))
    if found is None or (found.start, found.end) != ends:
        raise not_found()
    return found


def read_most(sent: Any) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool) or sent < 1:
        raise bad_request(f"maxToObjectIds must be a whole number from 1 on, not {sent!r}")
    return sent


def shape(type_: AssociationType, most: int) -> dict[str, Any]:
    shown = {"category": type_.category, "typeId": type_.id, "userEnforcedMaxToObjectIds": most}
    return shown | ({"label": type_.label} if type_.label else {})
