"""What the next pass would do, as `entente plan` shows it: a page of lines, the totals of all, and what to heed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.base import Archive, Create, Merge, Write
from crm.record import Ref, Side
from crm.values import dump
from store import resubscribed
from store.consent_work import Work
from store.models import Answer
from sync.brakes import Totals
from sync.lines import Line, line_of, lines_of
from sync.mapping import ObjectMap
from sync.plan import Batch

if TYPE_CHECKING:
    from wiring.service import Service

_TOTALS: dict[type[Write], str] = {Create: "create", Archive: "archive", Merge: "merge"}
_KINDS = ("create", "update", "add", "link", "conflicts", "held", "unresolved", "answers", "opt_outs")


@dataclass(slots=True)
class Planned:
    """`totals` count records and fields of the whole plan, `total` its lines; `brakes` say why it would stop."""

    totals: dict[str, int]
    total: int = 0
    lines: list[Line] = field(default_factory=list)
    brakes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def planned(service: Service, limit: int, page: int) -> Planned:
    """Read both systems, and decide about all that may differ; nothing is written. `limit` 0 is no limit."""
    result = Planned(dict.fromkeys(_KINDS, 0))
    objects = {
        native: object_map
        for object_map in service.mapping.objects.values()
        for side in Side
        for native in object_map.object_names(side)
    }
    weights: dict[str, Totals] = defaultdict(Totals)
    written: dict[str, int] = defaultdict(int)
    for line in _answers():
        _list(result, line, limit, page)
        result.totals["answers"] += 1
    for batch in service.preview():
        _count(result.totals, written, batch)
        for plan in batch.plans:
            weights[objects[plan.source.object].name].add(plan)
        for line in _lines(service, objects, batch):
            _list(result, line, limit, page)
    for line in _opt_outs(service):
        _list(result, line, limit, page)
        result.totals["opt_outs"] += line.decision == "opt_out"
    result.brakes = service.engine.judge(weights)
    result.warnings = _warnings(written, result.totals["answers"])
    return result


def _list(result: Planned, line: Line, limit: int, page: int) -> None:
    """Count a line, and keep it if it is on the page."""
    result.total += 1
    if not limit or (page - 1) * limit < result.total <= page * limit:
        result.lines.append(line)


def _lines(service: Service, objects: dict[str, ObjectMap], batch: Batch) -> Iterator[Line]:
    interesting = [
        plan
        for plan in batch.plans
        if plan.writes or plan.follow_ups or plan.conflicts or plan.held or not _is_linked(plan.link)
    ]
    records = service.records.load(ref for plan in interesting for ref in plan.refs)
    for plan in interesting:
        about = {service.side_of(ref): records[ref] for ref in plan.refs if ref in records}
        yield from lines_of(objects[plan.source.object], plan, about)
    yield from map(line_of, batch.unresolved)


def _is_linked(link: object) -> bool:
    return link is None or bool(getattr(link, "id", 0))


def _answers() -> Iterator[Line]:
    """What reps answered, and no pass has written yet: it is written first, and then carried over."""
    for each in Answer.objects.filter(state="open").order_by("id").iterator():
        side = "sales" if Ref.parse(each.ref).system == "salesforce" else "marketing"
        shown = {"marketing": None, "sales": None, side: each.was}
        yield Line(
            each.ref, side, each.field, None, None, shown["marketing"], shown["sales"], "answer", each.value,
            f"answered by {each.by}",
        )  # fmt: skip


def _opt_outs(service: Service) -> Iterator[Line]:
    """Who would be opted out where, and why: past scope, holds and brakes. Who subscribed anew is asked about."""
    seen = set[tuple[Ref, Side | None]]()
    for work in service.consent.preview():
        todo = work.todo
        decided = [(ref, Side.SALES, "opt_out", reason) for ref, reason in todo.mark.items()]
        decided += [(ref, Side.MARKETING, "opt_out", todo.why_tell(address)) for address, ref in todo.tell.items()]
        decided += [(ref, Side.SALES, "write", answer.reason) for ref, answer in work.freed.items()]
        asked = [(ref, None, "ask", resubscribed.REASON.format(at=at)) for ref, at in work.asked.items()]
        for ref, to, decision, reason in (*decided, *asked):
            if (ref, to) not in seen:
                seen.add((ref, to))
                yield _opt_out(work, ref, to, decision, reason)


def _opt_out(work: Work, ref: Ref, to: Side | None, decision: str, reason: str) -> Line:
    person = work.people[ref]
    pair = work.people.get(work.pairs.get(ref, ref), person)
    shown = {each.side: dump(each.shows) for each in (pair, person)}
    becomes = {"opt_out": True, "write": False}.get(decision)
    return Line(
        str(ref), to.value if to else "", work.field.name, None, None,
        shown.get(Side.MARKETING), shown.get(Side.SALES), decision, dump(becomes), reason,
    )  # fmt: skip


def _count(totals: dict[str, int], written: dict[str, int], batch: Batch) -> None:
    for plan in batch.plans:
        for write in plan.writes:
            kind = _TOTALS.get(type(write), "update")
            totals[kind] = totals.get(kind, 0) + 1
            written[_kind(write)] += 1
        totals["add"] += len(plan.follow_ups)
        written["create sales"] += len(plan.follow_ups)
        totals["link"] += bool(plan.link and not plan.link.id)
        totals["conflicts"] += len(plan.conflicts)
        totals["held"] += len(plan.held)
    totals["unresolved"] += len(batch.unresolved)


def _kind(write: Write) -> str:
    return f"{'create' if isinstance(write, Create) else 'write'} {write.side.value}"


def _warnings(written: dict[str, int], answers: int) -> list[str]:
    """What writes may set off that no plan can show."""
    warnings = []
    if written["create marketing"] or written["write marketing"]:
        warnings.append("Writes to HubSpot may start workflows there.")
    if new := written["create marketing"]:
        warnings.append(
            f"{new} new contacts in HubSpot may count as marketing contacts, which are billed: see the portal's default"
        )
    if written["create sales"] or written["write sales"]:
        warnings.append("Writes to Salesforce may start flows, triggers and validation rules there.")
    if answers:
        warnings.append(
            "Answers of reps are written first; what they change on the other side is not in this plan yet."
        )
    return warnings
