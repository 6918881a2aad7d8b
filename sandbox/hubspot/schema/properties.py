"""Definitions of properties: list, read, make, change, archive, one by one and up to 100 in one call."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.batch import answer, read_inputs
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.schema.definitions import DEFINITION_KEYS, Property, changed_property

REQUIRED = ("name", "label", "type", "fieldType", "groupName")


def list_properties(call: Call) -> Answer:
    is_archived = call.flag("archived")
    definitions = call.table.definitions.values()
    return Answer({"results": [each.shape() for each in definitions if (each.archived is not None) == is_archived]})


def read_property(call: Call) -> Answer:
    return Answer(pathed(call).shape())


def create_property(call: Call) -> Answer:
    return Answer(make(call, call.body()).shape(), 201)


def make(call: Call, body: dict[str, Any]) -> Property:
    """Make one property; raises the refusal of a definition that does not fit."""
    table = call.table
    missing = [each for each in REQUIRED if not body.get(each)]
    if missing:
        raise bad_request(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")
    if str(body["groupName"]) not in table.groups:
        raise bad_request(f"Property group {body['groupName']!r} does not exist; there are {', '.join(table.groups)}")
    if table.definition(str(body["name"])):
        raise HubSpotRefusal(409, "OBJECT_ALREADY_EXISTS", f"A property named '{body['name']}' already exists.")
    try:
        call.state.add_field(table.kind.name, {key: value for key, value in body.items() if key in DEFINITION_KEYS})
    except ValueError as error:
        raise bad_request(str(error)) from error
    return table.definitions[str(body["name"])]


def update_property(call: Call) -> Answer:
    """Change label, description, group, options and the like; of HubSpot's own properties only the options.

    A value that is no longer an option stays where it stands.
    """
    definition, body, table = pathed(call), call.body(), call.table
    if definition.is_standard and set(body) - {"options"}:
        raise bad_request(f"Property {definition.name} is defined by HubSpot: its definition is read only")
    if str(body.get("groupName", definition.group)) not in table.groups:
        raise bad_request(f"Property group {body['groupName']!r} does not exist; there are {', '.join(table.groups)}")
    try:
        changed = changed_property(definition, body, call.state.now())
    except ValueError as error:
        raise bad_request(str(error)) from error
    table.definitions[definition.name] = changed
    table.version += 1
    return Answer(changed.shape())


def create_properties(call: Call) -> Answer:
    """Make what can be made; the others are errors of a 207."""
    made: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for each in read_inputs(call.body()):
        try:
            made.append(make(call, each).shape())
        except HubSpotRefusal as refusal:
            context = {"name": [str(each.get("name"))]}
            errors.append(
                {"status": "error", "category": refusal.category, "message": refusal.message} | {"context": context}
            )
    return answer(call, made, errors, 201)


def archive_properties(call: Call) -> Answer:
    """204, whether or not they are there; refused as a whole if one of them is HubSpot's own."""
    names = [str(each.get("name")) for each in read_inputs(call.body())]
    found = [each for each in map(call.table.definition, dict.fromkeys(names)) if each]
    for each in found:
        check_own(each)
    for each in found:
        call.table.forget(each, call.state.now())
    return Answer(status=204)


def archive_property(call: Call) -> Answer:
    """A custom property goes, and its values with it; HubSpot's own stay."""
    definition = pathed(call)
    check_own(definition)
    call.table.forget(definition, call.state.now())
    return Answer(status=204)


def check_own(definition: Property) -> None:
    if definition.is_standard:
        raise bad_request(f"Property {definition.name} is defined by HubSpot and cannot be archived")


def read_properties(call: Call) -> Answer:
    """The definitions of the names asked for; names that are not there are one error of a 207."""
    body = call.body()
    names = [str(each.get("name")) for each in read_inputs(body)]
    found = [call.table.definition(name) for name in names]
    missing = [name for name, definition in zip(names, found, strict=True) if definition is None]
    errors = [missing_names(missing)] if missing else []
    return answer(call, [each.shape() for each in found if each], errors)


def missing_names(names: list[str]) -> dict[str, object]:
    message = "Could not get some properties, they may be deleted or not exist. Check that names are valid."
    return {"status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": {"name": names}}


def pathed(call: Call) -> Property:
    name = call.path["name"]
    definition = call.table.definition(name)
    if definition is None:
        raise HubSpotRefusal(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist")
    return definition
