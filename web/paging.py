"""Lists in pages: the part of a list that `?page=` names, as the template `pager.html` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

SIZE = 20


def paged(request: HttpRequest, items: Sequence[Any], size: int = SIZE) -> Page[Any]:
    """One page of a list; a number that is none gives the first, one beyond the last gives the last."""
    return Paginator(items, size).get_page(request.GET.get("page"))
