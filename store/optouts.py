"""Which addresses have opted out, and which records an opt-out may have to travel from or to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

from crm.record import Record, Ref, Side
from store.keyed import by_key
from store.sql import execute_many, now, rows, rows_in, upsert
from sync.consent import Standing
from sync.mapping import FieldMap, ObjectMap

_TOUCH = """INSERT INTO store_consenttouch (ref, object, due_at) VALUES (%s, %s, %s)
            ON CONFLICT (ref) DO UPDATE SET due_at = excluded.due_at"""
Email = Callable[[str, Record], str | None]
"""The normalised address that a record of an object shows."""


class Known(Protocol):
    """What was stored of a record until now."""

    @property
    def email(self) -> str | None: ...


def touch(object_name: str, refs: Iterable[str], due_at: int | None = None) -> None:
    """Say that an opt-out may have to travel from, or to, these records; in the caller's transaction."""
    execute_many(_TOUCH, [(ref, object_name, due_at or now()) for ref in sorted(refs)])


def notice(
    object_map: ObjectMap, side: Side, records: Collection[Record], before: Mapping[str, Known], email: Email
) -> None:
    """Records were stored, in the same transaction: those that say an opt-out, that show another address than `before`,
    or whose address has opted out, are looked at. Any other has none."""
    consent = object_map.consent
    if consent is None:
        return
    found, addresses = set[str](), dict[str, list[str]]()
    for record in records:
        ref, address = str(record.ref), email(object_map.name, record)
        if (ref in before and before[ref].email != address) or _says(consent, side, record):
            found.add(ref)
        elif address is not None:
            addresses.setdefault(address, []).append(ref)
    found |= {ref for address in known(addresses) for ref in addresses[address]}
    touch(object_map.name, found)


def _says(consent: FieldMap, side: Side, record: Record) -> bool:
    wire = record.fields.get(consent.native_name(side, record.ref.object) or "")
    try:
        return consent.read(side, wire) is True
    except ValueError:
        return False


def notice_pairs(object_map: ObjectMap, refs: Iterable[Ref]) -> None:
    """Records were linked, in the same transaction: where one of a pair says an opt-out, the other must."""
    if object_map.consent is not None:
        column = f'"f_{object_map.consent.name}"'
        sql = f'SELECT "ref" FROM "facts_{object_map.name}" WHERE {column} = 1 AND "ref" IN ({{keys}})'
        touch(object_map.name, {ref for (ref,) in rows_in(sql, [str(ref) for ref in refs])})


def known(addresses: Iterable[str]) -> dict[str, bool]:
    """Of these addresses those that have opted out, and whether the marketing system has it so."""
    addresses = set(addresses)
    if not addresses or not rows("SELECT 1 FROM store_optout LIMIT 1"):
        return {}
    keys = by_key(addresses)
    return {
        keys[key]: bool(kept)
        for key, kept in rows_in("SELECT address, kept FROM store_optout WHERE address IN ({keys})", keys)
    }


def opted_out_at(address: str) -> int:
    """When a known address opted out."""
    found = rows("SELECT at FROM store_optout WHERE address = %s", list(by_key([address])))
    return int(found[0][0]) if found else 0


def remember(addresses: Iterable[tuple[str, int, bool]]) -> None:
    """These have opted out: address, when, and whether the marketing system has it so; in the caller's transaction."""
    execute_many(
        upsert("store_optout", "address", ["at", "kept"]),
        [(*by_key([address]), at, kept) for address, at, kept in addresses],
    )


def forget(addresses: Iterable[str]) -> None:
    """A person lets these be; in the caller's transaction."""
    execute_many("DELETE FROM store_optout WHERE address = %s", [(key,) for key in by_key(addresses)])


def standings(object_map: ObjectMap, refs: Collection[str]) -> tuple[list[Standing], dict[Ref, Ref]]:
    """How these records stand, with their pairs and all who share an address with any of them; and the pairs."""
    pairs = _pairs(refs)
    near = {*refs, *pairs, *pairs.values()}
    addresses = {each.address for each in _read(object_map, "r.ref", near) if each.address}
    everyone = {each.ref: each for each in _read(object_map, "r.ref", near)}
    everyone |= {each.ref: each for each in _read(object_map, "r.email", addresses)}
    pairs |= _pairs({str(ref) for ref in everyone} - near)
    beyond = set(pairs.values()) - {str(ref) for ref in everyone}
    everyone |= {each.ref: each for each in _read(object_map, "r.ref", beyond)}
    return list(everyone.values()), {Ref.parse(one): Ref.parse(other) for one, other in pairs.items()}


def _read(object_map: ObjectMap, column: str, keys: Collection[str]) -> list[Standing]:
    assert object_map.consent is not None
    found = rows_in(
        f"""SELECT r.ref, r.side, r.email, f."f_{object_map.consent.name}", r.modified_at
            FROM store_record r LEFT JOIN "facts_{object_map.name}" f ON f."ref" = r.ref
            WHERE r.object = '{object_map.name}' AND NOT r.deleted AND r.merged_into IS NULL
            AND {column} IN ({{keys}})""",
        keys,
    )
    return [
        Standing(Ref.parse(ref), Side(side), address, None if says is None else bool(says), at)
        for ref, side, address, says, at in found
    ]


def _pairs(refs: Collection[str]) -> dict[str, str]:
    """By each record that is linked, its counterpart, both ways round."""
    found: dict[str, str] = {}
    for side in Side:
        sql = f"SELECT marketing, sales FROM store_link WHERE {side} IN ({{keys}})"
        found |= {one: other for row in rows_in(sql, refs) for one, other in (row, row[::-1])}
    return found
