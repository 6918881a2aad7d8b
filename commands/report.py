"""`entente report`: how complete the records are and what is open, from what was last read; no CRM is asked."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from reports.completeness import Completeness
    from reports.gaps_by_rep import GapsByRep
    from reports.table import Table
    from wiring.configuration import Configuration

_PAGE_WIDTH = 120
"""Columns of a table that is written to a file."""


class Report(StrEnum):
    """What can be reported."""

    COMPLETENESS = "completeness"
    GAPS_BY_REP = "gaps_by_rep"


class Format(StrEnum):
    """How the report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Language(StrEnum):
    """The language of titles and reasons."""

    EN = "en"
    FR = "fr"


def report(
    name: Annotated[Report, typer.Argument(help="The report.", show_default=False)],
    output_format: Annotated[
        Format, typer.Option("--format", help="How to write it; html gives one page with both reports.")
    ] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write to, instead of the terminal.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="Language of titles and reasons; by default that of the rules.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Cut completeness by team, or by a segment of mapping.yaml such as country.")
    ] = "team",
) -> None:
    """Report on what `entente sync` last read: completeness by field and team, or what is open, rep by rep."""
    from config.environment import environment
    from reports.stored import NothingRead
    from wiring import load_configuration, open_store

    settings = environment()
    configuration = load_configuration(settings.config_dir)
    _check_cut(name, output_format, by, configuration)
    open_store(settings)
    from wiring.ladder import at_real_levels

    configuration = at_real_levels(configuration)
    try:
        _write(name, output_format, output, configuration, language, by)
    except NothingRead as nothing:
        _refuse(str(nothing))
    except OSError as error:
        _refuse(f"--output {output} cannot be written ({error.strerror}): check the folder, its rights and its space")


def _write(
    name: Report,
    output_format: Format,
    output: Path | None,
    configuration: Configuration,
    wanted: Language | None,
    by: str,
) -> None:
    from reports.files import write_whole
    from reports.page import render_page

    if output_format is Format.HTML:
        language = wanted.value if wanted else configuration.rules.locale_default
        content = render_page(configuration.mapping, configuration.rules, datetime.now(UTC), language)
    else:
        found = _found(name, configuration, wanted, by)
        if output_format is Format.TABLE and output is None:
            _print(found, _terminal())
            return
        content = _rendered(found, output_format)
    if output is None:
        typer.echo(content.encode(), nl=False)
    else:
        write_whole(output, content.encode())


def _check_cut(name: Report, output_format: Format, by: str, configuration: Configuration) -> None:
    from reports.completeness import TEAM, segment_names

    known = segment_names(configuration.mapping)
    if by not in known:
        _refuse(f"--by {by} is none of {', '.join(known)}: name it under `segments` of an object in mapping.yaml")
    if by != TEAM and (name is not Report.COMPLETENESS or output_format is Format.HTML):
        _refuse("--by goes with completeness as table, json or csv: leave it out, or choose one of these")


def _found(name: Report, configuration: Configuration, wanted: Language | None, by: str) -> Completeness | GapsByRep:
    from reports.completeness import completeness
    from reports.gaps_by_rep import gaps_by_rep

    mapping, rules = configuration.mapping, configuration.rules
    language = wanted.value if wanted else rules.locale_default
    match name:
        case Report.COMPLETENESS:
            return completeness(mapping, rules, language, by)
        case Report.GAPS_BY_REP:
            return gaps_by_rep(mapping, rules, datetime.now(UTC), language)


def _rendered(found: Completeness | GapsByRep, output_format: Format) -> str:
    from rich.console import Console

    match output_format:
        case Format.JSON:
            return found.to_json()
        case Format.CSV:
            return _flat(found).to_csv()
        case _:
            page = io.StringIO()
            _print(found, Console(file=page, width=_PAGE_WIDTH))
            return page.getvalue()


def _flat(found: Completeness | GapsByRep) -> Table:
    from reports.completeness import Completeness
    from reports.trend import read_trend

    if isinstance(found, Completeness):
        return found.to_table(read_trend(found, datetime.now(UTC)))
    return found.to_table()


def _terminal() -> Console:
    from rich.console import Console

    return Console()


def _print(found: Completeness | GapsByRep, console: Console) -> None:
    for place, table in enumerate(found.to_tables()):
        if place:
            console.print()
        table.print_table(console)


def _refuse(message: str) -> NoReturn:
    """Say in one line what is wrong and how to mend it, and end with exit code 1."""
    typer.echo(f"entente: {message}", err=True)
    raise typer.Exit(1)
