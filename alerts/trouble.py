"""What may go wrong between us and a channel, by what the outbox must do about it."""

from __future__ import annotations


class NotSent(Exception):
    """The channel did not take the message, and that is certain: it may be tried again."""


class Doubtful(Exception):
    """The connection broke while the channel took the message: nobody knows whether it arrived."""
