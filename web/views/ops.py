"""What ops do: answer who sees what about people, and look at what ran and what waits."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from config.environment import environment
from reports.words import moment, whole
from store.models import Run
from store.sql import moment as time_of
from store.waiting import open_counts
from web.access import Page, Privacy, Sight, sight_of_page
from web.frame import Request, page
from web.privacy import PROFILES, answer, privacy
from web.words import words

_RUNS = 20


@require_http_methods(["GET", "POST"])
@login_required
def privacy_page(request: Request) -> HttpResponse:
    """The first-start page: who sees what about people."""
    _only_for_ops(request, Page.PRIVACY)
    problem, saved = "", False
    if request.method == "POST":
        try:
            answer(_answered(request))
            saved = True
        except ValueError as refused:
            problem = words(request.language)[str(refused)]
    choice, fixed = privacy(), bool(environment().privacy_profile)
    return page(
        request, "privacy", Page.PRIVACY, status=400 if problem else 200, choice=choice, fixed=fixed, saved=saved,
        problem=problem, consulted_on=_iso(choice.consulted_on), notified_on=_iso(choice.notified_on),
        profiles=[{"value": each, "chosen": choice.profile == each} for each in PROFILES],
    )  # fmt: skip


@require_GET
@login_required
def operations_page(request: Request) -> HttpResponse:
    """The last runs, and how much waits for a person."""
    _only_for_ops(request, Page.OPERATIONS)
    word, language = words(request.language), request.language
    runs = [
        {
            "id": run.id,
            "state": word[run.state],
            "started": moment(language, time_of(run.started_at)),
            "written": whole(language, sum(sum(run.result.get(kind, {}).values()) for kind in ("created", "updated"))),
        }
        for run in Run.objects.order_by("-id")[:_RUNS]
    ]
    waiting = [(word[name], whole(language, number)) for name, number in open_counts().items()]
    return page(request, "operations", Page.OPERATIONS, runs=runs, waiting=waiting)


def _only_for_ops(request: Request, wanted: Page) -> None:
    if sight_of_page(request.viewer, wanted, privacy()) is Sight.HIDDEN:
        raise Http404


def _answered(request: Request) -> Privacy:
    """The form's choice; raises ValueError with the key of what is wrong with it."""
    profile = environment().privacy_profile or request.POST.get("profile", "")
    if profile not in PROFILES:
        raise ValueError("not_answered")
    return Privacy(profile, _past_day(request, "consulted_on"), _past_day(request, "notified_on"))


def _past_day(request: Request, name: str) -> date | None:
    text = request.POST.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("bad_date") from None
    if day > datetime.now(UTC).date():
        raise ValueError("bad_date")
    return day


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
