"""What the page shows, in words and numbers of one language; the template decides only where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.record import Ref
from reports.completeness import FEW, Completeness, FieldCount, label
from reports.gaps_by_rep import SHOWN, GapLine, GapsByRep, Section
from reports.page.heat import heat_map, place
from reports.words import age, counted, duration, moment, percent, say, whole, words
from rules.language import Language, RuleSet


def page_context(counts: Completeness, gaps: GapsByRep) -> dict[str, Any]:
    """Everything the template reads."""
    language = counts.language
    return {
        "language": language,
        "word": words(language),
        "summary": _summary(counts, gaps),
        "stats": _stats(counts, gaps),
        "fields": field_rows(counts),
        "heat": heat_map(counts),
        "heat_key": say(language, "heat_key", few=FEW),
        "reps": [_section(language, each) for each in gaps.reps],
        "no_rep": _section(language, gaps.no_rep),
        "marketing": _section(language, gaps.marketing),
        "both": _section(language, gaps.both),
        "observed": _observed(gaps),
        "notes": counts.notes(),
    }


def field_rows(counts: Completeness, rules: RuleSet | None = None) -> list[dict[str, Any]]:
    """Field by field: how full, what stands in the rest, whose turn it is, and by the rules what it is used for."""
    language = counts.language
    return [
        _field(language, each, label(language, each, counts.fields)) | {"used_in": _uses(language, each, rules)}
        for each in counts.fields
    ]


def _uses(language: Language, count: FieldCount, rules: RuleSet | None) -> list[str]:
    path = f"{count.object}.{count.field}"
    reading = [rule for rule in (rules.rules if rules else ()) if path in rule.check.fields_read()]
    return list(dict.fromkeys(getattr(use.what, language) for rule in reading for use in rule.used_for))


def _summary(counts: Completeness, gaps: GapsByRep) -> list[str]:
    language = counts.language
    parts = [
        counted(language, "people", counts.records),
        counted(language, "pairs", counts.pairs),
        say(language, "complete_in_all", percent=percent(language, counts.completeness)),
        counted(language, "open_gaps", gaps.open),
    ]
    if counts.read_at:
        parts.append(say(language, "read_at", at=moment(language, counts.read_at)))
    return parts


def _stats(counts: Completeness, gaps: GapsByRep) -> dict[str, Any]:
    language = counts.language
    of_sales = [*gaps.reps, gaps.no_rep]
    return {
        "percent": percent(language, counts.completeness),
        "width": place(counts.filled, counts.cells or 1),
        "cells": say(
            language, "cells_filled", filled=whole(language, counts.filled), cells=whole(language, counts.cells)
        ),
        "people": whole(language, counts.records),
        "pairs": say(language, "known_to_both", pairs=counted(language, "pairs", counts.pairs)),
        "sales": whole(language, sum(len(section.gaps) for section in of_sales)),
        "sales_time": _time(language, of_sales, counted(language, "reps", len(gaps.reps))),
        "marketing": whole(language, len(gaps.marketing.gaps)),
        "marketing_time": _time(language, [gaps.marketing], ""),
    }


def _time(language: Language, sections: Sequence[Section], reps: str) -> str:
    seconds = sum(section.seconds for section in sections)
    if not seconds:
        return words(language)["nothing_open"]
    key = "time_and_reps" if reps else "time_in_all"
    return say(language, key, time=duration(seconds), reps=reps)


def _field(language: Language, count: FieldCount, title: str) -> dict[str, Any]:
    word = words(language)
    numbers = {name: whole(language, getattr(count, name)) for name in ("filled", "blank", "placeholder", "invalid")}
    colon = word["colon"]
    return {
        **numbers,
        "title": title,
        "style": count.owed_by[0].value if len(count.owed_by) == 1 else "ink",
        "owed_by": [{"side": side.value, "word": word[side.value]} for side in count.owed_by],
        "percent": percent(language, count.completeness),
        "bars": _bars(count),
        "says": f"{title}{colon}" + ", ".join(f"{word[name].lower()} {number}" for name, number in numbers.items()),
    }


def _bars(count: FieldCount) -> list[dict[str, str]]:
    """The pieces of a field's bar, left to right; the bar of a field that both sides owe is split along its length."""
    sides = [side.value for side in count.owed_by] or ["quiet"]
    pieces = [(f"{side}{pale}", start, number, at / len(sides), 1 / len(sides))
              for at, side in enumerate(sides)
              for pale, start, number in (("", 0, count.ok), (" pale", count.ok, count.invalid))]  # fmt: skip
    pieces.append(("lost", count.filled, count.placeholder, 0, 1))
    return [
        {"style": style, "x": place(start, count.records), "width": place(number, count.records),
         "y": place(top, 1), "height": place(height, 1)}
        for style, start, number, top, height in pieces
        if number
    ]  # fmt: skip


def _section(language: Language, section: Section) -> dict[str, Any]:
    groups = section.by_rule()
    room = max(1, SHOWN // len(groups)) if groups else 0
    return {
        "name": section.rep,
        "team": say(language, "team_of", team=section.team) if section.team else "",
        "is_active": section.is_active,
        "open": counted(language, "open", len(section.gaps)),
        "time": duration(section.seconds),
        "groups": [_group(language, group, room) for group in groups],
    }


def _group(language: Language, gaps: Sequence[GapLine], room: int) -> dict[str, Any]:
    first, more = gaps[0], len(gaps) - room
    return {
        "title": first.title,
        "why": first.why,
        "time": say(language, "each_takes", time=duration(first.seconds)),
        "gaps": [
            {
                "record": gap.record,
                "ref": _short(gap.ref),
                "missing": gap.missing,
                "age": age(language, gap.age_days),
            }
            for gap in gaps[:room]
        ],
        "more": say(language, "more_in_files", more=counted(language, "more", more)) if more > 0 else "",
    }


def _short(ref: str) -> str:
    """A reference as its own system's people know it: the object and the id."""
    parsed = Ref.parse(ref)
    return f"{parsed.object} {parsed.id}"


def _observed(gaps: GapsByRep) -> list[dict[str, Any]]:
    language = gaps.language
    found: dict[str, dict[str, Any]] = {}
    for each in gaps.observed:
        rule = found.setdefault(each.rule, {"title": each.title, "teams": [], "side": each.owed_by})
        rule["teams"].append({"name": each.name(language), "open": whole(language, each.open)})
    return list(found.values())
