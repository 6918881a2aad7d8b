"""Open gaps, people, teams and segments in the words and numbers of one language, as the templates read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as date_of
from datetime import datetime
from itertools import groupby
from typing import Any

from crm.record import Ref
from reports.completeness import FEW, GroupCount, Segment
from reports.gaps_by_rep import GapLine, OpenCount
from reports.page.heat import place
from reports.words import age, counted, day, duration, moment, percent, say, title, whole, words
from rules.language import Language
from store.models import Rep
from web.words import say as page_say


def rep(language: Language, person: Rep, count: OpenCount, quickest: GapLine | None) -> dict[str, Any]:
    """How much is open with somebody of a team, and what would be done first."""
    return {
        "id": person.id,
        "name": person.name,
        "is_active": person.is_active,
        "open": counted(language, "open", count.open) if count.open else "",
        "time": duration(count.seconds) if count.open else "",
        "quickest": quickest,
        "quickest_time": duration(quickest.seconds) if quickest else "",
    }


def groups(language: Language, gaps: Sequence[GapLine]) -> list[dict[str, Any]]:
    """Gaps in their order, those of one rule together."""
    return [_group(language, list(same)) for _, same in groupby(gaps, key=lambda gap: gap.rule)]


def _group(language: Language, gaps: Sequence[GapLine]) -> dict[str, Any]:
    return {
        "title": gaps[0].title,
        "why": gaps[0].why,
        "time": say(language, "each_takes", time=duration(gaps[0].seconds)),
        "gaps": [
            {"record": gap.record, "ref": short(gap.ref), "missing": gap.missing, "age": age(language, gap.age_days)}
            for gap in gaps
        ],
    }


def group(language: Language, found: GroupCount, trend: dict[str, Any] | None) -> dict[str, Any]:
    """How complete the records of a team or of a segment are, with the team's own line where it has one."""
    return {
        "name": found.name(language),
        "percent": f"<\u00a0{FEW}" if found.records < FEW else percent(language, found.completeness),
        "is_few": found.records < FEW,
        "width": place(found.filled, found.cells or 1),
        "records": counted(language, "records", found.records),
        "spark": trend["teams"].get(found.key) if trend and found.kind == "team" else None,
    }


def segments(
    language: Language, offered: Mapping[str, Sequence[Segment]], only: Segment | None
) -> list[dict[str, Any]]:  # fmt: skip
    """The segments to choose from, by what they are cut by, each as an address names it."""
    chosen = (only.by, only.value) if only else None
    return [
        {
            "title": title(language, name),
            "values": [
                {"value": f"{name}:{each.value}", "title": f"{each.value} ({whole(language, each.records)})",
                 "chosen": (name, each.value) == chosen}
                for each in values
            ],
        }
        for name, values in offered.items()
        if values
    ]  # fmt: skip


def segment(language: Language, found: Segment) -> str:
    """A segment as people read it."""
    return page_say(language, "segment_of", by=title(language, found.by), value=found.value)


def time(language: Language, count: OpenCount) -> str:
    """How long all answers take, or that there is nothing to answer."""
    return say(language, "time_in_all", time=duration(count.seconds)) if count.open else words(language)["nothing_open"]


def date(language: Language, on: date_of | None) -> str:
    """A day with its year; empty where there is none."""
    return f"{day(language, on)} {on.year}" if on else ""


def read_at(language: Language, at: datetime | None) -> str:
    """When both systems were last read; empty where no pass has ended."""
    return say(language, "read_at", at=moment(language, at)) if at else ""


def short(ref: str) -> str:
    """A reference as its own system's people know it: the object and the id."""
    parsed = Ref.parse(ref)
    return f"{parsed.object} {parsed.id}"
