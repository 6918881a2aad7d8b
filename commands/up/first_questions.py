"""What must be answered before an installation on real accounts runs: who sees what about people, and who is ops."""

from __future__ import annotations

import sys

import typer

from config.environment import Environment, SettingsError

PROFILES = {
    "standard": "managers see what is open with the reps of their own team; every look is logged",
    "works_council": "nobody but the reps themselves sees that, until both dates of the agreement are entered",
}


def ask(settings: Environment) -> list[str]:
    """The store is open, a profile is chosen and somebody can sign in; returns what to say once all runs."""
    from wiring import open_store

    open_store(settings)
    from web.access import Privacy
    from web.privacy import answer, privacy

    if not privacy().profile:
        answer(Privacy(_profile()))
    return [*_first_user(), "Next        `entente setup`, unless it has run: passes fail until it has"]


def _profile() -> str:
    """The answer of the person at the terminal. Raises SettingsError where nobody is there."""
    if not sys.stdin.isatty():
        raise SettingsError(
            "nobody has said yet who sees what about people: set ENTENTE_PRIVACY_PROFILE to standard or "
            "works_council, or run `entente up` in a terminal, which asks"
        )
    typer.echo("Who sees what about people?")
    for name, meaning in PROFILES.items():
        typer.echo(f"  {name:<14}{meaning}")
    while (given := typer.prompt("Profile").strip()) not in PROFILES:
        typer.echo(f"Answer with one of: {', '.join(PROFILES)}")
    return str(given)


def _first_user() -> list[str]:
    """Where nobody is ops yet, somebody is now."""
    from django.contrib.auth.models import User

    from web.access import Role
    from web.people import save_user

    if User.objects.filter(groups__name=Role.OPS.value).exists():
        return []
    password = save_user("ops", "ops@localhost.invalid", [Role.OPS])
    return [f"Sign in     ops   {password}   shown once; `entente user add` lets others in"]
