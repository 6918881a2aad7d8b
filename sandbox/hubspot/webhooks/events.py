"""Which events follow from one write, as the subscriptions of one app ask for them.

All events of one write have the same `eventId`: it is not unique, as HubSpot says of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.errors import PORTAL_ID
from sandbox.hubspot.sources import API, Source
from sandbox.hubspot.table import Record, Table
from sandbox.hubspot.webhooks.subscriptions import Subscription, Target
from sandbox.log import differing

if TYPE_CHECKING:
    from sandbox.hubspot.state import HubSpotState

Event = dict[str, Any]
NAMES = {
    "create": "creation",
    "archive": "deletion",
    "delete": "deletion",
    "restore": "restore",
    "privacyDeletion": "privacyDeletion",
}
FLAGS = {"creation": "CREATED", "deletion": "DELETED", "restore": "RESTORED"}


def events_of(
    state: HubSpotState, target: Target, action: str, table: Table, record: Record, before: dict[str, str]
) -> Iterator[Event]:
    """What an app is told of one write of a record."""
    singular, type_id = table.kind.singular, table.kind.type_id
    if action == "merge":
        for subscription in target.wants("merge", singular, type_id):
            yield about(state, target, subscription, table, record.modified) | merged(state, record)
    elif name := NAMES.get(action):
        for subscription in target.wants(name, singular, type_id):
            flag = {"changeFlag": FLAGS[name]} if name in FLAGS else {}
            moment = record.modified if record.properties else state.now()
            event = about(state, target, subscription, table, moment) | {"objectId": record.id} | flag
            yield event | source(API.source)
    if action in ("create", "update"):
        changed = set(differing(before, record.properties))
        for subscription in target.wants("propertyChange", singular, type_id):
            if subscription.property_name in changed:
                yield property_change(state, target, subscription, table, record)


def property_change(
    state: HubSpotState, target: Target, subscription: Subscription, table: Table, record: Record
) -> Event:
    name = str(subscription.property_name)
    event = about(state, target, subscription, table, record.modified)
    event |= {"objectId": record.id, "propertyName": name, "propertyValue": record.properties.get(name, "")}
    return event | source(wrote(record, name))


def merged(state: HubSpotState, record: Record) -> Event:
    """The ids of the merge that was just made."""
    merge = state.merges[-1]
    event: Event = {"objectId": record.id, "primaryObjectId": merge.primary_id, "mergedObjectIds": [merge.merged_id]}
    event |= {"newObjectId": merge.new_id, "numberOfPropertiesMoved": merge.properties_moved}
    return event | source(API.source)


def association_changes(
    state: HubSpotState, target: Target, start: tuple[str, int], end: tuple[str, int], is_removed: bool, primary: bool
) -> Iterator[Event]:
    """What an app is told of one association, in the direction from `start` (object and id) to `end`."""
    table, other = state.tables[start[0]], state.tables[end[0]]
    kind = f"{table.kind.singular}_to_{other.kind.singular}".upper()
    for subscription in target.wants("associationChange", table.kind.singular, table.kind.type_id):
        event = about(state, target, subscription, table, state.now())
        event |= {"associationType": kind, "fromObjectId": start[1], "toObjectId": end[1]}
        yield event | {"associationRemoved": is_removed, "isPrimaryAssociation": primary} | source(API.source)


def about(state: HubSpotState, target: Target, subscription: Subscription, table: Table, moment: int) -> Event:
    """What every event says."""
    event: Event = {
        "appId": target.app_id,
        "eventId": 100 + state.log.write_count,
        "subscriptionId": subscription.id,
        "portalId": PORTAL_ID,
        "occurredAt": moment,
        "subscriptionType": subscription.type,
        "attemptNumber": 0,
    }
    return event | ({"objectTypeId": table.kind.type_id} if subscription.is_generic else {})


def source(of: Source) -> Event:
    return {"changeSource": of.type, "sourceId": of.id}


def wrote(record: Record, name: str) -> Source:
    """Who gave a property its value, as its history says."""
    past = record.past(name)
    return past[0].source if past else API.source
