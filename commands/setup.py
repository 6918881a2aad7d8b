"""`entente setup`: makes the key fields by which a record that was sent twice stays one record, or takes them away."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.base import SetupStep
    from crm.record import Side
    from wiring.service import Service

ADMIN_TOKENS = {"marketing": "ENTENTE_ADMIN_HUBSPOT_TOKEN", "sales": "ENTENTE_ADMIN_SALESFORCE_TOKEN"}
"""By side, where an administrator's token may stand for one command; it is stored nowhere."""
_ASKED = {"marketing": "HubSpot: an administrator's token", "sales": "Salesforce: an administrator's session id"}


def setup(
    yes: Annotated[bool, typer.Option("--yes", help="Make the changes without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be changed.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take away what an earlier setup made.")] = False,
    admin: Annotated[
        bool, typer.Option("--admin", help="Ask for administrators' tokens: used for this command, never stored.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write Salesforce's part as Salesforce DX source, and change nothing."),
    ] = None,
) -> None:
    """Show what both systems need before the first sync, ask, and make it; running it again changes nothing."""
    if export is not None:
        _export(export)
        return
    _change(undo=undo, yes=yes, dry_run=dry_run, tokens=_tokens(ask=admin))


def _change(*, undo: bool, yes: bool, dry_run: bool, tokens: Mapping[Side, str]) -> None:
    from wiring import build

    service = build()
    from wiring import setting_up

    hands = setting_up.administrators(service, tokens)
    steps = setting_up.made(service, hands) if undo else setting_up.missing(service)
    if not any(steps.values()):
        none = "No earlier setup made anything that is still there" if undo else "Both systems have what they need"
        typer.echo(f"{none}; nothing to do.")
        return
    _show(service, steps, undo=undo)
    if dry_run:
        typer.echo("Nothing was changed.")
        return
    if not yes and not typer.confirm("Make these changes?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    if undo:
        setting_up.take_down(steps, hands)
        typer.echo("Done. Linked records stay linked; before anything new is created, run `entente setup` again.")
        return
    setting_up.make(service, steps, hands)
    _verify(setting_up.missing(service))
    typer.echo("Done. Next: `entente plan` shows what a sync would do, and writes nothing.")


def _show(service: Service, steps: Mapping[Side, Sequence[SetupStep]], *, undo: bool) -> None:
    typer.echo("This would be taken away; an earlier setup made it:" if undo else "This would be added:")
    for side, wanted in steps.items():
        for step in wanted:
            place = f" ({step.object})" if undo else ""
            typer.echo(f"  {service.connectors[side].system:<10}  {step.text}{place}")


def _verify(still: Mapping[Side, Sequence[SetupStep]]) -> None:
    """What an administrator made must be there for the everyday user."""
    for wanted in still.values():
        for step in wanted:
            typer.echo(f"Not there yet for the user with whom Entente signs in: {step.text}", err=True)
    if any(still.values()):
        raise typer.Exit(1)


def _tokens(*, ask: bool) -> dict[Side, str]:
    """By side, an administrator's token; empty where the everyday sign-in serves."""
    from crm.record import Side

    return {side: administrators_token(side, ask=ask) for side in Side}


def administrators_token(side: Side, *, ask: bool) -> str:
    """An administrator's token of the environment, or asked for; empty where the everyday sign-in serves."""
    token = os.environ.get(ADMIN_TOKENS[side.value], "")
    if token or not ask:
        return token
    asked: str = typer.prompt(
        f"{_ASKED[side.value]} (empty: the everyday sign-in)", default="", hide_input=True, show_default=False
    )
    return asked


def _export(directory: Path) -> None:
    """Needs the mapping only: no sign-in, no database."""
    from config.environment import environment
    from connectors.salesforce.schema import own_parts_of
    from connectors.salesforce.source import write_source
    from crm.record import Side
    from wiring import load_configuration
    from wiring.checking import keyed

    configuration = load_configuration(environment().config_dir)
    keyed_objects = sorted(keyed(configuration.mapping, Side.SALES))
    for path in write_source(directory, own_parts_of(keyed_objects, configuration.with_ways_out)):
        typer.echo(str(path))
    typer.echo(
        f"Deploy it: cd {directory} && sf project deploy start --manifest manifest/package.xml; then give the "
        "permission set to the integration user: sf org assign permset --name Entente --on-behalf-of USERNAME"
    )
