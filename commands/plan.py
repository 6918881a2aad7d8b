"""`entente plan`: what a sync would do, field by field; nothing is written on either side."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.tables import Format, write_csv, write_json, write_table

if TYPE_CHECKING:
    from sync.lines import Line
    from wiring.planning import Planned

_SHOWN = ("record", "field", "base", "marketing", "sales", "decision", "becomes", "reason")


def plan(
    output_format: Annotated[Format, typer.Option("--format", help="How to write the plan.")] = Format.TABLE,
    limit: Annotated[int, typer.Option(min=0, help="How many fields make a page; 0 lists all. Totals count all.")] = 50,
    page: Annotated[int, typer.Option(min=1, help="Which page of the list.")] = 1,
) -> None:
    """Read both systems and show what `entente sync` would change. Writes may start workflows and flows there."""
    from commands.progress import progress_bars
    from wiring import build
    from wiring.pilot import in_scope, sentence

    with progress_bars() as progress:
        service = build(progress=progress)
        from wiring.planning import planned

        found = planned(service, limit, page)
    lines = [asdict(each) for each in found.lines]
    match output_format:
        case Format.JSON:
            about: dict[str, Any] = {"total": found.total, "page": page, "brakes": found.brakes}
            about |= {
                "warnings": found.warnings,
                "in_scope": [asdict(each) for each in in_scope(service.configuration)],
            }
            write_json({**found.totals, **about, "lines": lines})
        case Format.CSV:
            write_csv(list(_line_names()), lines)
        case Format.TABLE:
            show(found, limit, page)
            if scope := sentence(in_scope(service.configuration)):
                typer.echo(scope)


def _line_names() -> list[str]:
    from dataclasses import fields

    from sync.lines import Line

    return [each.name for each in fields(Line)]


def show(found: Planned, limit: int, page: int) -> None:
    """A page of a plan, for people."""
    if found.lines:
        write_table("What a sync would do", _SHOWN, [_row(each) for each in found.lines])
        start = (page - 1) * limit
        more = " (`--page` turns the page, `--limit 0` lists all)" if len(found.lines) < found.total else ""
        typer.echo(f"{start + 1} to {start + len(found.lines)} of {found.total} lines{more}")
    typer.echo(", ".join(f"{name} {number}" for name, number in found.totals.items()))
    for reason in found.brakes:
        typer.echo(f"A brake would stop this round: it {reason}.")
    for warning in found.warnings:
        typer.echo(warning)
    if not any(found.totals.values()):
        typer.echo("Nothing to do: both sides agree, or nobody is in scope (see `scope` in mapping.yaml).")


def _row(line: Line) -> dict[str, Any]:
    """A line for people: a base on which both sides agreed is one value."""
    both = (line.base_marketing, line.base_sales)
    base = both[0] if both[0] == both[1] else " | ".join("(blank)" if each is None else each for each in both)
    new = line.decision == "create"
    row = {**asdict(line), "base": base, "record": f"new in {line.to}, from {line.record}" if new else line.record}
    return {
        name: "" if row[name] is None and line.decision in {"link", "match", "archive", "merge"} else row[name]
        for name in _SHOWN
    }
