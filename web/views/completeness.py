"""The marketer's page: what can be used, by field, by team or segment, over the weeks; and what marketing owes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from crm.record import Side
from reports.completeness import (
    FEW,
    FEWEST,
    TEAM,
    Completeness,
    Segment,
    choices,
    completeness,
    find_segment,
    segment_names,
)
from reports.gaps_by_rep import OpenCount, OpenGaps, Whose, open_by_rep
from reports.page.heat import heat_map
from reports.page.view import field_rows
from reports.stored import NothingRead
from reports.trend import Trend, read_trend
from reports.words import counted, percent, title, whole
from reports.words import say as report_say
from reports.words import words as report_words
from rules.language import Language
from store.models import Rep
from web import access, show
from web.access import Page, Sight, sight_of_page
from web.charts import trend_context
from web.files import FileKind, file_response
from web.frame import Request, configuration, message, page
from web.paging import paged
from web.privacy import privacy
from web.words import say

_OWED = 10
"""How many of marketing's open facts stand on a page."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What the page was asked for: cut by team or a segment, and of one segment's records only."""

    by: str
    only: Segment | None
    offered: Mapping[str, Sequence[Segment]]

    @property
    def query(self) -> str:
        """The same choice, as an address says it."""
        chosen = {"by": self.by} if self.by != TEAM else {}
        return urlencode(chosen | ({"only": f"{self.only.by}:{self.only.value}"} if self.only else {}))


@require_GET
@login_required
def completeness_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """What marketing can use; no rep is named, and small teams are together."""
    if sight_of_page(request.viewer, Page.COMPLETENESS, privacy()) is Sight.HIDDEN:
        raise Http404
    try:
        cut = _cut(request)
        if cut is None:
            return message(request, "too_few", current=Page.COMPLETENESS, back=reverse("completeness"))
        counts, trend = _counts(request.language, cut)
    except NothingRead:
        return message(request, "nothing_read", current=Page.COMPLETENESS)
    if kind:
        return file_response(counts.to_table(trend), "completeness", kind)
    return page(request, "completeness", Page.COMPLETENESS, **_content(request, cut, counts, trend))


def _cut(request: Request) -> Cut | None:
    """The choice of the address; None where a segment has too few records, or is none."""
    mapping = configuration().mapping
    offered = choices(mapping)
    wanted = request.GET.get("only", "")
    only = find_segment(offered, wanted) if wanted else None
    by = request.GET.get("by") or TEAM
    if by not in segment_names(mapping):
        raise Http404
    return None if wanted and only is None else Cut(by, only, offered)


def _counts(language: Language, cut: Cut) -> tuple[Completeness, Trend | None]:
    """The report and its trend as a marketer may see them."""
    read = configuration()
    counts = completeness(read.mapping, read.rules, language, cut.by, cut.only)
    active = Counter(Rep.objects.filter(is_active=True).values_list("team", flat=True))
    owners: Counter[str] = Counter()
    for group in counts.groups:
        owners[group.key] += group.people if group.kind in ("team", "no_team") else 0
    people = {team: min(number, owners[team]) for team, number in active.items()}
    shown = access.without_small_teams(counts, people, say(language, "small_teams"))
    return shown, access.trend_of(read_trend(shown, datetime.now(UTC)), shown)


def _content(request: Request, cut: Cut, counts: Completeness, trend: Trend | None) -> dict[str, Any]:
    language, rules = request.language, configuration().rules
    lines = trend_context(language, trend, counts)
    sparks = lines["fields"] if lines else [None] * len(counts.fields)
    fields = zip(field_rows(counts, rules), sparks, strict=True)
    return {
        "read_at": show.read_at(language, counts.read_at),
        "chooser": _chooser(language, cut),
        "query": cut.query,
        "only": show.segment(language, cut.only) if cut.only else "",
        "total": percent(language, counts.completeness),
        "cells": report_say(
            language, "cells_filled", filled=whole(language, counts.filled), cells=whole(language, counts.cells)
        ),
        "people": whole(language, counts.records),
        "pairs": ""
        if cut.only
        else report_say(language, "known_to_both", pairs=counted(language, "pairs", counts.pairs)),
        "fields": [field | {"spark": spark} for field, spark in fields],
        "trend": lines,
        "heat": heat_map(counts),
        "heat_note": say(language, "heat_by", by=_by_name(language, cut.by).lower()),
        "least": FEW,
        "heat_key": say(language, "heat_shades", few=FEW),
        "few": say(language, "few_people", fewest=FEWEST) if cut.by == TEAM else "",
        "by_team": cut.by == TEAM,
        "groups": [show.group(language, each, lines) for each in counts.groups],
        "notes": counts.notes(),
        **_owed(request, cut),
    }


def _owed(request: Request, cut: Cut) -> dict[str, Any]:
    """What is open with sales as a number, and what marketing owes, alone or with sales, a page at a time."""
    read, language = configuration(), request.language
    records = cut.only.refs(read.mapping) if cut.only else None
    everything = open_by_rep(Whose(read.rules, asked=True, records=records)).values()
    ours = Whose(read.rules, sides=(Side.MARKETING, None), asked=True, records=records)
    gaps = OpenGaps(read.mapping, ours, datetime.now(UTC), language)
    shown, pager = paged(request, gaps, _OWED)
    open_in_all, seconds = sum(each.open for each in everything), sum(each.seconds for each in everything)
    with_sales = OpenCount(open_in_all - gaps.total.open, seconds - gaps.total.seconds)
    return {
        "with_sales": whole(language, with_sales.open),
        "with_sales_time": show.time(language, with_sales),
        "owed": whole(language, gaps.total.open),
        "owed_open": counted(language, "open", gaps.total.open),
        "owed_time": show.time(language, gaps.total),
        "owed_groups": show.groups(language, shown),
        "pager": pager,
    }


def _chooser(language: Language, cut: Cut) -> dict[str, Any]:
    return {
        "by": [
            {"value": name, "title": _by_name(language, name), "chosen": name == cut.by}
            for name in segment_names(configuration().mapping)
        ],
        "only": show.segments(language, cut.offered, cut.only),
    }


def _by_name(language: Language, name: str) -> str:
    return report_words(language)["team"] if name == TEAM else title(language, name)
