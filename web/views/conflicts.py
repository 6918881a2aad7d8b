"""Conflicts: what a person must decide, one by one or alike for a field; a pass carries it out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from reports.table import Column, Table
from reports.words import title, whole
from store import desk
from store.models import Conflict, Decision
from web import show_conflict
from web.access import Page
from web.files import FileKind, file_response
from web.frame import Request, configuration, page
from web.paging import paged
from web.reasons import told
from web.records import SIDES, names
from web.times import at, iso, since
from web.views.desk import as_number, back, note, only_for
from web.words import say, words
from wiring.queue import enqueue

_KINDS = ("field", "match", "deleted", "merged", "consent", "subscribed", "erased")
_COLUMNS = (
    "conflict", "object", "kind", "field", "record", "name", "base_marketing", "base_sales", "marketing", "sales",
    "others", "reason", "opened_at", "decided_by",
)  # fmt: skip


@require_GET
@login_required
def conflicts_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """The open conflicts, the oldest first; the same rows as a file."""
    only_for(request, Page.CONFLICTS)
    found = _found(request)
    if kind:
        return file_response(_table(request, list(found)), "conflicts", kind)
    rows, pager = paged(request, found)
    return page(
        request, "conflicts", Page.CONFLICTS, rows=_rows(request, rows), pager=pager, note=note(request),
        filters=_filters(request), bulk=_bulk(request), query=request.GET.urlencode(), anything=_open().exists(),
    )  # fmt: skip


@require_GET
@login_required
def conflict_page(request: Request, number: int) -> HttpResponse:
    """One conflict: what each side says, why nobody but a person can tell, and what each answer would do."""
    only_for(request, Page.CONFLICTS)
    conflict = get_object_or_404(Conflict, id=number)
    around = _open().values_list("id", flat=True)
    before, after = around.filter(id__lt=number).order_by("-id").first(), around.filter(id__gt=number).first()
    place = say(request.language, "place", place=around.filter(id__lte=number).count(), n=around.count())
    return page(
        request, "conflict", Page.CONFLICTS, note=note(request), previous=before, next=after, place=place,
        bulk=_bulk_of(request, conflict.object, conflict.field) if conflict.closed_at is None else None,
        **show_conflict.whole_page(request.language, configuration().mapping, conflict),
    )  # fmt: skip


@require_POST
@login_required
def decide(request: Request, number: int) -> HttpResponse:
    """Decide one conflict, as the person saw it."""
    only_for(request, Page.CONFLICTS)
    form = request.POST
    try:
        said = desk.decide(
            number, form.get("keep", ""), form.get("other", ""), form.get("seen", ""), request.viewer.name
        )
    except (Conflict.DoesNotExist, ValueError):
        raise Http404 from None
    if said is desk.Said.DONE:
        enqueue("pull")
    if not Conflict.objects.filter(id=number).exists():  # a task about somebody who was erased leaves no trace
        return back("conflicts", said=said.value)
    return back("conflict", number, said=said.value)


@require_GET
@login_required
def all_page(request: Request) -> HttpResponse:
    """Before many are decided alike: how many they are, and what would happen."""
    only_for(request, Page.CONFLICTS)
    object_name, field, keep = (request.GET.get(name, "") for name in ("object", "field", "keep"))
    if keep not in SIDES:
        raise Http404
    waiting = desk.undecided(object_name, field)
    number, newest = waiting.count(), waiting.order_by("-id").values_list("id", flat=True).first()
    language = request.language
    about = {
        "n": whole(language, number), "field": title(language, field), "system": SIDES[keep],
        "other": SIDES["sales" if keep == "marketing" else "marketing"],
    }  # fmt: skip
    return page(
        request, "conflicts_all", Page.CONFLICTS, number=number, until=newest, object=object_name, field=field,
        keep=keep, title=say(language, "bulk_title", **about), what=say(language, "bulk_what", **about),
    )  # fmt: skip


@require_POST
@login_required
def decide_all(request: Request) -> HttpResponse:
    """Decide alike what the page before counted."""
    only_for(request, Page.CONFLICTS)
    form = request.POST
    object_name, field, keep = (form.get(name, "") for name in ("object", "field", "keep"))
    try:
        number = desk.decide_all(object_name, field, keep, as_number(form.get("until")), request.viewer.name)
    except ValueError:
        raise Http404 from None
    if number:
        enqueue("pull")
    return back("conflicts", said="many" if number else "none", n=number)


def _open() -> QuerySet[Conflict]:
    return Conflict.objects.filter(closed_at=None).order_by("id")


def _found(request: Request) -> QuerySet[Conflict]:
    """The open conflicts that the address asks for."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "object", "field")}
    return _open().filter(**{name: value for name, value in asked.items() if value})


def _filters(request: Request) -> list[dict[str, Any]]:
    """One list of choices for each thing to filter by."""
    word, language = words(request.language), request.language
    fields = _open().filter(kind="field").order_by("field").values_list("field", flat=True).distinct()
    objects = _open().order_by("object").values_list("object", flat=True).distinct()
    choices = {
        "kind": [(each, word[f"{each}_kind"]) for each in _KINDS],
        "object": [(each, title(language, each)) for each in objects],
        "field": [(each, title(language, each)) for each in fields],
    }
    return [
        {
            "name": name,
            "title": word["field_name" if name == "field" else name],
            "choices": options,
            "chosen": request.GET.get(name, ""),
        }
        for name, options in choices.items()
    ]


def _bulk(request: Request) -> dict[str, Any] | None:
    """The offer to decide alike, where the list is about one field."""
    field = request.GET.get("field", "")
    first = _open().filter(field=field).first() if field else None
    return _bulk_of(request, request.GET.get("object") or first.object, field) if first else None


def _bulk_of(request: Request, object_name: str, field: str) -> dict[str, Any] | None:
    number = desk.undecided(object_name, field).count() if field else 0
    if number < 2:
        return None
    language = request.language
    question = say(language, "bulk_question", n=whole(language, number), field=title(language, field))
    return {
        "question": question, "object": object_name, "field": field,
        "sides": [(side, say(language, "bulk_use", system=system)) for side, system in SIDES.items()],
    }  # fmt: skip


def _rows(request: Request, found: list[Conflict]) -> list[dict[str, Any]]:
    word, language = words(request.language), request.language
    called = names(configuration().mapping.objects, {each.ref for each in found})
    states = {number: decision.state for number, decision in desk.last_decisions(found).items()}
    return [
        {
            "id": each.id,
            "name": called[each.ref],
            "what": title(language, each.field) if each.kind == "field" else word[f"{each.kind}_kind"],
            "is_field": each.kind == "field",
            "marketing": each.marketing,
            "sales": each.sales,
            "reason": told(language, each.reason),
            "since": since(language, each.opened_at),
            "at": at(language, each.opened_at),
            "state": states.get(each.id, ""),
        }
        for each in found
    ]


def _table(request: Request, found: list[Conflict]) -> Table:
    """Every conflict of the list, for a file."""
    called = names(configuration().mapping.objects, {each.ref for each in found})
    waiting = Decision.objects.filter(state="open").values_list("ref", "field", "by")
    deciders = {(ref, field): by for ref, field, by in waiting}
    rows = tuple(
        (
            each.id, each.object, each.kind, each.field, each.ref, called[each.ref],
            (each.base or {}).get("marketing"), (each.base or {}).get("sales"), each.marketing, each.sales,
            " ".join(each.others), told(request.language, each.reason), iso(each.opened_at),
            deciders.get((each.ref, each.field), ""),
        )
        for each in found
    )  # fmt: skip
    return Table(words(request.language)["conflicts_title"], tuple(Column(name, name) for name in _COLUMNS), rows)
