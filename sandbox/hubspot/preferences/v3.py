"""Version 3, the one that the official clients speak.

It does not subscribe again whoever has unsubscribed; that only version 4 does:
https://developers.hubspot.com/docs/api-reference/legacy/communication-preferences/v3/guide. The wording is that of the
same refusal in v1: https://integrate.hubspot.com/t/email-api-says-you-cannot-subscribe-an-unsubscribed-address/10382
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import bad_request
from sandbox.hubspot.preferences.consent import Definition
from sandbox.hubspot.preferences.reading import check_attributes, read_address, read_choice, read_definition

REQUIRED = ("emailAddress", "subscriptionId")


def definitions(call: Call) -> Answer:
    return Answer({"subscriptionDefinitions": [each.shape() for each in call.state.consent.definitions.values()]})


def read_status(call: Call) -> Answer:
    address = read_address(call.path["email"])
    statuses = [status_shape(call, address, each) for each in call.state.consent.definitions.values()]
    return Answer({"recipient": address, "subscriptionStatuses": statuses})


def subscribe(call: Call) -> Answer:
    body, address, definition = asked(call)
    consent = call.state.consent
    if consent.choice(address, definition).status == "UNSUBSCRIBED":
        raise bad_request("You cannot subscribe an unsubscribed address.")
    consent.choose(address, definition, read_choice(call, body, "SUBSCRIBED"), body)
    return Answer(status_shape(call, address, definition))


def unsubscribe(call: Call) -> Answer:
    body, address, definition = asked(call)
    call.state.consent.choose(address, definition, read_choice(call, body, "UNSUBSCRIBED"), body)
    return Answer(status_shape(call, address, definition))


def asked(call: Call) -> tuple[dict[str, Any], str, Definition]:
    body = call.body()
    check_attributes("PublicUpdateSubscriptionStatusRequest", body, REQUIRED)
    return body, read_address(body["emailAddress"]), read_definition(call, body["subscriptionId"])


def status_shape(call: Call, address: str, definition: Definition) -> dict[str, Any]:
    """Here an address is subscribed or not: one that never chose is not."""
    choice = call.state.consent.choice(address, definition)
    is_out = call.state.consent.opted_out(address) is not None
    return {
        "id": str(definition.id),
        "name": definition.name,
        "description": definition.description,
        "status": "SUBSCRIBED" if choice.status == "SUBSCRIBED" else "NOT_SUBSCRIBED",
        "sourceOfStatus": "PORTAL_WIDE_STATUS" if is_out else "SUBSCRIPTION_STATUS",
        "preferenceGroupName": None,
        "legalBasis": choice.basis,
        "legalBasisExplanation": choice.explanation,
    }
