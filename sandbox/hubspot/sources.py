"""Who can write in a portal, and how each of them stands in the history of a property.

The API is not alone: people edit, workflows run, forms and imports come in. What they may do differs: only a person
moves a lifecycle stage back, and only the API and a form bring back an address that was erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.hubspot.stamps import stamp


class Source(NamedTuple):
    """Where a value came from, as `propertiesWithHistory` says it (the model `ValueWithTimestamp`)."""

    type: str
    id: str
    label: str | None = None
    user_id: int | None = None

    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"sourceType": self.type, "sourceId": self.id}
        shape |= {} if self.label is None else {"sourceLabel": self.label}
        return shape if self.user_id is None else shape | {"updatedByUserId": self.user_id}


class Past(NamedTuple):
    """One entry of a property's history."""

    value: str
    moment: int
    source: Source

    def shape(self) -> dict[str, Any]:
        return {"value": self.value, "timestamp": stamp(self.moment)} | self.source.shape()


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes. `who` stands in the log of the sandbox; None means the caller of the request."""

    source: Source
    who: str | None = None

    @property
    def is_api(self) -> bool:
        return self.who is None


SEEDED = Source("CRM_UI", "userId:7001", None, 7001)
API = Writer(Source("INTEGRATION", "2314571"))
"""The id is that of the app whose token is used."""


def person(name: str, user_id: int) -> Writer:
    """A user who works in HubSpot. The form `userId:n` is HubSpot's own.

    https://developers.hubspot.com/changelog/crm-property-change-source-will-show-owner-id-instead-of-owner-email
    """
    return Writer(Source("CRM_UI", f"userId:{user_id}", name, user_id), f"{name} in HubSpot")


def workflow(name: str, number: int) -> Writer:
    return Writer(Source("AUTOMATION_PLATFORM", f"enrollmentId:{number}", name), f"workflow {name}")


FORM = Writer(Source("FORM", "8c9bd7f7-0000-4000-8000-000000000001", "Contact us"), "a form")
IMPORT = Writer(Source("IMPORT", "40011", "contacts.csv"), "an import")
