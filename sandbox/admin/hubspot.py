"""The controls that only the sandbox's HubSpot has."""

from __future__ import annotations

from sandbox.admin import records
from sandbox.admin.control import Action

CONTROLS: dict[str, Action] = {**records.CONTROLS}
LOOKS: dict[str, Action] = {**records.LOOKS}
