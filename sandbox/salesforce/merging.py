"""Two or three records become one, as a user does in Salesforce: https://help.salesforce.com/s/articleView?id=sf.contacts_merge.htm

The losers go into the recycle bin with `MasterRecordId`, where only queryAll and `/deleted` still show them; what
referred to them refers to the winner from then on. A winner may lose a later merge: the chain is there to be followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.relations import references_to
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import wire_moment
from sandbox.salesforce.writes import Writer, stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

OBJECTS = ("Account", "Contact", "Lead")
MOST_LOSERS = 2


def merge(writer: Writer, table: Table, master_id: str, loser_ids: list[str], fields: dict[str, Any]) -> None:
    """The winner keeps its values but for `fields`; a blank one is not filled from a loser.

    Raises `Trouble` where a record is not there, or for what the winner cannot hold.
    """
    _check(table, master_id, loser_ids)
    losers = [dict(table.live[record_id]) for record_id in loser_ids]
    for loser in losers:
        _lose(writer, table, loser, master_id)
    for loser in losers:
        _reparent(writer, table, loser["Id"], master_id)
    writer.update(table, master_id, fields)


def _check(table: Table, master_id: str, loser_ids: list[str]) -> None:
    if table.kind.name not in OBJECTS:
        raise Trouble("INVALID_TYPE", f"entity type cannot be merged: {table.kind.name}", ())
    if not 1 <= len(loser_ids) <= MOST_LOSERS:
        raise Trouble("INVALID_ARGUMENT", f"a merge takes 1 or {MOST_LOSERS} losers, not {len(loser_ids)}", ())
    if len({master_id, *loser_ids}) != len(loser_ids) + 1:
        raise Trouble("INVALID_ARGUMENT", "a record cannot be merged with itself", ())
    for record_id in (master_id, *loser_ids):
        if record_id in table.deleted:
            raise Trouble("ENTITY_IS_DELETED", "entity is deleted", ())
        if record_id not in table.live:
            raise Trouble("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id {record_id}", ())
        if table.live[record_id].get("IsConverted"):
            raise Trouble("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())


def _lose(writer: Writer, table: Table, loser: Row, master_id: str) -> None:
    row = {**loser, "IsDeleted": True, "MasterRecordId": master_id}
    stamp(table, row, writer.user_id, writer.state.clock.tick(), creating=False)
    writer.enter(table, row, "merge", {"MasterRecordId": master_id}, writer.who)


def _reparent(writer: Writer, table: Table, loser_id: str, master_id: str) -> None:
    """The children follow; of two memberships in one campaign the winner's own stays."""
    for child, field in references_to(writer.state, table):
        if field.name == "MasterRecordId" or not child.kind.updateable:
            continue
        for child_id in child.ids_referring(field.name, loser_id):
            before = child.live[child_id]
            if child.kind.name == "CampaignMember" and _is_member(child, field.name, before, master_id):
                writer.who = "merge"
                writer.remove(child, child_id)
                writer.who = None
                continue
            row = {**before, field.name: master_id, "SystemModstamp": wire_moment(writer.state.clock.tick())}
            if child_id == master_id:
                del row[field.name]
            writer.enter(child, row, "update", {field.name: master_id}, "merge")


def _is_member(members: Table, field_name: str, row: Row, master_id: str) -> bool:
    own = (members.live[each] for each in members.ids_referring(field_name, master_id))
    return any(each.get("CampaignId") == row.get("CampaignId") for each in own)


def final_id(state: SalesforceState, table: Table, record_id: str) -> str:
    """Where a merged record's chain of winners ends."""
    while (row := table.deleted.get(record_id)) and row.get("MasterRecordId"):
        record_id = row["MasterRecordId"]
    return record_id
