"""What HubSpot's records are associated with, as if it were fields: `associations.companies` holds ids, joined by `;`.

HubSpot keeps associations apart from properties: a page of records costs one more call for each object that a mapped
field names, and nothing where none does. A text as value makes that record the primary one, where there is such a
thing, and leaves the others alone; a set is what shall be there, no more and no less; blank takes the primary one away,
and where none is primary all of them.
https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from connectors.base import Answer, Archive, ConnectorError, FieldInfo, Merge, Policy, Refused, Shown, Unknown, Write
from connectors.batches import chunks
from connectors.hubspot.client import HubSpotClient, Refusal
from connectors.hubspot.wire import ASSOCIATIONS, Paging, Reading, decode
from crm.record import Record, Value

READ_BATCH, WRITE_BATCH = 1_000, 2_000
_OTHERS = ("companies", "contacts", "deals", "tickets")
_PRIMARY = {("contacts", "companies"): (1, 279), ("deals", "companies"): (5, 341), ("tickets", "companies"): (26, 339)}
"""The type of the primary association, and of the plain one that goes with it."""
_UNFIT = "HubSpot did not take this association: is the other record there, and may this portal join the two?"


class _Id(msgspec.Struct):
    id: str


class _Type(msgspec.Struct, rename="camel"):
    type_id: int


class _To(msgspec.Struct, rename="camel"):
    to_object_id: int
    association_types: list[_Type] = []


class _Result(msgspec.Struct):
    start: _Id = msgspec.field(name="from")
    to: list[_To] = []
    paging: Paging | None = None


class _Results(msgspec.Struct):
    results: list[_Result] = []


def described(object_name: str) -> Iterator[FieldInfo]:
    """The associations of an object as fields that can be mapped."""
    for other in _OTHERS:
        if other != object_name:
            yield FieldInfo(f"{ASSOCIATIONS}{other}", f"Associated {other}", "association")


def with_associations(client: HubSpotClient, reading: Reading, records: list[Record]) -> list[Record]:
    """The records with the associations that were asked for, in their fields and in what is stored of them."""
    for other in reading.associated if records else ():
        found = neighbours(client, reading.object_name, other, [record.ref.id for record in records])
        records = [with_ids(record, other, found[record.ref.id]) for record in records]
    return records


def with_ids(record: Record, other: str, ids: Sequence[str]) -> Record:
    """The record with what it is associated with in another object, in its fields and its payload."""
    joined = ";".join(ids) or None
    fields = {**record.fields, f"{ASSOCIATIONS}{other}": joined}
    known = {name.removeprefix(ASSOCIATIONS): ids for name, ids in fields.items() if name.startswith(ASSOCIATIONS)}
    # The last of two equal keys counts when this is read again.
    payload = record.payload[:-1] + b',"associated":' + msgspec.json.encode(known) + b"}"
    return replace(record, fields=fields, payload=payload)


def neighbours(client: HubSpotClient, object_name: str, other: str, ids: Iterable[str]) -> dict[str, list[str]]:
    """By record, the ids of what it is associated with: the primary one first, then in order."""
    found: dict[str, list[tuple[bool, int]]] = defaultdict(list)
    primary = _PRIMARY.get((object_name, other), (0, 0))[0]
    for part in chunks(dict.fromkeys(ids), READ_BATCH):
        inputs: list[dict[str, str]] = [{"id": each} for each in part]
        while inputs:
            data = client.call(client.associations.get_page, object_name, other, {"inputs": inputs})
            results = decode(_Results, data).results
            for each in results:
                found[each.start.id] += [
                    (all(kind.type_id != primary for kind in to.association_types), to.to_object_id) for to in each.to
                ]
            inputs = [
                {"id": each.start.id, "after": each.paging.next.after}
                for each in results
                if each.paging and each.paging.next
            ]
    return defaultdict(list, {each: [str(number) for _, number in sorted(pairs)] for each, pairs in found.items()})


# -- writing -----------------------------------------------------------------------------------------------------------


def bare(write: Write) -> Write:
    """The write without its associations."""
    if isinstance(write, Archive | Merge):
        return write
    return replace(write, fields={n: value for n, value in write.fields.items() if not n.startswith(ASSOCIATIONS)})


def associated(write: Write) -> dict[str, Value]:
    """The associations that a write sets, by object."""
    fields = {} if isinstance(write, Archive | Merge) else write.fields
    return {n.removeprefix(ASSOCIATIONS): v for n, v in fields.items() if n.startswith(ASSOCIATIONS)}


@dataclass(slots=True)
class _Pairs:
    """What is to be joined and parted."""

    plain: list[tuple[str, str]] = field(default_factory=list)
    primary: list[tuple[str, str]] = field(default_factory=list)
    parted: list[tuple[str, str]] = field(default_factory=list)

    def add(self, record_id: str, value: Value, before: Sequence[str], has_primary: bool) -> None:
        """What makes `value` of what was there `before`."""
        if isinstance(value, frozenset):
            self.plain += [(record_id, each) for each in sorted(value.difference(before))]
            self.parted += [(record_id, each) for each in before if each not in value]
        elif value is None:
            self.parted += [(record_id, each) for each in before[: 1 if has_primary else None]]
        elif has_primary and list(before[:1]) != [str(value)]:
            self.primary.append((record_id, str(value)))
        elif str(value) not in before:
            self.plain.append((record_id, str(value)))


def associate(
    client: HubSpotClient, object_name: str, writes: Sequence[Write], answers: Sequence[Answer]
) -> list[Answer]:
    """The answers, after the associations of what was written are written too and were read back."""
    final = list(answers)
    wanted: dict[str, dict[int, Value]] = defaultdict(dict)
    for position, (write, answer) in enumerate(zip(writes, answers, strict=True)):
        if isinstance(answer, Shown):
            for other, value in associated(write).items():
                wanted[other][position] = value
    for other, values in wanted.items():
        _associate(client, (object_name, other), values, final)
    return final


def _associate(
    client: HubSpotClient, between: tuple[str, str], values: Mapping[int, Value], answers: list[Answer]
) -> None:
    shown = {position: answer for position in values if isinstance(answer := answers[position], Shown)}
    has_primary = between in _PRIMARY
    try:
        old = [each.record.ref.id for each in shown.values() if not each.created]
        before = neighbours(client, *between, old) if old else defaultdict(list)
        pairs = _Pairs()
        for position, answer in shown.items():
            pairs.add(answer.record.ref.id, values[position], before[answer.record.ref.id], has_primary)
        _send(client, between, pairs)
        after = neighbours(client, *between, [each.record.ref.id for each in shown.values()])
    except Refusal as refusal:
        name = f"{ASSOCIATIONS}{between[1]}"
        answers_of = Refused(Policy.HELD, refusal.problem.category or "ASSOCIATION", str(refusal), name)
        for position in shown:
            answers[position] = answers_of
    except ConnectorError as error:
        for position in shown:
            answers[position] = Unknown(f"Written, but perhaps without its associations: {error}")
    else:
        for position, answer in shown.items():
            answers[position] = _judged(answer, between[1], values[position], after[answer.record.ref.id])


def _judged(answer: Shown, other: str, value: Value, after: Sequence[str]) -> Answer:
    lacks = not value <= set(after) if isinstance(value, frozenset) else value is not None and str(value) not in after
    if lacks:
        return Refused(Policy.HELD, "ASSOCIATION", _UNFIT, f"{ASSOCIATIONS}{other}")
    return replace(answer, record=with_ids(answer.record, other, after))


def _send(client: HubSpotClient, between: tuple[str, str], pairs: _Pairs) -> None:
    api = client.associations
    for part in chunks(pairs.plain, WRITE_BATCH):
        client.call(api.create_default, *between, {"inputs": [_pair(*each) for each in part]})
    types = [
        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": each} for each in _PRIMARY.get(between, ())
    ]
    for part in chunks(pairs.primary, WRITE_BATCH):
        client.call(api.create, *between, {"inputs": [{**_pair(*each), "types": types} for each in part]})
    for part in chunks(pairs.parted, WRITE_BATCH):
        inputs = [{"from": {"id": start}, "to": [{"id": end}]} for start, end in part]
        client.call(api.archive, *between, {"inputs": inputs})


def _pair(start: str, end: str) -> dict[str, Any]:
    return {"from": {"id": start}, "to": {"id": end}}
