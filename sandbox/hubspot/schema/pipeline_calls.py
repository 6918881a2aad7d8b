"""The calls on pipelines and their stages: read, make, change, archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.hubspot.call import Answer, Call, Handler
from sandbox.hubspot.errors import PORTAL_ID, bad_request, not_found
from sandbox.hubspot.schema.pipelines import Pipeline, Stage
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState

LIFECYCLE_OBJECTS = ("contacts", "companies")


def list_pipelines(call: Call) -> Answer:
    return Answer({"results": [each.shape() for each in call.state.pipelines.live(call.table.kind.name)]})


def read_pipeline(call: Call) -> Answer:
    return Answer(pathed(call).shape())


def create_pipeline(call: Call) -> Answer:
    """Label, order and stages must be given; the ids are new."""
    body, name = call.body(), call.table.kind.name
    if name in LIFECYCLE_OBJECTS:
        raise bad_request(f"{name} have one pipeline, that of the lifecycle stages")
    check_given(body, "label", "displayOrder", "stages")
    if any(each.label == body["label"] for each in call.state.pipelines.live(name)):
        raise bad_request(f"A pipeline with the label {body['label']} exists already")
    pipeline = Pipeline(call.state.pipelines.new_id(), str(body["label"]), order(body), {}, *now_twice(call.state))
    put_stages(call, pipeline, body["stages"])
    call.state.pipelines.of(name)[pipeline.id] = pipeline
    call.state.update_stages(call.table.kind)
    return Answer(pipeline.shape(), 201)


def update_pipeline(call: Call) -> Answer:
    pipeline, body = pathed(call), call.body()
    change(pipeline, body, call.state.now())
    call.state.update_stages(call.table.kind)
    return Answer(pipeline.shape())


def replace_pipeline(call: Call) -> Answer:
    """Label, order and all stages anew: those whose id or label is not named are gone."""
    pipeline, body = pathed(call), call.body()
    check_given(body, "label", "displayOrder", "stages")
    stages = read_stages(body["stages"])
    kept = {each.label: each.id for each in pipeline.live_stages()}
    change(pipeline, {"label": body["label"], "displayOrder": body["displayOrder"]}, call.state.now())
    pipeline.stages = {}
    put_stages(call, pipeline, [{"stageId": kept.get(str(each["label"]))} | each for each in stages])
    call.state.update_stages(call.table.kind)
    return Answer(pipeline.shape())


def archive_pipeline(call: Call) -> Answer:
    """Refused while records are in it, and for the last one."""
    pipeline = pathed(call)
    if len(call.state.pipelines.live(call.table.kind.name)) == 1:
        raise bad_request("The last pipeline of an object cannot be archived")
    check_unused(call, [each.id for each in pipeline.live_stages()])
    pipeline.archived = call.state.now()
    call.state.update_stages(call.table.kind)
    return Answer(status=204)


def list_stages(call: Call) -> Answer:
    return Answer({"results": [each.shape() for each in pathed(call).live_stages()]})


def read_stage(call: Call) -> Answer:
    return Answer(pathed_stage(call).shape())


def create_stage(call: Call) -> Answer:
    pipeline, body = pathed(call), call.body()
    (stage,) = put_stages(call, pipeline, [body])
    call.state.update_stages(call.table.kind)
    return Answer(stage.shape(), 201)


def update_stage(call: Call) -> Answer:
    stage, body = pathed_stage(call), call.body()
    metadata = read_metadata(call, body.get("metadata") or {}) if body.get("metadata") else None
    change(stage, body, call.state.now())
    stage.metadata |= metadata or {}
    call.state.update_stages(call.table.kind)
    return Answer(stage.shape())


def archive_stage(call: Call) -> Answer:
    """Refused while records are in it."""
    stage = pathed_stage(call)
    check_unused(call, [stage.id])
    stage.archived = call.state.now()
    call.state.update_stages(call.table.kind)
    return Answer(status=204)


def audit_pipeline(call: Call) -> Answer:
    return audit(pathed(call))


def audit_stage(call: Call) -> Answer:
    return audit(pathed_stage(call))


def audit(target: Pipeline | Stage) -> Answer:
    """When it was made, and when it was last changed, newest first."""
    moments = {"UPDATE": target.updated, "CREATE": target.created}
    happened = [each for each in moments.items() if each[0] == "CREATE" or target.updated != target.created]
    results = [
        {"portalId": PORTAL_ID, "identifier": target.id, "action": action, "timestamp": stamp(moment)}
        for action, moment in happened
    ]
    return Answer({"results": results})


def change(target: Pipeline | Stage, body: Mapping[str, Any], now: int) -> None:
    target.order = order(body) if "displayOrder" in body else target.order
    target.label = str(body.get("label") or target.label)
    target.updated = now


def put_stages(call: Call, pipeline: Pipeline, sent: Any) -> list[Stage]:
    """Add stages to a pipeline: all of them, or none if one is wrong."""
    name, made = call.table.kind.name, []
    labels = {each.label for each in pipeline.live_stages()}
    for each in read_stages(sent):
        check_given(each, "label", "displayOrder")
        metadata = read_metadata(call, each.get("metadata") or {})
        wanted, label = str(each.get("stageId") or ""), str(each["label"])
        if label in labels or call.state.pipelines.stage(name, wanted):
            raise bad_request(f"A stage with the label {label} or the id {wanted} exists already")
        labels.add(label)
        stage_id = wanted or call.state.pipelines.new_id()
        made.append(Stage(stage_id, label, order(each), metadata, *now_twice(call.state)))
    pipeline.stages |= {each.id: each for each in made}
    return made


def read_stages(sent: Any) -> list[dict[str, Any]]:
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise bad_request("Invalid input JSON on line 1, column 1: stages must be a list of objects")
    return sent


def read_metadata(call: Call, sent: Any) -> dict[str, str]:
    """Of a stage of deals the probability must be given; from it follows whether the stage is closed."""
    if not isinstance(sent, dict):
        raise bad_request("Invalid input JSON on line 1, column 1: metadata must be an object")
    metadata = {str(key): str(value).lower() if isinstance(value, bool) else str(value) for key, value in sent.items()}
    if call.table.kind.name == "deals":
        if metadata.get("probability") not in {f"{each / 10:.1f}" for each in range(11)}:
            raise bad_request("metadata.probability of a deal stage must be one of 0.0, 0.1, ... 1.0")
        metadata.setdefault("isClosed", str(metadata["probability"] in ("0.0", "1.0")).lower())
    if call.table.kind.name == "tickets":
        metadata.setdefault("isClosed", str(metadata.get("ticketState") == "CLOSED").lower())
    return metadata


def check_given(body: Mapping[str, Any], *names: str) -> None:
    if missing := [each for each in names if body.get(each) is None]:
        raise bad_request(f"Invalid input JSON on line 1, column 1: Some required fields were not set: {missing}")


def check_unused(call: Call, stage_ids: list[str]) -> None:
    name = call.table.kind.stage_property
    used = [str(each.id) for each in call.table.all_live() if each.properties.get(name) in stage_ids]
    if used:
        raise bad_request(f"Stages {stage_ids} are in use by {len(used)} records", context={"ids": used[:10]})


def order(body: Mapping[str, Any]) -> int:
    sent = body.get("displayOrder")
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise bad_request("Invalid input JSON on line 1, column 1: displayOrder must be a whole number")
    return sent


def now_twice(state: HubSpotState) -> tuple[int, int]:
    """When something is made, it was made and last changed."""
    return state.now(), state.now()


def pathed(call: Call) -> Pipeline:
    pipeline = call.state.pipelines.of(call.table.kind.name).get(call.path["pipeline_id"])
    if pipeline is None or pipeline.archived is not None:
        raise not_found()
    return pipeline


def pathed_stage(call: Call) -> Stage:
    stage = pathed(call).stages.get(call.path["stage_id"])
    if stage is None or stage.archived is not None:
        raise not_found()
    return stage


STAGES = "/{object}/{pipeline_id}/stages"


def pipelines(dated: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str, str, Handler], ...]:
    """The table of routes: prefixes, method, path, handler."""
    prefixes = ("/crm/v3/pipelines", *(f"/crm/pipelines/{version}" for version in dated))
    return (
        (prefixes, "GET", "/{object}", list_pipelines),
        (prefixes, "POST", "/{object}", create_pipeline),
        (prefixes, "GET", "/{object}/{pipeline_id}", read_pipeline),
        (prefixes, "PATCH", "/{object}/{pipeline_id}", update_pipeline),
        (prefixes, "PUT", "/{object}/{pipeline_id}", replace_pipeline),
        (prefixes, "DELETE", "/{object}/{pipeline_id}", archive_pipeline),
        (prefixes, "GET", "/{object}/{pipeline_id}/audit", audit_pipeline),
        (prefixes, "GET", STAGES + "/{stage_id}/audit", audit_stage),
        (prefixes, "GET", STAGES, list_stages),
        (prefixes, "POST", STAGES, create_stage),
        (prefixes, "GET", STAGES + "/{stage_id}", read_stage),
        (prefixes, "PATCH", STAGES + "/{stage_id}", update_stage),
        (prefixes, "PUT", STAGES + "/{stage_id}", update_stage),
        (prefixes, "DELETE", STAGES + "/{stage_id}", archive_stage),
    )
