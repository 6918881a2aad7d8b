"""What the tests of HubSpot's objects share: short ways to make records, through plain HTTP."""

from __future__ import annotations

from typing import Any

from hubspot import HubSpot

from tests.sandbox_client import SandboxClient

OBJECTS = "/crm/v3/objects"
DEAL = {"dealname": "Velmora renewal", "dealstage": "appointmentscheduled", "pipeline": "default"}
AT = "2026-11-02T09:00:00Z"
NOTE = {"hs_timestamp": AT, "hs_note_body": "Met at the fair"}


def official(sandbox: SandboxClient) -> Any:
    return HubSpot(access_token="pat-otto", host=sandbox.hubspot_url)


def make(sandbox: SandboxClient, kind: str, properties: dict[str, Any], *associations: tuple[str, int]) -> str:
    """Make a record, associated with others by (id, type id), and return its id."""
    joined = [
        {"to": {"id": to}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]}
        for to, type_id in associations
    ]
    answer = sandbox.hubspot("POST", f"{OBJECTS}/{kind}", {"properties": properties, "associations": joined})
    assert answer.status == 201, answer.data
    return str(answer.json()["id"])


def properties_of(sandbox: SandboxClient, kind: str, record_id: str, *names: str) -> dict[str, Any]:
    read = sandbox.hubspot("GET", f"{OBJECTS}/{kind}/{record_id}?properties={','.join(names)}").json()
    return dict(read["properties"])


def joined(sandbox: SandboxClient, start: str, start_id: str, other: str) -> dict[str, list[int]]:
    """The records of an object beside a record, with the ids of the types that join them (v4)."""
    answer = sandbox.hubspot("GET", f"/crm/v4/objects/{start}/{start_id}/associations/{other}")
    assert answer.status == 200, answer.data
    return {
        str(each["toObjectId"]): [type_["typeId"] for type_ in each["associationTypes"]]
        for each in answer.json()["results"]
    }
