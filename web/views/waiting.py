"""Dead letters and held values: what a system refused, and what it would refuse."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from reports.table import Column, Table
from reports.words import title, titles, whole
from store import desk
from store.models import DeadLetter, Held
from web.access import Page
from web.files import FileKind, file_response
from web.frame import Request, configuration, page
from web.ladder import needed
from web.paging import paged
from web.readable import readable
from web.records import SIDES, names, short
from web.times import at, iso, since
from web.views.desk import as_number, back, note, only_for
from web.words import say, words
from wiring.queue import enqueue

_LETTER = ("letter", "object", "record", "name", "side", "code", "message", "fields", "at", "waived_by", "waived_why")
_HELD = ("object", "record", "name", "field", "side", "code", "message", "value", "since")
_OUR_CODES = (
    "picklist", "too_long", "required", "read_only", "unreadable", "schema", "parent", "owner", "normalised_by_target",
    "campaign", "no_rep", "gate",
)  # fmt: skip


@require_GET
@login_required
def dead_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """The dead letters that are open or were waived, the oldest first; the same rows as a file."""
    only_for(request, Page.DEAD)
    code, show = request.GET.get("code", ""), request.GET.get("show", "open")
    found = _letters("waived" if show == "waived" else "open")
    found = found.filter(code=code) if code else found
    if kind:
        return file_response(_letter_table(request, list(found)), "dead-letters", kind)
    rows, pager = paged(request, found)
    codes = _letters("waived" if show == "waived" else "open").order_by("code").values_list("code", flat=True)
    return page(
        request, "dead", Page.DEAD, letters=_letter_rows(request, rows), pager=pager, note=note(request), code=code,
        codes=list(codes.distinct()), show=show, query=request.GET.urlencode(), many=_many(request, code, show),
        waived=_letters("waived").exists(), anything=_letters("open").exists(),
    )  # fmt: skip


@require_POST
@login_required
def replay(request: Request, number: int) -> HttpResponse:
    """Send one again: with the next pass, as the records are by then."""
    only_for(request, Page.DEAD)
    try:
        said = desk.replay(number, request.viewer.name)
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    if said is desk.Said.DONE:
        enqueue("pull")
    return back("dead", said=said.value)


@require_POST
@login_required
def replay_all(request: Request) -> HttpResponse:
    """Send again all with one code that the page before counted."""
    only_for(request, Page.DEAD)
    number = desk.replay_all(request.POST.get("code", ""), as_number(request.POST.get("until")), request.viewer.name)
    if number:
        enqueue("pull")
    return back("dead", said="many" if number else "none", n=number)


@require_POST
@login_required
def waive(request: Request, number: int) -> HttpResponse:
    """Leave one unwritten, for a reason."""
    only_for(request, Page.DEAD)
    why = " ".join(request.POST.get("why", "").split())
    if not why:
        return back("dead", said="reason")
    try:
        said = desk.waive(number, why, request.viewer.name)
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    return back("dead", said="waived" if said is desk.Said.DONE else said.value)


@require_GET
@login_required
def held_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """The values that wait, the oldest first; the same rows as a file."""
    only_for(request, Page.HELD)
    found = Held.objects.order_by("since", "id")
    if kind:
        return file_response(_held_table(request, list(found)), "held-values", kind)
    rows, pager = paged(request, found)
    return page(request, "held", Page.HELD, rows=_held_rows(request, rows), pager=pager)


def _letters(show: str) -> QuerySet[DeadLetter]:
    found = DeadLetter.objects.order_by("id")
    return found.filter(closed_as="waived") if show == "waived" else found.filter(closed_at=None)


def _many(request: Request, code: str, show: str) -> dict[str, Any] | None:
    """The offer to replay all with one code."""
    found = _letters("open").filter(code=code) if code and show != "waived" else DeadLetter.objects.none()
    number, newest = found.count(), found.order_by("-id").values_list("id", flat=True).first()
    if number < 2:
        return None
    text = say(request.language, "replay_all", n=whole(request.language, number), code=code)
    return {"text": text, "code": code, "until": newest}


def _letter_rows(request: Request, found: list[DeadLetter]) -> list[dict[str, Any]]:
    language, objects = request.language, configuration().mapping.objects
    called = names(objects, {each.ref for each in found})
    counts = DeadLetter.objects.filter(ref__in=called).order_by().values("ref", "side", "code").annotate(n=Count("id"))
    times = {(each["ref"], each["side"], each["code"]): each["n"] for each in counts}
    return [
        {
            "id": each.id,
            "name": called[each.ref],
            "ref": short(each.ref),
            "side": each.side,
            "system": SIDES.get(each.side, each.side),
            "code": each.code,
            "message": each.message,
            "fields": [(title(language, name), value) for name, value in each.changes.items()],
            "at": at(language, each.at),
            "times": _times(request, times[each.ref, each.side, each.code]),
            "waived": say(language, "waived_by", by=each.closed_by, at=at(language, each.closed_at))
            if each.closed_as == "waived"
            else "",
            "why": each.note,
        }
        for each in found
    ]


def _times(request: Request, number: int) -> str:
    if number == 1:
        return words(request.language)["once"]
    return say(request.language, "times", n=whole(request.language, number))


def _letter_table(request: Request, found: list[DeadLetter]) -> Table:
    called = names(configuration().mapping.objects, {each.ref for each in found})
    rows = tuple(
        (
            each.id, each.object, each.ref, called[each.ref], each.side, each.code, each.message,
            "; ".join(f"{name}={'' if value is None else value}" for name, value in each.changes.items()),
            iso(each.at), each.closed_by, each.note,
        )
        for each in found
    )  # fmt: skip
    return Table(words(request.language)["dead_title"], tuple(Column(name, name) for name in _LETTER), rows)


def _held_rows(request: Request, found: list[Held]) -> list[dict[str, Any]]:
    language, word = request.language, words(request.language)
    read = configuration()
    objects = read.mapping.objects
    called = names(objects, {each.ref for each in found if each.code != "owner"})
    shown_as = readable(objects, [(each.object, each.field, each.value) for each in found])

    def row(each: Held) -> dict[str, Any]:
        known = each.code if each.code in _OUR_CODES else "other"
        return {
            "name": called.get(each.ref) or shown_as.get((each.object, each.field, each.value), each.ref),
            "ref": short(each.ref),
            "field": titles(language, each.field.split(", ")),
            "value": shown_as.get((each.object, each.field, each.value), each.value),
            "side": each.side,
            "system": SIDES.get(each.side, each.side),
            "reason": word[f"held_{known}"],
            "hint": word[f"hint_{known}"],
            "message": needed(language, read.rules, each.message) if each.code == "gate" else each.message,
            "code": each.code,
            "since": since(language, each.since),
            "at": at(language, each.since),
        }

    return [row(each) for each in found]


def _held_table(request: Request, found: list[Held]) -> Table:
    called = names(configuration().mapping.objects, {each.ref for each in found})
    rows = tuple(
        (
            each.object, each.ref, called[each.ref], each.field, each.side, each.code, each.message, each.value,
            iso(each.since),
        )
        for each in found
    )  # fmt: skip
    return Table(words(request.language)["held_title"], tuple(Column(name, name) for name in _HELD), rows)
