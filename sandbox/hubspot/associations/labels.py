"""The types that can join two objects, and labels of the portal's own."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.reading import other_table
from sandbox.hubspot.associations.types import USER, AssociationType
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request, not_found


def list_labels(call: Call) -> Answer:
    types = call.state.associations.types.between(call.table.kind.name, other_table(call).kind.name)
    return Answer({"results": [each.shape() for each in types]})


def create_label(call: Call) -> Answer:
    """A label, with another one for the way back if `inverseLabel` is given; both are in the answer."""
    body, types = call.body(), call.state.associations.types
    start, end = call.table.kind.name, other_table(call).kind.name
    missing = [key for key in ("label", "name") if not body.get(key)]
    if missing:
        raise bad_request(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")
    label, name = str(body["label"]), str(body["name"])
    back = str(body.get("inverseLabel") or label)
    if any(each.label == label or each.name == name for each in types.between(start, end)):
        message = f"An association label named '{label}' between {start} and {end} already exists."
        raise HubSpotRefusal(409, "OBJECT_ALREADY_EXISTS", message)
    made = types.define_own(start, end, (label, back), (name, name if back == label else f"{name}_inverse"))
    shown = [made, types.inverse(made)] if body.get("inverseLabel") else [made]
    return Answer({"results": [each.shape() for each in shown]})


def update_label(call: Call) -> Answer:
    """Rename a label of the portal's own."""
    body = call.body()
    made = own_type(call, body.get("associationTypeId"))
    types = call.state.associations.types
    types.rename(made, str(body.get("label") or made.label), str(body.get("inverseLabel") or "") or None)
    return Answer(status=204)


def delete_label(call: Call) -> Answer:
    """Take a label of the portal's own away, wherever it joins records."""
    gone, types = own_type(call, call.path["type_id"]), call.state.associations.types
    call.state.associations.strip(gone)
    types.remove(gone)
    return Answer(status=204)


def own_type(call: Call, type_id: Any) -> AssociationType:
    found = call.state.associations.types.find(USER, str(type_id))
    if (
        found is None
        or found.label is None
        or (found.start, found.end) != (call.table.kind.name, other_table(call).kind.name)
    ):
        raise not_found()
    return found


def list_type_names(call: Call) -> Answer:
    """The same types by their v3 names."""
    types = call.state.associations.types.between(call.table.kind.name, other_table(call).kind.name)
    return Answer({"results": [{"id": str(each.id), "name": each.name} for each in types]})
