"""What broke in a system's schema: a mapped field as it was accepted, against what is described now.

A field that is gone, or holds another kind of value, pauses: nothing of it is merged or written, its edits are held
with the code `schema`, and all else travels. What is only narrower (shorter, fewer options) is said by `entente
check`; each value that does not fit is held when it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connectors.base import FieldInfo
from crm.record import Side, Value
from crm.values import same
from sync.fit import Schema
from sync.mapping import FieldMap, ObjectMap
from sync.outcomes import Held

CODE = "schema"
"""The code of what is held because its field is gone, or has another type."""


class Kind(StrEnum):
    """What happened to a field."""

    GONE = "gone"
    TYPE = "type"
    SHORTER = "shorter"
    REQUIRED = "required"
    OPTIONS = "options"
    READ_ONLY = "read_only"

    @property
    def pauses(self) -> bool:
        """Whether nothing of the field may travel until it is mended."""
        return self in {Kind.GONE, Kind.TYPE}


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that broke: what it was and is, and how to mend it."""

    kind: Kind
    text: str
    mend: str


_FAMILIES = (
    {"string", "textarea", "email", "phone", "url", "encryptedstring", "picklist", "combobox", "phone_number",
     "enumeration", "html", "id"},
    {"multipicklist"},
    {"double", "currency", "percent", "int", "long", "number"},
    {"boolean", "bool"},
    {"date"},
    {"datetime"},
    {"reference"},
)  # fmt: skip
"""Types of both systems that hold the same kind of value: a text that becomes a text area has not broken."""


def breaks(was: FieldInfo, now: FieldInfo | None, *, is_written: bool) -> Iterator[Break]:
    """What broke between two descriptions of a field; `now` is `None` where it is no longer described.

    >>> [each.text for each in breaks(FieldInfo("T", "T", "string", max_length=255), None, is_written=True)]
    ['it was there, and is not any more, or is hidden from the integration user']
    """
    if now is None:
        text = "it was there, and is not any more, or is hidden from the integration user"
        yield Break(Kind.GONE, text, "restore it or grant it, or take its line out of mapping.yaml")
        return
    if _family(was.type) != _family(now.type):
        text = f"its type was {was.type}, and is {now.type}"
        mend = (
            "change it back, or correct `type:` in its line of mapping.yaml; `entente check --accept` takes it as it is"
        )
        yield Break(Kind.TYPE, text, mend)
    if is_written:
        yield from _narrower(was, now)


def _narrower(was: FieldInfo, now: FieldInfo) -> Iterator[Break]:
    """What a written field takes no more."""
    if was.writable and not now.writable:
        yield Break(Kind.READ_ONLY, "it could be written, and cannot any more", "grant Edit, or map it one way")
    if now.max_length is not None and (was.max_length is None or now.max_length < was.max_length):
        text = f"it took {was.max_length or 'any number of'} characters, and takes {now.max_length}"
        yield Break(Kind.SHORTER, text, "lengthen it again, or set `too_long: truncate`; longer values are held")
    if now.required and not was.required:
        yield Break(Kind.REQUIRED, "it became required", "fill it on the other side; blanks are held")
    lost = sorted((was.options or frozenset()) - now.options) if now.options is not None else []
    if lost:
        mend = "add them again, or map them under `values`; such values are held"
        yield Break(Kind.OPTIONS, f"it knows no longer {', '.join(lost)}", mend)


def _family(kind: str) -> object:
    return next((number for number, family in enumerate(_FAMILIES) if kind.lower() in family), kind.lower())


def pause_of(field_map: FieldMap, objects: Mapping[Side, Iterable[str]], schema: Schema) -> dict[Side, str]:
    """By side, why a field is paused on one of these objects; empty where it is not."""
    found = {}
    for side, names in objects.items():
        for object_name in names:
            info = schema[side].get(object_name, {}).get(field_map.native_name(side, object_name) or "")
            if info is not None and info.paused:
                found[side] = f"{object_name}.{info.name}: {info.paused}"
    return found


def pauses(object_map: ObjectMap, objects: Mapping[Side, str], schema: Schema) -> dict[str, dict[Side, str]]:
    """By field of a pair of these objects, by side, why it is paused; most often nothing is."""
    found = {
        name: pause_of(field_map, {side: [native] for side, native in objects.items()}, schema)
        for name, field_map in object_map.fields.items()
    }
    return {name: paused for name, paused in found.items() if paused}


def held_edits(
    field_map: FieldMap, paused: Mapping[Side, str], shown: Mapping[Side, Value], base: Mapping[Side, Value]
) -> Iterator[Held]:
    """What waits because its field is paused: the edits of the sides that can still be read, against the base."""
    why = "; ".join(paused.values())
    for side, value in shown.items():
        if not same(field_map.type, base.get(side), value):
            yield Held(field_map.name, side.other, CODE, why)


def no_creates(object_map: ObjectMap, source: Side, object_name: str, schema: Schema) -> Held | None:
    """Nobody new is made while the field by which matches are found cannot be read on either side: who is there
    already would not be found."""
    target = source.other
    key = object_map.match_by
    if key is None:
        return None
    paused = pause_of(key, {source: [object_name], target: object_map.object_names(target)}, schema)
    return Held(key.name, target, CODE, "; ".join(paused.values())) if paused else None
