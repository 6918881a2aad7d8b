"""The first pages of ops: who sees what about people, and whether all is well."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from config.environment import environment
from web.access import Page, Privacy
from web.frame import Request, page, written
from web.health import health
from web.ladder import levels
from web.privacy import PROFILES, answer, privacy
from web.views.desk import only_for
from web.words import words


@require_http_methods(["GET", "POST"])
@login_required
def privacy_page(request: Request) -> HttpResponse:
    """The first-start page: who sees what about people."""
    only_for(request, Page.PRIVACY)
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
    """Whether all is well: the last passes, what waits and why, and what could not be checked."""
    only_for(request, Page.OPERATIONS)
    found = health(request.language, written().mapping) | levels(request.language, written())
    return page(request, "operations", Page.OPERATIONS, **found)


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
