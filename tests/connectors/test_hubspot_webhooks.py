"""What proves that HubSpot sent something, held against its clients' own vectors; and what its events are read as."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.hubspot.events import Unreadable, read_events
from connectors.hubspot.signature import MOST_SKEW, is_signed
from crm.record import Ref

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "recorded" / "signature"
URL = "https://entente.acme.example/webhooks/hubspot"
NOW = 1_800_000_000_000


def contact(record_id: int) -> Ref:
    return Ref("hubspot", "contacts", str(record_id))


def signature(text: str, secret: str = "s") -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def is_accepted(url: str = URL, body: bytes = b"[]", sent_at: int | str = NOW, sign: str | None = None) -> bool:
    headers = {
        "X-HubSpot-Signature-v3": sign or signature(f"POST{url}{body.decode()}{sent_at}"),
        "X-HubSpot-Request-Timestamp": str(sent_at),
    }
    return is_signed("v3", "s", "POST", URL, body, headers, NOW)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not beside this checkout")
def test_the_vectors_of_hubspots_own_clients_pass_and_a_changed_byte_does_not() -> None:
    recorded = json.loads((RECORDED / "hubspot_signature_vectors.json").read_text(encoding="utf-8"))
    for each in recorded["vectors"]:
        version, sent_at = each["v"], each.get("timestamp", "0")
        name = "X-HubSpot-Signature-v3" if version == "v3" else "X-HubSpot-Signature"
        headers = {name: each["sig"], "X-HubSpot-Request-Timestamp": sent_at}
        about = (version, recorded["client_secret"], each.get("method", "POST"), each.get("url", ""))

        assert is_signed(*about, each["body"].encode(), headers, int(sent_at)), each["src"]
        assert not is_signed(*about, each["body"].encode() + b" ", headers, int(sent_at)), each["src"]


def test_the_clock_is_bounded_both_ways() -> None:
    """HubSpot's own helper takes what was signed tomorrow."""
    assert is_accepted(sent_at=NOW - MOST_SKEW)
    assert is_accepted(sent_at=NOW + MOST_SKEW)
    assert not is_accepted(sent_at=NOW - MOST_SKEW - 1)
    assert not is_accepted(sent_at=NOW + MOST_SKEW + 1)
    assert not any(is_accepted(sent_at=nonsense) for nonsense in ("", "soon", "-1", "1e12", "9" * 4_000))


def test_the_address_is_decoded_as_hubspot_decodes_it() -> None:
    """And no further: %20 stays."""
    headers = {"X-HubSpot-Request-Timestamp": str(NOW)}
    url = f"{URL}?a=%3a%2F%40&b=%20"
    headers["X-HubSpot-Signature-v3"] = signature(f"POST{URL}?a=:/@&b=%20[]{NOW}")

    assert is_signed("v3", "s", "POST", url, b"[]", headers, NOW)


def test_only_the_version_that_was_chosen_counts() -> None:
    """Whoever holds an old v1 signature, which signs no time, cannot send it again where v3 is asked for."""
    headers = {"X-HubSpot-Signature": hashlib.sha256(b"s[]").hexdigest(), "X-HubSpot-Signature-Version": "v1"}

    assert is_signed("v1", "s", "POST", URL, b"[]", headers, NOW)
    assert not is_signed("v3", "s", "POST", URL, b"[]", headers, NOW)
    assert not is_signed("v2", "s", "POST", URL, b"[]", headers, NOW)


def event(kind: str, **about: Any) -> dict[str, Any]:
    return {"portalId": 7, "subscriptionType": kind, **about}


def test_every_record_that_an_event_names_may_differ() -> None:
    body = [
        event("contact.propertyChange", objectId=1, propertyName="phone", propertyValue="+33"),
        event("object.creation", objectId="2", objectTypeId="0-48"),
        event("contact.merge", objectId=5, primaryObjectId=3, mergedObjectIds=[4], newObjectId=5),
        event("contact.associationChange", associationType="CONTACT_TO_COMPANY", fromObjectId=6, toObjectId=7),
        event("object.associationChange", fromObjectId=8, fromObjectTypeId="0-1", toObjectId=9, toObjectTypeId="0-3"),
        {"portalId": 7, "eventType": "contact.deletion", "objectId": 10},
    ]

    told = read_events(json.dumps(body).encode(), "7")

    others = {Ref("hubspot", "calls", "2"), Ref("hubspot", "companies", "7"), Ref("hubspot", "deals", "9")}
    assert told.touched == {contact(n) for n in (1, 3, 4, 5, 6, 8, 10)} | others
    assert told.erased == set()


def test_who_was_erased_is_told_apart() -> None:
    told = read_events(json.dumps([event("contact.privacyDeletion", objectId=1)]).encode(), "7")

    assert told.erased == told.touched == {contact(1)}


def test_one_event_that_cannot_be_read_costs_no_other() -> None:
    body = [event("contact.creation", objectId=1), {"objectId": 2}, 5, event("contact.creation", objectId="DROP")]

    told = read_events(json.dumps(body).encode(), "7")

    assert (told.touched, told.unread) == ({contact(1)}, 2)
    with pytest.raises(Unreadable):
        read_events(b"\xff{}", "7")


def test_another_portals_events_are_passed_over() -> None:
    told = read_events(json.dumps([event("contact.creation", objectId=1)]).encode(), "8")

    assert (told.touched, told.strangers) == (set(), 1)
