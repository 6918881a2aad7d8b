"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import preferences, quotas, webhooks
from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {
    "quota": quotas.quota,
    "subscription": preferences.subscription,
    "unsubscribe": preferences.unsubscribe,
    "webhooks": webhooks.webhooks,
}
LOOKS: dict[str, Action] = {"quota": quotas.look, "webhooks": webhooks.look}
