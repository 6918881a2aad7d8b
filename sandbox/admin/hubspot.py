"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import preferences, quotas
from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {
    "quota": quotas.quota,
    "subscription": preferences.subscription,
    "unsubscribe": preferences.unsubscribe,
}
LOOKS: dict[str, Action] = {"quota": quotas.look}
