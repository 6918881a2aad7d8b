"""Records that go: into the recycle bin after their counterpart, or into another record as their counterparts did.

Both are plans like any other: the brakes count them, `entente plan` shows them, they are stored before they are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.base import Archive, Merge, Update
from crm.record import Record, Ref, Side, Value
from crm.values import FieldType, same
from sync.mapping import FieldMap, ObjectMap, SyncRule, canonical, native
from sync.outcomes import FieldChange
from sync.plan import Link, Plan

RULE = "on_merge"
"""What the history names as the rule of a value that a merge replaced: it went with its record."""
CARRIED = "carried"
"""The rule of an edit that was carried over to the record which goes on."""


def archive_plans(leaving: Iterable[tuple[Link, Side]]) -> list[Plan]:
    """Of pairs whose record is gone on one side, the other one into the recycle bin; until then the link stays."""
    return [Plan(link.marketing, link, (Archive(gone.other, link.ref(gone.other)),)) for link, gone in leaving]


def merge_plans(
    object_map: ObjectMap, merging: Iterable[tuple[Link, Link]], records: Mapping[Ref, Record]
) -> list[Plan]:
    """Two pairs whose sales records were merged: the loser's marketing record becomes part of the winner's.

    HubSpot keeps the winner's values. An edit of the loser that has not travelled yet is therefore written to the
    winner first, where nobody has edited the same field: from there it travels by the field's rule like any other. What
    the winner's values replace goes into the history.
    """
    plans = []
    for winner, loser in merging:
        one, other = records.get(winner.marketing), records.get(loser.marketing)
        if one is None or other is None or one.deleted or other.deleted or one.merged_into or other.merged_into:
            continue
        carried, replaced = _compared(object_map, (winner, one), (loser, other))
        if carried:
            values = native(object_map, Side.MARKETING, one.ref.object, {each.field: each.new for each in carried})
            plans.append(Plan(other.ref, None, (Update(Side.MARKETING, one.ref, values),), tuple(carried)))
        merge = Merge(Side.MARKETING, one.ref, other.ref)
        plans.append(Plan(other.ref, None, (merge,), tuple(replaced), step=1))
    return plans


def _compared(
    object_map: ObjectMap, winner: tuple[Link, Record], loser: tuple[Link, Record]
) -> tuple[list[FieldChange], list[FieldChange]]:
    """What is carried over to the winner, and which values of the loser it replaces."""
    shown, _ = canonical(object_map, Side.MARKETING, winner[1])
    lost, _ = canonical(object_map, Side.MARKETING, loser[1])
    carried, replaced = [], []
    for name, value in lost.items():
        field_map, stands = object_map.fields[name], shown.get(name)
        if name not in shown or value is None or field_map.rule is SyncRule.OFF or same(field_map.type, value, stands):
            continue
        if _is_carried(field_map, value, stands, (winner[0], loser[0])):
            reason = f"edited on {loser[1].ref} before it was merged"
            carried.append(FieldChange(name, Side.MARKETING, stands, value, value, CARRIED, reason))
        elif stands is not None:
            reason = f"{winner[1].ref} stands: the two were merged in sales"
            replaced.append(FieldChange(name, Side.MARKETING, value, stands, None, RULE, reason))
    return carried, replaced


def _is_carried(field_map: FieldMap, value: Value, stands: Value, links: tuple[Link, Link]) -> bool:
    """Whether the loser's value is an edit, and the winner's is none. Of addresses HubSpot keeps both by itself."""
    winner, loser = (link.base.marketing for link in links)
    if field_map.type is FieldType.EMAIL or field_map.name not in loser:
        return False
    is_edited = not same(field_map.type, value, loser[field_map.name])
    return is_edited and field_map.name in winner and same(field_map.type, stands, winner[field_map.name])
