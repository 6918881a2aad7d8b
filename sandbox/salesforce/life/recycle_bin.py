"""The recycle bin: what was deleted can be brought back for 15 days, then it is gone.

https://help.salesforce.com/s/articleView?id=sf.recycle_bin_overview.htm
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.salesforce.checks import check_unique
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.life.relations import cascades
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import wire_moment
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

DAYS = 15


def purge(state: SalesforceState) -> None:
    """What has been in the bin for 15 days is there no more. The bin stands in the order of the deletions."""
    limit = wire_moment(state.clock.now() - timedelta(days=DAYS))
    for table in state.tables.values():
        while (first := next(iter(table.deleted.values()), None)) and first["SystemModstamp"] <= limit:
            table.drop(first["Id"])


def empty(state: SalesforceState, record_ids: list[str] | None = None) -> list[str]:
    """Records leave the bin for good, all or the named ones; their ids."""
    gone: list[str] = []
    for table in state.tables.values():
        ids = [each for each in table.deleted if record_ids is None or each in record_ids]
        for record_id in ids:
            table.drop(record_id)
        gone += ids
    return gone


def undelete(writer: Writer, table: Table, record_id: str) -> None:
    """The record is back, with what went into the bin with it. Raises `Trouble` for what cannot come back."""
    row = table.deleted.get(record_id)
    if row is None:
        raise Trouble("UNDELETE_FAILED", "Entity is not in the recycle bin", ())
    _bring_back(writer, table, row, {})


def _bring_back(writer: Writer, table: Table, row: Row, sent: Row | None) -> None:
    record_id = row["Id"]
    check_unique(table, row, record_id)
    back = {name: value for name, value in row.items() if name != "MasterRecordId"}
    back["IsDeleted"] = False
    back["SystemModstamp"] = wire_moment(writer.state.clock.tick())
    writer.enter(table, back, "undelete", sent, writer.who)
    for child, name in cascades(writer.state, table):
        together = [
            each for each in child.deleted.values()
            if each.get(name) == record_id and child.binned_with.get(each["Id"]) == record_id
            and each["SystemModstamp"] == row["SystemModstamp"]
        ]  # fmt: skip
        for each in together:
            _bring_back(writer, child, each, None)
