"""Where an app wants its webhooks sent, and which events it subscribed to.

https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

OBJECTS = ("contact", "company", "deal", "ticket", "product", "line_item", "object")
EVENTS = ("creation", "deletion", "propertyChange", "merge", "restore", "associationChange")
TYPES = frozenset((*(f"{each}.{event}" for each in OBJECTS for event in EVENTS), "contact.privacyDeletion"))
NEVER = frozenset(("hs_lastmodifieddate", "num_unique_conversion_events"))
"""Properties that cannot be subscribed to."""
SUBSCRIPTIONS_MOST = 1_000
FIRST_ID = 2_334_201
KEYS = frozenset(("subscriptionType", "propertyName", "objectTypeId", "active", "id"))


@dataclass(frozen=True, slots=True)
class Subscription:
    """One kind of event. `object_type_id` says which objects an `object.*` subscription means."""

    id: int
    type: str
    property_name: str | None = None
    object_type_id: str | None = None

    @property
    def is_generic(self) -> bool:
        return self.type.startswith("object.")


@dataclass(slots=True)
class Target:
    """An app that is told: how, how reliably and in what order. `seconds` is how long it may take to answer."""

    app_id: int
    url: str
    secret: str
    subscriptions: tuple[Subscription, ...]
    max_batch: int = 100
    concurrency: int = 10
    shuffles: bool = False
    duplicate_rate: float = 0.0
    seconds: float = 5.0
    seed: int = 1
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - repeatable disorder, no secret

    def wants(self, event: str, singular: str, type_id: str) -> list[Subscription]:
        """The subscriptions to an event (`creation`) of an object."""
        named, generic = f"{singular}.{event}", f"object.{event}"
        return [
            each
            for each in self.subscriptions
            if each.type == named or (each.type == generic and each.object_type_id == type_id)
        ]


def read_subscriptions(sent: Any) -> tuple[Subscription, ...]:
    """Subscriptions from objects, or from the mere type; ValueError says what is wrong."""
    if not isinstance(sent, list) or not sent:
        raise ValueError('subscriptions must be a list such as [{"subscriptionType": "contact.creation"}]')
    if len(sent) > SUBSCRIPTIONS_MOST:
        raise ValueError(f"an app has at most {SUBSCRIPTIONS_MOST} subscriptions")
    items = [{"subscriptionType": each} if isinstance(each, str) else each for each in sent]
    read = [read_subscription(each, FIRST_ID + at) for at, each in enumerate(items)]
    return tuple(each for each, item in zip(read, items, strict=True) if item.get("active", True))


def read_subscription(sent: Any, number: int) -> Subscription:
    if not isinstance(sent, dict) or sent.get("subscriptionType") not in TYPES:
        raise ValueError(f"a subscriptionType is one of {', '.join(sorted(TYPES))}; there is no {sent!r}")
    if unknown := sent.keys() - KEYS:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))} of a subscription: use {', '.join(sorted(KEYS))}")
    made = Subscription(
        int(sent.get("id", number)), sent["subscriptionType"], sent.get("propertyName"), sent.get("objectTypeId")
    )
    if made.type.endswith(".propertyChange") != (made.property_name is not None):
        raise ValueError(f"propertyName belongs to propertyChange, and to it only, not as in {sent!r}")
    if made.property_name in NEVER:
        raise ValueError(f"{made.property_name} cannot be subscribed to")
    if made.is_generic != (made.object_type_id is not None):
        raise ValueError(f"objectTypeId (such as 0-1) belongs to object.*, and to it only, not as in {sent!r}")
    return made
