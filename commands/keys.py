"""`entente keys`: the keys under which tokens lie in the database."""

from __future__ import annotations

import typer

app = typer.Typer(help="The keys that encrypt stored tokens.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """The keys that encrypt stored tokens."""


@app.command()
def new() -> None:
    """Print a new key for ENTENTE_FIELD_KEYS; to replace one, put it before the old ones, divided by a comma."""
    from config.field_keys import new_key

    typer.echo(new_key())
