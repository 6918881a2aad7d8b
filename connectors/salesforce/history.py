"""When fields changed in Salesforce: known exactly where an administrator tracks them, by field history.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/api/sforce_api_objects_leadhistory.htm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from connectors.batches import chunks
from connectors.salesforce.client import Refusal, SalesforceClient, decode
from connectors.salesforce.reading import literal, query

BATCH = 300
"""Records of one query: with their fields' names it stays well within the 12,000 characters of an address."""


class _Place(NamedTuple):
    """Where an object's history lies, and which of its fields names the record."""

    object_name: str
    parent: str


class _Row(msgspec.Struct, rename={"field": "Field", "at": "CreatedDate"}):
    field: str
    at: str


def read_change_times(
    client: SalesforceClient, object_name: str, ids: Sequence[str], fields: Sequence[str]
) -> Mapping[str, Mapping[str, datetime]]:
    """By id and field, when a tracked field last changed. Empty where nothing is tracked, or may not be read."""
    place = _place(object_name)
    times: dict[str, dict[str, datetime]] = {}
    if place is None or not fields:
        return times
    named = ",".join(map(literal, fields))
    for part in chunks(dict.fromkeys(ids), BATCH):
        soql = (
            f"SELECT {place.parent}, Field, CreatedDate FROM {place.object_name} "
            f"WHERE {place.parent} IN ({','.join(map(literal, part))}) AND Field IN ({named}) ORDER BY CreatedDate"
        )
        try:
            raws = [raw for answer in query(client, soql) for raw in answer.records]
        except Refusal as refusal:
            if refusal.fault.code != "INVALID_TYPE":
                raise
            return {}
        for raw in raws:
            row, parent = decode(_Row, bytes(raw)), decode(dict[str, object], bytes(raw))[place.parent]
            times.setdefault(str(parent), {})[row.field] = datetime.fromisoformat(row.at)
    return times


def _place(object_name: str) -> _Place | None:
    if object_name in ("Lead", "Contact", "Account"):
        return _Place(f"{object_name}History", f"{object_name}Id")
    return _Place(f"{object_name[:-1]}History", "ParentId") if object_name.endswith("__c") else None
