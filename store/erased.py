"""Who was erased: known again by a keyed hash, so that no system brings the person back into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crm.record import Record
from store.keyed import keyed, keyed_address
from store.models import Conflict, Erased
from store.sql import now, rows, rows_in

KIND = "erased"
"""The kind of conflict that asks a person to erase somebody in the other system too."""


def keep_out(refs: Iterable[str], addresses: Iterable[str]) -> None:
    """From now on these are neither stored nor made, in the caller's transaction."""
    names = {*(keyed(ref) for ref in refs), *(keyed_address(address) for address in addresses)}
    Erased.objects.bulk_create((Erased(name=name, at=now()) for name in names), ignore_conflicts=True)


def without_erased(records: Sequence[Record], address: Callable[[Record], str | None]) -> Sequence[Record]:
    """The records of those who were not erased. Where the record of one who was is gone now, the task about it is done.

    In the caller's transaction.
    """
    if not records or not rows("SELECT 1 FROM store_erased LIMIT 1"):
        return records
    names = {str(record.ref): {keyed(str(record.ref))} for record in records}
    for record in records:
        if (email := address(record)) is not None:
            names[str(record.ref)].add(keyed_address(email))
    every = {name for each in names.values() for name in each}
    known = {name for (name,) in rows_in("SELECT name FROM store_erased WHERE name IN ({keys})", every)}
    if not known:
        return records
    kept_out = [record for record in records if names[str(record.ref)] & known]
    for record in kept_out:
        if record.deleted:
            close_task(str(record.ref))
    # A record that came back with an erased address stays out when that changes; its next address may be another's.
    keep_out((str(record.ref) for record in kept_out), ())
    refs = {record.ref for record in kept_out}
    return [record for record in records if record.ref not in refs]


def close_task(ref: str) -> None:
    """The record is erased there too: not even its number is kept."""
    Conflict.objects.filter(kind=KIND, ref=ref).delete()
