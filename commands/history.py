"""`entente history`: what Entente wrote to a person's records, or in a run, with what each value was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.tables import Format, with_names, write_csv, write_json, write_table

if TYPE_CHECKING:
    from store.models import Change

_COLUMNS = ("at", "run", "record", "side", "field", "old", "new", "rule", "reason")


def history(
    record: Annotated[
        str, typer.Argument(help="A record, such as hubspot:contacts:151 or salesforce:Lead:00Q..., or an e-mail.")
    ] = "",
    run: Annotated[int | None, typer.Option(help="What this run wrote.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page of the list.")] = 1,
    limit: Annotated[int, typer.Option(min=0, help="How many changes make a page; 0 lists all.")] = 50,
    output_format: Annotated[Format, typer.Option("--format", help="How to write the list.")] = Format.TABLE,
) -> None:
    """Every change that Entente made, the newest first; of a person, on both sides and through merges."""
    from config.environment import SettingsError, environment
    from wiring import load_configuration, open_store

    if not record and run is None:
        raise SettingsError("say whose history: `entente history hubspot:contacts:151`, an e-mail, or `--run 12`")
    open_store(environment())
    from store import past

    refs = past.pair_of(record) if record else None
    if refs is not None and not refs:
        raise SettingsError(f"{record}: no such record is stored")
    found = past.changes_of(refs, run)
    total = found.count()
    start = (page - 1) * limit
    rows = [_row(each) for each in (found[start : start + limit] if limit else found)]
    match output_format:
        case Format.JSON:
            write_json({"total": total, "page": page, "changes": rows})
        case Format.CSV:
            write_csv(_COLUMNS, rows)
        case Format.TABLE:
            mapping = load_configuration(environment().config_dir).mapping
            _show(with_names(mapping, rows, ("old", "new")), total, start)


def _show(rows: list[dict[str, Any]], total: int, start: int) -> None:
    if not rows:
        typer.echo("Nothing was written." if not total else f"There are only {total} changes: a page before this one.")
        return
    write_table("What was written", _COLUMNS, rows)
    more = " (`--page` turns the page)" if len(rows) < total else ""
    typer.echo(f"{start + 1} to {start + len(rows)} of {total} changes{more}")


def _row(change: Change) -> dict[str, Any]:
    from store.sql import moment

    return {
        "at": moment(change.at).isoformat(timespec="seconds"),
        "run": change.run_id,
        "record": change.ref,
        "side": change.side,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "rule": change.rule,
        "reason": change.reason,
    }
