"""`entente rules`: reads a rule file and says what must be mended, or what it asks of whom."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rules.language import RuleSet

app = typer.Typer(help="What each side owes the other.", no_args_is_help=True)


@app.callback()
def rules() -> None:
    """What each side owes the other."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rule file.")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day by which ages are judged; today by default.")
    ] = None,
) -> None:
    """Checks the language of a rule file: problems end with exit code 1, ages are only noted."""
    from config.yaml_file import ConfigError, load_yaml
    from rules.language import load_rules
    from rules.laws import lints

    try:
        document = load_yaml(file)
        ruleset = load_rules(document)
    except ConfigError as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
    typer.echo(_summary(file, ruleset))
    day: date = as_of.date() if as_of else datetime.now(UTC).date()
    for loc, message in lints(ruleset, day):
        line, where = document.place(loc)
        typer.echo(f"note: {file}, line {line}: {where}: {message}")
    if waiting := _not_built(ruleset):
        typer.echo(f"note: understood, but this version does not run it yet: {waiting}")


def _summary(file: Path, ruleset: RuleSet) -> str:
    levels = Counter(rule.enforcement.level for rule in ruleset.rules)
    sides = Counter(str(rule.owed_by or "both") for rule in ruleset.rules)
    by_level = ", ".join(f"{level} {levels[level]}" for level in ("gate", "remind", "observe"))
    by_side = ", ".join(f"{side} {sides[side]}" for side in ("sales", "marketing", "both"))
    return f"{file}: {len(ruleset.rules)} rules ({by_level}), owed by: {by_side}"


def _not_built(ruleset: RuleSet) -> str:
    from rules.checks import BUILT

    waiting = [f"{rule.check.kind} ({rule.id})" for rule in ruleset.rules if rule.check.kind not in BUILT]
    return ", ".join(waiting)
