"""References and owners: one value for both sides, and what becomes of it where what it leads to is missing.

On the wire a reference is the id of another record of the same system, an owner that of a user. Canonically a reference
is the id of its target's link and an owner the id of the rep: the same text on both sides, so that both merge, are
remembered and are undone like any field. What belongs to no pair, or is no rep, keeps a text of its own
(`own_text`), which holds a colon where a link's id has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm.record import Record, Ref, Side, Value, Wire
from crm.values import FieldType
from sync.mapping import FieldMap, ObjectMap, SyncRule
from sync.outcomes import FieldChange, Held

PARENT, OWNER = "parent", "owner"
"""The codes of held values: what a reference leads to belongs to no pair; an owner cannot own records there."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns records: by side and id there, the rep; and where a rep can be given records now."""

    reps: Mapping[tuple[Side, str], str] = field(default_factory=dict)
    able: Mapping[tuple[str, Side], str] = field(default_factory=dict)
    """By rep and side, the id there: who is deactivated, archived or no user there is left out."""
    names: Mapping[str, str] = field(default_factory=dict)
    emails: Mapping[str, str] = field(default_factory=dict)
    """By e-mail, the rep."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the decisions about a batch need to know of what its records lead to."""

    promised: frozenset[str] = frozenset()
    """Own texts of records that this run is about to link or create: they belong to a pair before they are needed."""
    owners: Owners = Owners()
    default_owner: str | None = None
    """The rep who is given what its own owner cannot have on the other side."""

    def reaches(self, value: Value) -> bool:
        """Whether a reference leads to at least one record that is there on the other side, or about to be."""
        return any(not is_lone(each) or each in self.promised for each in members(value))


NOTHING = Known()
"""Where no record leads to another."""


def own_text(system: str, name: str, record_id: str) -> str:
    """What stands for a record without a link, or for an owner who is no rep.

    >>> own_text("hubspot", "company", "5"), is_lone("hubspot:company:5"), is_lone("42")
    ('hubspot:company:5', True, False)
    """
    return str(Ref(system, name, record_id))


def is_lone(text: str) -> bool:
    """Whether a canonical reference leads to a record without a link."""
    return ":" in text


def members(value: Value) -> list[str]:
    """What a canonical reference leads to, one by one."""
    if isinstance(value, frozenset):
        return sorted(value)
    return [str(value)] if value is not None else []


def ids_of(field_map: FieldMap, wire: Wire) -> list[str]:
    """The ids that a system shows; of a single reference the first one, which in HubSpot is the primary one."""
    ids = [part.strip() for part in str(wire if wire is not None else "").split(";") if part.strip()]
    return ids if field_map.type is FieldType.REFERENCES else ids[:1]


def lone_texts(object_map: ObjectMap, side: Side, records: Iterable[Record]) -> Iterator[str]:
    """The own texts of everything that references of these records of one side lead to."""
    for record in records:
        for native_name, field_map in object_map.referring_on(side, record.ref.object):
            if field_map.to is not None:
                ids = ids_of(field_map, record.fields.get(native_name))
                yield from (own_text(record.ref.system, field_map.to, each) for each in ids)


def translated(object_map: ObjectMap, side: Side, record: Record, linked: Mapping[str, str], owners: Owners) -> Record:
    """The record with canonical references and owners in place of ids; `linked` gives the link by own text."""
    fields: dict[str, Wire] = {}
    for native_name, field_map in object_map.referring_on(side, record.ref.object):
        if not (ids := ids_of(field_map, record.fields.get(native_name))):
            continue
        system = record.ref.system
        if field_map.to is None:
            fields[native_name] = owners.reps.get((side, ids[0])) or own_text(system, OWNER, ids[0])
        else:
            texts = [own_text(system, field_map.to, each) for each in ids]
            fields[native_name] = ";".join(linked.get(text, text) for text in texts)
    return replace(record, fields={**record.fields, **fields}) if fields else record


# -- in the plan -------------------------------------------------------------------------------------------------------


def visible(
    object_map: ObjectMap, side: Side, shown: Mapping[str, Value], known: Known
) -> tuple[dict[str, Value], list[Held]]:
    """What a side shows, of several references only those that lead to pairs; each of the others waits for its own."""
    values, held = dict(shown), list[Held]()
    for field_map in object_map.leading_to_several:
        value = values.get(field_map.name)
        if isinstance(value, frozenset):
            kept = frozenset(each for each in value if known.reaches(each))
            values[field_map.name] = kept or None
            if not kept:  # it leads to somebody: that is no clear, and has no say until that one is in a pair
                del values[field_map.name]
            if kept != value and field_map.rule is not SyncRule.OFF:
                held.append(waits(field_map, side.other, value - kept))
    return values, held


def with_lone(value: Value, shown: Value) -> Value:
    """Several references to be written, with those that the target has to records without a link: these are not ours
    to take away."""
    if not isinstance(shown, frozenset):
        return value
    lone = frozenset(each for each in shown if is_lone(each))
    return (value if isinstance(value, frozenset) else frozenset()) | lone or None


def with_unshown(value: Value, shown: Value, agreed: Mapping[Side, Value] | None, side: Side) -> Value:
    """Several references to be written to a side, with those on which the two agreed to differ: where the other system
    shows one person of an activity only, what becomes of that one says nothing of the rest."""
    if agreed is None:
        return value
    kept = {*members(shown)} & ({*members(agreed[side])} - {*members(agreed[side.other])})
    return frozenset({*members(value), *kept}) or None


def waits(field_map: FieldMap, side: Side, value: Value) -> Held:
    """A reference that cannot travel to a side before what it leads to belongs to a pair."""
    why = f"the {field_map.to} that it leads to is in no pair: it travels once that one is linked or made there"
    return Held(field_map.name, side, PARENT, why, value)


def carried(
    object_map: ObjectMap, changes: Sequence[FieldChange], known: Known
) -> tuple[list[FieldChange], list[Held]]:
    """The changes that can travel, and what waits: a reference for its target, an owner for a place on that side."""
    accepted, held = list[FieldChange](), list[Held]()
    for change in changes:
        field_map = object_map.fields[change.field]
        if field_map.type is FieldType.OWNER:
            settled, gap = _owned(change, known)
            accepted += [settled] if settled else []
            held += [gap] if gap else []
        elif field_map.type is FieldType.REFERENCE and change.new is not None and not known.reaches(change.new):
            held.append(waits(field_map, change.side, change.new))
        else:
            accepted.append(change)
    return accepted, held


def _owned(change: FieldChange, known: Known) -> tuple[FieldChange | None, Held | None]:
    """The rep, if that one can own records there; else the default owner, where nobody valid is reset by it; else the
    record keeps whom it has. Nobody is taken away: sales knows no record without an owner."""
    rep, able = str(change.new), known.owners.able
    if change.new is None or (rep, change.side) in able:
        return (change if change.new is not None else None), None
    name = known.owners.names.get(rep, rep)
    why = f"{name} owns records in {change.side.other} and cannot own any in {change.side}: give them to somebody else"
    gap = Held(change.field, change.side, OWNER, f"{why}, or make {name} an active user there", rep)
    default = known.default_owner
    if default is None or (default, change.side) not in able or (str(change.old), change.side) in able:
        return None, gap
    reason = f"{change.reason}; the owner cannot own records there, the default owner can"
    return (replace(change, new=default, reason=reason) if change.old != default else None), gap


def given_owners(object_map: ObjectMap, shown: Mapping[str, Value], written: Collection[str]) -> dict[str, Value]:
    """Owners that a system itself gave to a new record: nobody decided that, so that it does not travel."""
    owners = (field_map.name for field_map in object_map.referring if field_map.type is FieldType.OWNER)
    return {name: shown[name] for name in owners if name in shown and name not in written}


def lacks_parent(object_map: ObjectMap, side: Side, values: Mapping[str, Value], known: Known) -> list[Held] | None:
    """What a record waits for before it is made on a side: one of its required references must lead to a pair. Empty
    where it leads to nothing at all, so that it is not made; `None` where nothing is missing."""
    required = [field_map for field_map in object_map.fields.values() if field_map.required]
    if not required or any(known.reaches(values.get(each.name)) for each in required):
        return None
    return [waits(each, side, values[each.name]) for each in required if values.get(each.name) is not None]


def must_wait(object_map: ObjectMap, object_name: str, fields: Collection[str]) -> bool:
    """Whether a record may not be made as this object of a system with only these fields."""
    required = {field_map.name for field_map in object_map.fields.values() if field_map.required}
    account = object_map.account if object_map.create_in_sales == "contact_if_account" else None
    is_homeless = account is not None and object_name in account.sales and account.name not in fields
    return is_homeless or bool(required and not required & set(fields))


# -- on the way out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The changes of one write, with the values to send by canonical field; what cannot be sent yet `waits`."""

    changes: tuple[FieldChange, ...]
    values: Mapping[str, Value]
    waits: tuple[Held, ...] = ()


def wanted(object_map: ObjectMap, changes: Iterable[FieldChange]) -> Iterator[str]:
    """All that the references among these changes lead to: links' ids and own texts."""
    for change in changes:
        if object_map.fields[change.field].to is not None:
            yield from (*members(change.new), *members(change.source))


def ready(
    object_map: ObjectMap,
    system: str,
    changes: Iterable[FieldChange],
    linked: Mapping[str, str],
    ids: Mapping[str, str],
    owners: Owners,
) -> Ready:
    """What to send to a system: `linked` gives the link of an own text, `ids` the system's id by link."""
    kept, values, held = list[FieldChange](), dict[str, Value](), list[Held]()
    for change in changes:
        field_map = object_map.fields[change.field]
        if field_map.type is FieldType.OWNER:
            owner = owners.able.get((str(change.new), change.side)) or _own_id(system, change.new)
            if owner is not None:
                kept.append(change)
                values[change.field] = owner
            continue
        if field_map.to is None:
            kept.append(change)
            values[change.field] = change.new
            continue
        new, source = _now_linked(change.new, linked), _now_linked(change.source, linked)
        sent = {each: ids.get(each) or _own_id(system, each) for each in members(new)}
        if lost := [each for each, record_id in sent.items() if record_id is None]:
            held.append(waits(field_map, change.side, frozenset(lost) if isinstance(new, frozenset) else new))
        there = frozenset(record_id for record_id in sent.values() if record_id is not None)
        if there or not members(new):
            kept.append(replace(change, new=new, source=source))
            values[change.field] = there or None if isinstance(new, frozenset) else next(iter(there), None)
    return Ready(tuple(kept), values, tuple(held))


def _now_linked(value: Value, linked: Mapping[str, str]) -> Value:
    """What was promised when it was planned, as it is now."""
    if isinstance(value, frozenset):
        return frozenset(linked.get(each, each) for each in value)
    return linked.get(value, value) if isinstance(value, str) else value


def _own_id(system: str, value: Value) -> str | None:
    """The id behind an own text of this very system: what it showed itself can be written back to it."""
    text = str(value)
    return Ref.parse(text).id if text.startswith(f"{system}:") and text.count(":") >= 2 else None
