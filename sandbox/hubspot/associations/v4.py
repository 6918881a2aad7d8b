"""Associations of one record, as v4 and the dated versions show them.

https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.changing import associate, dissociate
from sandbox.hubspot.associations.reading import (
    Beside,
    both_ends,
    check_types,
    list_body,
    list_page,
    other_table,
    plain_type,
    read_types,
)
from sandbox.hubspot.associations.store import End
from sandbox.hubspot.associations.types import AssociationType
from sandbox.hubspot.batch import answer
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.state import HubSpotState


def list_associations(call: Call) -> Answer:
    """The records of one object that a record is associated with, in the order of their ids."""
    return list_page(call, neighbours)


def associate_default(call: Call) -> Answer:
    """Join two records by the plain type; the answer shows both directions."""
    start, end = both_ends(call)
    plain = plain_type(call.state, call.table, other_table(call))
    associate(call.state, start, end, [plain])
    return answer(call, default_results(call.state, start, end, plain), [])


def associate_labelled(call: Call) -> Answer:
    start, end = both_ends(call)
    types = read_types(call.state, list_body(call))
    check_types(types, start, end, call.state)
    associate(call.state, start, end, types)
    return Answer(labels_between(call.state, start, end, types), 201)


def dissociate_all(call: Call) -> Answer:
    """204, whatever was there: all associations between the two are gone."""
    start, end = both_ends(call)
    dissociate(call.state, start, end)
    return Answer(status=204)


def neighbours(found: Beside) -> list[dict[str, Any]]:
    return [{"toObjectId": each, "associationTypes": [type_.shape() for type_ in types]} for each, types in found]


def default_results(state: HubSpotState, start: End, end: End, plain: AssociationType) -> list[dict[str, Any]]:
    back = state.associations.types.inverse(plain)
    return [default_result(start, end, plain), default_result(end, start, back)]


def default_result(start: End, end: End, type_: AssociationType) -> dict[str, Any]:
    spec = {"associationCategory": type_.category, "associationTypeId": type_.id}
    return {"from": {"id": str(start[1])}, "to": {"id": str(end[1])}, "associationSpec": spec}


def labels_between(state: HubSpotState, start: End, end: End, types: list[AssociationType]) -> dict[str, Any]:
    """What a labelled association answers: both records, and the labels that were set."""
    return {
        "fromObjectTypeId": state.tables[start[0]].kind.type_id,
        "fromObjectId": start[1],
        "toObjectTypeId": state.tables[end[0]].kind.type_id,
        "toObjectId": end[1],
        "labels": [each.label for each in types if each.label],
    }
