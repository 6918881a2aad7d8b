"""Everybody an activity is with, where Shared Activities is on: one relation for each beside the first.

What Salesforce refuses here (a lead beside contacts, more than fifty) is left out: reading back shows who is there.
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_taskrelation.htm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from connectors.base import ConnectorError, RequestRefused, Unknown
from connectors.batches import chunks
from connectors.salesforce.client import SalesforceClient, decode
from connectors.salesforce.reading import literal, query

BATCH = 200


class _Relation(msgspec.Struct, rename="pascal"):
    id: str
    relation_id: str
    task_id: str = ""
    event_id: str = ""


def relate_all(client: SalesforceClient, object_name: str, people: Mapping[str, Sequence[str]]) -> dict[str, Unknown]:
    """Have these people take part in these activities; by id, what a write came to where that was not answered."""
    try:
        relate(client, object_name, people)
    except RequestRefused:
        return {}
    except ConnectorError as error:
        return dict.fromkeys(people, Unknown(f"Written, but perhaps not with everybody: {error}"))
    return {}


def relate(client: SalesforceClient, object_name: str, people: Mapping[str, Sequence[str]]) -> None:
    """These activities are with these people and no others afterwards; whom WhoId names is among them already."""
    relation, own = f"{object_name}Relation", f"{object_name}Id"
    there: dict[tuple[str, str], str] = {}
    for part in chunks(people, BATCH):
        ids = ",".join(map(literal, part))
        select = f"SELECT Id, RelationId, {own} FROM {relation} WHERE IsWhat = false AND {own} IN ({ids})"
        rows = [decode(_Relation, bytes(raw)) for answer in query(client, select) for raw in answer.records]
        there |= {(row.task_id or row.event_id, row.relation_id): row.id for row in rows}
    wanted = {(record_id, person) for record_id, those in people.items() for person in those}
    for pairs in chunks(sorted(wanted - there.keys()), BATCH):
        records = [{"attributes": {"type": relation}, own: one, "RelationId": other} for one, other in pairs]
        client.request("POST", "composite/sobjects", body={"allOrNone": False, "records": records}, repeatable=False)
    for part in chunks(sorted(there[pair] for pair in there.keys() - wanted), BATCH):
        client.request("DELETE", "composite/sobjects", params={"ids": ",".join(part), "allOrNone": "false"})
