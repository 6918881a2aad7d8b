"""The calls on custom objects: list, read, make, change, archive, and what they can be associated with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.call import Answer, Call, Handler
from sandbox.hubspot.errors import PORTAL_ID, HubSpotRefusal, bad_request, not_found
from sandbox.hubspot.kinds import Kind
from sandbox.hubspot.schema.custom import FIRST_TYPE_ID, Schema, texts
from sandbox.hubspot.schema.definitions import NAME, make_property
from sandbox.hubspot.standard.activities import CUSTOM_PROPERTIES
from sandbox.hubspot.standard.parts import MADE
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Table

ACTIVITIES = ("calls", "emails", "meetings", "notes", "tasks")
FIRST_RECORD_ID = 18_000_000_701
REQUIRED = ("name", "labels", "properties")
ONLY_WHEN_READ = ("properties", "associations")
"""A change is answered with the definition alone (`ObjectTypeDefinition` of the official client)."""


def list_schemas(call: Call) -> Answer:
    """The custom objects; HubSpot's own are read one by one."""
    if call.flag("archived"):
        return Answer({"results": []})
    return Answer({"results": [shape(call.state, each) for each in call.state.schemas.values()]})


def read_schema(call: Call) -> Answer:
    kind = call.table.kind
    schema = call.state.schemas.get(kind.name) or standard_schema(kind)
    return Answer(shape(call.state, schema))


def read_schemas(call: Call) -> Answer:
    """The schemas of the objects that the inputs name; those that are not there are left out."""
    named = [str(each) for each in read_list(call.body().get("inputs"))]
    kinds = [call.state.names[each.lower()] for each in named if each.lower() in call.state.names]
    found = [call.state.schemas.get(each) or standard_schema(call.state.tables[each].kind) for each in kinds]
    return Answer({"results": [shape(call.state, each) for each in found]})


def read_list(sent: Any) -> list[Any]:
    if not isinstance(sent, list):
        raise bad_request("Invalid input JSON on line 1, column 1: inputs must be a list of names")
    return sent


def create_schema(call: Call) -> Answer:
    """Name, labels and properties must be given; the object can at once be associated with every activity."""
    state, body = call.state, call.body()
    if missing := [each for each in REQUIRED if not body.get(each)]:
        raise bad_request(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")
    if not isinstance(body["properties"], list):
        raise bad_request("Invalid input JSON on line 1, column 1: properties must be a list")
    name = str(body["name"])
    if not NAME.fullmatch(name):
        raise bad_request(f"name {name!r}: a letter, then lower-case letters, digits and underscores")
    if name in state.names:
        raise HubSpotRefusal(409, "OBJECT_ALREADY_EXISTS", f"Object type with name '{name}' already exists")
    try:
        others = [state.table(each).kind.name for each in texts(body, "associatedObjects")]
        schema = make_schema(state, name, body)
        definitions = [make_property(each, f"{name}_information", state.now()) for each in body["properties"]]
    except (ValueError, AttributeError) as error:
        raise bad_request(str(error)) from error
    names = [each.name for each in definitions]
    taken = {each.name for each in CUSTOM_PROPERTIES}.intersection(names)
    if taken or len(set(names)) < len(names):
        raise bad_request(f"Properties must have names of their own: {', '.join(sorted(taken) or names)}")
    check_names(schema, set(names))
    kind = make_kind(state, schema)
    table = open_object(state, kind, schema)
    for each in definitions:
        table.define(each)
    for other in dict.fromkeys((*others, *ACTIVITIES)):
        state.associations.types.define_own(name, other)
    return Answer(shape(state, schema), 201)


def update_schema(call: Call) -> Answer:
    schema, body, table = pathed(call), call.body(), call.table
    try:
        lists = {key: texts(body, key) for key in ("requiredProperties", "searchableProperties") if key in body}
        secondary = texts(body, "secondaryDisplayProperties")
        labels = read_labels(schema.labels | (body.get("labels") or {}))
    except (ValueError, TypeError) as error:
        raise bad_request(str(error)) from error
    changed = replace(
        schema,
        labels=labels,
        primary=str(body.get("primaryDisplayProperty") or schema.primary),
        required=lists.get("requiredProperties", schema.required),
        searchable=lists.get("searchableProperties", schema.searchable),
        secondary=secondary or schema.secondary,
        description="" if body.get("clearDescription") else str(body.get("description") or schema.description),
        updated=call.state.now(),
    )
    check_names(changed, {each.name for each in table.definitions.values() if each.archived is None})
    call.state.schemas[schema.name] = changed
    table.kind = replace(table.kind, required=tuple(changed.required), searched=tuple(changed.searchable))
    return Answer({key: value for key, value in shape(call.state, changed).items() if key not in ONLY_WHEN_READ})


def archive_schema(call: Call) -> Answer:
    """Refused while there are records of the object; what was kept of it elsewhere goes with it."""
    schema, state = pathed(call), call.state
    if call.table.live:
        raise bad_request(f"Object type {schema.full_name} has records: archive them first")
    for each in [each for each in state.associations.types if each.start == schema.name]:
        state.associations.strip(each)
        state.associations.types.remove(each)
    state.names = {name: meant for name, meant in state.names.items() if meant != schema.name}
    del state.tables[schema.name], state.schemas[schema.name]
    state.searches.clear()
    state.workflows.forget(schema.name)
    state.index.waiting.pop(schema.name, None)
    state.index.due.pop(schema.name, None)
    state.rules.by_object.pop(schema.name, None)
    return Answer(status=204)


def create_association(call: Call) -> Answer:
    """Let the object be associated with another one."""
    state, body = call.state, call.body()
    pathed(call)
    try:
        ends = [state.table(str(body.get(key))).kind.name for key in ("fromObjectTypeId", "toObjectTypeId")]
    except ValueError as error:
        raise bad_request(str(error)) from error
    name = str(body["name"]) if body.get("name") else None
    made = state.associations.types.define_own(ends[0], ends[1], names=(name, name) if name else None)
    return Answer(association_shape(state, made), 201)


def archive_association(call: Call) -> Answer:
    wanted, state, schema = call.path["association_id"], call.state, pathed(call)
    types = [each for each in state.associations.types if schema.name in (each.start, each.end)]
    found = next((each for each in types if str(each.id) == wanted), None)
    if found is None:
        raise not_found()
    state.associations.strip(found)
    state.associations.types.remove(found)
    return Answer(status=204)


def make_schema(state: HubSpotState, name: str, body: dict[str, Any]) -> Schema:
    return Schema(
        name=name,
        full_name=f"p{PORTAL_ID}_{name}",
        type_id=f"2-{FIRST_TYPE_ID + 17 * state.schemas_made}",
        labels=read_labels(body["labels"]),
        primary=str(body.get("primaryDisplayProperty") or ""),
        required=texts(body, "requiredProperties"),
        searchable=texts(body, "searchableProperties"),
        secondary=texts(body, "secondaryDisplayProperties"),
        description=str(body.get("description") or ""),
        created=state.now(),
        updated=state.now(),
    )


def read_labels(labels: Any) -> dict[str, str]:
    if not isinstance(labels, dict) or not labels.get("singular") or not labels.get("plural"):
        raise ValueError("labels must have singular and plural")
    return {key: str(labels[key]) for key in ("singular", "plural")}


def check_names(schema: Schema, names: set[str]) -> None:
    """Every property that the schema names must be one of its own."""
    named = [schema.primary] if schema.primary else []
    unknown = [each for each in (*named, *schema.required, *schema.searchable, *schema.secondary) if each not in names]
    if unknown:
        raise bad_request(f"Properties {unknown} are not properties of {schema.name}", context={"properties": unknown})


def make_kind(state: HubSpotState, schema: Schema) -> Kind:
    shown = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id", *([schema.primary] if schema.primary else []))
    return Kind(
        name=schema.name,
        singular=schema.name,
        type_id=schema.type_id,
        group=f"{schema.name}_information",
        modified_property="hs_lastmodifieddate",
        defaults=tuple(sorted({*shown, *schema.secondary})),
        searched=tuple(schema.searchable),
        definitions=CUSTOM_PROPERTIES,
        first_id=FIRST_RECORD_ID + 1_000_000_000 * state.schemas_made,
        id_step=1,
        created_property="hs_createdate",
        required=tuple(schema.required),
        full_name=schema.full_name,
    )


def open_object(state: HubSpotState, kind: Kind, schema: Schema) -> Table:
    """Let the portal know a custom object by all its names."""
    state.schemas[schema.name] = schema
    state.schemas_made += 1
    state.names |= dict.fromkeys((schema.name, schema.full_name, schema.type_id), schema.name)
    state.associations.types.singulars[schema.name] = schema.name
    return state.add_table(kind)


def standard_schema(kind: Kind) -> Schema:
    """What the schema of one of HubSpot's own objects says."""
    labels = {"singular": kind.singular.capitalize(), "plural": kind.name.capitalize()}
    primary = kind.searched[0] if kind.searched else ""
    required, searchable = list(kind.required), list(kind.searched)
    name = kind.singular.upper()
    return Schema(kind.name, name, kind.type_id, labels, primary, required, searchable, [], "", MADE, MADE)


def shape(state: HubSpotState, schema: Schema) -> dict[str, Any]:
    types = [each for each in state.associations.types if schema.name in (each.start, each.end) and not each.label]
    return schema.shape(state.tables[schema.name], [association_shape(state, each) for each in types])


def association_shape(state: HubSpotState, type_: AssociationType) -> dict[str, Any]:
    ends = [state.tables[each].kind.type_id for each in (type_.start, type_.end)]
    return {"id": str(type_.id), "fromObjectTypeId": ends[0], "toObjectTypeId": ends[1], "name": type_.name}


def pathed(call: Call) -> Schema:
    """The custom object that the path names; HubSpot's own cannot be changed."""
    schema = call.state.schemas.get(call.table.kind.name)
    if schema is None:
        raise bad_request(f"{call.table.kind.name} are defined by HubSpot: their schema cannot be changed")
    return schema


def schemas(dated: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str, str, Handler], ...]:
    """The table of routes: prefixes, method, path, handler."""
    prefixes = (
        "/crm/v3/schemas",
        "/crm-object-schemas/v3/schemas",
        *(f"/crm-object-schemas/{version}/schemas" for version in dated),
    )
    return (
        (prefixes, "GET", "", list_schemas),
        (prefixes, "POST", "", create_schema),
        (prefixes, "POST", "/batch/read", read_schemas),
        (prefixes, "GET", "/{object}", read_schema),
        (prefixes, "PATCH", "/{object}", update_schema),
        (prefixes, "DELETE", "/{object}", archive_schema),
        (prefixes, "POST", "/{object}/associations", create_association),
        (prefixes, "DELETE", "/{object}/associations/{association_id}", archive_association),
    )
