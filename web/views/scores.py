"""Scores on the pages of a rep and of a manager, and how they are counted, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from reports.scores import Scores
from web import scores
from web.frame import Request, configuration, page
from web.privacy import privacy
from web.words import say

PARTS = ("unit", "shrink", "interval", "status", "system", "trend", "peers", "correct", "talk")


@require_GET
@login_required
def help_page(request: Request) -> HttpResponse:
    """The formula in plain words, for everybody who can sign in."""
    parts = [
        {"id": each, "title": say(request.language, f"help_{each}"), "text": say(request.language, f"help_{each}_text")}
        for each in PARTS
    ]
    return page(request, "scores_help", parts=parts)


def doing(request: Request, rep: str) -> dict[str, Any] | None:
    """How the rep who looks is doing; None while the privacy profile keeps pages about people off."""
    now = datetime.now(UTC)
    if not privacy().is_people_level:
        return None
    return scores.doing(request.language, Scores(configuration().rules, now.date()), rep, now)


def team(request: Request) -> dict[str, Any] | None:
    """How the manager's team is doing; None where the team is too small."""
    now = datetime.now(UTC)
    found = Scores(configuration().rules, now.date())
    return scores.team(request.language, found, request.viewer.rep, request.GET.get("family", ""), now)
