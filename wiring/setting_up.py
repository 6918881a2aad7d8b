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
from wiring.accounts import as_administrator
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
            _remember(side, hands[side], [part for part in after if (part.object, part.field) not in before])
    known.forget("schema.")


def made(service: Service, hands: Mapping[Side, Connector]) -> dict[Side, list[SetupStep]]:
    """What our setup made and is still there; nothing that somebody else had made before. Raises SettingsError where
    it was made in another account."""
    found = {}
    for side, connector in hands.items():
        kept = known.recall(f"{_MADE} {side}") or {"account": "", "parts": []}
        if kept["parts"] and kept["account"] != connector.account():
            raise SettingsError(f"the setup was made in account {kept['account']} of {connector.system}: use its token")
        ours = {(part["object"], part["field"]) for part in kept["parts"]}
        there = connector.own_parts(_objects(service, side)) if ours else []
        found[side] = [part for part in there if (part.object, part.field) in ours]
    return found


def take_down(parts: Steps, hands: Mapping[Side, Connector]) -> None:
    """Remove what was made; a key that goes takes with it what it says on the records, and nothing else."""
    for side, ours in parts.items():
        if ours:
            hands[side].take_down(ours)
        known.forget(f"{_MADE} {side}")
    known.forget("schema.")


def _remember(side: Side, connector: Connector, parts: Sequence[SetupStep]) -> None:
    if not parts:
        return
    kept = known.recall(f"{_MADE} {side}") or {"parts": []}
    new = [{"object": part.object, "field": part.field} for part in parts]
    known.learn(f"{_MADE} {side}", {"account": connector.account(), "parts": [*kept["parts"], *new]})


def _objects(service: Service, side: Side) -> list[str]:
    """The objects whose records must be able to carry our key."""
    return sorted(keyed(service.mapping, side))
