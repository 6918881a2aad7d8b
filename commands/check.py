"""`entente check`: whether both sides let Entente read and write what the mapping names; nothing is written."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wiring.checking import Finding, SideCheck

_STATES = {
    "ok": "ok",
    "absent": "NOT THERE",
    "hidden": "CANNOT SEE IT",
    "unclear": "NOT THERE, OR HIDDEN",
    "locked": "CANNOT WRITE IT",
}


class Format(StrEnum):
    """How the result is written."""

    TABLE = "table"
    JSON = "json"


def check(
    output_format: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
) -> None:
    """Sign in on both sides and say what each mapped field allows. Exit code 1 where something blocks a sync."""
    from config.environment import environment
    from wiring import connect, load_configuration, open_store

    settings = environment()
    configuration = load_configuration(settings.config_dir)
    connectors = connect(settings, configuration.mapping.budget.salesforce_reserve)
    open_store(settings)
    from store import known
    from wiring.checking import check as look

    sides = look(configuration.mapping, connectors, known.bound)
    from wiring.pilot import in_scope, sentence

    counts = in_scope(configuration)
    if output_format is Format.JSON:
        scope = [
            {"object": each.object, "side": each.side, "records": each.records, "all": each.all} for each in counts
        ]
        typer.echo(json.dumps({**_as_json(sides), "in_scope": scope}, ensure_ascii=False, indent=2))
    else:
        known_scope = [f"{sentence(counts)} By what was read last."] if counts else []
        for line in [line for side in sides for line in _lines(side)] + known_scope + _summary(sides):
            typer.echo(line)
    if any(side.blocks for side in sides):
        raise typer.Exit(1)


def _lines(side: SideCheck) -> list[str]:
    signed_in = f"account {side.account}, signed in as {side.user}" if side.account else "not signed in"
    lines = [f"{side.side} ({side.system}): {signed_in}"]
    lines += [f"  BLOCKS  {problem}" for problem in side.problems]
    lines += [f"  note    {each}" for each in (side.unsure, *side.notes) if each]
    width = max((len(_name(each)) for each in side.findings), default=0)
    for each in side.findings:
        needs = "read, write" if each.use.is_written else "read"
        lines.append(f"  {_name(each):<{width}}  {needs:<11}  {_STATES[each.advice.seen]}")
        lines += [f"    {each.advice.text}"] if each.advice.text else []
    return [*lines, ""]


def _name(finding: Finding) -> str:
    return f"{finding.use.object}.{finding.use.field}"


def _summary(sides: list[SideCheck]) -> list[str]:
    calls = ", ".join(f"{side.calls} of {side.system}" for side in sides)
    locked = sum(each.advice.seen == "locked" for side in sides for each in side.findings)
    held = f" {locked} fields cannot be written: what would go there will be held." if locked else ""
    verdict = (
        "Something blocks a sync: mend it, and check again."
        if any(side.blocks for side in sides)
        else "Nothing blocks a sync. Next: `entente plan` shows what it would do, and writes nothing."
    )
    return [f"{verdict}{held} Nothing was written; API calls: {calls}."]


def _as_json(sides: list[SideCheck]) -> dict[str, Any]:
    return {
        "ok": not any(side.blocks for side in sides),
        "sides": [
            {
                "side": side.side.value,
                "system": side.system,
                "account": side.account,
                "user": side.user,
                "problems": side.problems,
                "unsure": side.unsure,
                "notes": side.notes,
                "calls": side.calls,
                "fields": [
                    {
                        "object": each.use.object,
                        "field": each.use.field,
                        "name": each.use.name,
                        "needs_write": each.use.is_written,
                        "state": each.advice.seen.value,
                        "advice": each.advice.text,
                    }
                    for each in side.findings
                ],
            }
            for side in sides
        ],
    }
