"""Open gaps and team totals in the words and numbers of one language, as the templates read them."""

from __future__ import annotations

from typing import Any

from crm.record import Ref
from reports.completeness import TeamCount
from reports.gaps_by_rep import Section
from reports.page.heat import place
from reports.words import age, counted, duration, percent, say, whole
from rules.language import Language


def section(language: Language, found: Section) -> dict[str, Any]:
    """What is open with one rep or one side, rule by rule, the quickest fix first."""
    return {
        "id": found.id,
        "name": found.rep,
        "open": counted(language, "open", len(found.gaps)),
        "time": duration(found.seconds),
        "quickest": found.gaps[0] if found.gaps else None,
        "quickest_time": duration(found.gaps[0].seconds) if found.gaps else "",
        "groups": [
            {
                "title": group[0].title,
                "why": group[0].why,
                "time": say(language, "each_takes", time=duration(group[0].seconds)),
                "gaps": [
                    {"record": gap.record, "ref": short(gap.ref), "missing": gap.missing,
                     "age": age(language, gap.age_days)}
                    for gap in group
                ],
            }
            for group in found.by_rule()
        ],
    }  # fmt: skip


def team(language: Language, found: TeamCount) -> dict[str, str]:
    """How complete a team's records are."""
    return {
        "name": found.name(language),
        "percent": percent(language, found.completeness),
        "width": place(found.filled, found.cells or 1),
        "records": whole(language, found.records),
    }


def short(ref: str) -> str:
    """A reference as its own system's people know it: the object and the id."""
    parsed = Ref.parse(ref)
    return f"{parsed.object} {parsed.id}"
