"""What a webhook tells: which records may differ, and what happened that no later look can show.

Of a value nothing is taken: an event is late, doubled or out of order as it pleases, and the record is read anyway.
https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from connectors.hubspot.wire import SYSTEM
from crm.record import Ref

_OBJECTS = {
    "0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-27": "tasks", "0-46": "notes",
    "0-47": "meetings", "0-48": "calls", "0-49": "emails", "contact": "contacts", "company": "companies",
    "deal": "deals", "ticket": "tickets", "task": "tasks", "note": "notes", "meeting": "meetings", "call": "calls",
    "email": "emails",
}  # fmt: skip
"""HubSpot's names of an object by its type id and by the word before the dot of a subscription."""
ERASED = "privacyDeletion"


class Unreadable(ValueError):
    """The body is no list of events."""


@dataclass(slots=True)
class Told:
    """What one body tells of one portal. `unread` counts events that could not be read."""

    touched: set[Ref] = field(default_factory=set)
    erased: set[Ref] = field(default_factory=set)
    """Contacts that were deleted for good because a person asked for it."""
    strangers: int = 0
    """Events of other portals."""
    unread: int = 0


class _Event(msgspec.Struct, rename="camel"):
    portal_id: int
    subscription_type: str = ""
    event_type: str = ""
    object_type_id: str = ""
    from_object_type_id: str = ""
    to_object_type_id: str = ""
    association_type: str = ""
    object_id: int | str | None = None
    from_object_id: int | str | None = None
    to_object_id: int | str | None = None
    primary_object_id: int | str | None = None
    new_object_id: int | str | None = None
    merged_object_ids: list[int | str] = []


def read_events(body: bytes, portal: str) -> Told:
    """What a body tells of a portal. Raises Unreadable where it is no list."""
    try:
        raws = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    told = Told()
    for raw in raws:
        try:
            event = msgspec.json.decode(raw, type=_Event)
        except (msgspec.DecodeError, UnicodeDecodeError):
            told.unread += 1
            continue
        if str(event.portal_id) != portal:
            told.strangers += 1
            continue
        refs = set(_refs(event))
        told.touched |= refs
        told.erased |= refs if _kind(event) == ERASED else set()
    return told


def _kind(event: _Event) -> str:
    return (event.subscription_type or event.event_type).rpartition(".")[2]


def _refs(event: _Event) -> Iterator[Ref]:
    """Every record that an event names: both ends of an association, all that went into a merge."""
    word = (event.subscription_type or event.event_type).partition(".")[0]
    own = event.object_type_id or word
    ids = [event.object_id, event.primary_object_id, event.new_object_id, *event.merged_object_ids]
    ends = [*event.association_type.lower().split("_to_"), "", ""]
    named = [(own, each) for each in ids]
    named += [(event.from_object_type_id or ends[0] or own, event.from_object_id)]
    named += [(event.to_object_type_id or ends[1], event.to_object_id)]
    for name, record_id in named:
        if name and record_id is not None and str(record_id).isdigit():
            yield Ref(SYSTEM, _OBJECTS.get(name, name), str(record_id))
