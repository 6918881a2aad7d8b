"""`entente gates`: rules that Salesforce itself enforces: shown, deployed by an administrator, and taken away again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.salesforce.client import SalesforceClient
    from wiring.gates import Gates, Planned
    from wiring.service import Service

app = typer.Typer(help="Rules that a transition needs: shown, deployed, taken away.", no_args_is_help=True)
Admin = Annotated[
    bool, typer.Option("--admin", help="Ask for an administrator's session: used for this command, never stored.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Make the changes without asking.")]
_STATES = {
    "new": "not deployed",
    "same": "deployed",
    "changed": "deployed as an older rule says",
    "drifted": "DRIFT: somebody changed it in Salesforce",
}


@app.callback()
def gates() -> None:
    """Rules that a transition needs: shown, deployed, taken away."""


@app.command()
def plan(
    admin: Admin = False,
    export: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write Salesforce's part as Salesforce DX source.")
    ] = None,
) -> None:
    """Show each gate: where it lives, its formula and message, what it would refuse now; nothing is written."""
    from wiring import build

    service = build()
    from wiring import gates as wired

    client = _hands(service, admin)
    if export is not None:
        for path in wired.export(service, client, export):
            typer.echo(str(path))
        typer.echo(f"Deploy it: cd {export} && sf project deploy start --manifest manifest/gates.xml")
        return
    _show(wired.plan(service, client))


@app.command()
def deploy(admin: Admin = False, yes: Yes = False) -> None:
    """Make Salesforce enforce the gates; running it again changes nothing."""
    from wiring import build

    service = build()
    from wiring import gates as wired

    client = _hands(service, admin)
    planned = wired.plan(service, client)
    _show(planned)
    if not planned.planned and not planned.stale:
        return
    if not yes and not typer.confirm("Deploy this?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    wired.deploy(service, client, planned)
    typer.echo("Done. `entente gates remove` brings the organisation back as it was.")


@app.command()
def remove(admin: Admin = False, yes: Yes = False) -> None:
    """Take away what `deploy` made, and nothing else."""
    from wiring import build

    service = build()
    from wiring import gates as wired

    client = _hands(service, admin)
    if not yes and not typer.confirm("Take away every gate that was deployed from here?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    gone = wired.remove(service, client)
    typer.echo(f"Taken away: {', '.join(gone)}" if gone else "Nothing was deployed from here; nothing to do.")


def _hands(service: Service, admin: bool) -> SalesforceClient:
    """Who speaks to the organisation: an administrator for this command, or the everyday user."""
    from commands.setup import administrators_token
    from crm.record import Side
    from wiring import setting_up
    from wiring.gates import client_of

    tokens = {Side.SALES: administrators_token(Side.SALES, ask=admin)}
    return client_of(setting_up.administrators(service, tokens)[Side.SALES])


def _show(gates: Gates) -> None:
    if not (gates.planned or gates.by_hand or gates.held or gates.stale):
        typer.echo("No rule is at level gate: see docs/gates.md.")
        return
    for each in gates.planned:
        _show_one(each)
    for rule in gates.held:
        typer.echo(f"{rule.id}: held by the sync itself; nothing to deploy")
    for rule, steps in gates.by_hand:
        typer.echo(f"{rule.id}: by hand")
        for step in steps:
            typer.echo(f"  {step}")
    for name in gates.stale:
        typer.echo(f"{name}: no gate any more; a deployment takes it away")
    _show_notes(gates)


def _show_one(each: Planned) -> None:
    made = each.made
    number = "cannot be counted: a field cannot be filtered by" if each.refuses is None else f"{each.refuses:,}"
    least = "at least " if made.is_least and each.refuses is not None else ""
    typer.echo(f"{made.rule}: validation rule {made.full_name}, {_STATES[each.state]}")
    typer.echo(f"  formula       {made.formula}")
    typer.echo(f"  message       {made.message}{f' (at {made.shown_at})' if made.shown_at else ''}")
    typer.echo(f"  would refuse  {least}{number} open records, if they moved on today")


def _show_notes(gates: Gates) -> None:
    if not gates.planned:
        return
    if any(each.made.object == "Lead" for each in gates.planned):
        obeys = {
            True: "obeys these rules",
            False: 'passes them by: switch on "Require Validation for Converted Leads" (Setup > Lead Settings)',
            None: "may pass them by: see Setup > Lead Settings, Require Validation for Converted Leads",
        }[gates.conversion_validates]
        typer.echo(f"Lead conversion {obeys}.")
    typer.echo("Integration users pass with the permission set Entente_Bypass; give it to other integrations as well.")
    typer.echo("Reps need Entente Override and Entente Asked on their page layout, and edit access to both.")
    if gates.is_for_managers:
        typer.echo("Managers whose reason counts need the permission set Entente_Override.")
    checked = "takes every formula" if gates.is_checked else "was not asked: only an administrator may (--admin)"
    typer.echo(f"Salesforce {checked}; nothing was written.")
