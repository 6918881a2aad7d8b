"""`entente undo`: writes back what a run overwrote, where nobody has moved on; a run that can be undone itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.tables import Format, with_names, write_csv, write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wiring.undoing import Found

_COLUMNS = ("record", "field", "shows", "goes_back_to", "decision")
_LEFT = {
    "edited": "left: edited since",
    "other_side": "left: edited on the other side since",
    "beside": "left: it was made beside the record, take it away there",
    "back": "nothing to do: it is back already",
    "consent": "left: an opt-out is never undone",
    "forgotten": "left: its values were erased, or are kept no longer",
    "gone": "left: the record is gone",
    "read_only": "left: this object is only read by now",
    "unmapped": "left: not mapped any more",
    "refused": "left: it would be refused",
    "unanswered": "left: a write has had no answer yet, sync first",
}


@dataclass
class _Sheet:
    """What an undo would do: the first lines of it, and the totals."""

    limit: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Found) -> None:
        from crm.values import dump

        for plan in batch.undo.plans:
            targets = {write.side: str(write.ref) for write in plan.writes if not hasattr(write, "key")}
            for each in plan.changes:
                self._line("writes", targets[each.side], each.field, dump(each.old), dump(each.new), "write back")
        for left in batch.undo.left:
            was = left.written
            said = _LEFT[left.why] + (f" ({left.note})" if left.note else "")
            self._line(left.why.value, str(was.ref), was.field, None, dump(was.old), said)
        for made in batch.made:
            self.totals["created"] += 1
            self.totals["created_untouched"] += made.is_untouched
            if self._has_room(self.made):
                self.made.append({"record": str(made.ref), "is_untouched": made.is_untouched})

    def _line(self, kind: str, record: str, name: str, shows: str | None, back: str | None, decision: str) -> None:
        self.totals[kind] += 1
        if self._has_room(self.lines):
            shown = shows if kind == "writes" else "–"
            row = (record, name, shown, back, decision)
            self.lines.append(dict(zip(_COLUMNS, row, strict=True)))

    def _has_room(self, rows: list[dict[str, Any]]) -> bool:
        return not self.limit or len(rows) < self.limit


def undo(
    run: Annotated[int | None, typer.Argument(help="The run whose changes go back.")] = None,
    record: Annotated[
        str | None,
        typer.Option(help="Only this record and its counterpart (a reference or an e-mail); alone, its last run."),
    ] = None,
    archive_created: Annotated[
        bool, typer.Option("--archive-created", help="Archive the records that the run made and nobody has edited.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="How many lines to list; 0 lists all. Totals count all.")] = 50,
    output_format: Annotated[Format, typer.Option("--format", help="How to write the list.")] = Format.TABLE,
) -> None:
    """Show what would go back, ask, and write it; what somebody has edited since is listed and left alone."""
    from commands.progress import progress_bars
    from config.environment import SettingsError
    from wiring import build

    if run is None and record is None:
        raise SettingsError("say what to undo: `entente undo 12`, or `--record` with a reference or an e-mail")
    with progress_bars() as progress:
        service = build(progress=progress)
        from wiring import undoing
        from wiring.readiness import prepare

        asked = undoing.wanted(run, record, archive_created=archive_created)
        sheet = _sheet(undoing.find(service, prepare(service), asked), limit)
    has_work = bool(sheet.totals["writes"] or (archive_created and sheet.totals["created_untouched"]))
    if output_format is Format.TABLE:
        sheet.lines = with_names(service.mapping, sheet.lines, ("shows", "goes_back_to"))
        _show(sheet, asked.run, archive_created=archive_created)
    if has_work and not dry_run and not yes and not typer.confirm("Write this?", err=True):
        raise typer.Exit(1)
    result = service.undo(asked) if has_work and not dry_run else None
    _tell(sheet, result, output_format, asked.run)


def _sheet(found: Iterable[Found], limit: int) -> _Sheet:
    sheet = _Sheet(limit)
    for batch in found:
        sheet.add(batch)
    return sheet


def _show(sheet: _Sheet, run: int, *, archive_created: bool) -> None:
    if sheet.lines:
        write_table(f"Undo of run {run}", _COLUMNS, sheet.lines)
    for made in sheet.made:
        fate = "made by this run, edited since: it stays"
        if made["is_untouched"]:
            fate = "made by this run" + (": it is archived" if archive_created else " (--archive-created archives it)")
        typer.echo(f"{made['record']}  {fate}")
    left = sum(number for kind, number in sheet.totals.items() if kind in _LEFT)
    typer.echo(
        f"Undo of run {run}: {sheet.totals['writes']} values go back, {left} are left alone; "
        f"{sheet.totals['created']} records were made by it."
    )
    if sheet.totals["writes"]:
        typer.echo("Brakes do not stop an undo; writes may start workflows and flows there, as any write may.")


def _tell(sheet: _Sheet, result: dict[str, Any] | None, output_format: Format, run: int) -> None:
    totals = {"undoes": run, **{name: sheet.totals[name] for name in ("writes", *_LEFT, "created")}}
    match output_format:
        case Format.JSON:
            write_json({**totals, "result": result, "lines": sheet.lines, "made": sheet.made})
        case Format.CSV:
            write_csv(_COLUMNS, sheet.lines)
        case Format.TABLE if result is not None:
            updated, number = sum(result["updated"].values()), result["run"]
            typer.echo(
                f"Run {number}: {updated} records written, {result['undo']['archived']} archived. "
                f"`entente undo {number}` takes this back."
            )
        case Format.TABLE:
            typer.echo("Nothing was written.")
