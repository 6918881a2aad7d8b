"""How HubSpot refuses associations, in the recorded wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.table import Table

End = tuple[str, int | str]
"""The singular name of an object, and the id that was sent."""


def invalid_ids(ends: Sequence[End]) -> HubSpotRefusal:
    """https://github.com/HubSpot/hubspot-api-nodejs/issues/646"""
    context = {
        "INVALID_OBJECT_IDS": [f"{singular.upper()}={record_id} is not valid" for singular, record_id in ends],
        "objectId": [str(record_id) for _, record_id in ends],
        "objectType": [singular.upper() for singular, _ in ends],
    }
    return bad_request("One or more associations are invalid", context=context)


def unknown_type(category: Any, type_id: Any) -> HubSpotRefusal:
    context = {"ASSOCIATION_TYPE_ID": [str(type_id)], "ASSOCIATION_CATEGORY": [str(category)]}
    return bad_request(f"No association type with id {type_id} and category {category} exists", context=context)


def no_types(start: Table, end: Table) -> HubSpotRefusal:
    return bad_request(f"{start.kind.singular} and {end.kind.singular} cannot be associated: no type joins them")


def missing_end(side: str, singular: str, record_id: str) -> dict[str, Any]:
    """An entry of `errors`: a record of a batch that is not there, as recorded; `side` is FROM or TO."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": f"crm.associations.{side}_OBJECT_NOT_FOUND",
        "message": f"No {singular} with ID {record_id} exists",
        "context": {"objectType": [singular], "id": [record_id]},
    }


def no_associations(start: str, record_id: str, end: str) -> dict[str, Any]:
    """An entry of `errors`: a record of a batch read that has no associations, as recorded."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {end} is associated with {start} {record_id}.",
        "context": {"fromObjectId": [record_id], "fromObjectType": [start], "toObjectType": [end]},
    }
