"""What is made beside pairs, on its way: an intent whose target is the pair's record that it is about.

A system makes it once, however often it is sent; what it was made for stands in the link's base from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from crm.record import Ref, Side
from store.history import Line, line
from store.packing import packed, unpacked
from store.records import RecordStore
from store.sql import now, rows_in
from sync.follow_ups import HINTS, create_of
from sync.mapping import Mapping as FieldMapping
from sync.outcomes import Held
from sync.plan import Base, Link, Plan
from sync.ports import Intent

ACTION = "follow"


def planned(run: int, object_name: str, plans: Sequence[Plan], before: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    """The rows of the plans' follow-ups, but for those that another batch of the run has planned already. `before`:
    by record, the attempts behind."""
    linked = [(plan, plan.link) for plan in plans if plan.link and plan.follow_ups]
    sql = f"""SELECT link, object_name FROM store_intent
              WHERE run_id = {int(run)} AND state = 'planned' AND action = '{ACTION}' AND link IN ({{keys}})"""
    there = set(rows_in(sql, {link.id for _, link in linked}))
    for plan, link in linked:
        for each in plan.follow_ups:
            if (link.id, each.object) not in there:
                changes = orjson.dumps(packed([each.change])).decode()
                about = (link.id, object_name, str(plan.source), each.change.side.value, each.object, str(each.ref))
                yield (run, *about, ACTION, plan.step, changes, before.get(str(plan.source), 0), now())


def intents(
    mapping: FieldMapping,
    records: RecordStore,
    object_name: str,
    found: Sequence[tuple[Any, ...]],
    links: Mapping[int, Link],
) -> list[Intent]:
    """The intents of such rows, about their records as they are stored now."""
    stored = records.load({Ref.parse(row[3]) for row in found})
    made = []
    for number, link_id, source, target, changes, *_ in found:
        [change] = unpacked(mapping, object_name, Side.SALES, changes)
        origin, about = Ref.parse(source), Ref.parse(target)
        owner = stored[about].owner if about in stored else None
        write = create_of(mapping.objects[object_name], origin, about, owner, change)
        made.append(Intent(number, object_name, links[link_id], origin, Side.SALES, write.object, (change,), write))
    return made


def based(done: Iterable[Intent]) -> Iterator[tuple[Link, Base]]:
    """The bases of links beside which these were made."""
    for intent in done:
        for change in intent.changes:
            if intent.link is not None:
                yield intent.link, Base({change.field: change.source}, {change.field: change.new})


def lines(run: int, done: Iterable[Intent]) -> list[Line]:
    """The history of the sales records that these are about."""
    return [
        line(run, intent.link.sales, change, change.new)
        for intent in done
        for change in intent.changes
        if intent.link is not None
    ]


def refused(intent: Intent, code: str, message: str) -> list[Held]:
    """A system refused it: it waits, with what to look at, until its pair is looked at again."""
    return [Held(each.field, each.side, code, f"{message} ({HINTS[each.field]})", each.new) for each in intent.changes]
