"""The controls of what people do to records in Salesforce itself: edit, delete, merge, undelete, convert."""

from __future__ import annotations

from typing import Any

from sandbox.admin.control import Action, BadControl, Body, System, only
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.life import recycle_bin
from sandbox.salesforce.life.conversion import Conversion, convert_lead
from sandbox.salesforce.life.merging import merge as merge_records
from sandbox.salesforce.life.people_at_work import by_hand
from sandbox.salesforce.state import SalesforceState
from sandbox.salesforce.table import Table
from sandbox.world import World


def edit(world: World, system: System, body: Body) -> Body:
    """Create a record, or change the one with this id, as a user: `{"object", "id"?, "fields": {}, "by"?: user id}`."""
    only(body, "object", "id", "fields", "by")
    state = world.salesforce
    table, fields = table_of(state, body), body.get("fields")
    if not isinstance(fields, dict):
        raise BadControl('send {"object", "id"?, "fields": {field: value}, "by"?: user id}')
    try:
        with by_hand(state, _id(body, "by")) as writer:
            record_id = _id(body, "id")
            if record_id is None:
                record_id = writer.create(table, fields)
            else:
                writer.update(table, record_id, fields)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"id": record_id}


def delete(world: World, system: System, body: Body) -> Body:
    """Delete a record as a user: `{"object", "id", "by"?: user id}`."""
    only(body, "object", "id", "by")
    table, record_id = table_of(world.salesforce, body), _needed(body, "id")
    try:
        with by_hand(world.salesforce, _id(body, "by")) as writer:
            writer.remove(table, record_id)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"id": record_id}


def merge(world: World, system: System, body: Body) -> Body:
    """Merge as a user: `{"object", "master": id, "losers": [one or two ids], "fields"?: {}, "by"?: user id}`."""
    only(body, "object", "master", "losers", "fields", "by")
    table, master = table_of(world.salesforce, body), _needed(body, "master")
    losers, fields = body.get("losers"), body.get("fields", {})
    if not isinstance(losers, list) or not isinstance(fields, dict):
        raise BadControl('send {"object", "master": id, "losers": [ids], "fields"?: {field: value}, "by"?: user id}')
    try:
        with by_hand(world.salesforce, _id(body, "by")) as writer:
            merge_records(writer, table, master, [full_id(each) or str(each) for each in losers], fields)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"master": master, "losers": losers}


def undelete(world: World, system: System, body: Body) -> Body:
    """Bring a record back from the recycle bin, as a user: `{"object", "id", "by"?: user id}`."""
    only(body, "object", "id", "by")
    table, record_id = table_of(world.salesforce, body), _needed(body, "id")
    try:
        with by_hand(world.salesforce, _id(body, "by")) as writer:
            recycle_bin.undelete(writer, table, record_id)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"id": record_id}


def empty_bin(world: World, system: System, body: Body) -> Body:
    """Empty the recycle bin, of all or of `ids`: nothing brings these back."""
    only(body, "ids")
    ids = body.get("ids")
    if ids is not None and not isinstance(ids, list):
        raise BadControl('send {} or {"ids": [ids]}')
    return {"ids": recycle_bin.empty(world.salesforce, ids and [full_id(each) or str(each) for each in ids])}


def convert(world: World, system: System, body: Body) -> Body:
    """Convert a Lead, as a rep does: into a new account and contact, or into those with `account_id`, `contact_id`.

    `account` names the new account, `opportunity` an opportunity to be made; `owner` gets what is new.
    """
    only(body, "lead", "account", "account_id", "contact_id", "opportunity", "owner", "by")
    if not isinstance(body.get("lead"), str):
        raise BadControl('send {"lead": id, "account"?: name of the new account, "contact_id"?, "account_id"?, ...}')
    chosen = Conversion(body.get("account"), _id(body, "account_id"), _id(body, "contact_id"),
                        body.get("opportunity"), _id(body, "owner"))  # fmt: skip
    try:
        with by_hand(world.salesforce, _id(body, "by")) as writer:
            made = convert_lead(writer, full_id(body["lead"]) or body["lead"], chosen)
    except ValueError as error:
        raise BadControl(str(error)) from error
    opportunity = {"opportunity": made.opportunity_id} if made.opportunity_id else {}
    return {"contact": made.contact_id, "account": made.account_id, **opportunity}


def conversion(world: World, system: System, body: Body) -> Body:
    """Whether a conversion obeys validation rules, duplicate rules and automations: `{"validate": true}`."""
    only(body, "validate")
    if not isinstance(body.get("validate"), bool):
        raise BadControl('send {"validate": true} or {"validate": false}')
    world.salesforce.settings.validate_conversion = body["validate"]
    return body


def table_of(state: SalesforceState, body: Body) -> Table:
    name = body.get("object")
    if not isinstance(name, str) or name.lower() not in state.tables:
        known = ", ".join(table.kind.name for table in state.tables.values())
        raise BadControl(f"object must be one of {known}, not {name!r}")
    return state.tables[name.lower()]


def _id(body: Body, key: str) -> str | None:
    given: Any = body.get(key)
    if given is None:
        return None
    if (whole := full_id(given)) is None:
        raise BadControl(f"{key} must be a Salesforce id, not {given!r}")
    return whole


def _needed(body: Body, key: str) -> str:
    if (whole := _id(body, key)) is None:
        raise BadControl(f"{key} must be a Salesforce id")
    return whole


CONTROLS: dict[str, Action] = {
    "edit": edit, "delete": delete, "merge": merge, "undelete": undelete, "empty_bin": empty_bin, "convert": convert,
    "conversion": conversion,
}  # fmt: skip
