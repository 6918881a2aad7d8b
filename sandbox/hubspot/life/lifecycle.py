"""The lifecycle stage moves forward only, unless a person moves it.

Stages come in the order of the property's options, custom ones (whose names are numbers) among them. To move back, the
stage is cleared first and then set (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide).
"""

from __future__ import annotations

from sandbox.hubspot.behaviour import Backwards
from sandbox.hubspot.errors import Problem, invalid_properties
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.sources import Writer
from sandbox.hubspot.table import Record, Table

STAGE = "lifecyclestage"


def forward_only(
    table: Table, values: dict[str, str | None], record: Record | None, writer: Writer, backwards: Backwards
) -> None:
    """Take a move back out of `values`, or refuse it. Workflows, forms and imports are always ignored."""
    wanted, definition = values.get(STAGE), table.definition(STAGE)
    if record is None or wanted is None or definition is None or writer.source.type == "CRM_UI":
        return
    stands = record.properties.get(STAGE)
    if stands is None or rank(definition, wanted) >= rank(definition, stands):
        return
    if writer.is_api and backwards == "allowed":
        return
    if writer.is_api and backwards == "refused":
        message = f"lifecyclestage cannot move back from {stands} to {wanted}; clear it first"
        raise invalid_properties([Problem(STAGE, "INVALID_LIFECYCLE_STAGE", message, wanted)])
    values[STAGE] = stands


def rank(definition: Property, stage: str) -> int:
    """The place of a stage; one that is no longer an option comes before all others."""
    return next((at for at, (_, value) in enumerate(definition.options) if value == stage), -1)


def furthest(definition: Property | None, *stages: str | None) -> str | None:
    """The stage furthest along, as a merge keeps it."""
    known = [each for each in stages if each is not None]
    return max(known, key=lambda each: rank(definition, each)) if known and definition else None
