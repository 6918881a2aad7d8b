"""`entente erase`: forgets a person in every table, and asks people to erase them in the other system too."""

from __future__ import annotations

from getpass import getuser
from typing import Annotated

import typer


def erase(
    about: Annotated[str, typer.Argument(metavar="REF|EMAIL", help="For example hubspot:contacts:151, or an address.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Forget a person here, and never make them again; the systems themselves are left to you, with a task for each."""
    from wiring import build

    service = build()
    from store.erasure import ask
    from store.runs import AnotherRun

    person = service.erasures.find(about)
    counts = service.erasures.count(person)
    typer.echo(f"{len(person.refs)} records of this person are known here:")
    for ref in sorted(person.refs):
        typer.echo(f"  {ref}{'' if ref in person.there else '  (gone there already)'}")
    typer.echo("It would take, row by row: " + (", ".join(f"{k} {v}" for k, v in counts.items()) or "nothing"))
    if dry_run:
        return
    if not yes and not typer.confirm("Erase this person here, for good?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    by = getuser()
    try:
        done = service.erasures.erase_now(about, by)
    except AnotherRun:
        ask(about, by)
        typer.echo("A pass is at work. The next one erases them before it reads anything.")
        return
    typer.echo(f"Erased: {sum(done.removed.values())} rows. Neither side makes this person again.")
    if person.there:
        typer.echo("Now erase them in the systems too; the page of conflicts lists what is left:")
        for ref in sorted(person.there):
            typer.echo(f"  {ref}")
