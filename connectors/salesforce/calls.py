"""What one call carries: a collection of 200 writes of one kind, or several, and where it fits the reading back.

An update answers with nothing but "success". A single collection of updates therefore shares a composite call with the
collection that reads the same records: Salesforce counts one call, and reading runs no Apex. Several written
collections share a call only where the mapping allows it, since their Apex limits add up.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from connectors.base import Archive, Create, Update, Write
from connectors.batches import chunks, fields_of, to_wire
from connectors.salesforce.activities import ACTIVITIES
from connectors.salesforce.client import Fault, SalesforceClient, decode
from connectors.salesforce.composite import Inner, Subrequest, composite
from connectors.salesforce.reading import Reading
from crm.record import Record, Value, Wire

COLLECTION = 200
MOST_TOGETHER = 5 * COLLECTION
"""Of 25 subrequests of a composite call, five may be collections."""


_ASSIGN = {"Sforce-Auto-Assign": "TRUE"}
"""Over REST the active rule runs; a Bulk job names the rule instead.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm"""


class Result(msgspec.Struct):
    """What became of one record of a collection."""

    success: bool
    id: str | None = None
    created: bool = False
    errors: list[Fault] = []


class Part(NamedTuple):
    """One collection of a call, and what it came to: a result for each write, or the fault that refused it whole."""

    writes: list[Write]
    results: list[Result]
    fault: Fault | None = None


def send(
    client: SalesforceClient, key_field: str, batch: list[Write], reading: Reading
) -> tuple[list[Part], list[Record]]:
    """Send writes of one kind in one call; returns what its collections came to, and the records that it read back.

    Raises Refusal where the call is refused as a whole.
    """
    assigns = any(write.assign for write in batch if isinstance(write, Create))
    parts = list(chunks(batch, COLLECTION))
    requests = [_request(reading.object_name, key_field, part) for part in parts]
    # Of an activity, whom it is with is written by calls of its own, and read after them.
    is_whole = reading.is_flat and reading.object_name not in ACTIVITIES
    reads = is_whole and len(parts) == 1 and isinstance(batch[0], Update)
    if len(parts) == 1 and not reads:
        method, path, body = requests[0]
        is_safe = method != "POST"
        data = client.request(method, path, body=body, headers=_ASSIGN if assigns else None, repeatable=is_safe)
        return [Part(batch, decode(list[Result], data))], []
    if reads:
        ids = [write.ref.id for write in batch if isinstance(write, Update)]
        path = f"composite/sobjects/{reading.object_name}"
        requests.append(("POST", path, {"ids": ids, "fields": reading.asked}))
    answers = composite(client, requests, assigns)
    shown = answers[-1] if reads else None
    records = reading.records(decode(list[msgspec.Raw], bytes(shown.body))) if shown and shown.is_fine else []
    return [_part(writes, answer) for writes, answer in zip(parts, answers, strict=False)], records


def _part(writes: list[Write], answer: Inner) -> Part:
    if answer.is_fine:
        return Part(writes, decode(list[Result], bytes(answer.body)))
    faults = decode(list[Fault], bytes(answer.body))
    return Part(writes, [], faults[0] if faults else Fault())


def _request(object_name: str, key_field: str, part: list[Write]) -> Subrequest:
    """Method, path and body of one collection."""
    if isinstance(part[0], Archive):
        ids = ",".join(write.ref.id for write in part if isinstance(write, Archive))
        return "DELETE", f"composite/sobjects?ids={ids}&allOrNone=false", None
    if isinstance(part[0], Create) and not key_field:
        records = [_row(object_name, w.fields, {}) for w in part if isinstance(w, Create)]
        return "POST", "composite/sobjects", {"allOrNone": False, "records": records}
    if isinstance(part[0], Create):
        records = [_row(object_name, w.fields, {key_field: w.key}) for w in part if isinstance(w, Create)]
        return "PATCH", f"composite/sobjects/{object_name}/{key_field}", {"allOrNone": False, "records": records}
    records = [_row(object_name, w.fields, {"id": w.ref.id}) for w in part if isinstance(w, Update)]
    return "PATCH", "composite/sobjects", {"allOrNone": False, "records": records}


def _row(object_name: str, fields: Mapping[str, Value], identity: Mapping[str, Wire]) -> dict[str, Any]:
    row: dict[str, Any] = {"attributes": {"type": object_name}, **identity}
    return row | {name: to_wire(value) for name, value in fields.items()}


def fields_written(writes: Sequence[Write]) -> list[str]:
    """The fields that these writes set."""
    return list(dict.fromkeys(name for write in writes for name in fields_of(write)))
