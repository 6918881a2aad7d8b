"""What comes of two records that are merged: values, addresses and histories, and what observers are told of it.

The primary's latest values win, those it never had come from the other
(https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies). Exceptions are the
create date (the oldest), the lifecycle stage (the furthest) and the addresses (all of them), as
https://knowledge.hubspot.com/records/merge-records says; that who has opted out stays out is not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sandbox.hubspot.life.lifecycle import STAGE, furthest
from sandbox.hubspot.sources import Past, Source
from sandbox.hubspot.table import Record, Table

MERGED = "hs_merged_object_ids"
MERGES_MOST = 250
MORE = {"email": "hs_additional_emails", "domain": "hs_additional_domains"}
"""The property that keeps the other values of one that a record has only once."""
OPTED_OUT = "hs_email_optout"


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge, as webhooks tell it. `new_id` is the primary's own where merges keep it."""

    primary_id: int
    merged_id: int
    new_id: int
    properties_moved: int
    source: Source


class Pair(NamedTuple):
    """The two records of a merge."""

    primary: Record
    other: Record


def combined(table: Table, pair: Pair, keeps_id: bool) -> tuple[dict[str, str], list[str]]:
    """The properties of the merged record without its stamps and id, and the names that came from the other."""
    primary, other = pair.primary.properties, pair.other.properties
    stamps = set(table.kind.always_shown)
    moved = [name for name in other if name not in stamps and name not in primary and not pair.primary.past(name)]
    values = {name: value for name, value in primary.items() if name not in stamps}
    values |= {name: other[name] for name in moved}
    for name, more in MORE.items():
        if table.definition(name) and table.definition(more):
            first, *others = joined(primary.get(name), primary.get(more), other.get(name), other.get(more)) or [""]
            values |= {name: first} if first else {}
            values |= {more: ";".join(others)} if others else {}
    stage = furthest(table.definition(STAGE), primary.get(STAGE), other.get(STAGE))
    values |= {STAGE: stage} if stage else {}
    if "true" in (primary.get(OPTED_OUT), other.get(OPTED_OUT)):
        values[OPTED_OUT] = "true"
    values[MERGED] = ";".join(merged_ids(pair, keeps_id))
    return values, moved


def joined(*texts: str | None) -> list[str]:
    """The values of several lists, each once."""
    return list(dict.fromkeys(each.strip() for text in texts if text for each in text.split(";") if each.strip()))


def merged_ids(pair: Pair, keeps_id: bool) -> list[str]:
    """Every id that leads to the merged record, from all merges before."""
    primary, other = (each.properties.get(MERGED) for each in pair)
    own = None if keeps_id else str(pair.primary.id)
    return joined(primary, own, other, str(pair.other.id))


def histories(table: Table, pair: Pair, values: dict[str, str], moment: int) -> dict[str, list[Past]]:
    """The histories of both, newest first; what stands there by the merge has an entry of its own."""
    source = Source("MERGE_OBJECTS", f"mergedObjectIds:{pair.primary.id},{pair.other.id}")
    names = values.keys() | set().union(*(each.history or {} for each in pair)) - set(table.kind.always_shown)
    return {name: history(name, pair, values.get(name, ""), moment, source) for name in sorted(names)}


def history(name: str, pair: Pair, value: str, moment: int, source: Source) -> list[Past]:
    entries = sorted([*pair.primary.past(name), *pair.other.past(name)], key=lambda past: -past.moment)
    stands = pair.primary.past(name)
    if stands and stands[0].value == value and entries[0] == stands[0]:
        return entries
    return [Past(value, moment, source), *entries]
