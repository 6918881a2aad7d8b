"""Definitions of properties: list, read, make, archive."""

from __future__ import annotations

from sandbox.hubspot.batch import answer, read_inputs
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.definitions import DEFINITION_KEYS, Property
from sandbox.hubspot.errors import HubSpotRefusal, bad_request

REQUIRED = ("name", "label", "type", "fieldType", "groupName")


def list_properties(call: Call) -> Answer:
    is_archived = call.flag("archived")
    definitions = call.table.definitions.values()
    return Answer({"results": [each.shape() for each in definitions if (each.archived is not None) == is_archived]})


def read_property(call: Call) -> Answer:
    return Answer(pathed(call).shape())


def create_property(call: Call) -> Answer:
    table, body = call.table, call.body()
    missing = [each for each in REQUIRED if not body.get(each)]
    if missing:
        raise bad_request(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")
    if body["groupName"] != table.kind.group:
        raise bad_request(f"Property group {body['groupName']!r} does not exist; there is {table.kind.group!r}")
    if table.definition(str(body["name"])):
        raise HubSpotRefusal(409, "OBJECT_ALREADY_EXISTS", f"A property named '{body['name']}' already exists.")
    try:
        call.state.add_field(table.kind.name, {key: value for key, value in body.items() if key in DEFINITION_KEYS})
    except ValueError as error:
        raise bad_request(str(error)) from error
    return Answer(table.definitions[body["name"]].shape(), 201)


def archive_property(call: Call) -> Answer:
    """A custom property goes, and its values with it; HubSpot's own stay."""
    definition = pathed(call)
    if definition.is_standard:
        raise bad_request(f"Property {definition.name} is defined by HubSpot and cannot be archived")
    call.table.forget(definition, call.state.now())
    return Answer(status=204)


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
