"""What a call about preferences names: an address, a type of e-mail, a channel, a legal basis; refused where wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import bad_request
from sandbox.hubspot.preferences.consent import Choice, Definition, Status
from sandbox.hubspot.values import EMAIL

BASES = (
    "LEGITIMATE_INTEREST_PQL", "LEGITIMATE_INTEREST_CLIENT", "PERFORMANCE_OF_CONTRACT", "CONSENT_WITH_NOTICE",
    "NON_GDPR", "PROCESS_AND_STORE", "LEGITIMATE_INTEREST_OTHER",
)  # fmt: skip


def read_address(text: Any) -> str:
    address = str(text or "").strip().lower()
    if not EMAIL.fullmatch(address):
        raise bad_request(f"Email address {text} is invalid")
    return address


def read_definition(call: Call, number: Any) -> Definition:
    text = str(number)
    found = call.state.consent.definitions.get(int(text)) if text.isascii() and text.isdecimal() else None
    if found is None:
        raise bad_request(f"There is no subscription with id {number}")
    return found


def check_channel(channel: Any) -> None:
    if channel != "EMAIL":
        raise bad_request(f"channel must be EMAIL, not {channel}")


def check_attributes(what: str, body: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """In the recorded words: https://github.com/HubSpot/hubspot-api-ruby/issues/170"""
    missing = [name for name in names if body.get(name) in (None, "")]
    if missing:
        reason = f"Cannot build {what}, some of required attributes are not set [{', '.join(missing)}]"
        raise bad_request(f"Invalid input JSON on line 1, column 2: {reason}")


def read_choice(call: Call, body: Mapping[str, Any], status: Status) -> Choice:
    basis, explanation = body.get("legalBasis"), body.get("legalBasisExplanation")
    if basis is not None and basis not in BASES:
        raise bad_request(f"legalBasis must be one of {', '.join(BASES)}, not {basis}")
    return Choice(status, call.state.now(), basis=basis, explanation=None if explanation is None else str(explanation))
