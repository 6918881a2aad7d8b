"""What a write must have as a whole, and what HubSpot adds to it: required properties, stages, derived values."""

from __future__ import annotations

from sandbox.hubspot.derive import Values, derive
from sandbox.hubspot.errors import Problem, bad_request, invalid_properties
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table


def complete(state: HubSpotState, table: Table, values: Values, record: Record | None) -> Values:
    """The values of a write with those that follow from them; refuses a write that lacks something."""
    if record is None:
        check_required(table, values)
    check_stage(state, table, values, record)
    check_company(state, table, values)
    return values | derive(table.kind.name, values, record, state.pipelines, state.now())


def check_required(table: Table, values: Values) -> None:
    label = table.kind.singular.upper()
    if table.kind.name == "companies" and not (values.get("name") or values.get("domain")):
        raise bad_request(f"Error creating {label}. Some required properties were not set: name or domain")
    missing = [name for name in table.kind.required if not values.get(name)]
    if missing:
        message = f"Error creating {label}. Some required properties were not set."
        raise bad_request(message, context={"properties": missing})


def check_stage(state: HubSpotState, table: Table, values: Values, record: Record | None) -> None:
    """A stage must be one of the record's pipeline; without a pipeline, the stage's own is set."""
    kind = table.kind
    if not kind.pipeline_property or not values.keys() & {kind.pipeline_property, kind.stage_property}:
        return
    before = record.properties if record else {}
    pipeline_id = values.get(kind.pipeline_property) or before.get(kind.pipeline_property)
    stage_id = values.get(kind.stage_property) or before.get(kind.stage_property)
    if not stage_id:
        return
    holder = state.pipelines.holder(kind.name, stage_id)
    if holder is None:
        return
    if not pipeline_id:
        values[kind.pipeline_property] = holder.id
    elif holder.id != pipeline_id:
        pipeline = state.pipelines.of(kind.name)[pipeline_id]
        allowed = ", ".join(each.id for each in pipeline.live_stages())
        message = f"{stage_id} was not one of the allowed options: [{allowed}]"
        raise invalid_properties([Problem(kind.stage_property, "INVALID_OPTION", message, stage_id)])


def check_company(state: HubSpotState, table: Table, values: Values) -> None:
    """`associatedcompanyid` names the primary company: it must be there."""
    company_id = values.get("associatedcompanyid") if table.kind.name == "contacts" else None
    if company_id and state.tables["companies"].find(company_id) is None:
        message = f"{company_id} is not a company that exists."
        raise invalid_properties([Problem("associatedcompanyid", "INVALID_OBJECT_ID", message, company_id)])
