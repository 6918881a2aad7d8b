"""What people do in HubSpot itself, and what comes in by forms and imports: edits, merges, restores.

They go the way of any write, but they are no API call: they stand in the history and in the log with who did it.
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot import writes
from sandbox.hubspot.associations.effects import follow_bin
from sandbox.hubspot.life import endings
from sandbox.hubspot.life.merges import Pair
from sandbox.hubspot.sources import FORM, IMPORT, Writer, person
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table

SOMEBODY = 7_001


def writer(state: HubSpotState, source: str, by: Any) -> Writer:
    """Who writes: a form, an import, or a person, named by an owner's id or address or by any name."""
    if source in ("FORM", "IMPORT"):
        return FORM if source == "FORM" else IMPORT
    if source != "CRM_UI":
        raise ValueError(f"source must be CRM_UI, FORM or IMPORT, not {source!r}")
    for owner in state.owners.values():
        if by is not None and str(by) in (str(owner.id), owner.email):
            return person(f"{owner.first_name} {owner.last_name}".strip(), owner.user_id)
    return person(str(by or "somebody"), SOMEBODY)


def edit(state: HubSpotState, table: Table, record: Record | None, properties: Any, by: Writer) -> Record:
    """Write into a record, or make one; raises HubSpot's refusal, or ValueError for an address that was erased.

    A form or an import without a record writes into the one that has the address, as HubSpot does.
    """
    if record is None and by.source.type in ("FORM", "IMPORT") and isinstance(properties, dict):
        record = table.find(str(properties.get("email", "")), "email") if "email" in table.unique else None
    draft = writes.Drafting(state, table, by).draft(properties, record)
    keys = table.keys("email", {name: value for name, value in draft.values.items() if value})
    if by.source.type != "FORM" and not state.erased.isdisjoint(keys):
        raise ValueError(f"{min(state.erased & keys)} was deleted for good and cannot be added by hand or by an import")
    return writes.commit(state, table, draft)


def merge_by_hand(state: HubSpotState, table: Table, primary: Record, other: Record, by: Writer) -> Record:
    return endings.merge(state, table, Pair(primary, other), by, {"primary": str(primary.id), "merged": str(other.id)})


def restore(state: HubSpotState, table: Table, record: Record, by: Writer) -> None:
    """Take a record out of the recycle bin; ValueError if a value that must be unique has another holder by now."""
    for name, index in table.unique.items():
        taken = sorted(key for key in table.keys(name, record.properties) if key in index)
        if taken:
            raise ValueError(f"{name} {taken[0]} belongs to {index[taken[0]]} by now")
    before = dict(record.properties)
    table.restore(record, state.tick())
    writes.log(state, "restore", table, record, {}, before, by.who)
    follow_bin(state, (table.kind.name, record.id), is_back=True)
