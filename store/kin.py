"""Which loose records belong together for another reason than their e-mail: one was made from the other, another
integration paired them, or they were a pair until one was deleted. Both are followed to where they went by merges and
conversions."""

from __future__ import annotations

from collections.abc import Iterable

from crm.record import Ref
from store.sql import rows_in

_KNOWN = (
    "SELECT key, ref FROM store_record WHERE key IN ({keys})",
    "SELECT key, ref FROM store_record WHERE key IS NOT NULL AND ref IN ({keys})",
    "SELECT ref, gone FROM store_tombstone WHERE ref IN ({keys})",
    "SELECT ref, gone FROM store_tombstone WHERE gone IN ({keys})",
)


def kin(refs: Iterable[Ref]) -> list[tuple[Ref, Ref]]:
    """Pairs of live records of which either is in `refs`: of the two systems, in any order."""
    names = _with_origins({str(ref) for ref in refs})
    pairs = {pair for sql in _KNOWN for pair in rows_in(sql, names)}
    ends = _live_ends({name for pair in pairs for name in pair})
    found = {(ends[one], ends[other]) for one, other in pairs if one in ends and other in ends}
    return [(Ref.parse(one), Ref.parse(other)) for one, other in sorted(found)]


def _with_origins(names: set[str]) -> set[str]:
    """These records, and all that were merged or converted into them."""
    new = names
    while new:
        merged = {ref for (ref,) in rows_in("SELECT ref FROM store_record WHERE merged_into IN ({keys})", new)}
        new = merged - names
        names |= new
    return names


def _live_ends(names: set[str]) -> dict[str, str]:
    """By each record, the live one that it is now; those that are gone are absent."""
    moved: dict[str, str | None] = {}
    live: set[str] = set()
    new = names
    while new:
        for ref, merged_into, deleted in rows_in(
            "SELECT ref, merged_into, deleted FROM store_record WHERE ref IN ({keys})", new
        ):
            moved[ref] = merged_into
            if not deleted and merged_into is None:
                live.add(ref)
        new = {ref for ref in moved.values() if ref is not None} - moved.keys() - new
    ends = {name: _end(moved, name) for name in names}
    return {name: end for name, end in ends.items() if end in live}


def _end(moved: dict[str, str | None], name: str) -> str:
    passed = {name}
    while (further := moved.get(name)) and further not in passed:
        name = further
        passed.add(name)
    return name
