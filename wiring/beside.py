"""Living beside HubSpot's own Salesforce integration: two that write the same fields overwrite each other for ever.

What it maps as it comes is known, what else it maps is not told: a field of the first kind that we would write both
ways is refused, one of the second is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.environment import SettingsError
from connectors.base import Connector, Rival
from crm.record import Side
from store import known
from sync.fit import Schema
from sync.mapping import Mapping as SyncMapping
from sync.mapping import SyncRule

_BOTH_WAYS = {SyncRule.TWO_WAY, SyncRule.PREFER_SALES, SyncRule.PREFER_MARKETING}
_MEND = (
    "say `mode: beside` in mapping.yaml to leave syncing to it, give these fields a rule that writes one side only, or "
    "switch that integration off"
)


@dataclass(frozen=True, slots=True)
class Shared:
    """Fields that we write both ways, as `contacts.phone`: those that the other integration maps, and those it may."""

    mapped: tuple[str, ...]
    perhaps: tuple[str, ...]


def shared(mapping: SyncMapping, side: Side, rival: Rival) -> Shared:
    """What we and another integration would both write."""
    mapped, perhaps = list[str](), list[str]()
    for name, object_map in mapping.objects.items():
        for object_name in object_map.object_names(side) if mapping.is_written(name) else ():
            for native_name, field_map in object_map.fields_on(side, object_name).items():
                if field_map.rule in _BOTH_WAYS:
                    is_mapped = native_name in rival.fields.get(object_name, ())
                    (mapped if is_mapped else perhaps).append(f"{object_name}.{native_name}")
    return Shared(tuple(mapped), tuple(perhaps))


def problems(mapping: SyncMapping, side: Side, rival: Rival | None) -> list[str]:
    """What another integration forbids; each says how to mend it."""
    if rival is None or not (found := shared(mapping, side, rival).mapped):
        return []
    seen = f"{rival.seen_at:%Y-%m-%d}"
    return [f"{rival.name} is at work here (last on {seen}) and syncs {', '.join(found)} as well: {_MEND}"]


def notes(mapping: SyncMapping, side: Side, rival: Rival | None) -> list[str]:
    """What a person should know of another integration, and of the mode."""
    if mapping.mode == "beside":
        at_work = "is at work, and syncs" if rival else "was not seen at work in the last 7 days: nobody syncs"
        return [f"mode: beside. HubSpot's own Salesforce integration {at_work}; Entente reads, and writes nothing"]
    if rival is None or not (found := shared(mapping, side, rival).perhaps):
        return []
    return [f"{rival.name} may sync these as well, it does not tell: {', '.join(found)}. Compare with its settings"]


def refuse(mapping: SyncMapping, connectors: Mapping[Side, Connector], schema: Schema) -> None:
    """Asked once a day before a pass that may write. Raises SettingsError where another integration does the same."""
    if mapping.mode == "beside" or known.recall("rival", max_age=24 * known.HOUR) is not None:
        return
    found = [
        problem
        for side, connector in connectors.items()
        for problem in problems(mapping, side, connector.rival(schema[side]))
    ]
    if found:
        raise SettingsError("; ".join(found))
    known.learn("rival", {})
