"""`entente user`: who may sign in to the pages, and in which groups."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Who may sign in to the pages.", no_args_is_help=True)


class Group(StrEnum):
    """What somebody sees."""

    OPS = "ops"
    MARKETER = "marketer"
    MANAGER = "manager"
    REP = "rep"


class Language(StrEnum):
    """The language of the pages."""

    EN = "en"
    FR = "fr"


@app.callback()
def user() -> None:
    """Who may sign in to the pages."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.", show_default=False)],
    email: Annotated[str, typer.Option(help="Their e-mail; a rep's or manager's is that of their CRM user.")],
    group: Annotated[list[Group], typer.Option(help="A group; repeat it for several.")],
    language: Annotated[Language, typer.Option(help="The language of their pages.")] = Language.EN,
    password_file: Annotated[
        Path | None, typer.Option(help="A file with the password; without it a new user gets one, shown once.")
    ] = None,
) -> None:
    """Add somebody, or change somebody of that name: their e-mail, their groups and, with a file, their password."""
    from config.environment import SettingsError, environment
    from wiring import open_store

    open_store(environment())
    from web.access import Role
    from web.people import save_user

    password = None
    if password_file:
        try:
            password = password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"--password-file {password_file} cannot be read ({error.strerror})") from error
    made_up = save_user(name, email, [Role(each.value) for each in group], password, language.value)
    typer.echo(f"{name} can sign in at {environment().base_url}" + (f" with the password {made_up}" if made_up else ""))
