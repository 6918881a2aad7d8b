"""Version 4 and the dated versions: three states, opting out of everything, resubscribing, batches.

Shapes: HubSpot's OpenAPI specification of Communication Preferences Subscriptions, 2026-09.
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import bad_request, unreadable_body
from sandbox.hubspot.preferences.consent import Choice, Definition, Status
from sandbox.hubspot.preferences.reading import (
    check_attributes,
    check_channel,
    read_address,
    read_choice,
    read_definition,
)
from sandbox.hubspot.stamps import stamp

INPUTS_MOST = 100
STATES: dict[str, Status] = {
    "SUBSCRIBED": "SUBSCRIBED", "UNSUBSCRIBED": "UNSUBSCRIBED", "NOT_SPECIFIED": "NOT_SPECIFIED",
}  # fmt: skip
Shape = dict[str, Any]


def definitions(call: Call) -> Answer:
    return complete(call, [each.shape() for each in call.state.consent.definitions.values()])


def read_statuses(call: Call) -> Answer:
    check_channel(call.asked("channel"))
    return complete(call, statuses(call, read_address(call.path["email"])))


def write_status(call: Call) -> Answer:
    body = call.body()
    check_attributes("PartialPublicStatusRequest", body, ("channel", "statusState", "subscriptionId"))
    return complete(call, [set_status(call, read_address(call.path["email"]), body)])


def read_opt_out(call: Call) -> Answer:
    """Empty for whoever has not opted out of everything, unless `verbose` asks."""
    check_channel(call.asked("channel"))
    return complete(call, wide_statuses(call, read_address(call.path["email"]), call.flag("verbose")))


def opt_out(call: Call) -> Answer:
    check_channel(call.asked("channel"))
    return complete(call, opt_out_one(call, read_address(call.path["email"])))


def read_batch(call: Call) -> Answer:
    addresses = read_addresses(call)
    return complete(call, [{"subscriberIdString": each, "statuses": statuses(call, each)} for each in addresses])


def write_batch(call: Call) -> Answer:
    inputs = read_inputs(call)
    for each in inputs:
        if not isinstance(each, dict):
            raise unreadable_body("every input must be an object")
        check_attributes("PublicStatusRequest", each, REQUIRED_IN_BATCH)
        check_status(call, read_address(each["subscriberIdString"]), each)
    return complete(call, [set_status(call, read_address(each["subscriberIdString"]), each) for each in inputs])


REQUIRED_IN_BATCH = ("channel", "statusState", "subscriberIdString", "subscriptionId")


def read_opt_out_batch(call: Call) -> Answer:
    addresses = read_addresses(call)
    found = [{"subscriberIdString": each, "wideStatuses": wide_statuses(call, each, False)} for each in addresses]
    return complete(call, found)


def opt_out_batch(call: Call) -> Answer:
    addresses = read_addresses(call)
    return complete(call, [{"subscriberIdString": each, "statuses": opt_out_one(call, each)} for each in addresses])


def check_status(call: Call, address: str, body: Shape) -> tuple[Definition, Choice]:
    check_channel(body["channel"])
    if body["statusState"] not in STATES:
        raise bad_request(f"statusState must be one of {', '.join(STATES)}, not {body['statusState']}")
    return read_definition(call, body["subscriptionId"]), read_choice(call, body, STATES[body["statusState"]])


def set_status(call: Call, address: str, body: Shape) -> Shape:
    definition, choice = check_status(call, address, body)
    reason = call.state.consent.choose(address, definition, choice, body)
    return status_shape(call, address, definition) | {"setStatusSuccessReason": reason}


def opt_out_one(call: Call, address: str) -> list[Shape]:
    """Opt an address out of everything; its statuses are told only if `verbose` asks for them."""
    consent = call.state.consent
    before = {each.id: consent.choice(address, each).status for each in consent.definitions.values()}
    consent.opt_out(address, Choice("UNSUBSCRIBED", call.state.now()), {})
    if not call.flag("verbose"):
        return []
    return [
        status_shape(call, address, each)
        | {
            "setStatusSuccessReason": "NO_STATUS_CHANGE"
            if before[each.id] == "UNSUBSCRIBED"
            else "UNSUBSCRIBE_FROM_ALL_OCCURRED"
        }
        for each in consent.definitions.values()
    ]


def statuses(call: Call, address: str) -> list[Shape]:
    return [status_shape(call, address, each) for each in call.state.consent.definitions.values()]


def status_shape(call: Call, address: str, definition: Definition) -> Shape:
    choice = call.state.consent.choice(address, definition)
    return {
        "channel": "EMAIL",
        "subscriberIdString": address,
        "subscriptionId": definition.id,
        "subscriptionName": definition.name,
        "status": choice.status,
        "source": choice.source,
        "legalBasis": choice.basis,
        "legalBasisExplanation": choice.explanation,
        "timestamp": stamp(choice.moment),
    }


def wide_statuses(call: Call, address: str, is_verbose: bool) -> list[Shape]:
    since = call.state.consent.opted_out(address)
    if since is None and not is_verbose:
        return []
    shape = {"channel": "EMAIL", "subscriberIdString": address, "wideStatusType": "PORTAL_WIDE"}
    shape |= {"status": "NOT_SPECIFIED" if since is None else "UNSUBSCRIBED"}
    return [shape | {"timestamp": stamp(call.state.now() if since is None else since)}]


def read_inputs(call: Call) -> list[Any]:
    inputs = call.body().get("inputs")
    if not isinstance(inputs, list):
        raise unreadable_body("inputs must be a list")
    if len(inputs) > INPUTS_MOST:
        raise bad_request(f"The maximum number of inputs supported in a batch is {INPUTS_MOST}")
    return inputs


def read_addresses(call: Call) -> list[str]:
    check_channel(call.asked("channel"))
    return [read_address(each) for each in read_inputs(call)]


def complete(call: Call, results: list[Shape]) -> Answer:
    now = stamp(call.state.now())
    return Answer({"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now})
