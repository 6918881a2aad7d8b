"""HubSpot's own Salesforce integration: whether it is at work in this portal, and what it syncs as it comes.

No API tells of it. It shows by the properties that it adds to contacts, and by the time that it leaves in one of them
with every sync; the properties stay behind when it is switched off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import FieldInfo, Rival
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.wire import Reading, decode_listing

SYNCED_AT = "salesforcelastsynctime"
LATELY = 7 * 24 * 60 * 60
"""Seconds: an integration that has synced nobody in a week counts as switched off."""
MAPPED = {
    "contacts": frozenset({
        "address", "annualrevenue", "city", "company", "country", "email", "fax", "firstname", "hs_lead_status",
        "hubspot_owner_id", "industry", "jobtitle", "lastname", "numemployees", "phone", "salutation", "state",
        "website", "zip",
    }),
}  # fmt: skip
"""The default mappings, which cannot be deleted.
https://knowledge.hubspot.com/integrations/sync-salesforce-leads-and-contacts-to-hubspot"""


def find_rival(client: HubSpotClient, described: Mapping[str, Mapping[str, FieldInfo]], now: float) -> Rival | None:
    """The integration, where it synced a contact lately. A portal that never had it costs no call."""
    if SYNCED_AT not in described.get("contacts", {}):
        return None
    since = str(int((now - LATELY) * 1000))
    body: dict[str, Any] = {
        "filterGroups": [{"filters": [{"propertyName": SYNCED_AT, "operator": "GTE", "value": since}]}],
        "sorts": [{"propertyName": SYNCED_AT, "direction": "DESCENDING"}],
        "properties": [SYNCED_AT],
        "limit": 1,
    }
    reading = Reading("contacts", [SYNCED_AT])
    for raw in decode_listing(client.call(client.api.search.do_search, "contacts", body)).results:
        return Rival(
            "HubSpot's own Salesforce integration", MAPPED, _moment(str(reading.record(raw).fields[SYNCED_AT]))
        )
    return None


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdigit() else datetime.fromisoformat(text)
