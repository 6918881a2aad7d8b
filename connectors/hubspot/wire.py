"""What HubSpot sends and takes, decoded straight from the bytes: each record keeps its own slice of the answer.

The client's model objects cost twenty times this and are never made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from connectors.base import Unavailable
from crm.record import Record, Ref, Value

SYSTEM = "hubspot"
OWNER = "hubspot_owner_id"
MERGED = "hs_merged_object_ids"
MORE_EMAILS = "hs_additional_emails"
TWINS = {
    "contacts": (("salesforcecontactid", "Contact"), ("salesforceleadid", "Lead")),
    "companies": (("salesforceaccountid", "Account"),),
}
"""By object, the properties in which HubSpot's own Salesforce integration keeps whom it syncs a record with; a portal
that never had it does not know them, and leaves them out of its answers."""
ASSOCIATIONS = "associations."
"""Begins the name of what a record is associated with, as a field."""
_ALWAYS_SENT = ("createdate", "hs_object_id", "hs_createdate", "hs_lastmodifieddate", "lastmodifieddate")

Decoded = TypeVar("Decoded")


class Version(msgspec.Struct):
    """One entry of a property's history."""

    timestamp: str


class Hit(msgspec.Struct, rename="camel"):
    """One record of an answer; `new` is sent by upserts, the trace id by writes that carried one."""

    id: str
    properties: dict[str, str | None] = {}
    updated_at: str = ""
    archived: bool = False
    new: bool = False
    object_write_trace_id: str | None = None
    properties_with_history: dict[str, list[Version]] = {}
    associated: dict[str, str | None] = {}
    """What we added to it: ids by object."""


class Problem(msgspec.Struct, rename="camel"):
    """An error answer, or one of the errors inside it. Every field is optional by HubSpot's contract."""

    message: str = ""
    category: str = ""
    policy_name: str = ""
    context: dict[str, Any] = {}
    errors: list[Problem] = []

    def named(self, key: str) -> list[str]:
        """The values of one key of the context, whether it is sent as a list or alone."""
        value = self.context.get(key, [])
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]


class Next(msgspec.Struct):
    after: str


class Paging(msgspec.Struct):
    next: Next | None = None


class Listing(msgspec.Struct):
    """Any answer that holds records, each still in its bytes."""

    results: list[msgspec.Raw] = []
    paging: Paging | None = None
    total: int | None = None
    errors: list[Problem] = []

    @property
    def after(self) -> str | None:
        return self.paging.next.after if self.paging and self.paging.next else None


_HIT = msgspec.json.Decoder(Hit)
_LISTING = msgspec.json.Decoder(Listing)


def decode(kind: type[Decoded], data: bytes) -> Decoded:
    """Raises Unavailable where the answer is not what HubSpot documents (a gateway's page, a cut body)."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise Unavailable(f"HubSpot sent an answer that cannot be read ({error}): try again later") from error


def decode_listing(data: bytes) -> Listing:
    try:
        return _LISTING.decode(data)
    except msgspec.DecodeError as error:
        raise Unavailable(f"HubSpot sent an answer that cannot be read ({error}): try again later") from error


def stamp_property(object_name: str) -> str:
    """The property that holds the time of the last change: contacts have their own."""
    return "lastmodifieddate" if object_name == "contacts" else "hs_lastmodifieddate"


class Reading:
    """How to read one object: what to ask for, and how a hit becomes a record of the fields that were asked for."""

    def __init__(self, object_name: str, fields: Sequence[str]) -> None:
        self.object_name = object_name
        self.stamp = stamp_property(object_name)
        self._twins = TWINS.get(object_name, ())
        extra = [OWNER, MERGED, *(name for name, _ in self._twins)]
        extra += [MORE_EMAILS] if object_name == "contacts" else []
        self.named = [name for name in fields if not name.startswith(ASSOCIATIONS)]
        self.associated = [name.removeprefix(ASSOCIATIONS) for name in dict.fromkeys(fields) if name not in self.named]
        self.asked = list(dict.fromkeys([*self.named, self.stamp, *extra]))
        self._dropped = [name for name in (*extra, *_ALWAYS_SENT) if name not in fields]

    def hit(self, raw: msgspec.Raw) -> Hit:
        try:
            return _HIT.decode(raw)
        except msgspec.DecodeError as error:
            raise Unavailable(f"HubSpot sent a record that cannot be read ({error}): try again later") from error

    def record(self, raw: msgspec.Raw) -> Record:
        return self.record_of(self.hit(raw), raw)

    def record_of(self, hit: Hit, raw: msgspec.Raw) -> Record:
        """The record behind a hit; the hit's properties become the record's fields and must not be used after."""
        properties = hit.properties
        at = properties.get(self.stamp) or hit.updated_at
        owner = properties.get(OWNER) or None
        merged, emails = (_parts(properties.get(name)) for name in (MERGED, MORE_EMAILS))
        twin = next((Ref("salesforce", kind, whole_id(shown)) for name, kind in self._twins
                     if (shown := properties.get(name) or "").isalnum()), None)  # fmt: skip
        for name in self._dropped:
            properties.pop(name, None)
        properties |= {f"{ASSOCIATIONS}{other}": ids for other, ids in hit.associated.items()}
        return Record(
            Ref(SYSTEM, self.object_name, hit.id),
            properties,
            owner,
            datetime.fromisoformat(at),
            hit.archived,
            None,
            merged,
            emails,
            payload=bytes(raw),
            twin=twin,
        )


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def whole_id(text: str) -> str:
    """A Salesforce id in its 18 characters, whose last three say which letters are capitals.

    >>> whole_id("0035g00000RtAbC"), whole_id("0035g00000RtAbCAAV")
    ('0035g00000RtAbCAAV', '0035g00000RtAbCAAV')
    """
    if len(text) != 15:
        return text
    parts = (text[start : start + 5] for start in (0, 5, 10))
    sums = (sum(1 << place for place, letter in enumerate(part) if letter.isupper()) for part in parts)
    return text + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[each] for each in sums)


def decode_record(object_name: str, payload: bytes) -> Record:
    """The record of a stored payload, with every property that it holds."""
    hit = decode(Hit, payload)
    reading = Reading(object_name, list(hit.properties))
    return reading.record_of(hit, msgspec.Raw(payload))


def to_text(value: Value) -> str:
    """A typed value as HubSpot takes it: text only, blank is the empty text, a moment is epoch milliseconds.

    >>> to_text(True), to_text(Decimal("1E+3")), to_text(frozenset({"b", "a"})), to_text(None)
    ('true', '1000', 'a;b', '')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return str(to_milliseconds(value))
        case date():
            return value.isoformat()
        case _:
            return ";".join(sorted(value))


def to_properties(fields: Mapping[str, Value]) -> dict[str, str]:
    return {name: to_text(value) for name, value in fields.items()}


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(at: datetime) -> int:
    """Exact, where a float timestamp would round."""
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000
