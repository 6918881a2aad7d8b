"""Whether two linked records agree under the mapping: by one hash for each record, field by field where these differ.

The hash is over the fields that both objects of the pair have and that travel, in a form that is the same for values
that mean the same; so two hashes that are equal need no second look, and no value is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from crm.phones import normal_phone
from crm.record import Record, Side, Value
from crm.values import TEXTUAL, FieldType, dump, normal_domain, normal_email, same
from sync.fit import Schema, is_cut
from sync.mapping import FieldMap, ObjectMap, SyncRule, canonical
from sync.merge import merge_field
from sync.outcomes import Outcome
from sync.plan import Link
from sync.references import NOTHING, visible


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which both sides show different values, and what the next plan would make of it.

    `is_cut`: one side shows what is left of the other's value where it was cut to fit."""

    field: str
    marketing: Value
    sales: Value
    outcome: Outcome
    is_cut: bool = False


def compared(object_map: ObjectMap, marketing: str, sales: str) -> list[FieldMap]:
    """The fields by which records of these two objects are compared."""
    return [
        field
        for field in object_map.fields.values()
        if field.rule is not SyncRule.OFF
        and field.native_name(Side.MARKETING, marketing) is not None
        and field.native_name(Side.SALES, sales) is not None
    ]


def digest(fields: Sequence[FieldMap], shown: Mapping[str, Value]) -> bytes:
    """Sixteen bytes that are equal where two records agree in these fields."""
    whole = blake2b(digest_size=16)
    for field in fields:
        value = _normal(field.type, shown.get(field.name))
        whole.update(b"\x00" if value is None else b"\x01" + value.encode() + b"\x1f")
    return whole.digest()


def _normal(kind: FieldType, value: Value) -> str | None:
    """A text that is equal for values that are the `same`."""
    text = dump(value)
    if text is None or kind not in TEXTUAL:
        return text
    if kind is FieldType.EMAIL:
        return normal_email(text)
    if kind is FieldType.DOMAIN:
        return normal_domain(text)
    return (normal_phone(text.strip()) if kind is FieldType.PHONE else None) or text.strip()


def seen(object_map: ObjectMap, side: Side, record: Record) -> dict[str, Value]:
    """What a translated record shows; of several references those that lead to pairs."""
    return visible(object_map, side, canonical(object_map, side, record)[0], NOTHING)[0]


def differences(
    object_map: ObjectMap, link: Link, records: Mapping[Side, Record], schema: Schema
) -> Iterator[Difference]:
    """Every field in which a pair differs. A field that was not read, or cannot be read, says nothing."""
    shown = {side: seen(object_map, side, record) for side, record in records.items()}
    objects = {side: record.ref.object for side, record in records.items()}
    for field in compared(object_map, objects[Side.MARKETING], objects[Side.SALES]):
        if not all(field.name in shown[side] for side in Side):
            continue
        now = {side: shown[side][field.name] for side in Side}
        if same(field.type, now[Side.MARKETING], now[Side.SALES]):
            continue
        outcome = merge_field(field, link.base.pair(field.name), now, None, object_map.first_sync)
        cut = is_cut(field, objects, now, schema)
        yield Difference(field.name, now[Side.MARKETING], now[Side.SALES], outcome, cut)
