"""Custom objects: what a schema says, and how one is made.

https://developers.hubspot.com/docs/api-reference/crm-schemas-v3/guide
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.table import Table

FIRST_TYPE_ID = 4_000_101


@dataclass(slots=True)
class Schema:
    """A custom object as its maker described it; the properties and associations are those of its table."""

    name: str
    full_name: str
    type_id: str
    labels: dict[str, str]
    primary: str
    required: list[str]
    searchable: list[str]
    secondary: list[str]
    description: str
    created: int
    updated: int

    def shape(self, table: Table, associations: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "labels": self.labels,
            "requiredProperties": self.required,
            "searchableProperties": self.searchable,
            "primaryDisplayProperty": self.primary,
            "secondaryDisplayProperties": self.secondary,
            "description": self.description,
            "archived": False,
            "id": self.type_id.partition("-")[2],
            "fullyQualifiedName": self.full_name,
            "createdAt": stamp(self.created),
            "updatedAt": stamp(self.updated),
            "objectTypeId": self.type_id,
            "properties": [each.shape() for each in table.definitions.values() if each.archived is None],
            "associations": associations,
            "name": self.name,
        }


def texts(body: Mapping[str, Any], key: str) -> list[str]:
    """A list of names; ValueError if it is something else."""
    found = body.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"{key} must be a list of names")
    return found
