"""`entente sync`: one pass over everything that changed on either side."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

BRAKED = 3


class Format(StrEnum):
    """How the result is written."""

    TABLE = "table"
    JSON = "json"


def sync(
    output_format: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
    release_brake: Annotated[
        int | None, typer.Option(metavar="RUN", help="Let a round pass that a brake stopped in this run.")
    ] = None,
) -> None:
    """Read what changed, merge it field by field, and write what travels. Exit code 3: a brake stopped the round."""
    from commands.progress import progress_bars
    from wiring import build

    with progress_bars() as progress:
        result = build(progress=progress).sync(release=release_brake)
    state, reasons = result.pop("state"), result.pop("braked", [])
    if output_format is Format.JSON:
        typer.echo(json.dumps(result))
    else:
        for line in summary(result):
            typer.echo(line)
    if state == "braked":
        for reason in reasons:
            typer.echo(f"Braked before the first write: this round {reason}.", err=True)
        typer.echo(
            f"Look with `entente plan`; let it pass with `entente sync --release-brake {result['run']}`.", err=True
        )
        raise typer.Exit(BRAKED)


def summary(result: dict[str, Any]) -> list[str]:
    """A result in words, a line per fact."""
    calls = ", ".join(f"{system} {number}" for system, number in result["calls"].items())
    return [
        f"Run {result['run']}, {result['seconds']} s",
        f"changed    marketing {result['pulled']['marketing']}, sales {result['pulled']['sales']}",
        f"linked     {result['linked']}",
        f"created    marketing {result['created']['marketing']}, sales {result['created']['sales']}",
        f"updated    marketing {result['updated']['marketing']}, sales {result['updated']['sales']}",
        f"waiting    conflicts {result['conflicts']}, held {result['held']}, dead {result['dead']}",
        f"calls      {calls}",
    ]
