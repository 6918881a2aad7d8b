"""The properties that every portal has, as far as a sync meets them: a table for each object."""

from __future__ import annotations

from dataclasses import replace

from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.standard.parts import MADE


def standard_properties(definitions: tuple[Property, ...], group: str) -> dict[str, Property]:
    """Fresh definitions by name: each state has its own, since custom ones are added beside them."""
    return {each.name: replace(each, group=group, created=MADE) for each in definitions}
