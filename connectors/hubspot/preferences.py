"""Opting addresses out of all marketing mail, through the communication preferences.

The contact's own property is read-only. The official client has version 3 only, which unsubscribes from one kind of
mail; version 4 has one call for all of them.
https://developers.hubspot.com/docs/api-reference/legacy/communication-preferences-v4/guide
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from connectors.base import (
    ConnectorError,
    NoAnswer,
    Policy,
    Refused,
    Unknown,
)
from connectors.batches import chunks
from connectors.hubspot.client import HubSpotClient, MissingScopes, Refusal
from connectors.hubspot.wire import decode
from connectors.preferences import Choice, OptedOut

BATCH = 100
_STATUSES = "/communication-preferences/v4/statuses"
_EMAIL = [("channel", "EMAIL")]
_VERBOSE = [*_EMAIL, ("verbose", "true")]
Result = OptedOut | Refused | Unknown


class Status(msgspec.Struct):
    status: str = ""
    timestamp: datetime | None = None


class _Statuses(msgspec.Struct):
    results: list[Status] = []


class _Subscriber(msgspec.Struct, rename="camel"):
    subscriber_id_string: str
    statuses: list[Status] = []


class _Subscribers(msgspec.Struct):
    results: list[_Subscriber] = []


class HubSpotPreferences:
    """The preferences of one portal. Batches need Marketing Hub Enterprise: where the token may not use them, each
    address takes one call."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._may_batch = True

    def opt_out(self, addresses: Sequence[str]) -> list[Result]:
        """One answer per address. Raises only if nothing was answered yet."""
        done: dict[str, Result] = {}
        trouble = ""
        for part in chunks(dict.fromkeys(addresses), BATCH):
            try:
                self._part(part, done)
            except NoAnswer as error:
                done |= {each: Unknown(str(error)) for each in part if each not in done}
                trouble = str(error)
                break
            except ConnectorError as error:
                if not done:
                    raise
                trouble = str(error)
                break
        rest = Refused(Policy.LATER, "NOT_SENT", f"Not sent any more: {trouble}")
        return [done.get(each, rest) for each in addresses]

    def choice(self, address: str) -> Choice:
        wide = self._client.get(f"{_STATUSES}/{_quoted(address)}/unsubscribe-all", _EMAIL)
        if any(each.status == "UNSUBSCRIBED" for each in decode(_Statuses, wide).results):
            return Choice(is_out=True)
        each_kind = decode(_Statuses, self._client.get(f"{_STATUSES}/{_quoted(address)}", _EMAIL)).results
        times = [each.timestamp for each in each_kind if each.status == "SUBSCRIBED" and each.timestamp]
        return Choice(is_out=False, subscribed_at=max(times, default=None))

    def _part(self, addresses: Sequence[str], done: dict[str, Result]) -> None:
        if self._may_batch and len(addresses) > 1:
            try:
                done |= self._batch(addresses)
            except MissingScopes:
                self._may_batch = False
            except Refusal:
                pass  # one address of them is refused: asked one by one, each gets its own answer
        for address in addresses:
            if address not in done:
                done[address] = self._one(address)

    def _batch(self, addresses: Sequence[str]) -> dict[str, Result]:
        path = f"{_STATUSES}/batch/unsubscribe-all"
        answer = decode(_Subscribers, self._client.post_again(path, {"inputs": list(addresses)}, _VERBOSE))
        told = {each.subscriber_id_string.lower(): each.statuses for each in answer.results}
        return {each: _opted_out(told[each.lower()]) for each in addresses if each.lower() in told}

    def _one(self, address: str) -> Result:
        try:
            data = self._client.post_again(f"{_STATUSES}/{_quoted(address)}/unsubscribe-all", None, _VERBOSE)
        except Refusal as refusal:
            # HubSpot repeats the address in its words: they are not kept.
            message = "HubSpot does not take this as an e-mail address: correct it on the record"
            return Refused(Policy.DEAD, refusal.problem.category or "REFUSED", message)
        except MissingScopes as error:
            return Refused(Policy.DEAD, "MISSING_SCOPES", str(error))
        return _opted_out(decode(_Statuses, data).results)


def _quoted(address: str) -> str:
    return quote(address, safe="@")


def _opted_out(statuses: Sequence[Status]) -> OptedOut:
    times = [each.timestamp for each in statuses if each.timestamp is not None]
    return OptedOut(max(times, default=datetime.now(UTC)))
