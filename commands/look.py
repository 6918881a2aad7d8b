"""`entente look`: what falls between the two systems, on one page; reads both, and writes to neither."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.environment import Environment
    from reports.look import Look


class Format(StrEnum):
    """How the look is written."""

    HTML = "html"
    JSON = "json"


class Language(StrEnum):
    """The language of the page."""

    EN = "en"
    FR = "fr"


def look(
    output: Annotated[Path, typer.Option(help="File to write to.")] = Path("look.html"),
    language: Annotated[
        Language | None, typer.Option(help="Language of the page; by default that of the rules.")
    ] = None,
    currency: Annotated[
        str, typer.Option(help="Currency of the organisation, as EUR: Salesforce names it only where it has several.")
    ] = "",
    output_format: Annotated[Format, typer.Option("--format", help="json goes to the terminal.")] = Format.HTML,
) -> None:
    """Read HubSpot and Salesforce with the accounts of the settings, change nothing in either, and write one page of
    what falls between them: deals without a decision-maker, forgotten deals, untouched leads, lost opt-outs,
    contradictions, and whom an e-mail reaches. What is read goes to a folder of its own, removed at the end."""
    from config.environment import environment

    settings = environment()
    _check(settings)
    with TemporaryDirectory(prefix="entente-look-") as folder:
        found, default = _found(settings, Path(folder))
    if output_format is Format.JSON:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    _write(found, output, language.value if language else default, currency)


def _found(settings: Environment, folder: Path) -> tuple[Look, str]:
    """Read both systems into a store in this folder; what was found, and the language of the rules."""
    from commands.progress import progress_bars
    from config.environment import environment
    from wiring import build, connect, load_configuration
    from wiring.looking import configured, read

    configuration, parts = configured(load_configuration(settings.config_dir))
    connectors = connect(settings, configuration.mapping)
    os.environ |= {"ENTENTE_DATA_DIR": str(folder)}  # Django reads it as it starts
    os.environ.pop("ENTENTE_DATABASE_URL", None)
    environment.cache_clear()
    with progress_bars() as progress:
        service = build(environment(), connectors=connectors, configuration=configuration, progress=progress)
        from reports.look import look as look_at

        parts = read(service, parts)
        found = look_at(configuration.mapping, parts, service.records.load, datetime.now(UTC))
    return found, configuration.rules.locale_default


def _check(settings: Environment) -> None:
    """Refuse to sign in by what only one store may keep."""
    from config.environment import SettingsError

    if settings.salesforce_refresh_token.get_secret_value():
        raise SettingsError(
            "a look keeps nothing, and Salesforce may give a new refresh token at each sign-in: sign in for it with "
            "ENTENTE_SALESFORCE_TOKEN, client credentials or a key (docs/setup.md)"
        )


def _write(found: Look, output: Path, language: str, currency: str) -> None:
    from reports.files import write_whole
    from reports.look.page import render_look

    page = render_look(found, datetime.now(UTC), "fr" if language == "fr" else "en", currency.strip().upper())
    try:
        write_whole(output, page.encode())
    except OSError as error:
        mend = "check the folder, its rights and its space"
        typer.echo(f"entente: --output {output} cannot be written ({error.strerror}): {mend}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Look        {output.resolve()}")
