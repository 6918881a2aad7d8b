"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {}
LOOKS: dict[str, Action] = {}
