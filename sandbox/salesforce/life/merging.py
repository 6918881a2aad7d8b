"""Two or three records become one, as a user does in Salesforce: https://help.salesforce.com/s/articleView?id=sf.contacts_merge.htm

The losers go into the recycle bin with `MasterRecordId`, where only queryAll and `/deleted` still show them; what
referred to them refers to the winner from then on. A winner may lose a later merge: the chain is there to be followed.
"""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.life.relations import references_to
from sandbox.salesforce.objects.derived import fill
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import wire_moment
from sandbox.salesforce.writes import Writer, stamp

OBJECTS = ("Account", "Contact", "Lead")
MOST_LOSERS = 2
ONCE = {"CampaignMember": "CampaignId", "TaskRelation": "TaskId", "EventRelation": "EventId"}
"""What a person is part of once, by the objects that say so."""


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
    """The children follow, but for the loser's own history; where the winner is there already, its own row stays."""
    for child, field in references_to(writer.state, table):
        if field.name == "MasterRecordId" or not child.kind.updateable or child.kind.name.endswith("History"):
            continue
        for child_id in child.ids_referring(field.name, loser_id):
            if _is_there(child, field.name, child.live[child_id], master_id):
                writer.remove_as("merge", child, child_id)
            else:
                _follow(writer, child, field.name, child_id, master_id)


def _follow(writer: Writer, child: Table, name: str, child_id: str, master_id: str) -> None:
    before = child.live[child_id]
    row = {**before, name: master_id}
    if child_id == master_id:
        del row[name]
    if child.field("SystemModstamp"):
        row["SystemModstamp"] = wire_moment(writer.state.clock.tick())
    fill(writer.state, child, row, before, {name.lower()})
    writer.enter(child, row, "update", {name: row.get(name)}, "merge")


def _is_there(child: Table, name: str, row: Row, master_id: str) -> bool:
    """Is the winner in the same campaign, or at the same activity, already?"""
    if (whole := ONCE.get(child.kind.name)) is None:
        return False
    own = (child.live[each] for each in child.ids_referring(name, master_id))
    return any(each.get(whole) == row.get(whole) for each in own)
