"""Rows that Salesforce keeps beside a caller's own: field history, and who takes part in a shared activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.salesforce.saving import Save
from sandbox.salesforce.schema.fields import ID_TYPES, Field
from sandbox.salesforce.schema.history import history_name

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def track(save: Save) -> None:
    """A row for each tracked field that changed; the first says `created`. A reference gets two: names, then ids."""
    state, kind = save.writer.state, save.table.kind
    fields = state.tracked.get(kind.name)
    if not fields:
        return
    if save.before is None:
        _keep(save, "created", None, None, "Text")
        return
    for field in [item for item in kind.fields.values() if item.name in fields]:
        before, after = save.before.get(field.name), save.row.get(field.name)
        if before == after:
            continue
        if field.type in ID_TYPES:
            name = field.name.removesuffix("Id")
            _keep(save, name, _name_of(save, field, before), _name_of(save, field, after), "Text")
            _keep(save, name, before, after, "EntityId")
        else:
            _keep(save, field.name, before, after, "Text")


def _keep(save: Save, field: str, before: Any, after: Any, data_type: str) -> None:
    kind = save.table.kind.name
    values = {f"{kind}Id": save.row["Id"], "Field": field, "OldValue": before, "NewValue": after,
              "DataType": data_type, "IsDeleted": False}  # fmt: skip
    table = save.writer.state.tables[history_name(kind).lower()]
    moment = {"CreatedDate": save.row["SystemModstamp"], "CreatedById": save.writer.user_id}
    save.writer.keep(table, {name: value for name, value in {**values, **moment}.items() if value is not None})


def _name_of(save: Save, field: Field, record_id: str | None) -> str | None:
    for target in field.refers_to:
        table = save.writer.state.tables.get(target.lower())
        if table and record_id in table.live:
            return table.live[record_id].get("Name")
    return None


def name_primary_contact(save: Save) -> None:
    """The contact that an opportunity is made with becomes its primary contact role.

    https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunity.htm
    """
    if save.table.kind.name != "Opportunity" or save.before is not None or not save.row.get("ContactId"):
        return
    role = {"OpportunityId": save.row["Id"], "ContactId": save.row["ContactId"], "IsPrimary": True, "IsDeleted": False}
    save.writer.keep(save.writer.state.tables["opportunitycontactrole"], role)


def relate(save: Save) -> None:
    """Under Shared Activities, a Task or Event has a relation to its Who and one to its What."""
    kind = save.table.kind.name
    table = save.writer.state.tables.get(f"{kind}Relation".lower())
    if kind not in ("Task", "Event") or table is None:
        return
    reference = table.kind.fields[f"{kind}Id".lower()]
    for name, is_what in (("WhoId", False), ("WhatId", True)):
        before, after = (save.before or {}).get(name), save.row.get(name)
        if before == after:
            continue
        others = {table.live[item]["RelationId"]: item for item in table.ids_with(reference, save.row["Id"])}
        if before in others:
            save.writer.forget(table, others[before])
        if after and after not in others:
            values = {"RelationId": after, reference.name: save.row["Id"], "IsWhat": is_what}
            save.writer.keep(table, {**values, "IsDeleted": False})


def relate_all(state: SalesforceState) -> None:
    """The relations of the activities that were there before they were shared."""
    for kind in ("task", "event"):
        activities = state.tables[kind]
        for row in activities.live.values():
            for name in ("WhoId", "WhatId"):
                if row.get(name):
                    values = {"RelationId": row[name], f"{activities.kind.name}Id": row["Id"]}
                    state.add(f"{kind}relation", {**values, "IsWhat": name == "WhatId"})
