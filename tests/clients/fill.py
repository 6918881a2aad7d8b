"""Records that the clients then read, made over the API."""

from __future__ import annotations

from typing import Any

from tests.sandbox_client import SandboxClient

SPECIAL: dict[str, dict[str, str]] = {
    "calls": {"hs_call_title": "Call", "hs_call_direction": "OUTBOUND", "hs_call_duration": "180000"},
    "emails": {"hs_email_subject": "Offer", "hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
    "meetings": {"hs_meeting_title": "Démonstration"},
    "notes": {"hs_note_body": "<p>Wants a quote, in « euros »</p>"},
    "tasks": {"hs_task_subject": "Call back", "hs_task_status": "NOT_STARTED"},
}


def batch(sandbox: SandboxClient, object_name: str, action: str, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results of a batch, a hundred inputs a call."""
    results: list[dict[str, Any]] = []
    for start in range(0, len(inputs), 100):
        body = {"inputs": inputs[start : start + 100]}
        answer = sandbox.hubspot("POST", f"/crm/v3/objects/{object_name}/batch/{action}", body)
        assert answer.status in (200, 201), answer.data
        results += answer.json()["results"]
    return results


def activities(sandbox: SandboxClient, each: int) -> None:
    """So many of every kind of activity in HubSpot."""
    for object_name, properties in SPECIAL.items():
        when = [{"hs_timestamp": f"2026-11-{1 + at % 28:02d}T09:30:00Z"} for at in range(each)]
        batch(sandbox, object_name, "create", [{"properties": properties | each_} for each_ in when])


def changed_contacts(sandbox: SandboxClient, count: int) -> set[str]:
    """The ids of contacts of whom somebody has just become a buyer."""
    ids = list(sandbox.look("hubspot", "state", object="contacts")["contacts"])[:count]
    batch(sandbox, "contacts", "update", [{"id": each, "properties": {"jobtitle": "Buyer"}} for each in ids])
    return set(ids)
