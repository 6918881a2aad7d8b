"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import objects, preferences, quotas, records, webhooks
from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {
    "quota": quotas.quota,
    "subscription": preferences.subscription,
    "unsubscribe": preferences.unsubscribe,
    "unique_activities": objects.unique_activities,
    "webhooks": webhooks.webhooks,
    **records.CONTROLS,
}
LOOKS: dict[str, Action] = {
    "associations": objects.associations,
    "quota": quotas.look,
    "webhooks": webhooks.look,
    **records.LOOKS,
}
