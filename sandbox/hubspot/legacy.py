"""Old calls that clients still make: properties and groups of v1 and v2, pipelines of v1, and owners of v2.

https://legacydocs.hubspot.com/docs/methods/companies/get_company_properties
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.call import Answer, Call, Handler
from sandbox.hubspot.errors import not_found
from sandbox.hubspot.kinds import Kind
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.pipelines import Pipeline, Stage

SHOWN = (
    "name", "label", "description", "groupName", "type", "fieldType", "options", "displayOrder", "hidden",
    "calculated", "externalOptions", "hasUniqueValue", "hubspotDefined", "formField",
)  # fmt: skip


def list_properties(call: Call) -> Answer:
    """A bare list of definitions."""
    return Answer([shape(each) for each in call.table.definitions.values() if each.archived is None])


def read_property(call: Call) -> Answer:
    definition = call.table.definition(call.path["name"])
    if definition is None:
        raise not_found()
    return Answer(shape(definition))


def list_groups(call: Call) -> Answer:
    groups = [
        {"name": each.name, "displayName": each.label, "displayOrder": each.order, "hubspotDefined": each.is_standard}
        for each in call.table.groups.values()
    ]
    return Answer(groups)


def list_owners(call: Call) -> Answer:
    """A bare list of the active owners, with `includeInactive` of all; `email` finds one."""
    email, all_too = call.asked("email"), call.flag("includeInactive")
    owners = call.state.owners.values()
    shown = [each for each in owners if (all_too or not each.is_archived) and email in (None, "", each.email)]
    return Answer([each.legacy_shape() for each in shown])


def read_owner(call: Call) -> Answer:
    owner = call.state.owners.get(call.path["owner_id"])
    if owner is None:
        raise not_found()
    return Answer(owner.legacy_shape())


def list_pipelines(call: Call) -> Answer:
    """Pipelines with times in milliseconds: https://legacydocs.hubspot.com/docs/methods/pipelines/get_pipelines."""
    pipelines = call.state.pipelines.live(call.table.kind.name)
    return Answer({"results": [pipeline_shape(call.table.kind, each) for each in pipelines]})


def pipeline_shape(kind: Kind, pipeline: Pipeline) -> dict[str, Any]:
    stages = [{"stageId": each.id, "metadata": dict(each.metadata)} | times(each) for each in pipeline.live_stages()]
    named = {"pipelineId": pipeline.id, "objectType": kind.singular.upper(), "objectTypeId": kind.type_id}
    return named | times(pipeline) | {"default": pipeline.id == "default", "stages": stages}


def times(each: Pipeline | Stage) -> dict[str, Any]:
    """What pipelines and stages have in common."""
    shown = {"label": each.label, "displayOrder": each.order, "active": each.archived is None}
    return shown | {"createdAt": each.created, "updatedAt": each.updated}


def shape(definition: Property) -> dict[str, Any]:
    shown = definition.shape()
    metadata = shown.pop("modificationMetadata")
    return {name: shown[name] for name in SHOWN} | {
        "readOnlyValue": metadata["readOnlyValue"],
        "readOnlyDefinition": metadata["readOnlyDefinition"],
        "deleted": False,
        "favorited": False,
        "referencedObjectType": shown.get("referencedObjectType"),
        "createdAt": definition.created,
        "updatedAt": definition.updated or definition.created,
    }


PROPERTIES = ("/properties/v2", "/properties/v1")
OWNERS = ("/owners/v2/owners",)
LEGACY: tuple[tuple[tuple[str, ...], str, str, Handler], ...] = (
    (PROPERTIES, "GET", "/{object}/properties", list_properties),
    (PROPERTIES, "GET", "/{object}/properties/named/{name}", read_property),
    (PROPERTIES, "GET", "/{object}/groups", list_groups),
    (("/crm-pipelines/v1/pipelines",), "GET", "/{object}", list_pipelines),
    (OWNERS, "GET", "", list_owners),
    (OWNERS, "GET", "/{owner_id}", read_owner),
)
