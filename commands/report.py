"""`entente report`: what is complete, open, blocked or handed over, from what was last read; no CRM is asked."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from reports.audience import Audience
    from reports.completeness import Completeness, Segment
    from reports.gaps_by_rep import GapsByRep
    from reports.table import Table
    from wiring.configuration import Configuration

_PAGE_WIDTH = 120
"""Columns of a table that is written to a file."""


class Report(StrEnum):
    """What can be reported."""

    COMPLETENESS = "completeness"
    GAPS_BY_REP = "gaps_by_rep"
    AUDIENCE = "audience"
    DEALS_BLOCKED = "deals_blocked"
    HANDOFF = "handoff"


class Format(StrEnum):
    """How the report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class Language(StrEnum):
    """The language of titles and reasons."""

    EN = "en"
    FR = "fr"


def report(
    name: Annotated[Report, typer.Argument(help="The report.", show_default=False)],
    output_format: Annotated[
        Format, typer.Option("--format", help="How to write it; html gives one page with completeness and gaps_by_rep.")
    ] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write to, instead of the terminal.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="Language of titles and reasons; by default that of the rules.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Cut completeness by team or a segment such as country; gaps_by_rep by team."),
    ] = None,
    only: Annotated[
        str, typer.Option(help="Of completeness and audience: one segment's records alone, as country:France.")
    ] = "",
) -> None:
    """Report on what `entente sync` last read: completeness by field and team; what is open, rep by rep or by team; how
    many people can be written to; open deals with missing facts; what became of leads that were handed over."""
    from config.environment import environment
    from reports.stored import NothingRead
    from wiring import load_configuration, open_store

    settings = environment()
    configuration = load_configuration(settings.config_dir)
    _check_cut(name, output_format, by, only, configuration)
    open_store(settings)
    from wiring.ladder import at_real_levels

    configuration = at_real_levels(configuration)
    try:
        _write(name, output_format, output, configuration, language, by, only)
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
    by: str | None,
    only: str,
) -> None:
    from reports.files import write_whole

    language = wanted.value if wanted else configuration.rules.locale_default
    if output_format is Format.TABLE and output is None:
        _print(_found(name, configuration, language, by, only), _terminal())
        return
    content = _rendered(name, output_format, configuration, language, by, only)
    if output is None:
        typer.echo(content, nl=False)
    else:
        write_whole(output, content)


def _check_cut(name: Report, output_format: Format, by: str | None, only: str, configuration: Configuration) -> None:
    from reports.completeness import TEAM, segment_names

    if only and (name not in (Report.COMPLETENESS, Report.AUDIENCE) or output_format is Format.HTML):
        _refuse("--only goes with completeness and audience, in any format but html: leave it out, or choose these")
    if by is None:
        return
    known = segment_names(configuration.mapping)
    if by not in known:
        _refuse(f"--by {by} is none of {', '.join(known)}: name it under `segments` of an object in mapping.yaml")
    if output_format is Format.HTML or not (name is Report.COMPLETENESS or (name is Report.GAPS_BY_REP and by == TEAM)):
        _refuse("--by goes with completeness, and gaps_by_rep by team, in any format but html: leave it out")


def _found(
    name: Report, configuration: Configuration, language: Literal["en", "fr"], by: str | None, only: str
) -> Completeness | GapsByRep | Audience | Table:
    from reports.audience import audience
    from reports.completeness import TEAM, completeness
    from reports.deals import blocked_deals
    from reports.gaps_by_rep import gaps_by_rep, gaps_by_team
    from reports.handoff import handoff

    mapping, rules, now = configuration.mapping, configuration.rules, datetime.now(UTC)
    segment = _segment(configuration, only) if only else None
    match name:
        case Report.COMPLETENESS:
            return completeness(mapping, rules, language, by or TEAM, segment)
        case Report.AUDIENCE:
            return audience(mapping, rules, language, segment)
        case Report.GAPS_BY_REP if by == TEAM:
            return gaps_by_team(mapping, rules, language)
        case Report.GAPS_BY_REP:
            return gaps_by_rep(mapping, rules, now, language)
        case Report.DEALS_BLOCKED:
            return blocked_deals(mapping, rules, now, language)
        case Report.HANDOFF:
            return handoff(mapping, language)


def _segment(configuration: Configuration, only: str) -> Segment:
    from reports.completeness import choices, find_segment

    found = find_segment(choices(configuration.mapping), only)
    if found is None:
        _refuse(f"--only {only} names no segment of twenty records or more: write one as country:France")
    return found


def _rendered(
    name: Report,
    output_format: Format,
    configuration: Configuration,
    language: Literal["en", "fr"],
    by: str | None,
    only: str,
) -> bytes:
    from rich.console import Console

    from reports.page import render_page
    from web.files import to_xlsx

    if output_format is Format.HTML:
        if name not in (Report.COMPLETENESS, Report.GAPS_BY_REP):
            _refuse(f"{name} is no page of its own: choose table, json, csv or xlsx, or open it in the pages")
        return render_page(configuration.mapping, configuration.rules, datetime.now(UTC), language).encode()
    found = _found(name, configuration, language, by, only)
    match output_format:
        case Format.JSON:
            return found.to_json().encode()
        case Format.CSV:
            return _flat(found).to_csv().encode()
        case Format.XLSX:
            return to_xlsx(_flat(found))
        case _:
            page = io.StringIO()
            _print(found, Console(file=page, width=_PAGE_WIDTH))
            return page.getvalue().encode()


def _flat(found: Completeness | GapsByRep | Audience | Table) -> Table:
    from reports.completeness import Completeness
    from reports.table import Table
    from reports.trend import read_trend

    if isinstance(found, Table):
        return found
    if isinstance(found, Completeness):
        return found.to_table(read_trend(found, datetime.now(UTC)))
    return found.to_table()


def _terminal() -> Console:
    from rich.console import Console

    return Console()


def _print(found: Completeness | GapsByRep | Audience | Table, console: Console) -> None:
    from reports.table import Table

    for place, table in enumerate([found] if isinstance(found, Table) else found.to_tables()):
        if place:
            console.print()
        table.print_table(console)


def _refuse(message: str) -> NoReturn:
    """Say in one line what is wrong and how to mend it, and end with exit code 1."""
    typer.echo(f"entente: {message}", err=True)
    raise typer.Exit(1)
