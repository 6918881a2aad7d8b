"""`entente plan`: what a sync would do, field by field; nothing is written on either side."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sync.plan import Batch


class Format(StrEnum):
    """How the plan is written."""

    TABLE = "table"
    JSON = "json"


def plan(
    output_format: Annotated[Format, typer.Option("--format", help="How to write the plan.")] = Format.TABLE,
    limit: Annotated[int, typer.Option(min=0, help="How many records to list; 0 lists all. Totals count all.")] = 50,
) -> None:
    """Read both systems and show what `entente sync` would change. Writes may start workflows and flows there."""
    from commands.progress import progress_bars
    from wiring import build

    listed: list[dict[str, Any]] = []
    totals = dict.fromkeys(("create", "update", "link", "conflicts", "held", "unresolved"), 0)
    with progress_bars() as progress:
        for batch in build(progress=progress).preview():
            _add(totals, batch)
            room = len(listed) < limit or limit == 0
            for each in _lines(batch) if room else ():
                if limit == 0 or len(listed) < limit:
                    listed.append(each)
    if output_format is Format.JSON:
        typer.echo(json.dumps({**totals, "records": listed}, ensure_ascii=False, indent=2))
        return
    for each in listed:
        for line in each["lines"]:
            typer.echo(line)
    typer.echo(", ".join(f"{name} {number}" for name, number in totals.items()))
    if not any(totals.values()):
        typer.echo("Nothing to do: both sides agree, or nobody is in scope (see `scope` in mapping.yaml).")


def _add(totals: dict[str, int], batch: Batch) -> None:
    from connectors.base import Archive, Create, Merge, Update

    for each in batch.plans:
        totals["create"] += sum(isinstance(write, Create) for write in each.writes)
        totals["update"] += sum(isinstance(write, Update) for write in each.writes)
        for name, kind in (("archive", Archive), ("merge", Merge)):
            if number := sum(isinstance(write, kind) for write in each.writes):
                totals[name] = totals.get(name, 0) + number
        totals["link"] += bool(each.link and not each.link.id)
        totals["conflicts"] += len(each.conflicts)
        totals["held"] += len(each.held)
    totals["unresolved"] += len(batch.unresolved)


def _lines(batch: Batch) -> list[dict[str, Any]]:
    found = [{"record": str(each.source), "lines": list(each.explain())} for each in batch.plans]
    found += [
        {"record": str(each.ref), "lines": [f"{each.ref}  to decide: {each.reason}"]} for each in batch.unresolved
    ]
    return [each for each in found if each["lines"]]
