"""People at work in both systems, as plain calls: they change contacts, a benchmark's passes then carry it over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import urllib3

HEADERS = {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
DATA = "/services/data/v66.0"
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


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _send(method: str, url: str, body: dict[str, Any]) -> None:
    answer = urllib3.request(method, url, body=json.dumps(body), headers=HEADERS)
    rows: Iterable[Any] = answer.json() if answer.status < 300 else [{"success": False}]
    refused = [row for row in rows if isinstance(row, dict) and row.get("success") is False]
    if refused:
        raise SystemExit(f"{method} {url}: {answer.status} {refused[0]} {answer.data[:300]!r}")
