"""Lists a page at a time: the page's number is in the address, beside whatever else the address says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

SIZE = 25


def page_of(request: HttpRequest, items: Sequence[Any] | QuerySet[Any], size: int = SIZE) -> Page[Any]:
    """The page that the address names, the first or the last where there is no such page; its `query` is what links to
    the other pages keep of the address."""
    page = Paginator(items, size).get_page(request.GET.get("page"))
    others = request.GET.copy()
    others.pop("page", None)
    page.query = f"{others.urlencode()}&" if others else ""  # type: ignore[attr-defined]
    return page
