"""`entente health`: whether a worker is at work, for the health check of a container."""

from __future__ import annotations

import typer


def health() -> None:
    """Say when a worker last gave a sign of life; exit code 1 where it is silent."""
    from config.environment import environment
    from wiring import open_store

    open_store(environment())
    from store.heartbeat import STALE, age

    seconds = age()
    if seconds is None or seconds > STALE:
        since = "never gave a sign of life" if seconds is None else f"was last heard of {seconds} s ago"
        typer.echo(f"The worker {since}: look at its log, and whether it and beat run and reach Redis.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The worker gave a sign of life {seconds} s ago.")
