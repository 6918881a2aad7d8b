"""`entente setup`: makes the key fields by which a record that was sent twice stays one record."""

from __future__ import annotations

from typing import Annotated

import typer


def setup(
    yes: Annotated[bool, typer.Option("--yes", help="Make the changes without asking.")] = False,
) -> None:
    """Show what both systems need before the first sync, ask, and make it; running it again changes nothing."""
    from wiring import build

    service = build()
    steps = service.setup_steps()
    if not any(steps.values()):
        typer.echo("Both systems have what they need; nothing to do.")
        return
    typer.echo("This would be added:")
    for side, wanted in steps.items():
        for step in wanted:
            typer.echo(f"  {service.connectors[side].system:<10}  {step.text}")
    if not yes and not typer.confirm("Make these changes?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    service.set_up(steps)
    typer.echo("Done. Next: `entente plan` shows what a sync would do, and writes nothing.")
