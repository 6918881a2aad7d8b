"""The reports as pages and as files: completeness, a manager's team, one person, and a rep's own page."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from reports.completeness import Completeness, completeness
from reports.gaps_by_rep import GapsByRep, Section, gaps_by_rep
from reports.page.view import page_context
from reports.stored import NothingRead
from reports.words import counted, duration, moment, percent
from reports.words import say as report_say
from rules.language import Language
from store.models import PageView, Rep
from store.sql import moment as time_of
from web import access, asking, show
from web.access import FEWEST, Page, Sight, sight_of_page, sight_of_person
from web.files import FileKind, file_response
from web.frame import Request, configuration, message, page
from web.paging import paged
from web.people import log_looks, team_of
from web.privacy import privacy
from web.words import say

_LOOKS = 20
"""How many looks a rep's page lists."""


@require_GET
@login_required
def completeness_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """What marketing can use, by field and team; no rep is named, and small teams are together."""
    _open(request, Page.COMPLETENESS)
    try:
        counts, gaps = _completeness(request.language), _gaps(request.language)
    except NothingRead:
        return message(request, "nothing_read", current=Page.COMPLETENESS)
    if kind:
        return file_response(counts.to_table(), "completeness", kind)
    with_sales = sum(len(each.gaps) for each in (*gaps.reps, gaps.no_rep))
    context = page_context(counts, access.gaps_of_marketing(gaps))
    return page(
        request, "completeness", Page.COMPLETENESS, stats=context["stats"], fields=context["fields"],
        heat=context["heat"], heat_key=context["heat_key"], notes=context["notes"], with_sales=with_sales,
        read_at=_read_at(request.language, counts.read_at), few=say(request.language, "few_people", fewest=FEWEST),
        teams=[show.team(request.language, team) for team in counts.teams],
        marketing=show.section(request.language, gaps.marketing), both=show.section(request.language, gaps.both),
        total=percent(request.language, counts.completeness),
    )  # fmt: skip


@require_GET
@login_required
def team_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """What is open with each rep of the manager's own team; every look is logged."""
    if _open(request, Page.TEAM) is Sight.OFF:
        return _off(request)
    team = team_of(request.viewer.rep)
    try:
        gaps = access.gaps_of(_gaps(request.language), frozenset(rep.id for rep in team))
    except NothingRead:
        return message(request, "nothing_read", current=Page.TEAM)
    log_looks(request.viewer, [rep.id for rep in team], Page.TEAM)
    if kind:
        return file_response(gaps.to_table(), "team", kind)
    return page(
        request, "team", Page.TEAM, reps=[show.section(request.language, each) for each in gaps.reps],
        known=request.viewer.rep is not None, read_at=_read_at(request.language, gaps.read_at),
    )  # fmt: skip


@require_GET
@login_required
def person_page(request: Request, rep: str) -> HttpResponse:
    """What is open with one rep, for the manager; the rep's own address of it is their page."""
    found = Rep.objects.filter(id=rep).first()
    sight = sight_of_person(request.viewer, rep, found.manager, privacy()) if found else Sight.HIDDEN
    if found is None or sight is Sight.HIDDEN:
        raise Http404
    if found.id == request.viewer.rep:
        return redirect(Page.MINE.value)
    if sight is Sight.OFF:
        return _off(request)
    try:
        section = _section_of(found, request.language)
    except NothingRead:
        return message(request, "nothing_read", current=Page.TEAM)
    log_looks(request.viewer, [found.id], "person")
    title = say(request.language, "person_title", name=found.name)
    return page(request, "person", Page.TEAM, section=show.section(request.language, section), title=title)


@require_GET
@login_required
def my_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """A rep's own open gaps, and who looked at them; on under every privacy profile."""
    _open(request, Page.MINE)
    rep = Rep.objects.filter(id=request.viewer.rep or "").first()
    if rep is None:
        return page(request, "mine", Page.MINE, known=False)
    try:
        gaps = access.gaps_of(_gaps(request.language, rep.id), frozenset({rep.id}))
    except NothingRead:
        return message(request, "nothing_read", current=Page.MINE)
    if kind:
        return file_response(gaps.to_table(), "mine", kind)
    section = gaps.reps[0] if gaps.reps else Section("rep", rep.name, rep.id)
    pages = paged(request, section.gaps)
    opened, time = counted(request.language, "open", len(section.gaps)), duration(section.seconds)
    return page(
        request, "mine", Page.MINE, known=True, pages=pages, groups=asking.groups(request.language, pages, rep.id),
        lately=asking.lately(request.language, rep.id),
        title=say(request.language, "hello", name=rep.name), read_at=_read_at(request.language, gaps.read_at),
        note=say(request.language, "to_do_note", open=opened, time=time), looks=_looks(rep.id, request.language),
        manager_sees=privacy().is_people_level,
    )  # fmt: skip


def _open(request: Request, wanted: Page) -> Sight:
    """What the viewer gets of a page; raises Http404 where it is not theirs."""
    sight = sight_of_page(request.viewer, wanted, privacy())
    if sight is Sight.HIDDEN:
        raise Http404
    return sight


def _off(request: Request) -> HttpResponse:
    key = "off_works_council" if privacy().profile else "off_unanswered"
    title, text = say(request.language, "off"), say(request.language, key)
    return page(request, "message", Page.TEAM, title=title, text=text)


def _completeness(language: Language) -> Completeness:
    read = configuration()
    counts = completeness(read.mapping, read.rules, language)
    people: dict[str, int] = {}
    for team in Rep.objects.filter(is_active=True).values_list("team", flat=True):
        people[team] = people.get(team, 0) + 1
    return access.without_small_teams(counts, people, say(language, "small_teams"))


def _gaps(language: Language, rep: str | None = None) -> GapsByRep:
    read = configuration()
    return gaps_by_rep(read.mapping, read.rules, datetime.now(UTC), language, rep)


def _section_of(rep: Rep, language: Language) -> Section:
    gaps = access.gaps_of(_gaps(language, rep.id), frozenset({rep.id}))
    return gaps.reps[0] if gaps.reps else Section("rep", rep.name, rep.id)


def _looks(rep: str, language: Language) -> list[str]:
    found = PageView.objects.filter(rep=rep).order_by("-at", "-id")[:_LOOKS]
    return [f"{look.viewer}, {moment(language, time_of(look.at))}" for look in found]


def _read_at(language: Language, at: datetime | None) -> str:
    return report_say(language, "read_at", at=moment(language, at)) if at else ""
