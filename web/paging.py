"""A long list in pages: the rows of one, and the links to the others, as `web/pager.html` shows them.

    rows, pager = paged(request, Conflict.objects.order_by("id"))
    {% include "web/pager.html" %}

The page's number is `?page=`; whatever else the address asks for stays. A number that makes no sense is the nearest one
that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

SIZE = 25
Row = TypeVar("Row")
Entity = TypeVar("Entity", bound=Model)


@dataclass(frozen=True, slots=True)
class Step:
    """One page in the row of numbers; a gap between numbers has no address."""

    text: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one page stands among the others: it shows `first` to `last` of `total` rows."""

    first: int
    last: int
    total: int
    pages: int
    previous: str
    next: str
    steps: tuple[Step, ...]


def paged(request: HttpRequest, found: QuerySet[Any, Row] | Sequence[Row], size: int = SIZE) -> tuple[list[Row], Pager]:
    """The rows of the page that a request asks for, and its pager. A query is counted and cut by the database."""
    paginator = Paginator(found, size)
    shown = paginator.get_page(request.GET.get("page"))
    return list(shown.object_list), _pager(request, shown)


def _pager(request: HttpRequest, shown: Page[Any]) -> Pager:
    paginator = shown.paginator

    def address(number: int | str) -> str:
        asked = request.GET.copy()
        asked["page"] = str(number)
        return f"?{asked.urlencode()}"

    numbers = paginator.get_elided_page_range(shown.number, on_each_side=2, on_ends=1)
    steps = tuple(
        Step(str(each), address(each) if isinstance(each, int) else "", each == shown.number) for each in numbers
    )
    return Pager(
        shown.start_index(), shown.end_index(), paginator.count, paginator.num_pages,
        address(shown.previous_page_number()) if shown.has_previous() else "",
        address(shown.next_page_number()) if shown.has_next() else "", steps,
    )  # fmt: skip
