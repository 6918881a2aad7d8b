"""Property groups: the headings under which the properties of an object stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Group:
    """A heading. HubSpot's own cannot be archived."""

    name: str
    label: str
    order: int = -1
    is_standard: bool = False

    def shape(self) -> dict[str, Any]:
        return {"archived": False, "name": self.name, "label": self.label, "displayOrder": self.order}


def standard_groups(name: str, singular: str) -> dict[str, Group]:
    """The one group that every object has from the start."""
    return {name: Group(name, f"{singular.capitalize()} information", 0, is_standard=True)}
