"""What is open with people: a manager's team, one person, and a rep's own page; each list a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from crm.record import Side
from reports.completeness import FEWEST, completeness
from reports.gaps_by_rep import GapsByRep, OpenCount, OpenGaps, Whose, gaps_by_rep, open_by_rep, quickest_by_rep
from reports.page.view import field_rows
from reports.stored import NothingRead, last_read
from reports.words import counted, duration, moment, percent, whole
from rules.language import Language
from store.models import PageView, Rep
from store.sql import moment as time_of
from web import access, asking, show
from web.access import Page, Sight, sight_of_page, sight_of_person
from web.files import FileKind, file_response
from web.frame import Request, configuration, message, page
from web.paging import paged
from web.people import log_looks, people_of
from web.privacy import privacy
from web.views import scores
from web.words import say

_LOOKS = 20
"""How many looks a rep's page lists."""
_DAY = 24 * 60 * 60 * 1000


@require_GET
@login_required
def team_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """What is open with each rep of the manager's own team; every look is logged."""
    if _open(request, Page.TEAM) is Sight.OFF:
        return _off(request)
    try:
        return _team_file(request, kind) if kind else _team(request)
    except NothingRead:
        return message(request, "nothing_read", current=Page.TEAM)


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
        gaps = _gaps_of(found.id, request.language)
    except NothingRead:
        return message(request, "nothing_read", current=Page.TEAM)
    log_looks(request.viewer, [found.id], "person")
    shown, pager = paged(request, gaps)
    return page(
        request, "person", Page.TEAM, title=say(request.language, "person_title", name=found.name), pager=pager,
        groups=show.groups(request.language, shown), opened=counted(request.language, "open", gaps.total.open),
        time=show.time(request.language, gaps.total), is_active=found.is_active,
    )  # fmt: skip


@require_GET
@login_required
def my_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """A rep's own open gaps, and who looked at them; on under every privacy profile."""
    _open(request, Page.MINE)
    rep = Rep.objects.filter(id=request.viewer.rep or "").first()
    if rep is None:
        return page(request, "mine", Page.MINE, known=False)
    try:
        if kind:
            return file_response(_report([rep.id], request.language).to_table(), "mine", kind)
        gaps = _gaps_of(rep.id, request.language)
    except NothingRead:
        return message(request, "nothing_read", current=Page.MINE)
    shown, pager = paged(request, gaps)
    return page(
        request, "mine", Page.MINE, known=True, pager=pager, groups=asking.groups(request.language, shown, rep.id),
        lately=asking.lately(request.language, rep.id),
        title=say(request.language, "hello", name=rep.name), note=_note(request.language, gaps.total),
        read_at=show.read_at(request.language, last_read()), looks=_looks(rep.id, request.language),
        manager_sees=privacy().is_people_level, doing=scores.doing(request, rep.id),
    )  # fmt: skip


def _team(request: Request) -> HttpResponse:
    """The team in alphabetical order: counts by aggregates, and of each rep the quickest fix."""
    read, language, now = configuration(), request.language, datetime.now(UTC)
    people = people_of(request.viewer.rep)
    shown, pager = paged(request, people)
    ids = [person.id for person in shown]
    quickest = quickest_by_rep(read.mapping, Whose(read.rules, ids, asked=True), now, language)
    counts = open_by_rep(Whose(read.rules, list(people.values_list("id", flat=True)), asked=True))
    marketing = open_by_rep(Whose(read.rules, sides=(Side.MARKETING,), asked=True)).get(None, OpenCount())
    in_all = OpenCount(sum(each.open for each in counts.values()), sum(each.seconds for each in counts.values()))
    doing = scores.team(request)
    named = {doing["talk"]["rep"]} if doing and doing["talk"] else set()
    log_looks(request.viewer, named, "talk")
    log_looks(request.viewer, [each for each in ids if each not in named], Page.TEAM)
    return page(
        request, "team", Page.TEAM, known=request.viewer.rep is not None, pager=pager, totals=_totals(request),
        scores=doing,
        read_at=show.read_at(language, last_read()),
        reps=[show.rep(language, each, counts.get(each.id, OpenCount()), quickest.get(each.id)) for each in shown],
        in_all=whole(language, in_all.open), time=show.time(language, in_all), busy=whole(language, len(counts)),
        of=say(language, "of", reps=counted(language, "reps", people.count())),
        marketing=whole(language, marketing.open), marketing_time=show.time(language, marketing),
    )  # fmt: skip


def _team_file(request: Request, kind: FileKind) -> HttpResponse:
    """All that is open with the team, whatever the page shows."""
    ids = [person.id for person in people_of(request.viewer.rep)]
    found = _report(ids, request.language)
    log_looks(request.viewer, ids, Page.TEAM)
    return file_response(found.to_table(), "team", kind)


def _totals(request: Request) -> dict[str, object] | None:
    """How complete the records of the whole team are, by field: of five people or more, else None."""
    read, language, manager = configuration(), request.language, request.viewer.rep
    active = Rep.objects.filter(manager=manager, is_active=True).count() if manager else 0
    if active < FEWEST:
        return None
    counts = completeness(read.mapping, read.rules, language, manager=manager)
    if sum(group.people for group in counts.groups) < FEWEST:
        return None
    return {
        "percent": percent(language, counts.completeness),
        "records": counted(language, "records", counts.records),
        "fields": field_rows(counts, read.rules),
    }


def _open(request: Request, wanted: Page) -> Sight:
    """What the viewer gets of a page; raises Http404 where it is not theirs."""
    sight = sight_of_page(request.viewer, wanted, privacy())
    if sight is Sight.HIDDEN:
        raise Http404
    return sight


def _off(request: Request) -> HttpResponse:
    """Why the pages about people are off, what is on, and under the works council's profile the team's totals."""
    choice = privacy()
    try:
        totals = _totals(request) if access.sees_team_totals(request.viewer, choice) else None
    except NothingRead:
        totals = None
    dates = {"consulted_on": choice.consulted_on, "notified_on": choice.notified_on}
    why = say(request.language, "off_works_council" if choice.profile else "off_unanswered")
    return page(
        request, "team_off", Page.TEAM, why=why,
        asked=bool(choice.profile), totals=totals, fewest=say(request.language, "totals_from", fewest=FEWEST),
        dates=[(say(request.language, key), show.date(request.language, on)) for key, on in dates.items()],
    )  # fmt: skip


def _report(reps: list[str], language: Language) -> GapsByRep:
    read = configuration()
    found = gaps_by_rep(read.mapping, read.rules, datetime.now(UTC), language, reps)
    return access.gaps_of(found, frozenset(reps))


def _gaps_of(rep: str, language: Language) -> OpenGaps:
    read = configuration()
    return OpenGaps(read.mapping, Whose(read.rules, [rep], asked=True), datetime.now(UTC), language)


def _note(language: Language, count: OpenCount) -> str:
    opened, time = counted(language, "open", count.open), duration(count.seconds)
    return say(language, "to_do_note", open=opened, time=time) if count.open else ""


def _looks(rep: str, language: Language) -> list[str]:
    """Who looked, by viewer and day, the newest first."""
    days = PageView.objects.filter(rep=rep).annotate(day=F("at") / _DAY).values("viewer", "day")
    found = days.annotate(number=Count("id"), last=Max("at")).order_by("-last")[:_LOOKS]
    return [
        f"{look['viewer']}, {moment(language, time_of(look['last']))}"
        + (f" ({say(language, 'times_that_day', n=look['number'])})" if look["number"] > 1 else "")
        for look in found
    ]
