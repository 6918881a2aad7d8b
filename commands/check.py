"""`entente check`: whether both sides let Entente read and write what the mapping names; nothing is written."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import drift as drift_of

if TYPE_CHECKING:
    from wiring.checking import Finding, SideCheck
    from wiring.schema_watch import Broken

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
    drift: Annotated[
        bool, typer.Option("--drift", help="Read both sides in full, and say of every pair whether it agrees.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Compare later schemas with today's, not with the ones before.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="How many differences --drift lists; 0 lists all.")] = 50,
) -> None:
    """Sign in on both sides and say what each mapped field allows, and what broke since it was mapped. Exit code 1
    where something blocks a sync or a field; with --drift, where a difference has no explanation."""
    if drift:
        drift_of.check_drift(limit, as_json=output_format is Format.JSON)
        return
    from config.environment import environment
    from wiring import connect, load_configuration, open_store

    settings = environment()
    configuration = load_configuration(settings.config_dir)
    connectors = connect(settings, configuration.mapping.budget.salesforce_reserve)
    open_store(settings)
    from store import known
    from wiring.checking import check as look
    from wiring.pilot import in_scope, sentence
    from wiring.schema_watch import accept_all, broken, follow_described

    sides = look(configuration.mapping, connectors, known.bound)
    described = {side.side: side.described for side in sides}
    if accept:
        accept_all(configuration.mapping, described)
    follow_described(described)
    broke = [each for side in sides for each in broken(configuration.mapping, side.side, side.described)]
    counts = in_scope(configuration)
    if output_format is Format.JSON:
        scope = [
            {"object": each.object, "side": each.side, "records": each.records, "all": each.all} for each in counts
        ]
        typer.echo(json.dumps({**_as_json(sides, broke), "in_scope": scope}, ensure_ascii=False, indent=2))
    else:
        known_scope = [f"{sentence(counts)} By what was read last."] if counts else []
        lines = [line for side in sides for line in _lines(side)] + _broke(broke) + known_scope
        for line in lines + _summary(sides, broke):
            typer.echo(line)
    if _is_blocked(sides, broke) or any(each.what.kind.pauses for each in broke):
        raise typer.Exit(1)


def _is_blocked(sides: list[SideCheck], broke: list[Broken]) -> bool:
    """Whether no sync can run; a field that was there before and is gone only pauses."""
    paused = {(each.use.object, each.use.field) for each in broke}
    return any(
        side.problems or any(each.blocks and (each.use.object, each.use.field) not in paused for each in side.findings)
        for side in sides
    )


def _broke(broke: list[Broken]) -> list[str]:
    if not broke:
        return []
    lines = ["Changed since it was mapped:"]
    for each in broke:
        state = "PAUSED " if each.what.kind.pauses else "narrower"
        lines.append(
            f"  {state:<8}  {each.side} {each.use.object}.{each.use.field} ({each.use.name}): {each.what.text}"
        )
        lines.append(f"    {each.what.mend}")
    return [*lines, ""]


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


def _summary(sides: list[SideCheck], broke: list[Broken]) -> list[str]:
    calls = ", ".join(f"{side.calls} of {side.system}" for side in sides)
    locked = sum(each.advice.seen == "locked" for side in sides for each in side.findings)
    held = f" {locked} fields cannot be written: what would go there will be held." if locked else ""
    verdict = (
        "Something blocks a sync: mend it, and check again."
        if _is_blocked(sides, broke)
        else "A sync runs without the paused fields: mend them, and what waits flows."
        if any(each.what.kind.pauses for each in broke)
        else "Nothing blocks a sync. Next: `entente plan` shows what it would do, and writes nothing."
    )
    return [f"{verdict}{held} Nothing was written; API calls: {calls}."]


def _as_json(sides: list[SideCheck], broke: list[Broken]) -> dict[str, Any]:
    return {
        "ok": not _is_blocked(sides, broke),
        "broken": [
            {
                "side": each.side.value,
                "object": each.use.object,
                "field": each.use.field,
                "name": each.use.name,
                "kind": each.what.kind.value,
                "pauses": each.what.kind.pauses,
                "what": each.what.text,
                "mend": each.what.mend,
            }
            for each in broke
        ],
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
