"""`entente check --drift`: whether the linked records agree, read in full on both sides, and why where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from commands.tables import write_json, write_table

if TYPE_CHECKING:
    from wiring.comparison import Comparison

_COLUMNS = ("record", "counterpart", "field", "marketing", "sales", "why")
REASONS = {
    "conflict": "waits for a person, as an open conflict",
    "held": "is held: the other system would refuse it",
    "paused": "is paused, since its field is gone or has another type (`entente check`)",
    "out_of_scope": "is out of scope",
    "dead": "was refused for good, and waits as a dead letter",
    "waiting": "was edited a moment ago, or is on its way: the next pass takes it",
    "cut": "was cut to fit, by the mapping",
    "undone": "was put back by an undo",
    "rewritten": "is what its system made of what was written",
    "further": "is a further address of the same person",
    "given": "is the owner that its system gave a new record by itself",
    "mapping": "is left so by its rule in the mapping",
    "gone": "is deleted or merged on a side: the next pass parts or moves the pair",
    "apart": "lost its counterpart, and is kept without one",
    "unexplained": "HAS NO EXPLANATION: sync and check again; if it stays, it is a defect",
}
"""In words, why a field differs or a record has no link."""


def check_drift(limit: int, *, as_json: bool) -> None:
    """Compare and tell; exit code 1 where something has no explanation."""
    from commands.progress import progress_bars
    from wiring import build

    with progress_bars() as progress:
        service = build(progress=progress)
        from wiring.comparison import compare_all, rows_of

        found = compare_all(service, limit)
    if as_json:
        write_json(
            {
                "pairs": found.pairs,
                "agree": found.agree,
                "differ": dict(found.reasons),
                "unlinked": {side: dict(reasons) for side, reasons in found.unlinked.items()},
                "unexplained": found.unexplained,
                "listed": list(rows_of(found)),
            }
        )
    else:
        if found.listed:
            write_table("Where the sides differ", _COLUMNS, list(rows_of(found)))
        for line in _lines(found):
            typer.echo(line)
    if found.unexplained:
        raise typer.Exit(1)


def _lines(found: Comparison) -> list[str]:
    lines = [f"{found.agree} of {found.pairs} pairs agree in every field that travels."]
    lines += [f"{number:>8}  fields: {why:<12}  {REASONS[why]}" for why, number in found.reasons.most_common()]
    for side, reasons in found.unlinked.items():
        lines += [f"{number:>8}  in {side} without a link: {why:<12}  {REASONS[why]}"
                  for why, number in reasons.most_common()]  # fmt: skip
    return lines
