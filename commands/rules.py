"""`entente rules`: reads a rule file and says what must be mended, or what it asks of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.yaml_file import YamlFile
    from rules.language import RuleSet

app = typer.Typer(help="What each side owes the other.", no_args_is_help=True)


@app.callback()
def rules() -> None:
    """What each side owes the other."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rule file.")],
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Whether this mapping has all that the rules read.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day by which ages are judged; today by default.")
    ] = None,
) -> None:
    """Checks the language of a rule file: problems end with exit code 1, what deserves a second look is only noted."""
    from config.yaml_file import ConfigError, load_yaml
    from rules.language import load_rules
    from rules.lints import lints

    try:
        document = load_yaml(file)
        ruleset = load_rules(document)
        if mapping is not None:
            ruleset = _read_with(mapping, document)
    except ConfigError as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
    for line in _summary(file, ruleset):
        typer.echo(line)
    day: date = as_of.date() if as_of else datetime.now(UTC).date()
    for loc, message in lints(ruleset, day):
        number, where = document.place(loc)
        typer.echo(f"note: {file}, line {number}: {where}: {message}")


def _read_with(path: Path, rules: YamlFile) -> RuleSet:
    """The rules in the words of a mapping. Raises ConfigError where they read what it does not have."""
    from config.yaml_file import load_yaml
    from sync.mapping import load_mapping
    from wiring.catalog import read_rules, readable

    document = load_yaml(path)
    return read_rules(rules, readable(load_mapping(document), document))[0]


def _summary(file: Path, ruleset: RuleSet) -> Iterator[str]:
    from rules.lints import effort, gates, reciprocity

    levels = Counter(rule.enforcement.level for rule in ruleset.rules)
    sides = Counter(str(rule.owed_by or "both") for rule in ruleset.rules)
    by_level = ", ".join(f"{level} {levels[level]}" for level in ("gate", "remind", "observe"))
    by_side = ", ".join(f"{side} {sides[side]}" for side in ("sales", "marketing", "both"))
    yield f"{file}: {len(ruleset.rules)} rules ({by_level}), owed by: {by_side}, 0 errors"
    asked = effort(ruleset)
    if asked:
        total, (top, most) = sum(asked.values()), max(asked.items(), key=lambda each: each[1])
        budget = ruleset.budget.rep_seconds_per_week
        yield f"effort: {total:.0f} s a week per rep of {budget} s; most for {top} ({100 * most / total:.0f} %)"
    sales, marketing = reciprocity(ruleset)
    yield f"reciprocity: {sales} obligations on sales, {marketing} on marketing (remind or gate)"
    for transition, number in gates(ruleset).items():
        yield f"gates: {number} of {ruleset.budget.gates_per_transition} on {transition}"
