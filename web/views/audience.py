"""The marketer's page on who can be written to: a waterfall, its table, and the shortest way up. No rep is named."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from reports.audience import Audience, Step, Way, audience, people_of
from reports.completeness import Segment, choices, find_segment
from reports.page.heat import place
from reports.stored import NothingRead
from reports.words import counted, duration, percent, whole
from rules.language import Language
from web import show
from web.access import Page, Sight, sight_of_page
from web.files import FileKind, file_response
from web.frame import Request, configuration, message, page
from web.privacy import privacy
from web.words import say


@require_GET
@login_required
def audience_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """How many people can be written to, of all or of one segment."""
    if sight_of_page(request.viewer, Page.AUDIENCE, privacy()) is Sight.HIDDEN:
        raise Http404
    read = configuration()
    people = people_of(read.mapping)
    offered = {by: found for by, found in choices(read.mapping).items() if people and by in people.segments}
    wanted = request.GET.get("only", "")
    only = find_segment(offered, wanted)
    if wanted and only is None:
        return message(request, "too_few", current=Page.AUDIENCE, back=reverse("audience"))
    try:
        found = audience(read.mapping, read.rules, request.language, only)
    except NothingRead:
        return message(request, "nothing_read", current=Page.AUDIENCE)
    if kind:
        return file_response(found.to_table(), "audience", kind)
    chooser = show.segments(request.language, offered, only)
    return page(request, "audience", Page.AUDIENCE, chooser=chooser, **_content(request.language, found))


def _content(language: Language, found: Audience) -> dict[str, Any]:
    return {
        "read_at": show.read_at(language, found.read_at),
        "only": show.segment(language, found.only) if found.only else "",
        "query": _query(found.only),
        "headline": say(
            language, "audience_headline", usable=whole(language, found.usable), people=whole(language, found.people)
        ),
        "share": percent(language, found.share(found.usable)),
        "steps": [_step(language, found, step) for step in found.steps],
        "ways": [_way(language, found, way) for way in found.ways],
        "way_up": found.shortest(),
        "budget": say(
            language, "audience_budget", time=duration(configuration().rules.budget.rep_seconds_per_week)
        ),
        "notes": found.notes(),
    }  # fmt: skip


def _query(only: Segment | None) -> str:
    return urlencode({"only": f"{only.by}:{only.value}"}) if only else ""


def _step(language: Language, found: Audience, step: Step) -> dict[str, Any]:
    left, lost = whole(language, step.left), whole(language, step.lost)
    title = found.title(step.name)
    return {
        "title": title,
        "left": left,
        "lost": f"−{lost}" if step.lost else "",
        "share": percent(language, found.share(step.left)),
        "width": place(step.left, found.people or 1),
        "lost_width": place(step.lost, found.people or 1),
        "says": say(language, "audience_says", step=title, left=left, lost=lost),
    }


def _way(language: Language, found: Audience, way: Way) -> dict[str, Any]:
    return {
        "asking": found.asking(way),
        "won": whole(language, way.won),
        "answers": whole(language, way.answers),
        "reps": counted(language, "people", len(way.reps)),
        "time": duration(way.seconds),
        "then": percent(language, found.share(way.usable)),
    }
