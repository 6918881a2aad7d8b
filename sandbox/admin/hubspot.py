"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import quotas
from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {"quota": quotas.quota}
LOOKS: dict[str, Action] = {"quota": quotas.look}
