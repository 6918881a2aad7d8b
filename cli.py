"""The `entente` command: registers what commands/ holds, and says what went wrong in one line."""

from __future__ import annotations

import sys

import typer

from commands import (
    audit,
    check,
    demo,
    digest,
    erase,
    gates,
    health,
    history,
    keys,
    look,
    plan,
    report,
    rules,
    sandbox,
    setup,
    sync,
    undo,
    up,
    users,
)
from config import logs

app = typer.Typer(
    name="entente",
    help="Keeps marketing (HubSpot) and sales (Salesforce) the same, and shows where information does not flow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(check.check)
app.command()(setup.setup)
app.command()(plan.plan)
app.command()(sync.sync)
app.command()(history.history)
app.command()(undo.undo)
app.command()(look.look)
app.command()(report.report)
app.command()(audit.audit)
app.command()(erase.erase)
app.command()(sandbox.sandbox)
app.command()(up.up)
app.command()(health.health)
app.add_typer(rules.app, name="rules")
app.add_typer(gates.app, name="gates")
app.add_typer(digest.app, name="digest")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line. What a person can mend ends in one line on stderr and exit code 1."""
    logs.configure("WARNING", console=sys.stderr.isatty())
    try:
        app()
    except Exception as error:
        if not _is_for_people(error):
            raise
        for line in str(error).splitlines():
            print(f"entente: {line}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _is_for_people(error: Exception) -> bool:
    """Errors whose message names the place and the mend; anything else is a defect and keeps its traceback."""
    from config.environment import SettingsError
    from config.yaml_file import ConfigError
    from connectors.base import ConnectorError

    if isinstance(error, SettingsError | ConfigError | ConnectorError):
        return True
    if "store.runs" not in sys.modules:
        return False
    from store.known import OtherAccount
    from store.runs import AnotherRun

    return isinstance(error, OtherAccount | AnotherRun)
