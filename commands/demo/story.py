"""What people do between the demo's two passes, through the two systems' own APIs, and what became of it in both."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.record import Ref
    from wiring.service import Service


@dataclass(frozen=True, slots=True)
class Happened:
    """What somebody did, beside editing fields; `ref` is the record on which its end shows."""

    story: str
    kind: str
    ref: Ref


def edit(service: Service) -> list[str]:
    """What Rita the rep and Mark the marketer correct between the two passes."""
    from connectors.base import Update
    from crm.record import Side

    pairs = _pairs(service)
    edits = [
        (Side.SALES, pairs[0][1], {"Phone": "+33 1 99 00 12 34"}, "Rita corrects a phone number in Salesforce"),
        (
            Side.MARKETING,
            pairs[0][0],
            {"jobtitle": "Head of Purchasing"},
            "Mark corrects the job title of the same person in HubSpot",
        ),
        (Side.MARKETING, pairs[1][0], {"mobilephone": "+33 6 99 00 12 34"}, "Mark adds a mobile number"),
        (Side.SALES, pairs[2][1], {"LastName": "Martin"}, "Rita renames a person"),
        (Side.MARKETING, pairs[2][0], {"lastname": "Marten"}, "Mark spells the same name otherwise, a moment later"),
    ]
    for side, ref, fields, _ in edits:
        service.connectors[side].write_many(ref.object, [Update(side, ref, fields)], [*fields])
    return [story for *_, story in edits]


def live(service: Service) -> list[Happened]:
    """What else happens: activities are logged in both systems, a lead is converted, two contacts are merged."""
    from crm.record import Ref

    leads = [pair for pair in _pairs(service)[3:] if pair[1].object == "Lead" and _is_at_work(service, pair[1])]
    called, met, converted, doubled = leads[:4]
    task = _make_sales(service, "Task", _call(service, called[1]))
    owner = _shown(service, met[0], "hubspot_owner_id")
    meeting = _make_marketing(service, "meetings", _meeting(owner), [(met[0].id, 200)])
    control(service.settings.salesforce_url, "convert", {"lead": converted[1].id})
    double = _make_marketing(service, "contacts", {"lastname": _shown(service, doubled[0], "lastname") or "Martin"})
    merge = {"primaryObjectId": doubled[0].id, "objectIdToMerge": double}
    send(f"{service.settings.hubspot_url}/crm/v3/objects/contacts/merge", merge, "demo")
    return [
        Happened("Rita logs a call in Salesforce", "activity", Ref("salesforce", "Task", task)),
        Happened("A rep logs a meeting in HubSpot", "activity", Ref("hubspot", "meetings", meeting)),
        Happened("Rita converts a lead in Salesforce", "converted", converted[0]),
        Happened("Mark merges a double of a contact in HubSpot", "merged", doubled[1]),
    ]


def became(service: Service, happened: list[Happened]) -> Iterator[str]:
    """What the links say of it after a pass, and what the systems show."""
    from store.models import Rep

    links = service.links.of(each.ref for each in happened)
    for each in happened:
        link = links.get(each.ref)
        if link is None:
            yield f"{each.story}: nothing followed; `entente plan` says why"
            continue
        other = link.sales if each.ref == link.marketing else link.marketing
        match each.kind:
            case "activity":
                owner = _shown(service, other, "hubspot_owner_id" if other.system == "hubspot" else "OwnerId")
                column = "marketing" if other.system == "hubspot" else "sales"
                rep = Rep.objects.filter(**{column: owner or ""}).first()
                yield f"{each.story}: {_named(other)}, by {rep.name if rep else 'nobody'}"
            case "converted":
                yield f"{each.story}: HubSpot's contact belongs to {_named(other)} now"
            case _:
                yield f"{each.story}: Salesforce's record belongs to {_named(other)} now"


def control(url: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """One of the sandbox's controls: what people do in a system's own pages."""
    return send(f"{url}/_sandbox/{name}", body)


def send(url: str, body: Any, token: str = "") -> dict[str, Any]:
    """POST to one of the two systems, and what it answers."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        answered: dict[str, Any] = json.loads(answer.read() or b"{}")
    return answered


def _pairs(service: Service) -> list[tuple[Ref, Ref]]:
    """Linked people, (marketing, sales), in the order in which they were linked."""
    from crm.record import Ref
    from store.models import Link

    links = Link.objects.filter(object="contact").order_by("id")[:100]
    return [(Ref.parse(link.marketing), Ref.parse(link.sales)) for link in links]


def _is_at_work(service: Service, lead: Ref) -> bool:
    """Whether a lead's owner has not left."""
    from store.models import Rep

    return Rep.objects.filter(sales=_shown(service, lead, "OwnerId"), is_active=True).exists()


def _call(service: Service, lead: Ref) -> dict[str, Any]:
    today = datetime.now(UTC).date().isoformat()
    about = {"Subject": "Call: what the offer must hold", "TaskSubtype": "Call", "CallType": "Outbound"}
    who = {"WhoId": lead.id, "OwnerId": _shown(service, lead, "OwnerId")}
    return {**about, **who, "Status": "Completed", "CallDurationInSeconds": 300, "ActivityDate": today}


def _meeting(owner: str | None) -> dict[str, str]:
    start = int(datetime.now(UTC).timestamp() * 1000)
    times = {"hs_meeting_start_time": str(start), "hs_meeting_end_time": str(start + 45 * 60_000)}
    return {"hs_timestamp": str(start), "hs_meeting_title": "Demonstration", "hubspot_owner_id": owner or "", **times}


def _make_sales(service: Service, object_name: str, fields: dict[str, Any]) -> str:
    answer = send(f"{service.settings.salesforce_url}/services/data/v66.0/sobjects/{object_name}", fields, "demo")
    return str(answer["id"])


def _make_marketing(
    service: Service, object_name: str, properties: dict[str, str], people: list[tuple[str, int]] | None = None
) -> str:
    """A record with its people: each contact's id, and the number of the association's type."""
    associations = [
        {"to": {"id": key}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind}]}
        for key, kind in people or ()
    ]
    body = {"properties": properties, "associations": associations}
    return str(send(f"{service.settings.hubspot_url}/crm/v3/objects/{object_name}", body, "demo")["id"])


def _shown(service: Service, ref: Ref, name: str) -> str | None:
    """What a record shows in its own system."""
    side = service.side_of(ref)
    found = service.connectors[side].get_many(ref.object, [ref.id], [name])
    shown = found[0].fields.get(name) if found else None
    return str(shown) if shown else None


def _named(ref: Ref) -> str:
    return f"{'HubSpot' if ref.system == 'hubspot' else 'Salesforce'} {ref.object} {ref.id}"
