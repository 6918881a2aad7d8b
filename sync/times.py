"""When the fields of a pair changed: exactly where a system keeps a history, else between our two looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from crm.record import Record, Ref, Side
from sync.mapping import ObjectMap
from sync.outcomes import Times
from sync.plan import Link

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def times_of(
    object_map: ObjectMap,
    links: Sequence[Link],
    names: Sequence[str],
    records: Mapping[Ref, Record],
    exact: Mapping[Ref, Mapping[str, datetime]],
    skew: timedelta,
) -> dict[Ref, dict[str, Times]]:
    """By marketing record and field, when it changed on each side. `exact` are the times that systems keep, by record
    and native name."""

    def interval(link: Link, side: Side, name: str) -> tuple[datetime, datetime]:
        ref = link.ref(side)
        native_name = object_map.fields[name].native_name(side, ref.object)
        known = exact[ref].get(native_name or "")
        modified_at = records[ref].modified_at
        unseen = _LONG_AGO if link.base.pair(name) else modified_at
        seen_at = link.seen_at.get(side, unseen)
        # A time before our last look is an older edit's: since then nobody keeps the times of this field.
        return (known, known) if known and (known >= seen_at or not link.base.pair(name)) else (seen_at, modified_at)

    return {
        link.marketing: {
            name: Times(interval(link, Side.MARKETING, name), interval(link, Side.SALES, name), skew) for name in names
        }
        for link in links
    }
