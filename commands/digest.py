"""`entente digest`: look at a person's digest, and send those that are due."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(help="The hygiene digest: look at one, or send what is due.", no_args_is_help=True)


class Format(StrEnum):
    """As which part of the mail it is shown."""

    TEXT = "text"
    HTML = "html"


class Language(StrEnum):
    """The language of a digest."""

    EN = "en"
    FR = "fr"


@app.command()
def preview(
    to: Annotated[str, typer.Option(help="Whose: a name or a part of it, an e-mail address, or an id.")],
    output_format: Annotated[Format, typer.Option("--format", help="Which part of the mail.")] = Format.TEXT,
    language: Annotated[Language | None, typer.Option(help="By default, the language that person chose.")] = None,
) -> None:
    """Show the digest that a person would get now; nothing is sent."""
    from alerts.letter import as_html, as_text
    from config.environment import environment
    from reports.stored import NothingRead
    from wiring import load_configuration, open_store

    settings = environment()
    configuration = load_configuration(settings.config_dir)
    open_store(settings)
    from wiring.digests import Nobody, Office, find_digest, page_of

    try:
        office = Office(settings, configuration, datetime.now(UTC))
        digest = find_digest(office, to, language.value if language else None)
    except (Nobody, NothingRead) as error:
        typer.echo(f"entente: {error}", err=True)
        raise typer.Exit(1) from None
    if digest is None:
        typer.echo("nothing is open: no digest would be sent")
        return
    page = page_of(settings, digest.kind)
    content = as_text(digest, page) if output_format is Format.TEXT else as_html(digest, page)
    heading = f"Subject: {digest.subject}\n\n" if output_format is Format.TEXT else ""
    typer.echo((heading + content).encode(), nl=False)


@app.command()
def send() -> None:
    """Send the digests that are due today and not sent yet, and what was refused before."""
    from config.environment import SettingsError, environment
    from reports.stored import NothingRead
    from wiring import load_configuration, open_store

    settings = environment()
    if not settings.smtp_url.get_secret_value():
        raise SettingsError("ENTENTE_SMTP_URL is not set: give it smtp://USER:PASSWORD@HOST:PORT")
    configuration = load_configuration(settings.config_dir)
    open_store(settings)
    from wiring.digests import send_digests

    try:
        counts = send_digests(settings, configuration)
    except NothingRead as nothing:
        typer.echo(f"entente: {nothing}", err=True)
        raise typer.Exit(1) from None
    typer.echo(", ".join(f"{number} {what}" for what, number in counts.items()))
