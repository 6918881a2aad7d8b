"""The installation's privacy profile: as the environment says, or as the first-start page was answered."""

from __future__ import annotations

from datetime import date

from config.environment import environment
from store import known
from web.access import Privacy

_KEY = "privacy"
PROFILES = ("standard", "works_council")


def privacy() -> Privacy:
    """The choice as it stands; a profile in the environment wins, the dates are always those of the page."""
    return chosen(environment().privacy_profile, known.recall(_KEY) or {})


def chosen(from_environment: str, answered: dict[str, str | None]) -> Privacy:
    """The choice, of what the environment says and what the page was answered."""
    profile = from_environment or answered.get("profile") or ""
    return Privacy(profile, _date(answered.get("consulted_on")), _date(answered.get("notified_on")))


def answer(choice: Privacy) -> None:
    """Remember the answer of the page."""
    dates = {"consulted_on": choice.consulted_on, "notified_on": choice.notified_on}
    known.learn(_KEY, {"profile": choice.profile} | {name: day and day.isoformat() for name, day in dates.items()})


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
