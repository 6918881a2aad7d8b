"""The history of one person's records: every value that was written, on both sides, through merges and conversions."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from store import past
from web.access import Page
from web.frame import Request, configuration, page
from web.paging import paged
from web.records import names, short
from web.show_conflict import change_rows
from web.views.desk import only_for


@require_GET
@login_required
def history_page(request: Request, ref: str) -> HttpResponse:
    """What was written to a record and to its counterpart, the newest first."""
    only_for(request, Page.RUNS)
    refs = past.pair_of(ref) if ref.count(":") > 1 else set()
    if not refs:
        raise Http404
    found, pager = paged(request, past.changes_of(refs))
    mapping = configuration().mapping
    called = names(mapping.objects, {ref})
    rows = change_rows(request.language, mapping, found)
    lines = [row | {"rule": each.rule, "short": short(each.ref)} for row, each in zip(rows, found, strict=True)]
    records = [short(each) for each in sorted(refs)]
    return page(request, "history", Page.RUNS, lines=lines, pager=pager, name=called[ref], records=records)
