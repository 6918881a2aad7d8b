"""A plan, line by line for people: each field with its base, both values, what becomes of it and why.

The lines hold people's values: they are for the terminal or the file of whoever asked, never for a log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.base import Archive, Create, Merge
from crm.record import Record, Side, Value
from crm.values import dump
from sync.mapping import ObjectMap, canonical
from sync.plan import Plan, Unresolved


@dataclass(frozen=True, slots=True)
class Line:
    """One field of one planned record, as text; `None` is blank. `to` is the side that would be written, if one is.

    `decision`: write, create, archive, merge, add (something beside the pair), hold, ask, link, match, answer or
    opt_out. A field that the two sides never agreed on has no base.
    """

    record: str
    to: str
    field: str
    base_marketing: str | None
    base_sales: str | None
    marketing: str | None
    sales: str | None
    decision: str
    becomes: str | None
    reason: str


def lines_of(object_map: ObjectMap, plan: Plan, records: Mapping[Side, Record]) -> Iterator[Line]:
    """What a plan does to each field, and what waits. `records` are those that it is about, as they were read."""
    shown = {side: canonical(object_map, side, record)[0] for side, record in records.items()}

    def line(name: str, to: Side | None, decision: str, becomes: Value, reason: str) -> Line:
        base = {side: dump(value) for side, value in ((plan.link and plan.link.base.pair(name)) or {}).items()}
        now = {side: dump(shown.get(side, {}).get(name)) for side in Side}
        return Line(
            str(plan.link.ref(to) if plan.link and to else plan.source), to.value if to else "", name,
            base.get(Side.MARKETING), base.get(Side.SALES), now[Side.MARKETING], now[Side.SALES],
            decision, dump(becomes), reason,
        )  # fmt: skip

    if plan.link and not plan.link.id:
        yield line("", None, "link", None, f"{plan.link.marketing} and {plan.link.sales} are the same person")
    is_new = any(isinstance(write, Create) for write in plan.writes)
    for change in plan.changes:
        yield line(change.field, change.side, "create" if is_new else "write", change.new, change.reason)
    for each in plan.follow_ups:
        yield line(each.change.field, each.change.side, "add", each.change.new, each.change.reason)
    for write in plan.writes:
        match write:
            case Archive(side, ref):
                yield line("", side, "archive", None, f"{side.other} has deleted its counterpart: {ref} follows")
            case Merge(side, ref, loser):
                yield line("", side, "merge", None, f"{side.other} has merged the two: {loser} becomes part of {ref}")
    for name, conflict in plan.conflicts.items():
        yield line(name, None, "ask", None, conflict.reason)
    for held in plan.held:
        yield line(held.field, held.side, "hold", held.value, held.message)


def line_of(unresolved: Unresolved) -> Line:
    """Records that a person must match, or part."""
    others = f" ({', '.join(map(str, unresolved.others))})" if unresolved.others else ""
    reason = f"{unresolved.reason}{others}"
    return Line(str(unresolved.ref), "", "", None, None, None, None, "match", None, reason)
