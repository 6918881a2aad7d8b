"""Which events follow from one write, as the subscriptions of one app ask for them.

All events of one write have the same `eventId`: it is not unique, as HubSpot says of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.associations.store import End
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
            yield event | source(made_by(record) if name == "creation" else API.source)
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
    return event | source(merge.source)


def association_changes(
    state: HubSpotState, target: Target, start: End, end: End, type_id: int, is_removed: bool
) -> Iterator[Event]:
    """What an app is told of one association: from either side.

    https://developers.hubspot.com/changelog/bugfix-webhook-associationchanges. That a company is the primary one is an
    association of its own beside the plain one, and is told as such.
    """
    primary = state.associations.types.primary(start[0], end[0])
    for one, other in ((start, end), (end, start)):
        kind, beside = state.tables[one[0]].kind, state.tables[other[0]].kind
        for subscription in target.wants("associationChange", kind.singular, kind.type_id):
            event = about(state, target, subscription, state.tables[one[0]], state.now())
            if event.pop("objectTypeId", None):
                event |= {"fromObjectTypeId": kind.type_id, "toObjectTypeId": beside.type_id}
            event |= {"associationType": f"{kind.singular}_TO_{beside.singular}".upper()}
            event |= {"fromObjectId": one[1], "toObjectId": other[1], "associationRemoved": is_removed}
            is_primary = primary is not None and type_id == primary.id
            yield event | {"isPrimaryAssociation": is_primary} | source(API.source)


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


def made_by(record: Record) -> Source:
    """Who made a record, as the histories of its first values say."""
    return next((past[-1].source for past in (record.history or {}).values()), API.source)


def wrote(record: Record, name: str) -> Source:
    """Who gave a property its value, as its history says."""
    past = record.past(name)
    return past[0].source if past else API.source
