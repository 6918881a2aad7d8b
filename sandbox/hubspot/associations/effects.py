"""What an association changes in the records that it joins: counts, the primary company, the last activity.

A logged activity moves a record's date of last change
(https://knowledge.hubspot.com/properties/hubspots-default-contact-properties, "Last modified date"), and so does every
derived property that gets another value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.hubspot.associations.store import Change, End
from sandbox.hubspot.sources import Past, Source
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.table import Record, Table

if TYPE_CHECKING:
    from sandbox.hubspot.state import HubSpotState

COUNTS = {
    ("companies", "contacts"): "num_associated_contacts",
    ("deals", "contacts"): "num_associated_contacts",
    ("contacts", "deals"): "num_associated_deals",
}
CONTACTED = ("calls", "emails", "meetings")
CALCULATED = Source("CALCULATED", "")


def settle(state: HubSpotState, changes: Iterable[Change], *, is_seed: bool = False) -> None:
    """Bring the records of these changes up to date, and tell those who wait for associations.

    Seeded associations (`is_seed`) leave the dates of last change alone, and nobody hears of them.
    """
    told = list(changes)
    if not told:
        return
    bring_up_to_date(state, [(start, end, is_removed) for start, end, _, is_removed in told], is_seed)
    for start, end, type_, is_removed in () if is_seed else told:
        for observer in state.association_observers:
            observer(*start, *end, type_.id, is_removed)


def follow_bin(state: HubSpotState, end: End, *, is_back: bool) -> None:
    """A record went to the recycle bin, or came back: what it is associated with counts it no more, or again."""
    bring_up_to_date(state, [(other, end, not is_back) for other, _ in state.associations.all_of(end)], is_seed=False)


def bring_up_to_date(state: HubSpotState, pairs: Iterable[tuple[End, End, bool]], is_seed: bool) -> None:
    """Work out anew what both records of each pair derive from each other; the flag says that they were parted."""
    moment = state.now()
    touched: dict[tuple[End, str], list[tuple[int, bool]]] = {}
    for start, end, is_removed in pairs:
        touched.setdefault((start, end[0]), []).append((end[1], is_removed))
        touched.setdefault((end, start[0]), []).append((start[1], is_removed))
    for (end, other), beside in touched.items():
        table = state.tables[end[0]]
        table.version += 1
        if record := table.records.get(end[1]):
            values = derived(state, record, end, other) | logged(state, record, end, other, beside, moment)
            refresh(state, table, record, values, moment, is_seed)


def refresh(
    state: HubSpotState, table: Table, record: Record, values: dict[str, str | None], moment: int, is_seed: bool
) -> None:
    """Write the derived properties of a record, which move its date of last change unless it is in the recycle bin."""
    changes = {name: value for name, value in values.items() if record.properties.get(name) != value}
    if is_seed or not changes:
        table.change(record, changes)
        return
    before = dict(record.properties)
    for name, value in changes.items():
        record.remember(name, Past(value or "", moment, CALCULATED))
    table.change(record, changes)
    if record.archived is not None:
        return
    table.stamp_modified(record, moment)
    for observer in state.observers:
        observer("update", table, record, before)


def derived(state: HubSpotState, record: Record, end: End, other: str) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    if name := COUNTS.get((end[0], other)):
        values[name] = str(count_live(state, end, other))
    if (end[0], other) == ("contacts", "companies"):
        primary = state.associations.primary_of(end, other)
        values["associatedcompanyid"] = None if primary is None else str(primary)
    return values


def logged(
    state: HubSpotState, record: Record, end: End, other: str, beside: list[tuple[int, bool]], moment: int
) -> dict[str, str | None]:
    """How many activities a record has, when that last changed, and when it was last contacted."""
    if not state.tables[other].kind.is_activity or "num_notes" not in state.tables[end[0]].definitions:
        return {}
    kinds = [name for name, table in state.tables.items() if table.kind.is_activity]
    count = str(sum(count_live(state, end, name) for name in kinds))
    added = [record_id for record_id, is_removed in beside if not is_removed]
    if not added and record.properties.get("num_notes") == count:
        return {}
    values: dict[str, str | None] = {"num_notes": count, "notes_last_updated": stamp(moment)}
    if other in CONTACTED:
        last = [record.properties.get("notes_last_contacted"), *(moment_of(state, other, each) for each in added)]
        values["notes_last_contacted"] = max((each for each in last if each), key=without_zone, default=None)
    return values


def count_live(state: HubSpotState, end: End, other: str) -> int:
    """How many live records of an object are beside a record: of both ways to count, the shorter one."""
    beside, archived = state.associations.of(end, other), state.tables[other].archived
    if len(archived) < len(beside):
        return len(beside) - sum(each in beside for each in archived)
    return len(state.neighbours(*end, other))


def moment_of(state: HubSpotState, name: str, record_id: int) -> str | None:
    record = state.tables[name].records.get(record_id)
    return record.properties.get("hs_timestamp") if record else None


def without_zone(text: str) -> str:
    """A stamp as it sorts: with its zone, a whole second would come after its fractions."""
    return text.removesuffix("Z")
