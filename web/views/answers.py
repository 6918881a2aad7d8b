"""The page behind a link of the digest: what is asked about one record, and the answers to it.

Looking changes nothing, since scanners of mail follow links; only the form's POST stores an answer.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alerts.ticket import Forged, Outdated, Ticket
from config.environment import environment
from reports.gaps_by_rep import GapLine, OpenGaps, Whose
from reports.stored import NothingRead
from reports.words import duration
from rules.language import Language
from store.answers import save, shown
from store.models import Gap, Rep
from store.questions import NoAnswer
from store.reps import zone_of
from web import asking
from web.access import Page, may_answer
from web.asking import Asking
from web.frame import Request, configuration, message, page
from web.words import say
from wiring.queue import enqueue

_log = logging.getLogger("entente.answers")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer_page(request: Request, ticket: str) -> HttpResponse:
    """What a link asks, for the rep to whom it was sent and for nobody else."""
    try:
        found = Ticket.read(ticket)
    except Outdated:
        return message(request, "link_outdated", status=410)
    except Forged:
        _log.warning("user %s opened a link to an answer that was not made here", request.user.pk)
        return message(request, "link_forged", status=404)
    if not may_answer(request.viewer, found.rep):
        _log.warning("user %s opened the link of %s to an answer", request.user.pk, found.rep)
        raise Http404
    gaps = _open(found, request.language)
    if not any(gap.rule == found.rule for gap in gaps):
        is_open = Gap.objects.filter(rule=found.rule, ref=found.ref).exclude(rep=found.rep).exists()
        return message(request, "moved" if is_open else "answered", current=Page.MINE)
    asked = Asking(request.language, gaps, found.rep)
    if all(asked.is_answered(gap) for gap in gaps):
        return _thanks(request, gaps[0])
    return _answered(request, asked, found) if request.method == "POST" else _form(request, asked, found)


def _open(ticket: Ticket, language: Language) -> list[GapLine]:
    """What is open with the rep about the record, the gap that the link names first."""
    read = configuration()
    whose = Whose(read.rules, [ticket.rep], asked=True, records=("%s", [ticket.ref]))
    try:
        found = OpenGaps(read.mapping, whose, datetime.now(UTC), language)[:]
    except NothingRead:
        return []
    return sorted(found, key=lambda gap: gap.rule != ticket.rule)


def _form(request: Request, asked: Asking, ticket: Ticket) -> HttpResponse:
    """The questions, with the link's option preselected."""
    question = asked.asked(asked.gaps).get(ticket.field)
    option = asking.preselected(question[1], ticket.mark) if question else ""
    return _page(request, asked, {ticket.field: option}, {})


def _answered(request: Request, asked: Asking, ticket: Ticket) -> HttpResponse:
    """Store what was answered and wake the sync up; or the form again, with what is no answer."""
    questions = asked.asked(asked.gaps)
    zone = zone_of(Rep.objects.get(id=ticket.rep), environment().time_zone)
    given = {name: ";".join(request.POST.getlist(f"answer-{name}")) for name in questions}
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, text in given.items():
        gap, question = questions[name]
        if text.strip():
            meant = asking.local_time(text, zone) if question.kind == "moment" else text
            try:
                values[name] = asked.questions.checked(question, gap.object, gap.ref, meant)
            except NoAnswer as refused:
                problems[name] = asking.refusal(request.language, refused)
    if problems or not values:
        return _page(request, asked, given, problems, status=400)
    was = shown(asked.gaps[0].object, ticket.ref, sorted(values))
    answers = [(asking.as_asked(questions[name][0], name, was[name]), value) for name, value in values.items()]
    save(answers, ticket.rep, request.viewer.name)
    enqueue("pull")
    return _back(request)


def _back(request: Request) -> HttpResponse:
    if request.POST.get("from") == "mine":
        return HttpResponseRedirect(f"{reverse('mine')}#lately")
    return redirect(request.path)


def _page(
    request: Request, asked: Asking, chosen: dict[str, str], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    first = asked.gaps[0]
    problem = "" if status == 200 or problems else say(request.language, "no_blank")
    shown_gaps = [asked.shown(gap, chosen, problems) for gap in _without_repeats(asked)]
    return page(
        request, "answer", Page.MINE, status=status, record=first.record, system=asking.system_of(first.ref),
        gaps=shown_gaps, problem=problem, several=sum(len(each["fields"]) for each in shown_gaps) > 1,
        can_send=any(each["can_send"] for each in shown_gaps), ref=first.ref.partition(":")[2].replace(":", " "),
    )  # fmt: skip


def _without_repeats(asked: Asking) -> list[GapLine]:
    """The gaps; a field that several rules ask for stands under the first."""
    seen: set[str] = set()
    found = []
    for gap in asked.gaps:
        fields = tuple(name for name in gap.fields if name not in seen)
        seen |= set(fields)
        if fields:
            found.append(replace(gap, fields=fields))
    return found


def _thanks(request: Request, gap: GapLine) -> HttpResponse:
    language = request.language
    time = duration(environment().sync_seconds)
    text = say(language, "thanks_text", record=gap.record, time=time, system=asking.system_of(gap.ref))
    return page(request, "message", Page.MINE, title=say(language, "thanks"), text=text, mine=True)
