"""Runs: each pass, what it read and wrote, and the brake that a person may release."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from reports.words import title, whole
from rules.language import Language
from store import desk
from store.models import Change, Intent, Run
from store.runs import braked_totals
from store.sql import moment as time_of
from web.access import Page
from web.frame import Request, configuration, page
from web.paging import paged
from web.readable import readable
from web.reasons import told
from web.records import SIDES, SYSTEMS, names
from web.show_conflict import change_rows
from web.times import at, time_between
from web.views.desk import back, note, only_for
from web.words import say, words
from wiring.queue import enqueue

_NUMBERS = ("created", "updated")
_LINES = 25


@require_GET
@login_required
def runs_page(request: Request) -> HttpResponse:
    """Every run, the newest first."""
    only_for(request, Page.RUNS)
    rows, pager = paged(request, Run.objects.order_by("-id"))
    return page(request, "runs", Page.RUNS, runs=[run_row(request.language, each) for each in rows], pager=pager)


@require_GET
@login_required
def run_page(request: Request, number: int) -> HttpResponse:
    """One run: what it read, wrote and asked; of a braked one, what it would have changed."""
    only_for(request, Page.RUNS)
    run = get_object_or_404(Run, id=number)
    language = request.language
    lines = _would(request, run) if run.state == "braked" else _wrote(request, run)
    reasons = "; ".join(told(language, each) for each in run.result.get("braked", ()))
    return page(
        request, "run", Page.RUNS, run=run_row(language, run), facts=_facts(language, run), note=note(request),
        braked=say(language, "braked_why", reasons=reasons) if reasons else "", totals=_totals(language, run),
        may_pass=run.released_at is None and desk.may_pass(run), passed=_passed(language, run), **lines,
    )  # fmt: skip


@require_POST
@login_required
def let_pass(request: Request, number: int) -> HttpResponse:
    """Let a braked run pass: the next pass may change as much."""
    only_for(request, Page.RUNS)
    try:
        said = desk.let_pass(number, request.viewer.name)
    except Run.DoesNotExist:
        raise Http404 from None
    if said is desk.Said.DONE:
        enqueue("pull")
    return back("run", number, said=said.value)


def run_row(language: Language, run: Run) -> dict[str, Any]:
    """A run as a list shows it; what it did not come to is left out."""
    result, word = run.result, words(language)
    return {
        "id": run.id,
        "state": word[run.state],
        "attention": run.state in ("braked", "failed"),
        "started": at(language, run.started_at),
        "ended": at(language, run.ended_at),
        "took": time_between(time_of(run.started_at), time_of(run.ended_at)) if run.ended_at is not None else "–",
        "pulled": _sum(language, result, "pulled"),
        "written": _sum(language, result, *_NUMBERS),
        "calls": _sum(language, result, "calls"),
        "kind": _kind(language, run),
    }


def _kind(language: Language, run: Run) -> str:
    """What a run did that is no pass."""
    if undone := run.progress.get("undo"):
        return say(language, "undo_run", n=undone["run"])
    return words(language)["audit_run"] if run.stage == "audit" else ""


def _sum(language: Language, result: dict[str, Any], *kinds: str) -> str:
    """The numbers of a run together, or a dash where it did not come to them."""
    found = [result[kind] for kind in kinds if isinstance(result.get(kind), dict)]
    return whole(language, sum(sum(each.values()) for each in found)) if found else "–"


def _facts(language: Language, run: Run) -> list[tuple[str, str]]:
    """What is known of a run beside its times, each with its name."""
    word, result = words(language), run.result
    found = [
        (word[kind], _by_side(language, result[kind]))
        for kind in ("pulled", *_NUMBERS, "calls")
        if isinstance(result.get(kind), dict)
    ]
    if isinstance(result.get("linked"), int):
        found.append((word["linked"], whole(language, result["linked"])))
    waiting = [f"{word[kind]} {whole(language, result[kind])}" for kind in ("conflicts", "held", "dead")
               if isinstance(result.get(kind), int)]  # fmt: skip
    return [*found, (word["waited_after"], ", ".join(waiting))] if waiting else found


def _by_side(language: Language, numbers: dict[str, int]) -> str:
    """A number of each side or system, in the order of the sides."""
    called = SYSTEMS | SIDES
    order = [*(name for name in called if name in numbers), *(name for name in numbers if name not in called)]
    return ", ".join(f"{called.get(name, name)} {whole(language, numbers[name])}" for name in order)


def _totals(language: Language, run: Run) -> list[tuple[str, str]]:
    word = words(language)
    totals = braked_totals(run.id)
    return (
        [(word[f"would_{name}"], whole(language, number)) for name, number in totals.as_dict().items()]
        if totals
        else []
    )


def _passed(language: Language, run: Run) -> str:
    if run.released_at is not None:
        return say(language, "let_passed", by=run.released_by, at=at(language, run.released_at))
    return words(language)["newer_pass"] if run.state == "braked" and not desk.may_pass(run) else ""


def _wrote(request: Request, run: Run) -> dict[str, Any]:
    """The fields that a run wrote."""
    found, pager = paged(request, Change.objects.filter(run=run).order_by("id"))
    called = names(configuration().mapping.objects, {each.ref for each in found})
    lines = [
        row | {"name": called[row["ref"]]} for row in change_rows(request.language, configuration().mapping, found)
    ]
    return {"lines": lines, "pager": pager, "heading": words(request.language)["written_fields"]}


def _would(request: Request, run: Run) -> dict[str, Any]:
    """What a braked run had decided, and did not send."""
    found, pager = paged(request, Intent.objects.filter(run=run, state="dropped").order_by("id"), _LINES)
    language = request.language
    called = names(configuration().mapping.objects, {each.target or each.source for each in found})
    cells = [(i.object, n, v[key]) for i in found for n, v in i.changes.items() for key in ("old", "new")]
    shown_as = readable(configuration().mapping.objects, cells)
    lines = [
        {
            "name": called[each.target or each.source],
            "field": title(language, field),
            "old": shown_as.get((each.object, field, change["old"]), change["old"]),
            "new": shown_as.get((each.object, field, change["new"]), change["new"]),
            "side": each.side,
            "system": SIDES.get(each.side, each.side),
            "reason": told(language, change["reason"]),
            "at": "",
            "run": run.id,
        }
        for each in found
        for field, change in each.changes.items()
    ]
    return {"lines": lines, "pager": pager, "heading": words(language)["would"]}
