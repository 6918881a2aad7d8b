"""The controls of HubSpot's communication preferences: another type of e-mail, and a person who unsubscribes."""

from __future__ import annotations

from sandbox.admin.control import BadControl, Body, System, only, whole_number
from sandbox.hubspot.preferences.consent import Choice, Definition
from sandbox.hubspot.values import EMAIL
from sandbox.world import World

PERSON = "the person"


def subscription(world: World, system: System, body: Body) -> Body:
    """Offer another type of e-mail to subscribe to."""
    only(body, "name", "description", "id")
    consent = world.hubspot.consent
    number = whole_number(body, "id", default=max(consent.definitions) + 1)
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise BadControl('send {"name": text, "description"?: text, "id"?: number}')
    if number in consent.definitions:
        raise BadControl(f"there is a subscription {number} already: {consent.definitions[number].name}")
    consent.define(Definition(number, name, str(body.get("description", "")), world.hubspot.now()))
    return {"id": number, "name": name}


def unsubscribe(world: World, system: System, body: Body) -> Body:
    """A person follows the link at the foot of an e-mail: no more of this type, or (without `subscription`) of any."""
    only(body, "email", "subscription")
    state, address = world.hubspot, str(body.get("email", "")).strip().lower()
    if not EMAIL.fullmatch(address):
        raise BadControl(f"email must be an address, not {body.get('email')!r}")
    choice = Choice("UNSUBSCRIBED", state.now(), source="Email unsubscribe link")
    if body.get("subscription") is None:
        state.consent.opt_out(address, choice, {}, who=PERSON)
        return {"email": address}
    number = whole_number(body, "subscription")
    if number not in state.consent.definitions:
        raise BadControl(
            f"there is no subscription {number}; there are {', '.join(map(str, state.consent.definitions))}"
        )
    state.consent.choose(address, state.consent.definitions[number], choice, {}, who=PERSON)
    return {"email": address, "subscription": number}
