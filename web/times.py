"""Stored times for people and for machines, and how long ago something was."""

from __future__ import annotations

from datetime import datetime

from reports.words import counted, duration, moment
from rules.language import Language
from store.sql import moment as time_of
from store.sql import now
from web.words import words

_DAY = 24 * 60 * 60


def at(language: Language, stamp: int | None) -> str:
    """A stored time, for people."""
    return "" if stamp is None else moment(language, time_of(stamp))


def iso(stamp: int | None) -> str:
    """A stored time, for machines."""
    return "" if stamp is None else time_of(stamp).isoformat(timespec="seconds")


def since(language: Language, stamp: int) -> str:
    """How long ago something was."""
    return age(language, max(0, (now() - stamp) // 1000))


def age(language: Language, seconds: int) -> str:
    """A time that has passed: to the minute on the first day, then in days."""
    if seconds >= 2 * _DAY:
        return counted(language, "days", seconds // _DAY)
    return duration(seconds // 60 * 60) if seconds >= 60 else words(language)["less_than_minute"]


def time_between(started: datetime, ended: datetime) -> str:
    """How long something took."""
    return duration(max(0, round((ended - started).total_seconds())))
