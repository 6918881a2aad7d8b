"""`entente setup`: what is missing is made, remembered as made by us, and only that is ever taken away again.

An administrator may sign in for the occasion. That sign-in is used for the calls of one command and kept nowhere; what
it makes is made for the user with whom Entente signs in every day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from config.environment import SettingsError
from connectors.base import Connector, SetupStep
from crm.record import Side
from store import known
from wiring.accounts import as_administrator, fingerprint
from wiring.checking import keyed

if TYPE_CHECKING:
    from wiring.service import Service

_MADE = "setup made"
Steps = Mapping[Side, Sequence[SetupStep]]


def missing(service: Service) -> dict[Side, list[SetupStep]]:
    """What the everyday user lacks in each system, so that records can carry our key."""
    return {side: connector.setup_steps(_objects(service, side)) for side, connector in service.connectors.items()}


def administrators(service: Service, tokens: Mapping[Side, str]) -> dict[Side, Connector]:
    """By side, who makes the changes: an administrator where a token is given, else the everyday user. Raises
    SettingsError where an administrator belongs to another account."""
    hands = dict(service.connectors)
    for side, token in tokens.items():
        if token:
            hands[side] = as_administrator(service.settings, side, token, service.connectors[side])
            if hands[side].account() != service.connectors[side].account():
                raise SettingsError(f"this administrator of {hands[side].system} belongs to another account")
    return hands


def make(service: Service, steps: Steps, hands: Mapping[Side, Connector]) -> None:
    """Make what is missing, describe both systems anew, and remember what was not there before."""
    for side, wanted in steps.items():
        if not wanted:
            continue
        before = {(part.object, part.field) for part in hands[side].own_parts(_objects(service, side))}
        try:
            hands[side].set_up(wanted)
        finally:
            after = hands[side].own_parts(_objects(service, side))
            _remember(service, side, [part for part in after if (part.object, part.field) not in before])
    known.forget("schema.")


def made(service: Service, hands: Mapping[Side, Connector]) -> dict[Side, list[SetupStep]]:
    """What our setup made and is still there; nothing that somebody else had made before. Raises SettingsError where
    it cannot be told whether it was made in this account."""
    found = {}
    for side, connector in hands.items():
        kept = known.recall(f"{_MADE} {side}") or {"parts": []}
        ours = {(part["object"], part["field"]) for part in kept["parts"]}
        if ours:
            _check_account(service, side, connector, kept["fingerprint"])
        there = connector.own_parts(_objects(service, side)) if ours else []
        found[side] = [part for part in there if (part.object, part.field) in ours]
    return found


def _check_account(service: Service, side: Side, connector: Connector, then: str) -> None:
    """The store belongs to an account since its first pass; before that the sign-in must still be the same one."""
    bound = known.bound(side)
    if bound is not None and bound != connector.account():
        raise SettingsError(f"{connector.system}: this store belongs to account {bound}, use its token")
    if bound is None and then != fingerprint(service.settings, side):
        raise SettingsError(
            f"{connector.system}: the sign-in changed since the setup, so its account may be another one"
        )


def take_down(parts: Steps, hands: Mapping[Side, Connector]) -> None:
    """Remove what was made; a key that goes takes with it what it says on the records, and nothing else."""
    for side, ours in parts.items():
        if ours:
            hands[side].take_down(ours)
        known.forget(f"{_MADE} {side}")
    known.forget("schema.")


def _remember(service: Service, side: Side, parts: Sequence[SetupStep]) -> None:
    if not parts:
        return
    kept = known.recall(f"{_MADE} {side}") or {"parts": []}
    new = [{"object": part.object, "field": part.field} for part in parts]
    about = {"fingerprint": fingerprint(service.settings, side), "parts": [*kept["parts"], *new]}
    known.learn(f"{_MADE} {side}", about)


def _objects(service: Service, side: Side) -> list[str]:
    """The objects whose records must be able to carry our key."""
    return sorted(keyed(service.mapping, side))
