"""A change of associations by a caller: one entry in the log for each pair, and what follows from it."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.effects import settle
from sandbox.hubspot.associations.limits import check_limits
from sandbox.hubspot.associations.reading import check_types, end_of, read_types, sent_id
from sandbox.hubspot.associations.refusals import invalid_ids
from sandbox.hubspot.associations.store import Change, End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.call import named_table
from sandbox.hubspot.errors import unreadable_body
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table
from sandbox.reading import read_whole

Wanted = tuple[End, list[AssociationType]]
"""The record that a new one is to be associated with, and how."""


def associate(state: HubSpotState, start: End, end: End, types: list[AssociationType]) -> None:
    """Join two records by all of these types; refused beyond a limit of the portal."""
    check_limits(state, start, end, types)
    moment = state.tick()
    log(state, "associate", start, end, types, moment)
    settle(state, [change for each in types for change in state.associations.add(start, end, each)])


def dissociate(state: HubSpotState, start: End, end: End, types: list[AssociationType] | None = None) -> None:
    """Take types away from a pair (None: all of them); nothing happens where there are none."""
    present = list(state.associations.of(start, end[0]).get(end[1], ()))
    gone = present if types is None else [each for each in types if each in present]
    if gone:
        moment = state.tick()
        log(state, "dissociate", start, end, gone, moment)
        settle(state, state.associations.remove(start, end, gone))


def log(state: HubSpotState, action: str, start: End, end: End, types: list[AssociationType], moment: int) -> None:
    fields = {"toObject": end[0], "toId": str(end[1]), "types": [each.name for each in types]}
    state.log.write(action, start[0], str(start[1]), fields, stamp(moment))


def read_wanted(state: HubSpotState, table: Table, sent: Any) -> list[Wanted]:
    """The `associations` of a create, checked: `[{to: {id}, types: [{associationCategory, associationTypeId}]}]`."""
    if not sent:
        return []
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise unreadable_body("associations must be a list of objects with to and types")
    return [read_one(state, table, each) for each in sent]


def read_one(state: HubSpotState, table: Table, each: dict[str, Any]) -> Wanted:
    types = read_types(state, each.get("types"))
    other = named_table(state, types[0].end)
    record = other.find(sent_id(each.get("to")))
    if record is None:
        raise invalid_ids([(other.kind.singular, sent_id(each["to"]))])
    end = end_of(other, record)
    start = (table.kind.name, table.new_id())
    check_types(types, start, end, state)
    check_limits(state, start, end, types)
    return end, types


def associate_new(state: HubSpotState, table: Table, record: Record, wanted: list[Wanted]) -> None:
    """Join a record that was just made: that was one write with its making."""
    start = end_of(table, record)
    changes: list[Change] = []
    for end, types in wanted:
        changes += [change for each in types for change in state.associations.add(start, end, each)]
    settle(state, changes)


def follow_company(state: HubSpotState, table: Table, record: Record, values: dict[str, str | None]) -> None:
    """A contact's `associatedcompanyid` was written: that company becomes the primary one, or there is none."""
    if table.kind.name != "contacts" or "associatedcompanyid" not in values:
        return
    start, company_id = end_of(table, record), values["associatedcompanyid"]
    primary = state.associations.types.primary("contacts", "companies")
    before = state.associations.primary_of(start, "companies")
    if primary and company_id and (number := read_whole(company_id)) is not None:
        settle(state, state.associations.add(start, ("companies", number), primary))
    elif primary and before is not None:
        settle(state, state.associations.remove(start, ("companies", before), [primary]))
