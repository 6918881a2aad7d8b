"""Limits that a portal sets: how many records of the other object one type may join to a record.

https://developers.hubspot.com/changelog/introducing-custom-association-limits-for-associations-api; the wording of the
refusal is not recorded anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.hubspot.associations.store import End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.state import HubSpotState

SUBCATEGORY = "crm.associations.LIMIT_EXCEEDED"


def check_limits(state: HubSpotState, start: End, end: End, types: Sequence[AssociationType]) -> None:
    """Refuse an association beyond a limit, seen from either record; what joins the two already counts once."""
    if not state.associations.types.limits:
        return
    plain = state.associations.types.default(start[0], end[0])
    for each in {*types, plain} if plain else types:
        check_one(state, start, end, each)
        check_one(state, end, start, state.associations.types.inverse(each))


def check_one(state: HubSpotState, start: End, end: End, type_: AssociationType) -> None:
    most = state.associations.types.limits.get(type_.key)
    if most is None:
        return
    beside = state.associations.of(start, end[0])
    others = sum(type_ in types for record_id, types in beside.items() if record_id != end[1])
    if others >= most:
        message = f"{type_.start} {start[1]} has {others} associations of type {type_.id} already: {most} are allowed"
        context = {"fromObjectId": [str(start[1])], "toObjectId": [str(end[1])], "limit": [str(most)]}
        raise bad_request(message, subCategory=SUBCATEGORY, context=context)


def as_error(refusal: HubSpotRefusal) -> dict[str, Any]:
    """A refused pair as an entry of `errors` in a batch."""
    return {"status": "error", "category": refusal.category, "message": refusal.message} | refusal.details
