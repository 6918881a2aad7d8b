"""Contacts that HubSpot deleted for good, as the privacy laws let a person ask.

No answer says so in words. What was archived stays in the recycle bin for 90 days, and what was merged is found by its
old id; a contact that was there lately and is neither has been deleted for good:
https://knowledge.hubspot.com/privacy-and-consent/understand-restorable-and-permanent-contact-deletions
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from connectors.hubspot.changes import read_many
from connectors.hubspot.client import HubSpotClient, Refusal
from connectors.hubspot.wire import Reading


def find_erased(client: HubSpotClient, object_name: str, ids: Sequence[str]) -> set[str]:
    """Of these ids that no read finds, those of contacts that can never come back. Nothing else is ever so deleted."""
    if object_name != "contacts":
        return set()
    in_bin = {record.ref.id for record in read_many(client, Reading(object_name, ()), ids, archived=True)}
    return {each for each in ids if each not in in_bin and not _leads_on(client, object_name, each)}


def _leads_on(client: HubSpotClient, object_name: str, record_id: str) -> bool:
    """Whether an id still finds a record: batches may leave out those that were merged, a single read does not."""
    try:
        client.call(client.api.basic.get_by_id, object_name, record_id)
    except Refusal as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True
