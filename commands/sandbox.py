"""`entente sandbox`: a HubSpot and a Salesforce on this machine, to try things on without an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

HubspotPort = Annotated[int, typer.Option("--hubspot-port", help="Port of the sandbox's HubSpot; 0 takes a free one.")]
SalesforcePort = Annotated[int, typer.Option("--salesforce-port", help="Port of its Salesforce; 0 takes a free one.")]
People = Annotated[int, typer.Option("--people", min=0, help="How many people to fill it with; 0 gives the team only.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Another seed gives other people.")]
Tls = Annotated[bool, typer.Option("--tls", help="Speak HTTPS, as an authority made now vouches for.")]
TlsCa = Annotated[
    Path | None, typer.Option("--tls-ca", help="File for the authority's certificate, sandbox-ca.pem if not given.")
]
Quotas = Annotated[
    bool, typer.Option("--quotas/--no-quotas", help="Whether calls beyond the real services' quotas are refused.")
]
Empty = Annotated[bool, typer.Option("--empty", help="Nothing in it but one administrator in Salesforce.")]


def sandbox(
    hubspot_port: HubspotPort = 8901,
    salesforce_port: SalesforcePort = 8902,
    people: People = 1_000,
    seed: Seed = 1,
    empty: Empty = False,
    tls: Tls = False,
    tls_ca: TlsCa = None,
    quotas: Quotas = True,
) -> None:
    """Serve a HubSpot and a Salesforce on 127.0.0.1 until Ctrl-C; both forget everything when they stop."""
    from sandbox.server import CA_FILE, CannotStart, serve

    tls_ca = tls_ca or (CA_FILE if tls else None)
    console = Console(highlight=False)

    def say_ready(hubspot_url: str, salesforce_url: str) -> None:
        console.print(f"HubSpot     {hubspot_url}   any bearer token", soft_wrap=True)
        console.print(f"Salesforce  {salesforce_url}   any client id and secret", soft_wrap=True)
        console.print("Empty." if empty else f"{people:,} people of seed {seed}, and the team that looks after them.")
        if tls_ca:
            console.print(f"Trust       {tls_ca}   in the process under test only", soft_wrap=True)
        console.print(f"HubSpot's quotas are {'enforced' if quotas else 'counted, not enforced'}.")
        console.print("Controls    GET /_sandbox on either port lists them. Ctrl-C stops both.")

    try:
        serve(hubspot_port, salesforce_port, None if empty else people, seed, say_ready, tls_ca, quotas)
    except CannotStart as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
