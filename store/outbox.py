"""The outbox: messages that are due, claimed one by one with a conditional update, and never sent twice.

A process that dies between sending and marking leaves a message that nobody can be sure of. It counts as sent: what a
digest asks stays open and stands in the next one, so a lost digest costs nothing, while a second one annoys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import transaction

from store.models import Delivery
from store.sql import rows_in

CHANNELS = ("email", "slack")
MINUTE = 60 * 1000
DAY = 24 * 60 * MINUTE

LEASE = 15 * MINUTE
"""How long sending may take; longer than any timeout of a channel."""

FIRST_WAIT, LONGEST_WAIT = 5 * MINUTE, 6 * 60 * MINUTE
"""A refused message is tried again after five minutes, then after twice as long each time."""

MAX_AGE = 7 * DAY
"""A digest older than this says nothing new: it is not sent any more."""

KEPT = 30 * DAY
"""How long the words of a message are kept after it was stored."""


@transaction.atomic
def put(letters: Sequence[Delivery]) -> int:
    """Store messages; returns how many are new. An unsent older one of the same kind to a person is replaced."""
    known = set(Delivery.objects.filter(key__in=[each.key for each in letters]).values_list("key", flat=True))
    fresh = [each for each in letters if each.key not in known]
    for each in fresh:
        same = Delivery.objects.filter(kind=each.kind, person=each.person, channel=each.channel, state="waiting")
        same.update(state="replaced", changed_at=each.made_at)
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def tidy(now: int) -> None:
    """Give up what grew old, say what is in doubt, and forget the words of what went out long ago."""
    stuck = Delivery.objects.filter(state="sending", changed_at__lt=now - LEASE)
    stuck.update(state="doubtful", changed_at=now, error="the process ended while sending")
    old = Delivery.objects.filter(state="waiting", made_at__lt=now - MAX_AGE)
    old.update(state="replaced", changed_at=now)
    Delivery.objects.filter(made_at__lt=now - KEPT).exclude(text="").update(subject="", text="", html="")


def written(keys: Iterable[str]) -> set[str]:
    """Of these keys, given without their channel, those of which there is a message."""
    found = rows_in("SELECT key FROM store_delivery WHERE key IN ({keys})", _over_channels(keys))
    return {key.rpartition("|")[0] for (key,) in found}


def _over_channels(keys: Iterable[str]) -> Iterator[str]:
    return (f"{key}|{channel}" for key in keys for channel in CHANNELS)


def claimed(channel: str, now: int, people: Collection[str]) -> Iterator[Delivery]:
    """Every message of a channel to these people that is due, each claimed as it is handed out: no other process has
    it."""
    due = Delivery.objects.filter(channel=channel, state="waiting", due_at__lte=now).order_by("id")
    for letter in [each for each in due if each.person in people]:
        mine = Delivery.objects.filter(id=letter.id, state="waiting", attempts=letter.attempts)
        if mine.update(state="sending", changed_at=now, attempts=letter.attempts + 1):
            letter.attempts += 1
            yield letter


def sent(letter: Delivery, now: int) -> None:
    """The channel took it."""
    _close(letter, "sent", now, "")


def in_doubt(letter: Delivery, now: int, error: str) -> None:
    """Nobody knows whether it arrived: it is not sent again."""
    _close(letter, "doubtful", now, error)


def keep(letter: Delivery, now: int, error: str) -> None:
    """It was refused: it is tried again, each time after a longer wait."""
    wait = min(FIRST_WAIT << (letter.attempts - 1), LONGEST_WAIT)
    _close(letter, "waiting", now, error, due_at=now + wait)


def _close(letter: Delivery, state: str, now: int, error: str, **more: int) -> None:
    """Only what this process still holds: a claim that was taken for dead stays in doubt."""
    mine = Delivery.objects.filter(id=letter.id, state="sending", attempts=letter.attempts)
    mine.update(state=state, changed_at=now, error=error[:200], **more)
