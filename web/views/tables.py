"""Reports that are one table: deals blocked by missing facts, and the hand-off; a page at a time, and as files."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from reports.deals import blocked_deals
from reports.handoff import handoff
from reports.stored import NothingRead, last_read
from reports.table import Cell, Kind, Table
from reports.words import whole
from rules.language import Language
from web import show
from web.access import Page, Sight, sees_owners, sight_of_page
from web.files import FileKind, file_response
from web.frame import Request, configuration, message, page
from web.paging import paged
from web.people import log_looks, people_of
from web.privacy import privacy
from web.words import words


@require_GET
@login_required
def deals_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """A manager's own team with the owners, which is a look at each of them; everybody else all deals without."""
    _must_be_theirs(request, Page.DEALS)
    read, now = configuration(), datetime.now(UTC)
    reps = [rep.id for rep in people_of(request.viewer.rep)] if sees_owners(request.viewer, privacy()) else None
    try:
        found = blocked_deals(read.mapping, read.rules, now, request.language, reps, owners=reps is not None)
    except NothingRead:
        return message(request, "nothing_read", current=Page.DEALS)
    log_looks(request.viewer, reps or (), Page.DEALS)
    return _shown(request, Page.DEALS, found, kind)


@require_GET
@login_required
def handoff_page(request: Request, kind: FileKind | None = None) -> HttpResponse:
    """Totals by source."""
    _must_be_theirs(request, Page.HANDOFF)
    try:
        found = handoff(configuration().mapping, request.language)
    except NothingRead:
        return message(request, "nothing_read", current=Page.HANDOFF)
    return _shown(request, Page.HANDOFF, found, kind)


def _must_be_theirs(request: Request, wanted: Page) -> None:
    if sight_of_page(request.viewer, wanted, privacy()) is Sight.HIDDEN:
        raise Http404


def _shown(request: Request, which: Page, found: Table, kind: FileKind | None) -> HttpResponse:
    if kind:
        return file_response(found, which.value, kind)
    language = request.language
    lines, pager = paged(request, found.rows)
    columns = [(column.label, column.kind == "count") for column in found.columns]
    kinds = [column.kind for column in found.columns]
    shown = [
        [
            (label, is_number, _cell(language, cell, kind))
            for (label, is_number), cell, kind in zip(columns, line, kinds, strict=True)
        ]
        for line in lines
    ]
    return page(
        request, "table", which, title=found.title, intro=words(language)[f"{which}_intro"], name=which.value,
        read_at=show.read_at(language, last_read()), columns=columns, lines=shown, notes=found.notes, pager=pager,
    )  # fmt: skip


def _cell(language: Language, cell: Cell, kind: Kind) -> str:
    if cell is None:
        return "–"
    return whole(language, int(cell)) if kind == "count" else str(cell)
