"""What persons decided about conflicts: read for the batch that a pass plans, and closed by what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

from crm.record import Ref, Side
from crm.values import load
from store.sql import execute_many, now, rows_in
from sync.decide import RULE, Decision, Decisions
from sync.mapping import Mapping as FieldMapping
from sync.plan import Batch, Plan

_OPEN = """SELECT d.id, c.object, d.ref, d.field, d.keep, d.marketing, d.sales, d.by
           FROM store_decision d JOIN store_conflict c ON c.id = d.conflict_id
           WHERE d.state = 'open' AND c.kind <> 'subscribed' AND d.ref IN ({keys})"""
_CLOSE = "UPDATE store_decision SET state = %s, run_id = %s, closed_at = %s WHERE id = %s AND state = 'open'"


class Decided:
    """The decisions of one run at a time. Methods that write are called inside the caller's transaction."""

    def __init__(self, mapping: FieldMapping) -> None:
        self._mapping = mapping

    def open(self, refs: Iterable[Ref]) -> Decisions:
        """What was decided about these records, and not carried out yet."""
        ids, pairs, apart = set[int](), list[tuple[Ref, Ref]](), set[Ref]()
        fields: dict[Ref, dict[str, Decision]] = defaultdict(dict)
        for number, object_name, ref, field, keep, marketing, sales, by in rows_in(_OPEN, {str(ref) for ref in refs}):
            ids.add(number)
            match keep:
                case "link":
                    pairs.append((Ref.parse(marketing), Ref.parse(sales)))
                case "apart":
                    apart.add(Ref.parse(ref))
                case _:
                    # A field that has another type now, or is no longer mapped, shows no longer what was seen.
                    with suppress(KeyError, ValueError):
                        kind = self._mapping.objects[object_name].fields[field].type
                        seen = load(kind, marketing), load(kind, sales)
                        fields[Ref.parse(ref)][field] = Decision(number, by, Side(keep), *seen)
        return Decisions(frozenset(ids), fields, tuple(pairs), frozenset(apart))

    def settle(self, run: int, plans: Sequence[Plan], batch: Batch) -> None:
        """Close the decisions that a batch was planned with, but for those that still wait for their write."""
        if not batch.decisions.ids:
            return
        planned = {str(plan.source): plan for plan in plans}
        linked = {(str(plan.link.marketing), str(plan.link.sales)) for plan in plans if plan.link}
        parted = {str(link.marketing) for link, _ in batch.parted}
        asked = {str(each.ref) for each in batch.unresolved}
        closed = []
        query = "SELECT id, ref, field, keep, marketing, sales FROM store_decision WHERE id IN ({keys})"
        for number, ref, field, keep, marketing, sales in rows_in(query, batch.decisions.ids):
            match keep:
                case "link":
                    state = "done" if (marketing, sales) in linked else "changed" if ref in asked else "overtaken"
                case "apart":
                    state = "done" if ref in parted else "overtaken"
                case _:
                    state = _state(planned.get(ref), field)
            closed.append((state, run if state == "done" else None, now(), number))
        execute_many(_CLOSE, [row for row in closed if row[0] != "open"])

    def since(self, plans: Sequence[Plan], batch: Batch) -> list[Ref]:
        """Records of a batch about which somebody decided while it was planned: they are to be looked at once more."""
        names = {str(ref) for refs in (*(plan.refs for plan in plans), batch.judged) for ref in refs}
        names |= {str(each.ref) for each in batch.unresolved}
        found = ((row[0], row[2]) for row in rows_in(_OPEN, names))
        return [Ref.parse(ref) for number, ref in found if number not in batch.decisions.ids]

    def carry_out(self, run: int, written: Iterable[tuple[Ref, str]]) -> None:
        """Values of these records and fields were written as somebody had decided."""
        execute_many(
            """UPDATE store_decision SET state = 'done', run_id = %s, closed_at = %s
               WHERE ref = %s AND field = %s AND state = 'open'""",
            [(run, now(), str(ref), field) for ref, field in written],
        )


def _state(plan: Plan | None, field: str) -> str:
    """What became of a decision about a field: on its way, about values that are no longer there, or not needed."""
    if plan is None:
        return "overtaken"
    chosen = any(change.field == field and change.rule == RULE for change in plan.changes)
    if chosen or any(held.field == field for held in plan.held):
        return "open"
    return "changed" if field in plan.conflicts else "overtaken"
