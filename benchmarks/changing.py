"""People at work in both systems, as plain calls: they change contacts and log what they did, a benchmark's passes then
carry it over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import urllib3

HEADERS = {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
DATA = "/services/data/v66.0"
Item = TypeVar("Item")
Pairs = Sequence[tuple[str, str]]
"""References of linked records, (marketing, sales)."""


def change_marketing(urls: dict[str, str], pairs: Pairs, title: str) -> None:
    """Mark gives every contact another job title, 100 a call."""
    ids = [marketing.rpartition(":")[2] for marketing, _ in pairs]
    for part in _parts(ids, 100):
        inputs = [{"id": each, "properties": {"jobtitle": f"{title} {each}"}} for each in part]
        _send("POST", f"{urls['hubspot']}/crm/v3/objects/contacts/batch/update", {"inputs": inputs})


def change_sales(urls: dict[str, str], pairs: Pairs, title: str) -> None:
    """Rita gives every lead and contact another title, 200 a call."""
    by_object: dict[str, list[str]] = defaultdict(list)
    for _, sales in pairs:
        _, object_name, record_id = sales.split(":")
        by_object[object_name].append(record_id)
    for object_name, ids in by_object.items():
        for part in _parts(ids, 200):
            records = [{"attributes": {"type": object_name}, "id": each, "Title": f"{title} {each}"} for each in part]
            _send("PATCH", f"{urls['salesforce']}{DATA}/composite/sobjects", {"allOrNone": False, "records": records})


def log_marketing(urls: dict[str, str], pairs: Pairs) -> None:
    """Mark logs one activity with each contact, the five kinds in turn, 100 a call."""
    for (object_name, (type_id, fields)), some in zip(_LOGGED.items(), _dealt(pairs, len(_LOGGED)), strict=True):
        kind = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
        inputs = [
            {"properties": fields, "associations": [{"to": {"id": marketing.rpartition(":")[2]}, "types": kind}]}
            for marketing, _ in some
        ]
        for part in _parts(inputs, 100):
            _send("POST", f"{urls['hubspot']}/crm/v3/objects/{object_name}/batch/create", {"inputs": part})


def log_sales(urls: dict[str, str], pairs: Pairs) -> None:
    """Rita logs one activity with each lead or contact: calls, e-mails, tasks and meetings in turn, 200 a call."""
    for (object_name, fields), some in zip(_DONE, _dealt(pairs, len(_DONE)), strict=True):
        records = [
            {"attributes": {"type": object_name}, "WhoId": sales.rpartition(":")[2], **fields} for _, sales in some
        ]
        for part in _parts(records, 200):
            body = {"allOrNone": False, "records": part}
            _send("POST", f"{urls['salesforce']}{DATA}/composite/sobjects", body)


_AT, _TO = "2026-10-01T09:00:00.000Z", "2026-10-01T09:30:00.000Z"
_LOGGED: dict[str, tuple[int, dict[str, str]]] = {
    "calls": (194, {"hs_timestamp": _AT, "hs_call_title": "Offer", "hs_call_body": "Reached"}),
    "emails": (198, {"hs_timestamp": _AT, "hs_email_subject": "Offer", "hs_email_direction": "EMAIL"}),
    "meetings": (200, {"hs_timestamp": _AT, "hs_meeting_start_time": _AT, "hs_meeting_end_time": _TO,
                       "hs_meeting_title": "Offer"}),
    "notes": (202, {"hs_timestamp": _AT, "hs_note_body": "Wants an offer"}),
    "tasks": (204, {"hs_timestamp": _AT, "hs_task_subject": "Offer", "hs_task_status": "COMPLETED"}),
}  # fmt: skip
"""By object, the type of its association with a contact, and the fields of a new one."""
_DONE: tuple[tuple[str, dict[str, str]], ...] = (
    ("Task", {"TaskSubtype": "Call", "Subject": "Offer", "Status": "Completed", "ActivityDate": "2026-10-01"}),
    ("Task", {"TaskSubtype": "Email", "Subject": "Offer", "Status": "Completed", "ActivityDate": "2026-10-01"}),
    ("Task", {"Subject": "Offer", "Status": "Not Started", "ActivityDate": "2026-10-01"}),
    ("Event", {"Subject": "Offer", "StartDateTime": _AT, "EndDateTime": _TO}),
)


def _dealt(pairs: Pairs, hands: int) -> list[Pairs]:
    return [pairs[at::hands] for at in range(hands)]


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _send(method: str, url: str, body: dict[str, Any]) -> None:
    answer = urllib3.request(method, url, body=json.dumps(body), headers=HEADERS)
    rows: Iterable[Any] = answer.json() if answer.status < 300 else [{"success": False}]
    refused = [row for row in rows if isinstance(row, dict) and row.get("success") is False]
    if refused:
        raise SystemExit(f"{method} {url}: {answer.status} {refused[0]} {answer.data[:300]!r}")
